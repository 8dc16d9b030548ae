"""Cursors: the sort keys of one row, opaque, and the conditions on the rows before and after it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hub.compiler.binding import Bind
from hub.compiler.convert import cursor_part
from hub.compiler.declare import Key
from hub.compiler.scope import Scope

EXTREMES = {
    "bigint": ("'-9223372036854775808'::bigint", "'9223372036854775807'::bigint"),
    "date": ("'-infinity'::date", "'infinity'::date"),
    "text": ("''", "U&'\\+10FFFF'"),
}
"""What no value of a type lies below, and what none lies above."""


def extreme(kind: str, highest: bool) -> str:
    """The lowest or the highest value of a type."""
    return EXTREMES[kind][highest]


@dataclass(frozen=True)
class Cursors:
    """The cursors of one connection.

    Args:
        scope: The connection's field, over the alias of its rows.
        order: Sort keys; what is null in the first comes last, whichever way the order runs.
        chosen: Name of the order where the caller chose it.
    """

    scope: Scope
    order: Sequence[Key]
    chosen: str = ""

    @property
    def keys(self) -> list[str]:
        """The sort keys over the rows."""
        return [self.scope.fill(key.sql) for key in self.order]

    @property
    def nullable(self) -> bool:
        """Whether the first key may be null."""
        return self.order[0].nullable

    def text(self, keys: Sequence[str]) -> str:
        """The opaque cursor that carries these sort keys."""
        value = f"json_build_array('{self.mark}'::text, {', '.join(keys)})"
        text = f"encode(convert_to({value}::text, 'UTF8'), 'base64')"
        return f"translate({text}, E'\\n', '')"

    @property
    def mark(self) -> str:
        """What the cursors carry before the keys: their connection, and its order where one was chosen."""
        return f"{self.scope.field.coordinate} {self.chosen}".rstrip()

    def given(self, name: str) -> bool:
        """Whether the caller gave the cursor of an argument, `after` or `before`."""
        return self.scope.field.given(name)

    def binds(self, name: str) -> list[Bind]:
        """The sort keys in the cursor of an argument."""
        kinds = tuple(f"{key.type}{'?' * key.nullable}" for key in self.order)
        source = self.scope.field.source
        return [Bind(source, (name,), _reader(place, kinds, self.mark)) for place, _ in enumerate(kinds)]

    def _marks(self, name: str) -> list[str]:
        """The parameters of those keys."""
        source, binder = self.scope.field.source, self.scope.binder
        return [
            binder.place((source, name, place), bind, self.order[place].type)
            for place, bind in enumerate(self.binds(name))
        ]

    def known(self, name: str, later: bool, inclusive: bool = False) -> str:
        """The condition that rows whose first key is known lie on one side of a cursor.

        Args:
            name: The argument that holds the cursor.
            later: On which side: that of the end of the connection, or that of its start.
            inclusive: Whether the row of the cursor itself is meant too.
        """
        marks, sign = self._marks(name), self._sign(later)
        if self.nullable and not later:
            marks[0] = f"coalesce({marks[0]}, {extreme(self.order[0].type, sign == '<')})"
        return f"({', '.join(self.keys)}) {sign}{'=' * inclusive} ({', '.join(marks)})"

    def unknown(self, name: str, later: bool, inclusive: bool = False) -> str:
        """The same condition on rows whose first key is null: they come after all that have one."""
        first, *marks = self._marks(name)
        sign = self._sign(later)
        ends = [extreme(key.type, (sign == "<") == later) for key in self.order[1:]]
        bounds = [
            f"case when {first} is null then {mark} else {end} end"
            for mark, end in zip(marks, ends, strict=True)
        ]
        return f"({', '.join(self.keys[1:])}) {sign}{'=' * inclusive} ({', '.join(bounds)})"

    def _sign(self, later: bool) -> str:
        return ">" if later != self.order[0].down else "<"


def _reader(place: int, kinds: tuple[str, ...], mark: str) -> Callable[[object], object]:
    return lambda value: cursor_part(value, place, kinds, mark)
