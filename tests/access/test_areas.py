"""Sets of areas meet as sets of keys do, and nothing but an explicit claim is the whole country."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.access.areas import NATIONAL, NOWHERE, AreaSet, areas_of
from hub.errors import InputError

CODES = ["33", "33.20", "33.20.01", "33.20.01.2001", "33.20.02", "33.21", "32", "34.02.03", "11.01"]
SETS = st.one_of(st.just(NATIONAL), st.sets(st.sampled_from(CODES), max_size=5).map(areas_of))
KEYS = [
    3320012001,
    3320012002,
    3320022001,
    3321012001,
    3200000000,
    3402032001,
    1101012001,
    3319999999,
    3320000000,
]


def reaches(areas: AreaSet, key: int) -> bool:
    return any(lo <= key <= hi for lo, hi in areas.ranges())


@given(SETS, SETS, st.sampled_from([0, *KEYS]))
def test_a_key_lies_in_the_meet_when_it_lies_in_both(one: AreaSet, other: AreaSet, key: int) -> None:
    assert reaches(one.meet(other), key) == (reaches(one, key) and reaches(other, key))
    assert one.meet(other) == other.meet(one)


def test_an_empty_set_reaches_nothing_also_after_meeting_the_country() -> None:
    assert NOWHERE.ranges() == () == NOWHERE.meet(NATIONAL).ranges() == areas_of([]).ranges()


def test_areas_within_each_other_and_neighbours_are_one_range() -> None:
    assert areas_of(["33.20", "33.20.01", "33.20.01.2001"]).ranges() == ((3320000000, 3320999999),)
    assert areas_of(["33.20", "33.21"]).ranges() == ((3320000000, 3321999999),)


@pytest.mark.parametrize(
    "code", ["", "%", "3", "33.", "33.2", "3320", "33.20.01.2001.1", "33.20 ", "all", "33.20.%"]
)
def test_what_is_no_code_is_refused(code: str) -> None:
    with pytest.raises(InputError) as refused:
        areas_of([code])
    assert refused.value.code == "area_code_invalid"


def test_more_areas_apart_than_a_context_carries_are_refused() -> None:
    with pytest.raises(InputError) as refused:
        areas_of([f"33.{number:02d}" for number in range(1, 27, 2)]).ranges()
    assert refused.value.code == "too_many_areas"
