"""Counts of tables: whole numbers, plain or grouped, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.counts import LARGEST, parse_count
from hub.errors import SkippableError


@given(st.integers(0, LARGEST))
def test_a_count_is_read_plain_and_grouped(count: int) -> None:
    assert parse_count(str(count)) == parse_count(f"{count:,}".replace(",", ".")) == count


@pytest.mark.parametrize(
    "text", ["", "-", "-1", "1.5", "1,5", "12.34", "1.2345", "900 VA", "1e3", "²", str(LARGEST + 1)]
)
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    with pytest.raises(SkippableError) as caught:
        parse_count(text)
    assert caught.value.code == "NUMBER_INVALID"


def test_a_count_above_what_may_be_is_refused() -> None:
    with pytest.raises(SkippableError):
        parse_count("11", most=10)
