"""What the further lists share: a stream of their own, and a file a month of rows that stand in some months."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from hub.simulator.areas import stable_random
from hub.simulator.numbers import BoolArray, IntArray, NumberOffice
from hub.simulator.payrolls import quoted
from hub.simulator.sink import joined
from hub.simulator.village import RESIDENT, Village, VillageScene, ages
from hub.simulator.workshop import Workshop

BOTH = 3


@dataclass(slots=True)
class Row:
    """A row of a list: its cells, the person it is about, its months (bit 1, bit 2), and what is odd about it.

    A row about nobody (an institution) bears the person number 0 of its desa.
    """

    cells: Sequence[str]
    person: int
    months: int = BOTH
    kinds: list[str] = field(default_factory=list)


class Roster:
    """The file of one list and kecamatan, in each month, with `;` and one header line."""

    def __init__(self, shop: Workshop, source: str, head: str, name: Callable[[int], str]) -> None:
        self.shop, self.source = shop, source
        self.months = tuple(range(1, shop.plan.months + 1))
        self._sinks = {
            month: shop.text(source, month, name(month), head=f"{head}\n".encode()) for month in self.months
        }

    def scene(self, village: Village) -> VillageScene:
        """The desa with a random stream that is this list's alone."""
        shop = self.shop
        random = stable_random("list", self.source, shop.plan.seed, village.desa.code)
        office = NumberOffice(
            int(shop.kecamatan.file_code), shop.kecamatan.position, len(shop.area.kecamatan)
        )
        return VillageScene(shop.plan, shop.area, shop.kecamatan, village.desa, office, random, village.today)

    def write(self, village: Village, rows: Iterable[Row]) -> None:
        """The rows of one desa, in order."""
        found = list(rows)
        for month, sink in self._sinks.items():
            here = [row for row in found if row.months & month]
            sink.add(
                [";".join(quoted(cell, ";") for cell in row.cells) for row in here],
                [village.number(row.person) for row in here],
                joined(row.kinds for row in here),
            )


def grown_ups(village: Village, youngest: float = 18.0) -> IntArray:
    """Living residents of an age in years and above, by index."""
    people = village.people
    old: BoolArray = ages(people, village.today) >= youngest
    here = (people.status == RESIDENT) & village.first.listed & village.first.alive
    return np.flatnonzero(here & old)


def some(random: np.random.Generator, pool: IntArray, share: float, least: int = 0) -> list[int]:
    """Members of a pool, each taken with a chance, in order; `least` of them in any case."""
    taken = random.random(len(pool)) < share
    lacking = least - int(taken.sum())
    if lacking > 0:
        free = np.flatnonzero(~taken)
        taken[random.choice(free, min(lacking, len(free)), replace=False)] = True
    chosen: list[int] = pool[taken].tolist()
    return chosen


def turned_over(random: np.random.Generator) -> int:
    """In which months a row stands: nearly all in both."""
    luck = random.random()
    return 1 if luck < 0.008 else 2 if luck < 0.016 else BOTH
