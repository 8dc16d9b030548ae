"""Exact links against the truth: nobody is merged with anybody, and no row is lost."""

from collections import Counter, defaultdict
from itertools import combinations

import pytest

from tests.evaluation.truth import Judged, Place

#: Kinds that leave NIK and name of a row as the register has them.
HARMLESS = frozenset(
    {"twin", "namesake", "kk_invalid", "kk_old", "birth_differs", "birth_heaped", "area_old", "area_bps",
     "nik_dressed", "dead_listed", "listed_twice", "excluded_overlap"}
)  # fmt: skip


def check_no_merge(judged: Judged) -> None:
    merged = {person: true for person, true in judged.true_persons().items() if len(true) > 1}
    assert len(merged) == 0
    assert len(judged.true_persons()) > 3_000


def check_every_row_once(judged: Judged) -> None:
    """Neither stored nor refused are identical repeats alone, each beside a stored row of the person."""
    assert max(Counter(judged.refused).values()) == 1
    assert not judged.stored.keys() & set(judged.refused)
    missing = judged.missing(1)
    assert Counter(place[0] for place in missing) == {k: n for k, n in judged.unchanged.items() if n}
    there = {(place[0], place[1], judged.truth[place].person) for place in judged.stored}
    assert [p for p in missing if (p[0], p[1], judged.truth[p].person) not in there] == []


def check_spouses(judged: Judged) -> None:
    """A wife under her husband's NIK is another person than he, and the hub is unsure of the two."""
    rows = judged.places("nik_spouse")
    assert len(rows) > 0
    for place in rows:
        wife = judged.stored[place]
        assert wife is not None
        assert judged.true_persons()[wife] == {judged.truth[place].person}
    doubted = {person for pair in judged.unsure for person in pair}
    assert len({judged.stored[place] for place in rows} & doubted) > 0


def check_look_alikes(judged: Judged, kind: str) -> None:
    """Those who share birth date and name, or nearly, stay apart, and each keeps her rows together."""
    sound = [place for place in judged.places(kind) if judged.truth[place].kinds <= HARMLESS]
    persons = judged.hub_persons(sound)
    assert len(persons) > 1
    for one, other in combinations(persons, 2):
        assert not persons[one] & persons[other]
    assert {true: len(found) for true, found in persons.items() if len(found) > 1} == {}


def check_sound_rows_are_linked(judged: Judged) -> None:
    """Rows with the NIK and the name of the register stand for one person, whatever else is wrong."""
    sound: dict[str, list[Place]] = defaultdict(list)
    for place in judged.stored:
        if judged.truth[place].kinds <= HARMLESS:
            sound[judged.truth[place].person].append(place)
    several = [places for places in sound.values() if len({place[0] for place in places}) > 1]
    assert len(several) > 100
    split = [places for places in several if len({judged.stored[place] for place in places}) > 1]
    assert split == []


def test_no_two_true_persons_are_one_person_of_the_hub(town: Judged) -> None:
    check_no_merge(town)


def test_every_emitted_row_is_a_record_a_repeat_or_in_quarantine_once(town: Judged) -> None:
    check_every_row_once(town)


def test_spouses_under_one_nik_are_two_and_in_doubt(town: Judged) -> None:
    check_spouses(town)


@pytest.mark.parametrize("kind", ["twin", "namesake"])
def test_look_alikes_stay_apart_and_whole(town: Judged, kind: str) -> None:
    check_look_alikes(town, kind)


def test_rows_that_agree_in_nik_and_name_stand_for_one_person(town: Judged) -> None:
    check_sound_rows_are_linked(town)


@pytest.mark.long
def test_a_town_of_twenty_thousand_holds_all_of_it(big_town: Judged) -> None:
    check_no_merge(big_town)
    check_every_row_once(big_town)
    check_spouses(big_town)
    check_look_alikes(big_town, "twin")
    check_look_alikes(big_town, "namesake")
    check_sound_rows_are_linked(big_town)
