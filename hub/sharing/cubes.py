"""A cube counted and made safe: its cells as rows, block by block, so that memory holds one block."""

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any

from hub.errors import InputError
from hub.registry.datasets import Cube, Dataset, Limits
from hub.sharing.disclosure.blocks import KABUPATEN, TOTAL, Block, Cell, Protected, Unsafe, protect, small
from hub.sharing.facts import statement
from hub.sharing.places import Place
from hub.store.sql import AsyncConnection, text

NO_TABLE = -1
ALL = "_T"
"""Code of a dimension that a row does not tell apart (SDMX: total)."""
WITHHELD, TOLD = "c", "A"
"""Status of a cell, as SDMX's CL_OBS_STATUS and CL_CONF_STATUS write it."""

Key = tuple[str, ...]
Row = dict[str, Any]


@dataclass
class Earlier:
    """What a release of the same month told already, by the columns that make up a cell's place.

    A cell that was withheld stays so, and one that was told is not withheld as long as its number is the same: what is
    told of a month is all releases of it together.
    """

    cells: Mapping[Key, int | None] = field(default_factory=dict)


@dataclass
class Tally:
    """What disclosure control did, summed over blocks."""

    first: int = 0
    hidden: int = 0
    narrowest: int | None = None

    def add(self, done: Protected) -> None:
        """Counts one block in."""
        self.first += done.first
        self.hidden += len(done.hidden)
        self.narrowest = min(
            [*done.widths, *([] if self.narrowest is None else [self.narrowest])], default=None
        )


@dataclass
class Counted:
    """The counts of one block as they come: by table number, area and category."""

    key: Key
    values: dict[Cell, int] = field(default_factory=dict)
    delicate: set[Cell] = field(default_factory=set)
    contributors: int = 0
    total: int = 0


