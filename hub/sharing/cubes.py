"""A cube counted and made safe: its cells as rows, block by block, so that memory holds one block."""

from collections.abc import AsyncIterator, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from typing import Any

from hub.registry.datasets import Cube, Dataset, Limits
from hub.sharing.disclosure.blocks import KABUPATEN, TOTAL, Block, Cell, Protected, Unsafe, protect, small
from hub.sharing.earlier import Earlier, Key, Row
from hub.sharing.facts import statement
from hub.sharing.places import Place
from hub.store.sql import AsyncConnection, text

NO_TABLE = -1
ALL = "_T"
"""Code of a dimension that a row does not tell apart (SDMX: total)."""
WITHHELD, TOLD = "c", "A"
"""Status of a cell, as SDMX's CL_OBS_STATUS and CL_CONF_STATUS write it."""


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


@dataclass
class CubeRows:
    """The rows of one cube, in order.

    Args:
        dataset: With its `cube`.
        limits: Of disclosure.
        period: `2026-11`.
        day: Day (WIB) on which it counts.
        places: Areas that are told.
        earlier: What was released before.
        forced: Cells that other data sets withhold, by their keys.
    """

    dataset: Dataset
    limits: Limits
    period: str
    day: date
    places: Mapping[int, Place]
    earlier: Earlier = field(default_factory=Earlier)
    forced: Collection[Key] = ()
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
        kept = {cell for cell in told if self._key(block.key, cell) in self.earlier.kept}
        done = protect(Block(totals, tables), self.limits.k, self._unsafe(block), kept)
        self.tally.add(done)
        for cell, value in told.items():
            key = self._key(block.key, cell)
            self.earlier.check(self.dataset.name, key, self.rounded(value), hidden=cell in done.hidden)
        return done.hidden

    def _unsafe(self, block: Counted) -> Unsafe:
        few = small(self.limits.k)

        def unsafe(cell: Cell, value: int) -> bool:
            key = self._key(block.key, cell)
            return few(cell, value) or key in self.forced or self.earlier.hides(key)

        return unsafe

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
        step = 1 if self.dataset.protect == "open" else self.limits.round_to
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
