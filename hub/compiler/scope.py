"""What the places of a template stand for at one field of one plan."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from graphql import FieldNode, GraphQLField

from hub.compiler.binding import Binder, Path, follow, sql_type
from hub.compiler.convert import CONVERTERS
from hub.compiler.declare import Rows, Time


@dataclass(frozen=True)
class Moment:
    """The two instants a query looks from; each becomes a parameter only where a condition asks for it.

    The default is a plan of its own with literal predicates: a generic plan with `recorded @> $n` would not
    use the indices over the rows held true now.

    Args:
        binder: Collects the parameters.
        source: The root field whose arguments name the instants; -1 where it has none.
        on_a_day: Whether the caller named a day.
        then: Whether the caller named `knownAt`.
        day_at: Field and path of the day that a filter names in place of `asOf`.
    """

    binder: Binder
    source: int = -1
    on_a_day: bool = False
    then: bool = False
    day_at: tuple[int, Path] | None = None

    @property
    def day(self) -> str:
        """The day in force: asOf or what a filter names, else today."""
        if not self.on_a_day:
            return self.binder.today()
        return self.binder.day(*(self.day_at or (self.source, ("asOf",))))

    @property
    def known(self) -> str:
        """The instant the caller named, else a null literal."""
        if not self.then:
            return "null::timestamptz"
        return self.binder.add(self.source, ("knownAt",), "timestamptz")

    def recorded(self, alias: str) -> str:
        """The rows the hub held true."""
        return f"{alias}.recorded @> {self.known}" if self.then else f"upper_inf({alias}.recorded)"

    def state(self, alias: str) -> str:
        """The rows held true that were true in the world on the day in force."""
        return f"{self.recorded(alias)} and {alias}.valid @> {self.day}"

    def ever(self, alias: str) -> str:
        """The rows held true of any day, or of the day the caller named."""
        return self.state(alias) if self.on_a_day else self.recorded(alias)


@dataclass(frozen=True)
class Field:
    """One selected field with what its arguments are in this request.

    Args:
        definition: As the schema has it.
        node: Where the document asks for it.
        arguments: Its arguments, coerced.
        source: Its number among the fields whose arguments may be bound.
        coordinate: Its type and name, `Query.people`.
    """

    definition: GraphQLField
    node: FieldNode
    arguments: dict[str, object]
    source: int
    coordinate: str = ""

    def given(self, name: str) -> bool:
        """Whether the argument is there and not null."""
        return self.arguments.get(name) is not None


class _Places:
    """A place with a name in brackets, filled by a function."""

    def __init__(self, fill: Callable[[str], str]) -> None:
        self._fill = fill

    def __getitem__(self, name: str) -> str:
        return self._fill(name)


class _Late:
    """A place that is filled only where a template names it."""

    def __init__(self, fill: Callable[[], str]) -> None:
        self._fill = fill

    def __format__(self, _spec: str) -> str:
        return self._fill()


@dataclass(frozen=True)
class Value:
    """The value of a filter: `{v}` plain, `{v[lo]}` through a converter."""

    binder: Binder
    source: int
    path: Path
    kind: str = "text"
    converter: str = ""

    def __str__(self) -> str:
        return self.binder.add(self.source, self.path, self.kind, self.converter)

    def __format__(self, _spec: str) -> str:
        return str(self)

    def __getitem__(self, converter: str) -> str:
        return self.binder.add(self.source, self.path, self.kind, converter)


def _unfiltered(_alias: str) -> str:
    return "true"


@dataclass(frozen=True)
class Scope:
    """Fills templates for the rows `t` that hang on the rows `p`; `filtered` says what the caller's filter asks."""

    binder: Binder
    moment: Moment
    field: Field
    language: str = "id"
    t: str = ""
    p: str = ""
    filtered: Callable[[str], str] = _unfiltered

    def at(self, t: str, p: str) -> "Scope":
        """The same field over other aliases."""
        return replace(self, t=t, p=p)

    def fill(self, template: str, value: Value | str | None = None) -> str:
        """The SQL of a template."""
        moment = self.moment
        return template.format(
            t=self.t,
            p=self.p,
            v=value,
            arg=_Places(self.argument),
            recorded=_Places(moment.recorded),
            state=_Places(moment.state),
            ever=_Places(moment.ever),
            today=_Late(lambda: moment.day),
            known=_Late(lambda: moment.known),
            filtered=_Places(self.filtered),
            inner=_Late(lambda: self.binder.pad(0x36)),
            outer=_Late(lambda: self.binder.pad(0x5C)),
            label="label_id" if self.language == "id" else "label_en",
        )

    def argument(self, name: str) -> str:
        """The parameter of an argument, `name` or `name.converter`; a null literal when it wasn't given.

        `*.converter` stands for all arguments of the field at once; a name that ends in `$`, which no caller can give,
        for what the server adds to them (`hub.schema.mutating`).
        """
        bare, _, converter = name.partition(".")
        if bare == "*":
            return self.binder.add(self.field.source, (), "", converter)
        if bare.endswith("$"):
            return self.binder.add(self.field.source, (bare,), "text", converter)
        kind = sql_type(self.field.definition.args[bare].type)
        if not self.field.given(bare):
            return f"null::{CONVERTERS[converter].type if converter else kind}"
        return self.binder.add(self.field.source, (bare,), kind, converter)

    def rows(self, rows: Rows) -> str:
        """A set of rows as a from clause has it, under the alias `t`."""
        table = self.fill(rows.table)
        return f"{table} {self.t}" if table.startswith("(") else f"hub.{table} {self.t}"

    def holds(self, rows: Rows) -> list[str]:
        """The conditions of the two time axes on the rows `t`."""
        if rows.time is Time.NONE:
            return []
        if rows.time is Time.RECORDED:
            return [self.moment.recorded(self.t)]
        day_asked = follow(self.field.arguments, ("current",))
        if rows.time is Time.STATE or day_asked:
            return [self.moment.state(self.t)]
        return [self.moment.ever(self.t)]
