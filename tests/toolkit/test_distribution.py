"""What a stage of a distribution list means."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import SkippableError
from hub.toolkit.distribution import stage


@given(st.integers(1, 12), st.integers(2017, 2030))
def test_a_stage_is_a_month_of_its_year_where_nothing_else_is_told(number: int, year: int) -> None:
    assert stage(f" tahap {number}  TAHUN {year}").start == date(year, number, 1)


@given(st.integers(1, 12), st.integers(1, 12))
def test_stages_count_from_the_first_month_and_never_past_the_year(number: int, first: int) -> None:
    text = f"TAHAP {number} TAHUN 2020"
    if number + first - 1 > 12:
        with pytest.raises(SkippableError):
            stage(text, {2020: first})
    else:
        assert stage(text, {2020: first}).start == date(2020, number + first - 1, 1)


@pytest.mark.parametrize("text", ["TAHAP 0 TAHUN 2020", "TAHAP 13 TAHUN 2020", "TAHAP X", "OKTOBER 2020", ""])
def test_another_text_is_no_stage(text: str) -> None:
    with pytest.raises(SkippableError):
        stage(text)
