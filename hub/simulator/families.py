"""Families of a village: who lives together, of what age and sex, as matrices.

One row a family, nine slots: head, spouse, five children, an elder, a grandchild. Calibrated on the
field report 7.2 (SP2020 and KK figures): mean size 3.1, 23 % under 15, 6 % over 64.
"""

from dataclasses import dataclass

import numpy as np

from hub.simulator.numbers import BoolArray, FloatArray, IntArray

SLOTS = 9
HEAD, SPOUSE, FIRST_CHILD, ELDER, GRANDCHILD = 0, 1, 2, 7, 8
CHILDREN = slice(FIRST_CHILD, ELDER)

_AGE_FROM = np.array([20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80])
_AGE_WEIGHT = np.array([3.0, 8.0, 11.5, 12.5, 13.0, 12.0, 11.0, 9.5, 8.0, 5.5, 3.5, 2.0, 1.5])


@dataclass(slots=True)
class Families:
    """Members by family and slot: present, age in days, sex (1 male, 2 female), SHDK, marital code."""

    present: BoolArray
    age: IntArray
    sex: IntArray
    relation: IntArray
    married: IntArray
    twin: BoolArray


def draw_families(random: np.random.Generator, count: int) -> Families:
    """Families of a village.

    Marital codes: 1 never, 2 married, 3 divorced, 4 widowed (Dukcapil).
    """
    start = random.choice(_AGE_FROM, count, p=_AGE_WEIGHT / _AGE_WEIGHT.sum())
    age = np.zeros((count, SLOTS))
    age[:, HEAD] = start + random.random(count) * 5
    age[start == 80, HEAD] += random.random(int((start == 80).sum())) * 10
    woman = random.random(count) < 0.06 + 0.004 * (age[:, HEAD] - 20)
    couple = ~woman & (random.random(count) < np.clip(0.62 + (age[:, HEAD] - 20) * 0.03, 0, 0.94))
    age[:, SPOUSE] = np.maximum(17.5, age[:, HEAD] - np.clip(random.normal(3.5, 3.5, count), -5, 15))
    present = np.zeros((count, SLOTS), np.bool_)
    present[:, HEAD], present[:, SPOUSE] = True, couple
    mother = np.where(couple, age[:, SPOUSE], age[:, HEAD])
    may_bear = couple | (random.random(count) < 0.75)
    _add_children(random, age, present, mother, may_bear)
    twin = _add_twins(random, age, present)
    present[:, ELDER] = (age[:, HEAD] < 58) & (random.random(count) < 0.07)
    age[:, ELDER] = np.minimum(96, age[:, HEAD] + 21 + random.random(count) * 14)
    present[:, GRANDCHILD] = (age[:, HEAD] > 50) & (random.random(count) < 0.06)
    age[:, GRANDCHILD] = random.random(count) * 12
    sex = _draw_sex(random, woman, twin)
    return Families(
        present,
        (age * 365.25).astype(np.int64),
        sex,
        _relations(sex, age, random),
        _marital(random, age, sex, couple),
        twin,
    )


def _add_children(
    random: np.random.Generator, age: FloatArray, present: BoolArray, mother: FloatArray, may_bear: BoolArray
) -> None:
    count = len(age)
    fertile = np.clip((mother - 18) / 13, 0, 1)
    born = np.minimum(5, random.poisson(2.25 * fertile)) * may_bear
    last = np.minimum(mother, 42)[:, None]
    at_birth = 19 + random.random((count, 5)) ** 1.15 * np.maximum(0.3, last - 19)
    ages = -np.sort(-(mother[:, None] - at_birth), axis=1)
    stays = np.select([ages < 19, ages < 24, ages < 29, ages < 40], [1.0, 0.72, 0.38, 0.15], 0.04)
    there = (np.arange(5) < born[:, None]) & (random.random((count, 5)) < stays) & (ages > 0.02)
    age[:, CHILDREN], present[:, CHILDREN] = np.maximum(ages, 0.02), there


def _add_twins(random: np.random.Generator, age: FloatArray, present: BoolArray) -> BoolArray:
    """About one birth in eighty is of twins, who stand in neighbouring slots."""
    twin = np.zeros((len(age), SLOTS), np.bool_)
    chosen = np.flatnonzero(present[:, FIRST_CHILD] & (random.random(len(age)) < 0.012))
    age[chosen, FIRST_CHILD + 1] = age[chosen, FIRST_CHILD]
    for slot in (FIRST_CHILD, FIRST_CHILD + 1):
        present[chosen, slot] = True
        twin[chosen, slot] = True
    return twin


def _draw_sex(random: np.random.Generator, woman: BoolArray, twin: BoolArray) -> IntArray:
    sex = np.where(random.random((len(woman), SLOTS)) < 0.505, 1, 2).astype(np.int64)
    sex[:, HEAD] = np.where(woman, 2, 1)
    sex[:, SPOUSE] = 2
    sex[:, ELDER] = np.where(random.random(len(woman)) < 0.75, 2, 1)
    same = twin[:, FIRST_CHILD] & (random.random(len(woman)) < 0.7)
    sex[same, FIRST_CHILD + 1] = sex[same, FIRST_CHILD]
    return sex


def _relations(sex: IntArray, age: FloatArray, random: np.random.Generator) -> IntArray:
    relation = np.empty_like(sex)
    relation[:, HEAD], relation[:, SPOUSE], relation[:, CHILDREN] = 1, 3, 4
    relation[:, ELDER] = np.where(random.random(len(age)) < 0.55, 7, 8)
    relation[:, GRANDCHILD] = 6
    return relation


def _marital(random: np.random.Generator, age: FloatArray, sex: IntArray, couple: BoolArray) -> IntArray:
    married = np.ones_like(sex)
    alone = np.where(age[:, HEAD] < 30, 1, np.where(random.random(len(age)) < 0.65, 4, 3))
    married[:, HEAD] = np.where(couple, 2, alone)
    married[:, SPOUSE], married[:, ELDER] = 2, 4
    grown = (age[:, CHILDREN] > 26) & (random.random((len(age), 5)) < 0.12)
    married[:, CHILDREN] = np.where(grown, 3, 1)
    return married
