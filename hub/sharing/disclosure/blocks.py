"""One block of a data set, such as a program in a month: its totals by area, and tables that part these.

Told are the totals of kabupaten and kecamatan, and each table by kabupaten and by kecamatan. Tables share these totals
and nothing else, and any two tables of the same totals go together, so that each is made safe by itself once they are.
The order is from above: what lies beneath a hidden total is hidden whole. The proof: docs/decisions/0017-disclosure.md.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from hub.sharing.disclosure.grids import Category, Cells, Grid
from hub.sharing.disclosure.lines import completed, slack

KABUPATEN = 1_000_000
"""Keys of areas of one kabupaten or kota."""
TOTAL: Category = ()

Key = TypeVar("Key", int, Category)
Cell = tuple[int, int, Category]
"""Number of a table (-1: totals), area key, category."""


@dataclass(frozen=True)
class Block:
    """What was counted.

    Args:
        totals: By kecamatan.
        tables: Each by kecamatan and category; over the categories a kecamatan sums to its total.
    """

    totals: Mapping[int, int]
    tables: Sequence[Cells] = ()


@dataclass
class Protected:
    """What of a block is hidden.

    Attributes:
        hidden: Cells that are not told.
        widths: Of the narrowest interval that an attacker is left with, one a step.
        first: How many were hidden because they are small themselves.
    """

    hidden: set[Cell] = field(default_factory=set)
    widths: list[int] = field(default_factory=list)
    first: int = 0


Unsafe = Callable[[Cell, int], bool]


def small(k: int) -> Unsafe:
    """Counts of 1 to k - 1 may not be told; a zero may."""
    return lambda _, value: 0 < value < k


def protect(block: Block, need: int, unsafe: Unsafe, kept: Collection[Cell] = ()) -> Protected:
    """Hides what has to be hidden, so that no hidden cell is left with an interval narrower than the need.

    Args:
        block: What was counted.
        need: Least width: k for counts of persons.
        unsafe: Whether a cell may not be told for its own sake; asked with its value.
        kept: Cells that were hidden the last time: these are hidden before others where a choice is.

    Raises:
        ValueError: A table does not sum to the totals.
    """
    done = Protected()
    kabupaten: dict[int, dict[int, int]] = {}
    for area, total in block.totals.items():
        kabupaten.setdefault(area // KABUPATEN * KABUPATEN, {})[area] = total
    for parent, rows in sorted(kabupaten.items()):
        tables = [_part(table, rows) for table in block.tables]
        _Kabupaten(parent, rows, tables, need, unsafe, kept, done).protect()
    return done


def _part(table: Cells, rows: Mapping[int, int]) -> dict[tuple[int, Category], int]:
    part = {cell: value for cell, value in table.items() if cell[0] in rows}
    sums = dict.fromkeys(rows, 0)
    for (area, _), value in part.items():
        sums[area] += value
    if sums != dict(rows):
        raise ValueError("a table does not sum to the totals that it parts")
    return part


@dataclass
class _Kabupaten:
    """One kabupaten of a block in the making."""

    key: int
    rows: Mapping[int, int]
    tables: Sequence[dict[tuple[int, Category], int]]
    need: int
    unsafe: Unsafe
    kept: Collection[Cell]
    done: Protected

    def protect(self) -> None:
        total = sum(self.rows.values())
        first = {area for area, value in self.rows.items() if self._is_first(-1, area, TOTAL, value)}
        again = {area for area in self.rows if (-1, area, TOTAL) in self.kept}
        dark = completed(self.rows, first, self.need, again)
        if self._is_first(-1, self.key, TOTAL, total) or (dark and not self._holds(dark, self.rows)):
            self._hide_all()
            return
        self.done.hidden |= {(-1, area, TOTAL) for area in dark}
        for number in range(len(self.tables)):
            self._table(number, frozenset(dark))

    def _table(self, number: int, dark: frozenset[int]) -> None:
        """Hides of one table what has to be: by kabupaten first, then by kecamatan."""
        cells = self.tables[number]
        grid = Grid(cells, self.need, dark)
        grid.kept = {cell for cell in cells if (number, *cell) in self.kept}
        sums = grid.column_sums
        first = {c for c, value in sums.items() if self._is_first(number, self.key, c, value)}
        columns = completed(sums, first, self.need, {c for c in sums if (number, self.key, c) in self.kept})
        grid.darken(columns)
        if columns and not self._holds(columns, sums):
            self._hide_table(number, grid)
            return
        grid.begin({cell for cell, value in cells.items() if self._is_first(number, *cell, value)})
        if not grid.grow():
            self._hide_table(number, grid)
            return
        self._keep(number, grid)

    def _hide_table(self, number: int, grid: Grid) -> None:
        """Of this table nothing is told in the kabupaten but zeros that stand for all of it."""
        if not self._holds(grid.all_columns, grid.column_sums):
            self._hide_all()
            return
        grid.darken(grid.all_columns)
        grid.begin(set())
        self._keep(number, grid)

    def _keep(self, number: int, grid: Grid) -> None:
        found = grid.least_width()
        if found is None:
            return
        if found < self.need:
            raise ValueError("what is hidden could be worked out")
        self.done.widths.append(found)
        self.done.hidden |= {(number, self.key, column) for column in grid.dark_columns}
        self.done.hidden |= {(number, row, column) for row in grid.rows for column in grid.columns}

    def _holds(self, hidden: set[Key], masses: Mapping[Key, int]) -> bool:
        """Whether hidden cells along a line keep each other safe."""
        found = slack(masses, hidden)
        if len(hidden) < 2 or found < self.need:
            return False
        self.done.widths.append(found)
        return True

    def _hide_all(self) -> None:
        """Nothing is told of the kabupaten, zeros included: no sum over it is, so that nothing leads back to it."""
        self.done.hidden.add((-1, self.key, TOTAL))
        self.done.hidden |= {(-1, area, TOTAL) for area in self.rows}
        for number, cells in enumerate(self.tables):
            categories = {category for _, category in cells}
            self.done.hidden |= {(number, area, c) for area in (self.key, *self.rows) for c in categories}

    def _is_first(self, number: int, area: int, category: Category, value: int) -> bool:
        found = self.unsafe((number, area, category), value)
        self.done.first += found
        return found
