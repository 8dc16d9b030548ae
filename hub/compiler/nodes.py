"""Things by their global ids, of any type: one id, or a list of them in its order."""

from collections.abc import Callable
from dataclasses import dataclass

from hub.compiler.binding import Bind
from hub.compiler.convert import node_key
from hub.compiler.declare import Rows, Time
from hub.compiler.scope import Scope
from hub.compiler.shape import Row, single
from hub.errors import InputError

MOST_IDS = 100
"""Ids of one list."""


@dataclass(frozen=True)
class Named:
    """The things of one type that ids name.

    Args:
        type: The GraphQL type.
        rows: Its rows.
        scope: The field, over the alias of those rows.
        unit: Alias of the list's entries; empty: the field has one id.
    """

    type: str
    rows: Rows
    scope: Scope
    unit: str = ""

    @property
    def column(self) -> str:
        """The column of the list's entries that holds the key of this type, null where an id is of another."""
        return f'"{self.type}"'

    @property
    def _template(self) -> tuple[str, str]:
        template, _, kind = self.rows.node.partition(" :: ")
        return template, kind

    def keys(self) -> str:
        """The parameter of the key, or of the keys of a list."""
        kind, source = self._template[1], self.scope.field.source
        if not self.unit:
            bind = Bind(source, ("id",), _reader(self.type, kind))
            return self.scope.binder.place((source, "id", self.type), bind, kind)
        bind = Bind(source, ("ids",), _list_reader(self.type, kind))
        return self.scope.binder.place((source, "ids", self.type), bind, f"{kind}[]")

    def sql(self, made: Row) -> str:
        """The JSON of the thing, or null; of one with several intervals it is the latest."""
        value = f"{self.unit}.{self.column}" if self.unit else self.keys()
        value = followed(self.scope, self.rows.follows, value)
        return thing(made, self.scope, self.rows, f"{self.scope.fill(self._template[0])} = {value}")


def followed(scope: Scope, template: str, value: str) -> str:
    """SQL of the id that an id stands for."""
    return scope.fill(template, value) if template else value


def thing(made: Row, scope: Scope, rows: Rows, condition: str, order: str = "") -> str:
    """The JSON of the one thing that a condition finds, or null; of one with several intervals it is the latest.

    Args:
        made: The object.
        scope: The field, over the alias of the rows.
        rows: The rows of its type.
        condition: SQL of what finds it.
        order: Template of the order in which the first of several rows is taken; empty: there is one.
    """
    on = " and ".join([condition, *scope.holds(rows)])
    first = "lower({t}.valid) desc nulls last" if rows.time is Time.HISTORY else order
    ordered = f" order by {scope.fill(first)}" if first else ""
    return single(made, f"from {scope.rows(rows)} where {on}{ordered} limit 1")


def listed(named: list[Named], found: list[str], unit: str) -> str:
    """The things in the order of their ids, null where there is none or none for this caller."""
    arrays = ", ".join(one.keys() for one in named)
    columns = ", ".join(one.column for one in named)
    return (
        f"(select coalesce(json_agg(coalesce({', '.join(found)}) order by {unit}.place), '[]')"
        f" from unnest({arrays}) with ordinality {unit}({columns}, place))"
    )


def _reader(type_name: str, kind: str) -> Callable[[object], object]:
    return lambda value: node_key(value, type_name, kind)


def _list_reader(type_name: str, kind: str) -> Callable[[object], object]:
    def read(value: object) -> list[object]:
        ids: list[object] = value if isinstance(value, list) else [value]
        if len(ids) > MOST_IDS:
            raise InputError("limit_ids", f"one list names {MOST_IDS} ids at most")
        return [node_key(one, type_name, kind) for one in ids]

    return read
