"""How the families of a desa live and work, as a survey would find it: answers in the codes of Regsosek 2022.K.

Drawn from the hidden welfare of each family with some noise, from a stream of their own, so that every register
asks the same houses. Shares are made up after the look of rural Java (inference).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from hub.simulator.areas import stable_random
from hub.simulator.numbers import BoolArray, FloatArray, IntArray
from hub.simulator.village import Village, ages

#: Middle and spread of the hidden score over a kabupaten, from 20,000 simulated families.
_MIDDLE, _SPREAD = 0.25, 1.2
#: (code, upper share of families by welfare) for each question, from the poorest up.
_ANSWERS: dict[str, tuple[tuple[int, float], ...]] = {
    "tenure": ((3, 0.1), (1, 0.9), (2, 0.96), (4, 0.98), (1, 1.0)),
    "floor": ((8, 0.12), (6, 0.4), (4, 0.52), (2, 0.94), (1, 1.0)),
    "wall": ((4, 0.08), (3, 0.3), (2, 0.36), (1, 1.0)),
    "roof": ((7, 0.02), (3, 0.05), (4, 0.12), (2, 0.97), (1, 1.0)),
    "water": ((6, 0.08), (5, 0.35), (4, 0.7), (3, 0.85), (2, 0.98), (1, 1.0)),
    "light": ((4, 0.005), (2, 0.06), (1, 1.0)),
    "power": ((1, 0.45), (2, 0.8), (3, 0.95), (4, 0.99), (5, 1.0)),
    "fuel": ((10, 0.15), (4, 0.93), (2, 0.96), (12, 0.97), (3, 1.0)),
    "toilet": ((6, 0.06), (4, 0.1), (2, 0.16), (1, 1.0)),
    "closet": ((4, 0.1), (3, 0.15), (1, 1.0)),
    "disposal": ((3, 0.06), (4, 0.15), (1, 1.0)),
}
#: Share of families without each of the fourteen goods of question 502, the poorest first.
_WITHOUT = (0.8, 0.35, 0.95, 0.985, 0.97, 0.5, 0.6, 0.8, 0.15, 0.45, 0.9, 0.99, 0.995, 0.25)
_RELATION = np.array([0, 1, 2, 2, 3, 4, 5, 6, 6, 8, 7, 8])
_DIPLOMA = np.array([0, 23, 23, 3, 8, 13, 18, 18, 19, 21, 22])
#: Industry (417) and status (418) by Dukcapil occupation; the rest work as private employees in trade.
_JOBS = {
    5: (20, 5), 6: (20, 5), 7: (20, 5), 9: (1, 1), 11: (4, 1), 12: (8, 4), 13: (11, 7), 14: (13, 4), 15: (12, 4),
    16: (9, 5), 19: (11, 7), 20: (1, 6), 27: (8, 1), 30: (8, 1), 65: (21, 4), 73: (22, 4), 81: (13, 4), 84: (12, 2),
    85: (20, 4), 88: (12, 1),
}  # fmt: skip
_IDLE = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class Homes:
    """Answers by family card: housing questions by name, goods as booleans (families, 14), and ranks.

    `ruta` numbers the households: families at one address share theirs.
    """

    answers: dict[str, IntArray]
    floor_area: IntArray
    goods: BoolArray
    percentile: IntArray
    ruta: IntArray

    @property
    def desil(self) -> IntArray:
        """1 poorest to 10."""
        found: IntArray = (self.percentile + 9) // 10
        return found


@dataclass(frozen=True, slots=True)
class Lives:
    """Answers by person; 0 where a question is not asked of that age or job."""

    relation: IntArray
    school: IntArray
    diploma: IntArray
    works: IntArray
    industry: IntArray
    status: IntArray
    business: BoolArray
    turnover: IntArray
    licence: IntArray
    illness: IntArray
    nutrition: IntArray
    cover: IntArray
    papers: IntArray


def homes_of(village: Village, seed: int) -> Homes:
    """The houses of all cards of a desa."""
    random = stable_random("homes", seed, village.desa.code)
    cards = village.cards
    rank = (np.array(cards.score) - _MIDDLE) / _SPREAD
    share = 1 / (1 + np.exp(-1.702 * rank))
    answers = {name: _pick(random, share, table) for name, table in _ANSWERS.items()}
    goods = np.stack([_noisy(random, share) > without for without in _WITHOUT], axis=1)
    area = np.maximum(12, (24 + 90 * _noisy(random, share)).astype(np.int64))
    apart = np.array([True] + [cards.address[i] != cards.address[i - 1] for i in range(1, len(cards))])
    percentile = np.clip(np.ceil(100 * share), 1, 100).astype(np.int64)
    return Homes(answers, area, goods, percentile, np.cumsum(apart[: len(cards)]))


def _noisy(random: np.random.Generator, share: FloatArray) -> FloatArray:
    """Welfare shares with some luck; still spread evenly over 0 to 1."""
    mixed: FloatArray = np.abs((share + random.normal(0, 0.18, len(share)) + 1) % 2 - 1)
    return mixed


def _pick(random: np.random.Generator, share: FloatArray, table: Sequence[tuple[int, float]]) -> IntArray:
    codes = np.array([code for code, _ in table])
    bounds = np.array([upper for _, upper in table[:-1]])
    found: IntArray = codes[np.searchsorted(bounds, _noisy(random, share), side="right")]
    return found


def lives_of(village: Village, seed: int, day: int) -> Lives:
    """The people of a desa as found on a day (days since 1970-01-01)."""
    random = stable_random("lives", seed, village.desa.code)
    people, count = village.people, len(village.people)
    age = ages(people, day)
    works = (age >= 15) & ~np.isin(people.work, _IDLE)
    job = np.array([_JOBS.get(code, (12, 4)) for code in range(100)])[people.work]
    business = works & np.isin(job[:, 1], (1, 2, 3))
    luck = random.random((count, 6))
    school = np.select([age < 5, age < 7, age < 18.5, people.schooling == 1], [0, 1, 2, 1], 3)
    return Lives(
        relation=_RELATION[village.first.relation],
        school=school,
        diploma=np.where(age < 5, 0, _DIPLOMA[people.schooling]),
        works=np.where(age < 5, 0, np.where(works, 1, 2)),
        industry=np.where(works, job[:, 0], 0),
        status=np.where(works, job[:, 1], 0),
        business=business,
        turnover=np.where(business, 1 + (luck[:, 0] > 0.75) + (luck[:, 0] > 0.94), 0),
        licence=np.where(business, np.where(luck[:, 1] < 0.12, 4, 11), 0),
        illness=np.where(luck[:, 2] < age / 500, 2 + (luck[:, 2] * 997).astype(np.int64) % 5, 1),
        nutrition=np.where(age < 5, np.select([luck[:, 3] < 0.05, luck[:, 3] < 0.18], [1, 2], 3), 0),
        cover=np.select([luck[:, 4] < 0.34, luck[:, 4] < 0.5, luck[:, 4] < 0.66], [1, 2, 4], 0),
        papers=np.where(age >= 17, 4, 0)
        + (luck[:, 5] < np.where(age < 30, 0.9, 0.5))
        + 2 * ((age < 17) & (luck[:, 5] < 0.4)),
    )


def surveyed(village: Village, day: int) -> IntArray:
    """The residents whom a survey on a day could find: born by then, and dead, if at all, only later."""
    first = village.first
    found: IntArray = np.flatnonzero(
        first.listed & (village.people.birth <= day) & (first.alive | (first.changed > day))
    )
    return found
