"""One table of a kabupaten: kecamatan by category, whose totals are told; a rectangle of it is hidden.

The hidden cells are made a full rectangle, so that what an attacker can learn of each is known in closed form. With row
sum `r`, column sum `s` and sum `t` of the rectangle, a cell may be anything from `max(0, r + s - t)` to `min(r, s)`
(Frechet; every value between is taken by some table of whole numbers). Where sums are hidden themselves, their own
lowest and highest stand in for them: rows with hidden totals share one known sum, and so do columns.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

Category = tuple[str, ...]
Key = TypeVar("Key", int, Category)
Cells = Mapping[tuple[int, Category], int]


@dataclass
class Grid:
    """A table and the rectangle of it that is hidden.

    Args:
        cells: Value by area and category; a cell that is not there is 0.
        need: Least width of the interval of each hidden cell.
        dark_rows: Areas whose total is hidden, and with it everything beneath.
        dark_columns: Categories whose total over the kabupaten is hidden.
        rows: Areas in the rectangle.
        columns: Categories in it.
        kept: Cells that were hidden the last time; their rows and columns are taken in before others.
    """

    cells: Cells
    need: int
    dark_rows: frozenset[int] = frozenset()
    dark_columns: frozenset[Category] = frozenset()
    rows: set[int] = field(default_factory=set)
    columns: set[Category] = field(default_factory=set)
    kept: set[tuple[int, Category]] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Sums over the whole table; rows and columns of nothing but zeros take no part, unless their sum is hidden."""
        self.row_sums: dict[int, int] = {}
        self.column_sums: dict[Category, int] = {}
        for (row, column), value in self.cells.items():
            self.row_sums[row] = self.row_sums.get(row, 0) + value
            self.column_sums[column] = self.column_sums.get(column, 0) + value
        self.all_rows = {row for row, total in self.row_sums.items() if total or row in self.dark_rows}
        self.all_columns = {column for column, total in self.column_sums.items() if total}
        self.darken(self.dark_columns)

    def darken(self, columns: Iterable[Category]) -> None:
        """Takes these categories for those whose total over the kabupaten is hidden."""
        self.dark_columns = frozenset(columns)
        self.all_columns |= self.dark_columns

    def begin(self, first: set[tuple[int, Category]]) -> None:
        """The smallest rectangle over these cells and all that lies beneath a hidden total."""
        inside = {each for each in first if each[0] in self.all_rows and each[1] in self.all_columns}
        self.rows = {row for row, _ in inside} | (self.dark_rows & self.all_rows)
        self.columns = {column for _, column in inside} | (self.dark_columns & self.all_columns)
        if self.dark_rows & self.all_rows:
            self.columns = set(self.all_columns)
        if self.dark_columns & self.all_columns:
            self.rows = set(self.all_rows)

    def grow(self) -> bool:
        """Widens the rectangle until every cell in it is safe; False when the whole table would not be."""
        while bad := self.unsafe():
            row, column = bad
            if not self._widened(row, column):
                return False
        return True

    def bounds(self) -> tuple[dict[int, tuple[int, int]], dict[Category, tuple[int, int]], int]:
        """Lowest and highest sum of each row and of each column of the rectangle, and its sum."""
        value = self.cells.get
        row_sums = {row: sum(value((row, column), 0) for column in self.columns) for row in self.rows}
        column_sums = {column: sum(value((row, column), 0) for row in self.rows) for column in self.columns}
        rows = {row: (n, n) for row, n in row_sums.items()} | _shared(row_sums, self.rows & self.dark_rows)
        dark = self.columns & self.dark_columns
        columns = {column: (n, n) for column, n in column_sums.items()} | _shared(column_sums, dark)
        return rows, columns, sum(row_sums.values())

    def unsafe(self) -> tuple[int, Category] | None:
        """A cell of the rectangle that is known too well; None: there is none."""
        rows, columns, total = self.bounds()
        for row in sorted(rows):
            for column in sorted(columns):
                if width(rows[row], columns[column], total) < self.need:
                    return row, column
        return None

    def least_width(self) -> int | None:
        """Width of the narrowest interval of a hidden cell; None: nothing is hidden."""
        rows, columns, total = self.bounds()
        return min((width(r, c, total) for r in rows.values() for c in columns.values()), default=None)

    def _widened(self, row: int, column: Category) -> bool:
        """One row or column more, whichever lacks to a cell; False: there is none left."""
        rows, columns, total = self.bounds()
        kept_rows, kept_columns = {r for r, _ in self.kept}, {c for _, c in self.kept}
        more_rows = max(
            self.all_rows - self.rows,
            key=lambda r: (r in kept_rows, self.cells.get((r, column), 0), self.row_sums[r], -r),
            default=None,
        )
        more_columns = max(
            self.all_columns - self.columns,
            key=lambda c: (c in kept_columns, self.cells.get((row, c), 0), self.column_sums[c], c),
            default=None,
        )
        thin_row = min(rows[row][1], total - columns[column][0]) < self.need
        if more_columns is not None and (thin_row or more_rows is None):
            self.columns.add(more_columns)
        elif more_rows is not None:
            self.rows.add(more_rows)
        else:
            return False
        return True


def _shared(sums: Mapping[Key, int], dark: set[Key]) -> dict[Key, tuple[int, int]]:
    """What hidden sums may be, that are told together and are 1 at least."""
    highest = sum(sums[key] - 1 for key in dark) + 1
    return dict.fromkeys(dark, (1, highest))


def width(row: tuple[int, int], column: tuple[int, int], total: int) -> int:
    """Width of the interval of a cell, from the bounds of its row and column and the sum of the rectangle."""
    return min(row[1], column[1]) - max(0, row[0] + column[0] - total)
