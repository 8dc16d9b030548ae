"""Draws the faults of the lists, and nothing else does: no module of the hub may import this one.

Rates by row stand in the field report 7.3 (BPK 2020 and 2024, published match shares; the rest is
inference). They cluster: each desa draws its own rates from a beta distribution around them, and what
a spreadsheet breaks is broken by file.
"""

from dataclasses import dataclass

import numpy as np

from hub.errors import InputError
from hub.simulator.areas import stable_random
from hub.simulator.enrolment import Entries
from hub.simulator.numbers import iso_dates
from hub.simulator.plan import Plan
from hub.simulator.spelling import respell
from hub.simulator.village import Village, VillageScene

#: Share of rows by preset. `nik_invalid` and `nik_unmatched` together are the published unmatched share.
RATES: dict[str, dict[str, float]] = {
    "2019": {
        "nik_invalid": 0.10,
        "nik_unmatched": 0.45,
        "nik_spouse": 0.004,
        "nik_duplicate": 0.001,
        "nik_kk_swapped": 0.002,
        "nik_dressed": 0.01,
        "kk_invalid": 0.17,
        "kk_old": 0.03,
        "name_blank": 0.00006,
        "name_variant": 0.12,
        "birth_differs": 0.04,
        "area_old": 0.05,
        "area_bps": 0.01,
        "dead_listed": 0.015,
    },
    "2024": {
        "nik_invalid": 0.005,
        "nik_unmatched": 0.01,
        "nik_spouse": 0.002,
        "nik_duplicate": 0.0002,
        "nik_kk_swapped": 0.001,
        "nik_dressed": 0.004,
        "kk_invalid": 0.01,
        "kk_old": 0.03,
        "name_blank": 0.0,
        "name_variant": 0.08,
        "birth_differs": 0.02,
        "area_old": 0.02,
        "area_bps": 0.01,
        "dead_listed": 0.012,
    },
}

#: How tightly the desa crowd around a rate: the two beta parameters sum to this.
CROWDING = 40.0

_NIK_FAULTS = ("nik_invalid", "nik_unmatched", "nik_spouse", "nik_duplicate", "nik_kk_swapped", "nik_dressed")


@dataclass(frozen=True, slots=True)
class FileDamage:
    """What a spreadsheet did to one file: `number` turned the 16th digit to 0, `scientific` left 6 digits."""

    manner: str


@dataclass(slots=True)
class Written:
    """Entries as the clerk wrote them; `area` is plain, area_old or area_bps by entry."""

    nik: list[str]
    kk: list[str]
    name: list[str]
    birth: list[str]
    area: list[str]
    kinds: list[list[str]]
    later: list[list[str]]

    def kinds_in(self, month: int, entry: int) -> list[str]:
        """What is wrong with an entry in a month; in month 2 also what the month made wrong."""
        return self.kinds[entry] + (self.later[entry] if month == 2 else [])


def base_rates(preset: str) -> dict[str, float]:
    """The rates of a preset.

    Raises:
        InputError: No such preset.
    """
    if preset not in RATES:
        raise InputError("preset_unknown", f"The preset must be one of {', '.join(RATES)}.")
    return RATES[preset]


def desa_rates(preset: str, random: np.random.Generator) -> dict[str, float]:
    """The rates of one desa, drawn around those of the preset."""
    return {
        kind: float(random.beta(rate * CROWDING, (1 - rate) * CROWDING)) if rate else 0.0
        for kind, rate in base_rates(preset).items()
    }


def file_damage(plan: Plan, source: str, position: int, kecamatan: int) -> FileDamage | None:
    """What happened to the file of a kecamatan: 1 % of files are damaged, and one of each source always."""
    luck = stable_random("damage", plan.seed, source)
    manner = ("number", "scientific")[int(luck.integers(0, 2))]
    if position == int(luck.integers(0, kecamatan)):
        return FileDamage("number" if source == "pkh" else "scientific")
    hit = stable_random("damage", plan.seed, source, position).random() < 0.01
    return FileDamage(manner) if hit else None


