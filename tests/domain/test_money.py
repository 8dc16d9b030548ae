from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.money import LARGEST, parse_rupiah
from hub.errors import SkippableError


@given(st.integers(0, LARGEST))
def test_every_usual_writing_of_an_amount_reads_the_same(amount: int) -> None:
    dotted = f"{amount:,}".replace(",", ".")
    writings: list[str | float] = [
        str(amount),
        dotted,
        f"Rp{dotted},00",
        f"Rp {dotted},-",
        f"Rp. {dotted}",
        f"{amount:,}.00",
        amount,
    ]
    assert {parse_rupiah(writing) for writing in writings} == {amount}


@given(st.one_of(st.text(), st.floats()))
def test_anything_else_is_skipped_and_never_another_error(value: str | float) -> None:
    with suppress(SkippableError):
        assert isinstance(parse_rupiah(value), int)


@pytest.mark.parametrize(
    "value", ["", "Rp", "1.5", "12,50", "1.00.000", "1.000,5", 0.5, True, float("nan"), "1e6"]
)
def test_fractions_and_broken_groups_are_refused(value: str | float) -> None:
    with pytest.raises(SkippableError):
        parse_rupiah(value)
