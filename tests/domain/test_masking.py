"""Masked texts: enough to recognise, too little to learn."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.masking import masked


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("3320014101909001", "332001**********"),
        ("SITI AMINAH", "S*** A*****"),
        ("1990-01-01", "****-**-**"),
        ("JL. MELATI 5", "J*. M***** *"),
        ("L", "L"),
        ("12", "12"),
        (None, None),
        (300000, "******"),
        ("NIK 3320014101909001 A", "N** 332001********** A"),
    ],
)
def test_a_value_keeps_first_letters_and_the_area_of_a_number(value: object, shown: str | None) -> None:
    assert masked(value) == shown


@given(st.text(min_size=3))
def test_no_run_of_seven_digits_and_no_word_of_two_letters_comes_through(text: str) -> None:
    found = masked(text)
    assert found is not None
    assert len(found) == len(text)
    assert re.search(r"\d{7}", found) is None
    assert re.search(r"[^\W\d_]{2}", found) is None
