"""Bind parameters of a plan: where each value comes from, so that one text serves all requests."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from typing import Any

from graphql import (
    FieldNode,
    GraphQLField,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    ListValueNode,
    ObjectValueNode,
    ValueNode,
    VariableNode,
    get_argument_values,
    get_named_type,
)
from graphql.execution.values import VariableValues

from hub.compiler.convert import CONVERTERS, storable
from hub.domain import clock
from hub.errors import InputError

#: PostgreSQL types of the scalars; enums and scalars that are missing here are text.
SCALAR_TYPES = {
    "Int": "bigint",
    "Float": "float8",
    "Boolean": "boolean",
    "Date": "date",
    "DateTime": "timestamptz",
    "Rupiah": "bigint",
}
#: Values of one statement, and of one list in it; PostgreSQL plans or compares thousands for seconds.
MOST_VALUES = 500
Path = tuple[str | int, ...]
#: A parameter always stands with its type, which nothing else in a statement does after a `$` and digits.
_PARAMETER = re.compile(r"\$(\d+)::")


def sql_type(type_: GraphQLInputType) -> str:
    """The PostgreSQL type of a GraphQL input type."""
    bare = type_.of_type if isinstance(type_, GraphQLNonNull) else type_
    name = SCALAR_TYPES.get(get_named_type(bare).name, "text")
    return f"{name}[]" if isinstance(bare, GraphQLList) else name


@dataclass(frozen=True)
class Bind:
    """One parameter: a path into the arguments of one field, and what its value goes through."""

    source: int
    path: Path
    convert: Callable[[object], object] | None = None

    def value(self, arguments: Sequence[Mapping[str, Any]]) -> object:
        """The value in these arguments; null where the path ends early."""
        found = follow(arguments[self.source], self.path)
        if found is None or self.convert is None:
            return plain(found)
        return self.convert(plain(found))


@dataclass(frozen=True)
class Today:
    """The parameter that is today's date in WIB, by the one clock."""

    def value(self, _arguments: Sequence[Mapping[str, Any]]) -> object:
        """Today."""
        return clock.today()


@dataclass(frozen=True)
class Constant:
    """The parameter that is the same for every request of a plan: a key that no text of a statement may hold."""

    held: object = field(repr=False)

    def value(self, _arguments: Sequence[Mapping[str, Any]]) -> object:
        """What is held."""
        return self.held


Binding = Bind | Today | Constant


def bound_values(count: int) -> None:
    """Passes so many values in one place.

    Raises:
        InputError: `limit_values`.
    """
    if count > MOST_VALUES:
        raise InputError("limit_values", f"the document compares with more than {MOST_VALUES} values")


def follow(value: Any, path: Path) -> Any:
    """What stands at a path in nested inputs; null where it ends early."""
    for step in path:
        if value is None or (isinstance(step, str) and step not in value):
            return None
        value = value[step]
    return value


def plain(value: object) -> object:
    """A coerced input without the wrappings of enums.

    Raises:
        InputError: `bad_text`, a text that PostgreSQL can't hold (NUL, half a surrogate pair).
    """
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str) and not storable(value):
        raise InputError("bad_text", "a text holds a NUL or half of a surrogate pair")
    return value