class Clerk:
    """Writes the entries of one desa, with that desa's own share of faults."""

    def __init__(self, scene: VillageScene, village: Village) -> None:
        self._scene, self._village = scene, village
        self._random = scene.random
        self._rates = desa_rates(scene.plan.preset, scene.random)

    def write(self, entries: Entries) -> Written:
        """The entries as text, each with the kinds of what is wrong in it."""
        people, cards, first = self._village.people, self._village.cards, self._village.first
        chosen = np.array(entries.people, np.int64)
        births = iso_dates(people.birth[chosen]) if len(chosen) else []
        written = Written(
            [str(nik) for nik in people.nik[chosen].tolist()],
            [str(cards.number[family]) for family in first.family[chosen].tolist()],
            [people.name[person] for person in entries.people],
            births,
            ["plain"] * len(entries),
            [list(kinds) for kinds in entries.kinds],
            [[] for _ in entries.kinds],
        )
        self._mark_people(entries, written)
        for i in self._rows_with_kk_old(entries):
            written.kk[i] = str(cards.former[int(first.family[entries.people[i]])])
        self._fault_niks(entries, written)
        self._fault_rest(entries, written)
        return written

    def _mark_people(self, entries: Entries, written: Written) -> None:
        people = self._village.people
        for i, person in enumerate(entries.people):
            if people.twin[person]:
                written.kinds[i].append("twin")
            if people.namesake[person]:
                written.kinds[i].append("namesake")

    def _rows_with_kk_old(self, entries: Entries) -> list[int]:
        return [i for i, kinds in enumerate(entries.kinds) if "kk_old" in kinds]

    def _hit(self, kind: str, count: int) -> list[int]:
        found: list[int] = np.flatnonzero(self._random.random(count) < self._rates[kind]).tolist()
        return found

    def _fault_niks(self, entries: Entries, written: Written) -> None:
        """At most one fault a NIK; wives in a hard desa surely stand once under the husband's number."""
        count = len(entries)
        luck = self._random.random(count).tolist()
        marks: list[str] = [""] * count
        for i, each in enumerate(luck):
            reach = 0.0
            for kind in _NIK_FAULTS:
                reach += self._rates[kind]
                if each < reach:
                    marks[i] = kind
                    break
        wives = [i for i, person in enumerate(entries.people) if self._husband(person) is not None]
        if self._scene.desa.hard and wives and "nik_spouse" not in marks:
            marks[wives[0]] = "nik_spouse"
        for i, kind in enumerate(marks):
            if kind and self._fault_nik(kind, i, entries, written):
                written.kinds[i].append(kind)

    def _fault_nik(self, kind: str, i: int, entries: Entries, written: Written) -> bool:
        nik = written.nik[i]
        if kind == "nik_spouse":
            husband = self._husband(entries.people[i])
            if husband is None:
                return False
            written.nik[i] = str(self._village.people.nik[husband])
        elif kind == "nik_duplicate":
            other = int(self._random.integers(0, len(entries)))
            if entries.people[other] == entries.people[i]:
                return False
            written.nik[i] = str(self._village.people.nik[entries.people[other]])
        elif kind == "nik_kk_swapped":
            written.nik[i], written.kk[i] = written.kk[i], nik
        else:
            change = {
                "nik_invalid": self._invalid,
                "nik_unmatched": self._mistyped,
                "nik_dressed": self._dressed,
            }
            written.nik[i] = change[kind](nik)
            return written.nik[i] != nik
        return True

    def _husband(self, person: int) -> int | None:
        first = self._village.first
        if first.relation[person] != 3 or not first.listed[person]:
            return None
        head = int(np.searchsorted(first.family[first.listed], first.family[person]))
        return head if head != person else None

    def _invalid(self, nik: str) -> str:
        """A number that no rule of the NIK allows."""
        pick = int(self._random.integers(0, 9))
        return (
            nik[:15],
            "0000000000000000",
            "9999999999999999",
            "",
            nik[:8] + "13" + nik[10:],
            nik[:12] + "0000",
            nik.replace("0", "O", 1),
            nik + "1",
            "-",
        )[pick]

    def _mistyped(self, nik: str) -> str:
        """A number that looks right and is not this person's: another serial, or another date."""
        pick = float(self._random.random())
        if pick < 0.6:
            return nik[:12] + str(int(self._random.integers(9000, 10_000)))
        day = int(nik[6:8])
        other = int(self._random.integers(1, 29)) + (40 if day > 40 else 0)
        year = nik[10:12] if pick < 0.85 else f"{(int(nik[10:12]) + 10) % 100:02d}"
        return f"{nik[:6]}{other:02d}{nik[8:10]}{year}{nik[12:]}"

    def _dressed(self, nik: str) -> str:
        """All digits are there, with something a spreadsheet put around them."""
        return (f"'{nik}", f"{nik}.0", f"\u00a0{nik}", f"{nik} ", f"{nik[:6]} {nik[6:12]} {nik[12:]}")[
            int(self._random.integers(0, 5))
        ]

    def _fault_rest(self, entries: Entries, written: Written) -> None:
        cards, first, count = self._village.cards, self._village.first, len(entries)
        for i in self._hit("kk_invalid", count):
            kk = written.kk[i]
            written.kk[i] = ("", kk[:15], "0", kk[:12] + "0000")[int(self._random.integers(0, 4))]
            written.kinds[i].append("kk_invalid")
        for i in self._hit("kk_old", count):
            if not {"kk_invalid", "kk_old", "nik_kk_swapped"} & set(written.kinds[i]):
                written.kk[i] = str(cards.former[int(first.family[entries.people[i]])])
                written.kinds[i].append("kk_old")
        for i in self._hit("name_variant", count):
            written.name[i] = respell(written.name[i], self._random)
            written.kinds[i].append("name_variant")
        for i in self._hit("name_blank", count):
            written.name[i] = ""
            written.kinds[i].append("name_blank")
        for kind in ("area_old", "area_bps"):
            for i in self._hit(kind, count):
                written.area[i] = kind
        self._fault_births(written)

    def _fault_births(self, written: Written) -> None:
        """Half of the wrong births are heaped on the first or the last day of the year."""
        for i in self._hit("birth_differs", len(written.birth)):
            year, month, day = written.birth[i].split("-")
            heaped = int(self._random.integers(0, 4))
            near = f"{year}-{month}-{1 + int(day) % 28:02d}"
            written.birth[i] = (f"{year}-01-01", f"{year}-12-31", near, f"{int(year) - 1}-{month}-{day}")[
                heaped
            ]
            if heaped == 3 and f"{month}-{day}" == "02-29":
                written.birth[i] = f"{int(year) - 1}-02-28"
