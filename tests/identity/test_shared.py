"""Who of those under one number of a register are one person, by what their records say alone."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.names import keys_agree
from hub.identity.names import NameOfNik, settle
from hub.identity.shared import Bearer, Beside, Kind, Says, parts, proposals

NISN, PKH = Kind("nisn", personal=True, score=0.99), Kind("pkh", personal=False, score=0.9)
BORN, LINKED = date(2010, 5, 1), 0.98
NAMES = ("SITI AMINAH", "SITI AMINAH RAHAYU", "SITI AMINAH LESTARI", "BUDI SANTOSO")


def says(
    name: str = NAMES[0],
    born: date | None = BORN,
    sex: str | None = "P",
    nik: str | None = None,
    register: str | None = None,
    families: tuple[str, ...] = (),
) -> Says:
    return Says(name, born, sex, nik, register, frozenset(families))


def found(
    told: Sequence[Says], kind: Kind = NISN, order: Iterable[int] | None = None
) -> dict[tuple[int, int], float | None]:
    """Score of each pair by the place of its bearers in the list; mentions are numbered in another order."""
    numbers = list(order or range(len(told)))
    places = {number: place for place, number in enumerate(numbers)}
    bearers = [Bearer(number, each) for number, each in zip(numbers, told, strict=True)]
    return {
        (min(pair), max(pair)): each.score
        for each in proposals(kind, bearers)
        for pair in [(places[each.one], places[each.other])]
    }  # fmt: skip


@pytest.mark.parametrize(
    ("other", "score", "verdicts"),
    [
        (says(), 0.99, {"birth_date": "equal", "sex": "equal"}),
        (says(born=None, sex=None), 0.89, {}),
        (says(born=date(2010, 1, 5)), 0.98, {"birth_date": "near", "sex": "equal"}),
        (says(born=date(2010, 1, 1)), 0.98, {"birth_date": "near", "sex": "equal"}),
        (says(born=date(2011, 5, 1)), 0.98, {"birth_date": "near", "sex": "equal"}),
        (says(born=date(2010, 5, 2)), 0.74, {"birth_date": "other", "sex": "equal"}),
        (says(sex="L"), 0.74, {"birth_date": "equal", "sex": "other"}),
        (says("BUDI SANTOSO"), None, {"birth_date": "equal", "sex": "equal"}),
    ],
)
def test_what_differs_takes_more_than_what_is_not_stated(
    other: Says, score: float | None, verdicts: dict[str, str]
) -> None:
    assert found([says(), other]) == {(0, 1): score}
    assert Beside(NISN, says(), other).verdicts == verdicts


def test_a_family_that_both_name_stands_in_for_a_birth_date_and_never_for_a_number() -> None:
    one, other = says(families=("kk:1",)), says(born=None, families=("kk:1", "idbdt:7"))
    assert found([one, other]) == {(0, 1): LINKED}
    assert found([one, other._replace(families=frozenset({"kk:2"}))]) == {(0, 1): 0.89}
    assert found([one, says(families=("kk:1",), nik="2")], PKH) == {(0, 1): 0.9}
    assert found([one, says("BUDI SANTOSO")], PKH) == {}


def test_what_the_register_says_of_the_numbers_counts() -> None:
    one, other = says(nik="1"), says(nik="2")
    assert found([one, other]) == {(0, 1): 0.74}
    assert found([one, other._replace(register="refused")]) == {(0, 1): 0.99}
    assert found([each._replace(register="confirmed") for each in (one, other)]) == {(0, 1): None}


def test_a_name_or_a_number_between_two_that_differ_joins_neither() -> None:
    assert found([says(name) for name in NAMES[:3]]) == {(0, 1): 0.9, (0, 2): 0.9, (1, 2): None}
    assert found([says(), says(nik="1"), says(nik="2")]) == {(0, 1): 0.9, (0, 2): 0.9, (1, 2): 0.74}


def test_wordings_of_one_number_are_left_to_the_exact_stage_and_speak_together() -> None:
    told = [says(nik="1", born=date(1990, 2, 3)), says(nik="1"), says()]
    assert found(told) == {(1, 2): 0.99}


TOLD = st.lists(
    st.builds(
        says,
        st.sampled_from(NAMES),
        st.sampled_from([None, BORN, date(2010, 1, 5), date(1985, 3, 7)]),
        st.sampled_from([None, "P"]),
        st.sampled_from([None, "1", "2"]),
        register=st.sampled_from([None, "refused", "confirmed"]),
        families=st.sampled_from([(), ("kk:1",)]),
    ),
    min_size=2,
    max_size=6,
)


def persons(told: Sequence[Says], scores: dict[tuple[int, int], float | None]) -> list[list[int]]:
    """Who is one person under the exact links and those by this number."""
    linked = {pair for pair, score in scores.items() if score is not None and score >= LINKED}
    names = sorted({NameOfNik(each.nik, each.name, None, known=False) for each in told if each.nik})
    leaders = {(each.nik, each.name_key): each.leader for each in settle(names)}
    led = [each.nik and (each.nik, leaders.get((each.nik, each.name)) or each.name) for each in told]
    return parts(
        range(len(told)),
        lambda one, other: (one, other) in linked or (led[one] is not None and led[one] == led[other]),
    )


@given(told=TOLD, data=st.data())
def test_order_of_arrival_changes_nobody(told: list[Says], data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(told))))
    assert persons(told, found(told)) == persons(told, found(told, order=order))


@given(told=TOLD)
def test_a_number_makes_one_person_of_none_who_contradict_each_other(told: list[Says]) -> None:
    """But for wordings of one NIK, which the exact stage has judged already."""
    for part in persons(told, found(told)):
        for one, other in combinations([told[place] for place in part], 2):
            assert keys_agree(one.name, other.name)
            if "refused" not in (one.register, other.register):
                assert one.nik is None or other.nik is None or one.nik == other.nik


@given(pairs=st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1])))
def test_parts_are_the_components(pairs: set[tuple[int, int]]) -> None:
    label: dict[int, set[int]] = defaultdict(set)
    for at in range(8):
        label[at] = {at}
    for one, other in pairs:
        whole = label[one] | label[other]
        for member in whole:
            label[member] = whole
    expected = sorted({tuple(sorted(members)) for members in label.values()})
    assert [tuple(part) for part in parts(range(8), lambda one, other: (one, other) in pairs)] == expected