@dataclass
class CubeRows:
    """The rows of one cube, in order.

    Args:
        dataset: With its `cube`.
        limits: Of disclosure.
        period: `2026-11`.
        day: Day (WIB) on which it counts.
        places: Areas that are told.
        earlier: What a release of the month told already.
    """

    dataset: Dataset
    limits: Limits
    period: str
    day: date
    places: Mapping[int, Place]
    earlier: Earlier = field(default_factory=Earlier)
    tally: Tally = field(default_factory=Tally)

    @property
    def cube(self) -> Cube:
        """What is counted."""
        if self.dataset.cube is None:
            raise ValueError(f"{self.dataset.name} is no cube")
        return self.dataset.cube

    async def rows(self, connection: AsyncConnection) -> AsyncIterator[list[Row]]:
        """The rows of each block."""
        block: Counted | None = None
        async with connection.stream(text(statement(self.cube)), {"day": self.day}) as found:
            async for batch in found.mappings().partitions(2000):
                for row in batch:
                    if row["area"] not in self.places:
                        continue
                    key = tuple(str(row[name]) for name in self.cube.block)
                    if block is None or block.key != key:
                        if block is not None:
                            yield list(self._told(block))
                        block = Counted(key)
                    self._take(block, dict(row))
        if block is not None or not self.cube.block:
            yield list(self._told(block or Counted(())))

    def _take(self, block: Counted, row: Mapping[str, Any]) -> None:
        """Counts one row of the statement in, and into the kabupaten."""
        place = row["place"]
        names = self.cube.tables[place] if place != NO_TABLE else ()
        category = tuple(row[name] for name in names)
        cell, value = (place, row["area"], category), int(row["value"])
        block.values[cell] = block.values.get(cell, 0) + value
        if row["largest"] is not None and self._dominated(row):
            block.delicate.add(cell)
        if place == NO_TABLE:
            block.contributors += row["contributors"]
            block.total += value

    def _dominated(self, row: Mapping[str, Any]) -> bool:
        """Whether a sum of money would tell of its largest contributors, or of too few."""
        value, largest, second = int(row["value"]), int(row["largest"]), int(row["second"] or 0)
        top = largest + (second if self.limits.dominance_n > 1 else 0)
        rest = value - largest - second
        return (
            row["contributors"] < self.limits.k
            or top > self.limits.dominance_share * value
            or rest * 100 < self.limits.p_percent * largest
        )

    def _told(self, block: Counted) -> Iterator[Row]:
        """The rows of a block: every area by every cell there is, counted or not."""
        categories = self._categories(block)
        areas = [key for key, place in self.places.items() if place.level == 3]
        values = {(place, area, each): 0 for place, each in categories for area in areas} | block.values
        told = dict(values)
        for (place, area, category), value in values.items():
            parent = (place, area // KABUPATEN * KABUPATEN, category)
            told[parent] = told.get(parent, 0) + value
        hidden = self._hidden(block, values, told) if self.dataset.protect != "open" else set()
        for area, where in self.places.items():
            for place, category in categories:
                cell = (place, area, category)
                yield self._row(
                    block.key, where, place, category, None if cell in hidden else told.get(cell, 0)
                )

    def _hidden(self, block: Counted, values: Mapping[Cell, int], told: Mapping[Cell, int]) -> set[Cell]:
        totals = {area: n for (place, area, _), n in values.items() if place == NO_TABLE}
        tables = [
            {(area, category): n for (each, area, category), n in values.items() if each == place}
            for place in range(len(self.cube.tables))
        ]
        done = protect(Block(totals, tables), self._need(block), self._unsafe(block))
        self.tally.add(done)
        self._consistent(block.key, done.hidden, told)
        return done.hidden

    def _need(self, block: Counted) -> int:
        """Width that an attacker is left with: k persons, or what k persons get on average."""
        if self.cube.fact != "payments" or not block.contributors:
            return self.limits.k
        return max(self.limits.k, -(-self.limits.k * block.total // block.contributors))

    def _unsafe(self, block: Counted) -> Unsafe:
        few, money = small(self.limits.k), self.cube.fact == "payments"

        def unsafe(cell: Cell, value: int) -> bool:
            if self.earlier.cells.get(self._key(block.key, cell), 0) is None:
                return True
            return (cell in block.delicate) if money else few(cell, value)

        return unsafe

    def _consistent(self, key: Key, hidden: set[Cell], told: Mapping[Cell, int]) -> None:
        """Refuses to withhold what an earlier release of the month tells still.

        Raises:
            InputError: `release_reveals`.
        """
        for cell in hidden:
            before = self.earlier.cells.get(self._key(key, cell))
            if before is not None and before == self.rounded(told.get(cell, 0)):
                raise InputError(
                    "release_reveals",
                    f"{self.dataset.name}: a correction would have to withhold what its month tells already; release"
                    " the next month instead",
                )

    def _key(self, key: Key, cell: Cell) -> Key:
        place, area, category = cell
        where = self.places[area].code if area in self.places else ""
        return (*key, where, str(place), *category)

    def _categories(self, block: Counted) -> list[tuple[int, Key]]:
        """Every table number with every category: those declared, and those that were counted beside them."""
        by_name = {column.name: list(column.labels) for column in self.dataset.columns}
        found: list[tuple[int, Key]] = [(NO_TABLE, TOTAL)]
        for place, names in enumerate(self.cube.tables):
            declared = list(product(*(by_name[name] for name in names)))
            counted = {category for each, _, category in block.values if each == place}
            found += [(place, each) for each in (*declared, *sorted(counted - set(declared)))]
        return found

    def rounded(self, value: int) -> int:
        """A number as it is told."""
        cube = self.dataset.cube
        as_it_is = self.dataset.protect == "open" or (cube is not None and cube.fact == "payments")
        step = 1 if as_it_is else self.limits.round_to
        return (value + step // 2) // step * step

    def _row(self, key: Key, where: Place, place: int, category: Key, value: int | None) -> Row:
        cube = self.cube
        dimensions = dict.fromkeys((name for table in cube.tables for name in table), ALL)
        if place != NO_TABLE:
            dimensions |= dict(zip(cube.tables[place], category, strict=True))
        row = {
            "periode": self.period,
            **where.cells,
            **dict(zip(cube.block, key, strict=True)),
            **dimensions,
            cube.measure: None if value is None else self.rounded(value),
            "status": WITHHELD if value is None else TOLD,
        }
        return {name: row[name] for name in self.dataset.names() if name in row}

    def place_of(self, row: Mapping[str, Any]) -> Key:
        """The key of a row that was released before, as `Earlier` has it."""
        cube = self.cube
        told = [tuple(str(row[name]) for name in table) for table in cube.tables]
        place = next((n for n, each in enumerate(told) if ALL not in each), NO_TABLE)
        category = told[place] if place != NO_TABLE else ()
        return (*(str(row[name]) for name in cube.block), row["kode_kemendagri"], str(place), *category)
