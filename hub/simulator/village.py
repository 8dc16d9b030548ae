"""One desa with its people, as the truth knows them: arrays by person, lists by family."""

from dataclasses import dataclass, field

import numpy as np

from hub.simulator.areas import AreaPlan, DesaPlan, KecamatanPlan
from hub.simulator.numbers import BoolArray, FloatArray, IntArray, NumberOffice
from hub.simulator.plan import Plan

RESIDENT, NEWBORN, ELSEWHERE, UNKNOWN = 0, 1, 2, 3

#: Room for the people of one desa in a person number: number of the desa, then seven digits.
PERSONS_PER_DESA = 10_000_000


@dataclass(slots=True)
class FamilyCards:
    """Family cards, by index: a move or a split adds a card, it never rewrites one.

    `score` is the hidden welfare of the family: the lower, the poorer.
    """

    number: list[int] = field(default_factory=list)
    former: list[int] = field(default_factory=list)
    area: list[str] = field(default_factory=list)
    address: list[str] = field(default_factory=list)
    rt: list[int] = field(default_factory=list)
    rw: list[int] = field(default_factory=list)
    hamlet: list[str] = field(default_factory=list)
    score: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        """How many cards there are."""
        return len(self.number)


@dataclass(slots=True)
class Register:
    """What the register says of each person in one month.

    `changed` and `card` (print date of the identity card, 0 = none) are days since 1970-01-01.
    """

    listed: BoolArray
    family: IntArray
    relation: IntArray
    alive: BoolArray
    changed: IntArray
    card: IntArray

    def copy(self) -> "Register":
        """A register that can be changed apart."""
        return Register(
            self.listed.copy(),
            self.family.copy(),
            self.relation.copy(),
            self.alive.copy(),
            self.changed.copy(),
            self.card.copy(),
        )


@dataclass(slots=True)
class People:
    """What never changes about a person. `status` is RESIDENT, NEWBORN, ELSEWHERE or UNKNOWN."""

    status: IntArray
    sex: IntArray
    birth: IntArray
    married: IntArray
    faith: IntArray
    schooling: IntArray
    work: IntArray
    disability: IntArray
    twin: BoolArray
    nik: IntArray
    name: list[str]
    mother: list[str]
    father: list[str]
    mother_nik: IntArray
    father_nik: IntArray
    namesake: BoolArray

    def __len__(self) -> int:
        """How many people there are, of every status."""
        return len(self.nik)


@dataclass(slots=True)
class Village:
    """A desa complete with both months of its register.

    `shown_nik` is the NIK the register prints: a few wives stand there under their husband's. `today` is
    the day of the first extract, in days since 1970-01-01.
    """

    today: int
    area: AreaPlan
    kecamatan: KecamatanPlan
    desa: DesaPlan
    people: People
    cards: FamilyCards
    first: Register
    second: Register
    shown_nik: IntArray
    borrowed_nik: BoolArray

    def register(self, month: int) -> Register:
        """The register of month 1 or 2."""
        return self.first if month == 1 else self.second

    def number(self, person: int) -> int:
        """The person's true number, unique over the run."""
        return self.desa.number * PERSONS_PER_DESA + person


@dataclass(frozen=True, slots=True)
class VillageScene:
    """What the making of a village needs: its plan, place, numbers and random stream."""

    plan: Plan
    area: AreaPlan
    kecamatan: KecamatanPlan
    desa: DesaPlan
    office: NumberOffice
    random: np.random.Generator
    today: int

    def planted(self, per_persons: int) -> int:
        """How many of a hard case to plant: one in so many persons, and at least one in a hard desa."""
        expected = int(self.random.poisson(self.desa.persons / per_persons))
        return max(expected, 1) if self.desa.hard else expected


def ages(people: People, day: int) -> FloatArray:
    """Ages in years on a day."""
    return (day - people.birth) / 365.25
