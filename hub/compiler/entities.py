"""Things that another subgraph names by their keys: all of one list in one statement, whatever their types.

The keys travel as one array a type and key, with the places in the list beside them, so that the text of a statement
depends on which keys are there and not on how many things are asked for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hub.compiler.binding import Bind, bound_values
from hub.compiler.declare import EntityKey, Representation, Rows
from hub.compiler.nodes import followed, thing
from hub.compiler.scope import Scope
from hub.compiler.shape import Row

GIVEN = "representations"
Form = tuple[str, str]
"""Type and key."""


def forms(given: Sequence[Representation]) -> list[Form]:
    """The types and keys in a list, each once, sorted."""
    return sorted({(one.type, one.key) for one in given})


@dataclass(frozen=True)
class Group:
    """The things of a list that have one type and are named by one key.

    Args:
        form: Type and key.
        key: The key's declaration.
        rows: The rows of the type.
        scope: The field, over the alias of those rows.
        unit: Alias of the list's entries.
    """

    form: Form
    key: EntityKey
    rows: Rows
    scope: Scope
    unit: str

    def sql(self, made: Row) -> str:
        """Place and JSON of each: null where there is no such thing, or none for this caller."""
        key = followed(self.scope, self.key.follows, f"{self.unit}.key")
        condition = f"{self.scope.fill(self.key.sql)} = {key}"
        found = thing(made, self.scope, self.rows, condition, self.key.order)
        keys = self._bound("keys", self._keys, f"{self.key.type}[]")
        places = self._bound("places", self._places, "bigint[]")
        return f"select {self.unit}.place, {found} as value from unnest({keys}, {places}) {self.unit}(key, place)"

    def _bound(self, name: str, read: Callable[[object], object], kind: str) -> str:
        source = self.scope.field.source
        return self.scope.binder.place((source, name, self.form), Bind(source, (GIVEN,), read), kind)

    def _mine(self, given: Any) -> list[tuple[int, Representation]]:
        bound_values(len(given))
        return [(place, one) for place, one in enumerate(given) if (one.type, one.key) == self.form]

    def _keys(self, given: object) -> list[object]:
        return [self.key.read(one.value) for _, one in self._mine(given)]

    def _places(self, given: object) -> list[int]:
        return [place for place, _ in self._mine(given)]


def listed_by_place(groups: Sequence[str]) -> str:
    """The list of all groups, in the order in which it was asked for."""
    if not groups:
        return "'[]'::json"
    return f"(select json_agg(e.value order by e.place) from ({' union all '.join(groups)}) e)"
