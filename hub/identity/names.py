"""Decides, for one NIK that stands under several names, which names are one person."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import NamedTuple

from hub.domain.names import keys_agree


class NameOfNik(NamedTuple):
    """One name (form for matching) under which a NIK stands.

    `person_id` is set for a person that exists (`known`) and for a new name that equals a known person's.
    """

    nik: str
    name_key: str | None
    person_id: int | None
    known: bool


class Decision(NamedTuple):
    """Where a new name belongs: to a person that exists, or to the person that the leader's name founds."""

    nik: str
    name_key: str
    person_id: int | None
    leader: str | None


def settle(names: Iterable[NameOfNik]) -> list[Decision]:
    """Decisions for the new names that agree with another name of their NIK; the rest found persons of their own.

    Args:
        names: Ordered by NIK; the order within a NIK decides nothing.
    """
    decisions: list[Decision] = []
    for nik, group in groupby(names, key=lambda name: name.nik):
        decisions.extend(_settle_one(nik, list(group)))
    return decisions


def _settle_one(nik: str, names: list[NameOfNik]) -> Iterator[Decision]:
    """A new name joins the one known person it agrees with, else the one leading new name it agrees with.

    A name that agrees with several stays alone: which of them it is cannot be told from the name.
    """
    known = {(name.name_key, name.person_id) for name in names if name.person_id is not None}
    fresh = {name.name_key for name in names if name.person_id is None and name.name_key}
    leaders: list[str] = []
    for key in sorted(fresh, key=lambda key: (-len(key.split()), -len(key), key)):
        persons = {person for other, person in known if other and keys_agree(key, other)}
        ahead = [leader for leader in leaders if keys_agree(key, leader)]
        if len(persons) == 1:
            yield Decision(nik, key, persons.pop(), None)
        elif not persons and len(ahead) == 1:
            yield Decision(nik, key, None, ahead[0])
        else:
            leaders.append(key)
