from contextlib import suppress
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.periods import Period, merged, month, months, named_period, parse_period, quarter, year
from hub.errors import InputError, SkippableError

DAYS = st.dates(date(2020, 1, 1), date(2021, 1, 1))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(DAYS)
    length = draw(st.none() | st.integers(1, 60))
    return Period(start, None if length is None else start + timedelta(days=length))


@pytest.mark.parametrize(
    ("text", "period"),
    [
        ("TW1 2025", quarter(2025, 1)),
        ("tw 4 tahun 2026", quarter(2026, 4)),
        ("TRIWULAN II TAHUN 2025", quarter(2025, 2)),
        ("SEMESTER 2 2025", months(2025, 7, 6)),
        ("2025-10", month(2025, 10)),
        ("202510", month(2025, 10)),
        ("10-2025", month(2025, 10)),
        ("Oktober 2025", month(2025, 10)),
        ("NOPEMBER TAHUN 2025", month(2025, 11)),
        ("JAN-MAR 2025", quarter(2025, 1)),
        ("OKTOBER \u2013 DESEMBER 2026", quarter(2026, 4)),
        ("TAHUN 2025", year(2025)),
        ("2025", year(2025)),
    ],
)
def test_the_writings_of_the_field_are_read(text: str, period: Period) -> None:
    assert parse_period(text) == period


@pytest.mark.parametrize("text", ["", "TAHAP 3", "TW5 2025", "13-2025", "MAR-JAN 2025", "FOO 2025", "1999-1"])
def test_other_writings_are_skipped(text: str) -> None:
    with pytest.raises(SkippableError):
        parse_period(text)


@given(st.text())
def test_any_text_is_a_period_or_skipped(text: str) -> None:
    with suppress(SkippableError):
        parse_period(text)
    with suppress(SkippableError):
        named_period(text)


@pytest.mark.parametrize(
    ("name", "period"),
    [
        ("2026", year(2026)),
        ("2026-S2", months(2026, 7, 6)),
        ("2026-Q3", quarter(2026, 3)),
        ("2026-11", month(2026, 11)),
        ("TW3 2026", quarter(2026, 3)),
    ],
)
def test_a_short_name_stands_for_its_period(name: str, period: Period) -> None:
    assert named_period(name) == period


@pytest.mark.parametrize("name", ["2026-Q5", "2026-S3", "2026-13", "1999-Q1", "2026-q1", "TAHAP 3"])
def test_other_names_stand_for_none(name: str) -> None:
    with pytest.raises(SkippableError):
        named_period(name)


@given(st.lists(periods(), max_size=8), DAYS)
def test_merging_keeps_exactly_the_days(several: list[Period], day: date) -> None:
    result = merged(several)
    assert any(one.holds(day) for one in several) == any(one.holds(day) for one in result)


@given(st.lists(periods(), max_size=8))
def test_merged_periods_are_apart_and_in_order_whatever_the_arrival(several: list[Period]) -> None:
    result = merged(several)
    assert result == merged(reversed(several))
    assert result == merged(result)
    assert all(one.end is not None and one.end < two.start for one, two in pairwise(result))


@given(periods(), periods(), DAYS)
def test_shared_days_are_the_days_of_both(one: Period, two: Period, day: date) -> None:
    shared = one.shared_with(two)
    assert (shared is not None) == one.overlaps_with(two) == two.overlaps_with(one)
    assert (shared is not None and shared.holds(day)) == (one.holds(day) and two.holds(day))


def test_the_end_is_not_inside_and_an_empty_period_is_refused() -> None:
    assert not month(2025, 12).holds(date(2026, 1, 1))
    assert month(2025, 12).touches(month(2026, 1))
    assert not month(2025, 12).overlaps_with(month(2026, 1))
    with pytest.raises(InputError):
        Period(date(2025, 1, 1), date(2025, 1, 1))
