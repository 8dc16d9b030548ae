"""Columns that are composed of several cells say what the cells say, and nothing where they say nothing."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.grades import Grade
from hub.toolkit.claims import Claims
from hub.toolkit.composed import BPJS_NUMBER, headcount, month_of, numbered, quantity, since
from hub.toolkit.rows import Rows
from tests.connectors.recorded import REFERENCE
from tests.toolkit.builders import entry

TODAY = date(2026, 11, 21)


def rows_of(**columns: list[str | None]) -> Rows:
    schema = dict.fromkeys(columns, pl.String)
    return Rows(pl.DataFrame(columns, schema=schema), entry(), REFERENCE, TODAY)


def refused(rows: Rows) -> list[tuple[Any, ...]]:
    claims: Claims = rows.claims()
    return claims.rejects.rows()


def test_a_day_opens_an_interval_and_no_day_leaves_it_open_on_both_sides() -> None:
    days = pl.Series("day", [date(2026, 11, 1), None], dtype=pl.Date)
    assert since(days).to_list() == ["[2026-11-01,)", "(,)"]


@pytest.mark.parametrize("month", ["11", "NOVEMBER", "nov"])
def test_a_month_is_a_number_or_a_name(month: str) -> None:
    assert month_of(rows_of(B=[month], T=["2026"]), "B", "T").to_list() == ["[2026-11-01,2026-12-01)"]


@given(st.integers(1, 12), st.integers(2000, 2099))
def test_every_month_begins_on_its_first_day(month: int, year: int) -> None:
    found = month_of(rows_of(B=[str(month)], T=[str(year)]), "B", "T")[0]
    assert found.startswith(f"[{year}-{month:02d}-01,")


@pytest.mark.parametrize(
    ("month", "year", "reason"),
    [
        ("13", "2026", ("PERIOD_INVALID", "B")),
        (None, "2026", ("FIELD_MISSING", "B")),
        ("1", "", ("FIELD_MISSING", "T")),
    ],
)
def test_a_month_that_is_none_refuses_the_row(month: str | None, year: str, reason: tuple[str, str]) -> None:
    rows = rows_of(B=[month], T=[year])
    month_of(rows, "B", "T")
    assert refused(rows) == [(0, *reason)]


def test_a_number_of_another_shape_is_kept_and_graded_invalid() -> None:
    found = numbered(rows_of(N=["9000000000017", "90", None]), "psnoka_bpjs", "N", BPJS_NUMBER)
    assert found["grade"].to_list()[:2] == [int(Grade.WELL_FORMED), int(Grade.INVALID)]
    assert found["where"].to_list() == [True, True, False]


@pytest.mark.parametrize(("text", "value"), [("180", 180.0), ("7,5", 7.5), ("7.25", 7.25), (None, None)])
def test_a_quantity_is_read_with_either_decimal_sign(text: str | None, value: float | None) -> None:
    assert quantity(rows_of(Q=[text]), "Q").to_list() == [value]


@pytest.mark.parametrize("text", ["1.500", "-1", "nan", "1e3", "lima"])
def test_a_quantity_that_may_mean_two_things_refuses_the_row(text: str) -> None:
    rows = rows_of(Q=[text])
    quantity(rows, "Q")
    assert refused(rows) == [(0, "NUMBER_INVALID", "Q")]


@pytest.mark.parametrize("text", ["0", "10000", "1.5", "sepuluh"])
def test_a_headcount_that_counts_nobody_refuses_the_row(text: str) -> None:
    rows = rows_of(N=["10", text])
    assert headcount(rows, "N").to_list() == [10, None]
    assert refused(rows) == [(1, "NUMBER_INVALID", "N")]
