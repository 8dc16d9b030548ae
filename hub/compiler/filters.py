"""Filters: input objects of declared fields with operators, joined by and, or, not, and through other sets."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import GraphQLInputObjectType, get_named_type

from hub.compiler.binding import Path, bound_values
from hub.compiler.declare import Clause, Compare, Filter, Holds, Linked, Relation, Rows, Time
from hub.compiler.needs import EVERYTHING, OPEN, Need, Sight
from hub.compiler.orders import chosen, is_led
from hub.compiler.scope import Moment, Scope, Value
from hub.errors import InputError

JOINING = ("and", "or", "not")
OPERATORS = {"eq": "=", "gte": ">=", "lt": "<"}
MOST_LINKS = 12
"""Other sets that the filters of one document may look into: PostgreSQL plans joins of more in seconds."""
UNIQUE_CODES = ("program", "source")
"""Tables in which a code names one row: one value to compare with leaves rows in the order of an index."""
Filters = Mapping[str, Mapping[str, Filter]]
Given = Mapping[str, Any]


@dataclass
class Filtering:
    """Turns filters into conditions.

    Args:
        filters: What each field of each input type filters.
        alias: Makes a name for rows that nothing else in the statement bears.
        needs: What it takes to filter by each field, by its coordinate.
        sight: What the caller may see.
        told: Coordinates of what is filtered by and speaks of persons.
    """

    filters: Filters
    alias: Callable[[str], str]
    needs: Mapping[str, Need] = field(default_factory=dict)
    sight: Sight = EVERYTHING
    links: int = 0
    told: set[str] = field(default_factory=set)

    def placed(self, relation: Relation, rows: Rows, scope: Scope) -> tuple[Scope, list[str]]:
        """The scope that fills the template of some rows, and what is asked of the rows themselves.

        A set that is made of other rows has the filter within, over those.
        """
        if "{filtered[" not in rows.table:
            return scope, self.of(relation, scope)

        def filtered(alias: str) -> str:
            return " and ".join(self.of(relation, scope.at(alias, scope.p))) or "true"

        return replace(scope, filtered=filtered), []

    def of(self, relation: Relation, scope: Scope) -> list[str]:
        """The conditions that the argument `filter` of a relation calls for.

        Raises:
            InputError: `filter_unindexed` or `order_unindexed`, over a large set: no index serves what is asked.
            RefusedError: `scope_missing`, `masked`: the caller may not see what it filters or orders by.
        """
        asked = scope.field
        if name := chosen(asked)[0]:
            self.sight.requires(relation.orders[name].need)
        found: list[str] = []
        served = False
        if asked.given("filter"):
            given: Given = asked.arguments["filter"]  # type: ignore[assignment]
            type_ = get_named_type(asked.definition.args["filter"].type)
            assert isinstance(type_, GraphQLInputObjectType)  # noqa: S101  # the schema says so
            found = self.conditions(given, type_, scope, ("filter",))
            served = self.served(given, type_)
            if relation.large and found and not served:
                names = ", ".join(self.leading(type_))
                raise InputError(
                    "filter_unindexed",
                    f"no index serves this filter by itself; filter by one of {names} as well",
                )
        if relation.large and not served and not is_led(relation, asked):
            raise InputError(
                "order_unindexed", "no index serves this order over the whole list; filter it, say by wilayah"
            )
        return found

    def conditions(self, given: Given, type_: GraphQLInputObjectType, scope: Scope, path: Path) -> list[str]:
        """The conditions that an input object calls for; all of them hold.

        What is null or left out, or an operand of `and`, `or`, `not` that asks for nothing, is as if it were not there.
        What `not` stands before holds where the condition is false or, for a value that nobody knows, undecided.

        Args:
            given: The input object.
            type_: Its type.
            scope: The field, over the alias of the rows.
            path: Where the object stands in the arguments.
        """
        found: list[str] = []
        for name, value in given.items():
            if value is None:
                continue
            if isinstance(value, list):
                bound_values(len(value))
            if name in JOINING:
                found += self._joined(name, value, type_, scope, (*path, name))
            else:
                found += self._conditions(type_, name, value, scope, (*path, name))
        return found

    def _joined(
        self, name: str, value: Any, type_: GraphQLInputObjectType, scope: Scope, path: Path
    ) -> list[str]:
        """What `and`, `or` and `not` call for; nothing where none of their operands asks for anything."""
        if name == "not":
            parts = self.conditions(value, type_, scope, path)
            return [f"({_all(parts)}) is not true"] if parts else []
        each = [self.conditions(one, type_, scope, (*path, n)) for n, one in enumerate(value)]
        asked = [_all(parts) for parts in each if parts]
        if name == "or" and not value:
            return ["false"]
        return [f"({f' {name} '.join(asked)})"] if asked else []

    def _conditions(
        self, type_: GraphQLInputObjectType, name: str, value: Any, scope: Scope, path: Path
    ) -> list[str]:
        need = self.needs.get(coordinate := f"{type_.name}.{name}", OPEN)
        self.sight.requires(need)
        if need.scopes:
            self.told.add(coordinate)
        filter_ = self.filters[type_.name][name]
        if isinstance(filter_, Clause):
            return [scope.fill(filter_.sql, Value(scope.binder, scope.field.source, path))]
        if isinstance(filter_, Holds):
            return self._held(filter_, value, scope, path)
        if isinstance(filter_, Compare):
            return [_compared(filter_, op, one, scope, path) for op, one in value.items() if one is not None]
        return self._linked(filter_, _input(type_, name), value, scope, path)

    def _held(self, filter_: Holds, value: Given, scope: Scope, path: Path) -> list[str]:
        found = []
        for name, form in (("has", "{}"), ("not", "not {}")):
            for place, _ in enumerate(value.get(name) or ()):
                self._look_in()
                bound = Value(scope.binder, scope.field.source, (*path, name, place))
                found.append(form.format(scope.fill(filter_.sql, bound)))
        return found

    def _look_in(self) -> None:
        """Counts one more set that the filters look into.

        Raises:
            InputError: `limit_links`.
        """
        self.links += 1
        if self.links > MOST_LINKS:
            raise InputError("limit_links", f"filters look into more than {MOST_LINKS} other sets")

    def _linked(
        self, filter_: Linked, type_: GraphQLInputObjectType, value: Given, scope: Scope, path: Path
    ) -> list[str]:
        """`some` and `none` of other rows, or the one other row where the field is its filter itself."""
        if type_.name in self.filters:
            one = self._exists(filter_, type_, value, scope, path)
            return [one] if self.asks(value, type_) else []
        moment, held = _day(value, scope, filter_.rows, path)
        there = replace(scope, moment=moment)
        found, inner = [], replace(filter_, rows=held)
        for name, sign in (("some", ""), ("none", "not ")):
            if value.get(name) is not None:
                condition = self._exists(inner, _input(type_, name), value[name], there, (*path, name))
                found.append(sign + condition)
        return found

    def _exists(
        self, filter_: Linked, type_: GraphQLInputObjectType, value: Given, scope: Scope, path: Path
    ) -> str:
        self._look_in()
        here = scope.at(self.alias("f"), scope.t)
        parts = [here.fill(filter_.on), *_held_true(filter_.rows, here)]
        parts += self.conditions(value, type_, here, path)
        return f"exists (select from {here.rows(filter_.rows)} where {' and '.join(parts)})"

    def asks(self, given: Given, type_: GraphQLInputObjectType) -> bool:
        """Whether anything is asked for in an input object."""
        return any(self._asks(type_, name, value) for name, value in given.items() if value is not None)

    def _asks(self, type_: GraphQLInputObjectType, name: str, value: Any) -> bool:
        if name == "not":
            return self.asks(value, type_)
        if name in JOINING:
            return any(self.asks(one, type_) for one in value) or (name == "or" and not value)
        filter_ = self.filters[type_.name][name]
        if isinstance(filter_, Clause):
            return True
        if isinstance(filter_, Holds):
            return any(value.values())
        if isinstance(filter_, Compare):
            return any(one is not None for one in value.values())
        inner = _input(type_, name)
        if inner.name in self.filters:
            return self.asks(value, inner)
        return value.get("some") is not None or value.get("none") is not None

    def served(self, given: Given, type_: GraphQLInputObjectType) -> bool:
        """Whether an index serves the filter: some condition that has to hold is over an indexed value."""
        return any(self._serves(type_, name, value) for name, value in given.items() if value is not None)

    def _serves(self, type_: GraphQLInputObjectType, name: str, value: Any) -> bool:
        if name == "and":
            return any(self.served(one, type_) for one in value)
        if name == "or":
            asked = [one for one in value if self.asks(one, type_)]
            return all(self.served(one, type_) for one in asked) and bool(asked or not value)
        if name == "not":
            return False
        filter_ = self.filters[type_.name][name]
        if isinstance(filter_, Holds):
            return bool(value.get("has"))
        if isinstance(filter_, Clause):
            return filter_.leads
        if isinstance(filter_, Compare):
            sought = {op for op, one in value.items() if one is not None and (op, one) != ("isNull", False)}
            return filter_.leads and bool(sought)
        inner = _input(type_, name)
        if inner.name in self.filters:
            return self.served(value, inner)
        return value.get("some") is not None and self.served(value["some"], _input(inner, "some"))

    def leading(self, type_: GraphQLInputObjectType) -> list[str]:
        """The fields of a filter that an index serves by themselves."""
        plain = self.filters[type_.name].items()
        return [name for name, one in plain if isinstance(one, Clause | Compare) and one.leads]


def _input(type_: GraphQLInputObjectType, name: str) -> GraphQLInputObjectType:
    found = get_named_type(type_.fields[name].type)
    assert isinstance(found, GraphQLInputObjectType)  # noqa: S101  # links are declared on input objects
    return found


def _day(value: Given, scope: Scope, rows: Rows, path: Path) -> tuple[Moment, Rows]:
    """The instants for the rows of a link, and its rows with the time axis that chooses among them.

    Raises:
        InputError: `link_day`, both a day and any day.
    """
    if value.get("ever"):
        if value.get("at") is not None:
            raise InputError("link_day", "`at` names one day and `ever` asks for any; give one of them")
        return scope.moment, replace(rows, time=Time.RECORDED)
    if value.get("at") is not None:
        return replace(scope.moment, on_a_day=True, day_at=(scope.field.source, (*path, "at"))), rows
    return scope.moment, rows


def _held_true(rows: Rows, scope: Scope) -> list[str]:
    if rows.time is Time.NONE:
        return []
    if rows.time is Time.RECORDED:
        return [scope.moment.recorded(scope.t)]
    return [scope.moment.state(scope.t)]


def _all(parts: list[str]) -> str:
    return f"({' and '.join(parts)})" if parts else "true"


def _compared(filter_: Compare, operator: str, value: Any, scope: Scope, path: Path) -> str:
    sql, source, here = scope.fill(filter_.sql), scope.field.source, (*path, operator)
    if operator == "isNull":
        return f"{sql} is null" if value else f"{sql} is not null"
    if isinstance(value, list):
        bound_values(len(value))
    if filter_.table:
        kind = "text[]" if operator == "in" else "text"
        form = "any({})" if operator == "in" else "{}"
        code = form.format(scope.binder.add(source, here, kind))
        if operator == "eq" and filter_.table in UNIQUE_CODES:
            return f"{sql} = (select c.id from hub.{filter_.table} c where c.code = {code})"
        return f"{sql} = any(array(select c.id from hub.{filter_.table} c where c.code = {code}))"
    if operator == "in":
        return f"{sql} = any({scope.binder.add(source, here, f'{filter_.type}[]')})"
    if operator == "prefix":
        low = scope.binder.add(source, here, "text", filter_.converter)
        high = scope.binder.add(source, here, "text", f"{filter_.converter}_end".lstrip("_"))
        return f"({sql} >= {low} and {sql} < {high})"
    return f"{sql} {OPERATORS[operator]} {scope.binder.add(source, here, filter_.type, filter_.converter)}"
