"""What the further lists have in common: a desk with a clerk for each desa, files of a kecamatan, families by need."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from hub.simulator.areas import stable_random
from hub.simulator.defects import Clerk, Written, base_rates
from hub.simulator.enrolment import Entries
from hub.simulator.numbers import BoolArray, FloatArray, IntArray, NumberOffice, days
from hub.simulator.payrolls import area_texts, quoted
from hub.simulator.sink import joined
from hub.simulator.village import RESIDENT, Village, VillageScene, ages
from hub.simulator.workshop import Workshop

#: A number below this prime times anything but its multiples is another number below it.
_PRIME = 999_999_999_989


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk of one list in one desa: a random stream of its own, and a clerk with his own share of faults."""

    village: Village
    random: np.random.Generator
    clerk: Clerk
    rates: dict[str, float]

    def write(self, entries: Entries) -> Written:
        """The entries as the clerk writes them, with what the second month makes wrong about them."""
        written = self.clerk.write(entries)
        written.later = [_outdated(self.village, person) for person in entries.people]
        return written

    def homes(self) -> tuple[IntArray, FloatArray]:
        """Family by resident, and how well off each family seems to the list's makers (the lower, the poorer)."""
        residents = int((self.village.people.status == RESIDENT).sum())
        family = self.village.first.family[:residents]
        score = np.array(self.village.cards.score[: int(family.max()) + 1])
        return family, score + self.random.normal(0, 0.45, len(score))

    def holders(self, share: float, without: Sequence[int] = (), from_age: float = 18) -> list[int]:
        """The poorest families, one living adult each: the wife where there is one; none of some persons' families."""
        family, score = self.homes()
        first, adult = self.village.first, ages(self.village.people, self.village.today) >= from_age
        barred = {int(first.family[person]) for person in without}
        order = [home for home in np.argsort(score, kind="stable").tolist() if home not in barred]
        found = []
        for home in order[: round(share * len(score))]:
            start, end = np.searchsorted(family, [home, home + 1]).tolist()
            members = [i for i in range(start, end) if first.alive[i] and adult[i]]
            wives = [i for i in members if first.relation[i] == 3]
            found += (wives or members)[:1]
        return sorted(found)

    def dead(self, among: int) -> list[int]:
        """The dead whom a list of so many still names."""
        buried = np.flatnonzero(self.village.first.listed & ~self.village.first.alive)
        wanted = min(len(buried), int(self.random.poisson(among * self.rates["dead_listed"])))
        found: list[int] = self.random.choice(buried, wanted, replace=False).tolist()
        return found

    def few(self, people: Sequence[int], rate: float) -> BoolArray:
        """Which of some people a rare thing befalls."""
        hit: BoolArray = self.random.random(len(people)) < rate
        return hit


def desk(shop: Workshop, village: Village, name: str) -> Desk:
    """The desk of a list in a desa; its stream hangs on the list, the seed and the desa alone."""
    random = stable_random("list", name, shop.plan.seed, village.desa.code)
    code, position = shop.kecamatan.file_code, shop.kecamatan.position
    office = NumberOffice(int(code), position, len(shop.area.kecamatan))
    today = days(shop.plan.base_date)
    scene = VillageScene(shop.plan, shop.area, shop.kecamatan, village.desa, office, random, today)
    return Desk(village, random, Clerk(scene, village), base_rates(shop.plan.preset))


def listed(people: Sequence[int], months: int = 3, kind: str = "") -> Entries:
    """Entries for people, all in the same months, with one kind of oddity if any."""
    entries = Entries()
    for person in people:
        entries.add(person, months, "", *([kind] if kind else []))
    return entries


#: The cells of an entry (its position) in a month; None where it does not stand in the file.
Cells = Callable[[int, int], Sequence[str] | None]


class FormFile:
    """One CSV file a kecamatan and month, with a row an entry.

    Args:
        shop: Of the kecamatan.
        source: Name of the list.
        heads: The header.
        names: Name of the file by month; months beyond the plan are left out.
        delimiter: Between cells.
        mark: Bytes before the header.
    """

    def __init__(
        self,
        shop: Workshop,
        source: str,
        heads: Sequence[str],
        names: Mapping[int, str],
        delimiter: str = ";",
        mark: bytes = b"",
    ) -> None:
        head = mark + (delimiter.join(heads) + "\n").encode()
        self._delimiter = delimiter
        self._sinks = {
            month: shop.text(source, month, name, head=head)
            for month, name in names.items()
            if month <= shop.plan.months
        }

    def add(self, village: Village, entries: Entries, written: Written, cells: Cells) -> None:
        """The rows of one desa in every month that has a file."""
        for month, sink in self._sinks.items():
            lines, people, kinds = [], [], []
            for i, person in enumerate(entries.people):
                row = cells(i, month) if entries.months[i] & month else None
                if row is None:
                    continue
                lines.append(self._delimiter.join(quoted(cell, self._delimiter) for cell in row))
                people.append(village.number(person))
                kinds.append(written.kinds_in(month, i) + odd_area(village, written, i))
            sink.add(lines, people, joined(kinds))


def monthly(shop: Workshop, source: str) -> dict[int, str]:
    """A file a month, with the month in its name."""
    code = shop.kecamatan.file_code
    return {month: f"{source}_{code}_{shop.plan.extract_date(month):%Y%m}.csv" for month in (1, 2)}


def odd_area(village: Village, written: Written, i: int) -> list[str]:
    """What is odd about the area of an entry, as the truth tells it."""
    return [written.area[i]] if area_texts(village, written.area[i])[2] else []


def kabupaten(village: Village) -> tuple[str, str]:
    """Province and kabupaten as lists write them."""
    return village.area.province.upper(), village.area.name.upper()


def address(village: Village, person: int) -> tuple[str, str, str]:
    """Street, RT and RW of a person's first card."""
    home = int(village.first.family[person])
    return village.cards.address[home], str(village.cards.rt[home]), str(village.cards.rw[home])


def scrambled(village: Village, person: int, salt: int = 7_919) -> int:
    """A number below a million million that is this person's alone and tells nothing."""
    return village.number(person) * salt % _PRIME


def bpjs_number(village: Village, person: int) -> str:
    """Thirteen digits of a participant of the health insurance."""
    return f"9{scrambled(village, person):012d}"


def card_number(village: Village, person: int) -> str:
    """Sixteen digits of a welfare card; it begins like no bank's and ends in 9000-9999."""
    return f"{scrambled(village, person, 104_729):012d}{9000 + village.number(person) % 1000}"


def account_number(village: Village, person: int) -> str:
    """Fifteen digits of an account, of no bank's shape."""
    return f"900{scrambled(village, person, 1_299_709):012d}"


def register_number(village: Village, person: int) -> str:
    """The idsemesta of a person."""
    return str(900_000_000_000 + scrambled(village, person, 15_485_863) % 99_999_999_977)


def _outdated(village: Village, person: int) -> list[str]:
    """What month 2 made wrong about an entry that nobody rewrote: a death, a move."""
    first, second = village.first, village.second
    if not first.listed[person]:
        return []
    died, moved = (
        first.alive[person] and not second.alive[person],
        first.family[person] != second.family[person],
    )
    return [*(["dead_listed"] if died else []), *(["kk_old"] if moved else [])]