@dataclass
class Binder:
    """Collects the parameters of one plan; the first one, `$1`, is the access context."""

    sources: list[tuple[GraphQLField, FieldNode]] = field(default_factory=list)
    binds: list[Binding] = field(default_factory=list)
    pseudonyms: bytes = field(default=b"", repr=False)
    _places: dict[tuple[object, ...], str] = field(default_factory=dict)
    days: dict[str, None] = field(default_factory=dict)

    def source(self, definition: GraphQLField, node: FieldNode) -> int:
        """The number of a field whose arguments may be bound."""
        self.sources.append((definition, node))
        return len(self.sources) - 1

    def add(self, source: int, path: Path, kind: str, converter: str = "") -> str:
        """The parameter for a value, with its type; the same value is bound once."""
        found = CONVERTERS.get(converter)
        bind = Bind(source, path, found.convert if found else None)
        return self.place((source, path, converter), bind, found.type if found else kind)

    def day(self, source: int, path: Path) -> str:
        """The parameter for a day that is looked from: who was a child then is one (`hub.looks_on`)."""
        found = self.add(source, path, "date")
        self.days[found] = None
        return found

    def narrowed(self, sql: str) -> str:
        """A condition that narrows the entered context to the days looked from; of none, what was given."""
        return sql.format(f"hub.looks_on(least({', '.join(self.days)}))") if self.days else ""

    def given(self, name: str, value: object, kind: str) -> str:
        """The parameter for a value that stands beside the document."""
        return self.place((name,), Constant(value), kind)

    def today(self) -> str:
        """The parameter for today's date."""
        return self.place(("today",), Today(), "date")

    def pad(self, filler: int) -> str:
        """The parameter for the key of pseudonyms as HMAC has it inside (0x36) or outside (0x5c), RFC 2104."""
        padded = bytes(one ^ filler for one in self.pseudonyms.ljust(64, b"\0"))
        return self.place(("pad", filler), Constant(padded), "bytea")

    def place(self, key: tuple[object, ...], bind: Binding, kind: str) -> str:
        """The parameter for a value known by `key`.

        Raises:
            InputError: `limit_values`, the document compares with too many values.
        """
        if key not in self._places:
            bound_values(len(self.binds) + 1)
            self.binds.append(bind)
            self._places[key] = f"${len(self.binds) + 1}::{kind}"
        return self._places[key]


def numbered(sql: str, binds: Sequence[Binding], first: int = 2) -> tuple[str, list[Binding], list[Binding]]:
    """The statement with its parameters numbered without gaps, those it holds, and those it does not.

    What is bound for a part of which nothing is selected never reaches the text, and the server would refuse a
    value that no place asks for.

    Args:
        sql: The statement.
        binds: What may be bound in it.
        first: Number of the first of them: 2 behind the access context, 1 in a statement without it.
    """
    used = sorted({int(number) for number in _PARAMETER.findall(sql)} - {1})
    if first == 2 and len(used) == len(binds):
        return sql, list(binds), []
    places = {1: 1} | {old: new for new, old in enumerate(used, start=first)}
    text = _PARAMETER.sub(lambda found: f"${places[int(found[1])]}::", sql)
    unread = [bind for number, bind in enumerate(binds, start=2) if number not in places]
    return text, [binds[number - 2] for number in used], unread


@dataclass
class Arguments:
    """The coerced arguments of one field of a plan.

    All requests of a plan give the same variables a value, null or none, so that only the values of variables
    differ between them: what stands beside is coerced once.

    Args:
        definition: The field.
        node: Where the document asks for it.
        usual: Those of the first request; of all, where no variable is among them.
    """

    definition: GraphQLField
    node: FieldNode
    usual: dict[str, Any] | None = None

    def values(self, variables: VariableValues) -> dict[str, Any]:
        """The arguments of one request."""
        if self.usual is None or self._named is None:
            self.usual = get_argument_values(self.definition, self.node, variables)
            return self.usual
        if not self._named:
            return self.usual
        coerced = variables.coerced
        given = {name: coerced[variable] for name, variable in self._named.items() if variable in coerced}
        return self.usual | given if given else self.usual

    @cached_property
    def varies(self) -> bool:
        """Whether any of the arguments comes from a variable."""
        return self._named is None or bool(self._named)

    @cached_property
    def _named(self) -> dict[str, str] | None:
        """The arguments that are a variable, by the name of it; None where one holds a variable inside."""
        found = {}
        for argument in self.node.arguments or ():
            if isinstance(argument.value, VariableNode):
                found[argument.name.value] = argument.value.name.value
            elif _varies(argument.value):
                return None
        return found


def _varies(value: ValueNode) -> bool:
    if isinstance(value, ListValueNode):
        return any(_varies(one) for one in value.values)
    if isinstance(value, ObjectValueNode):
        return any(_varies(one.value) for one in value.fields)
    return isinstance(value, VariableNode)
