"""Damage to numbers: counted over a file as received, suspected by share, and never repaired."""

from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.toolkit.damage import FileDamage, NumberDamage, sixteen_columns

NIK = "332001030362900"


def counted(cells: Sequence[str | None], **options: Any) -> NumberDamage:
    damage = NumberDamage(**options)
    damage.count(pl.Series(cells, dtype=pl.String))
    return damage


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("3,32E+15", "scientific"),
        ("3.32001030362900E+15", "scientific"),
        (NIK, "one_digit_short"),
        (f"{NIK}1.0", "float_suffix"),
        (f"'{NIK}1", "apostrophe"),
        (f"\u00a0{NIK}1", "odd_blanks"),
    ],
)
def test_each_kind_of_damage_is_told_by_its_name(cell: str, kind: str) -> None:
    report = counted([cell, None, f"{NIK}1"]).report()
    assert report == {"filled": 2, "in_number_cells": 0, "share_ending_in_zero": 0.0, kind: 1}


@given(st.integers(min_value=0, max_value=60), st.integers(min_value=0, max_value=60))
def test_a_column_is_suspected_when_more_than_its_share_ends_in_zero(zeros: int, others: int) -> None:
    damage = counted([f"{NIK}0"] * zeros + [f"{NIK}1"] * others, suspect_share=0.25)
    assert damage.suspect == (zeros + others >= 20 and zeros / (zeros + others) > 0.25)


@given(st.lists(st.none() | st.text(max_size=20), max_size=20), st.integers(min_value=0, max_value=20))
def test_pages_counted_apart_add_up_to_the_file(cells: list[str | None], cut: int) -> None:
    whole, parts = counted(cells), counted(cells[:cut])
    parts.count(pl.Series(cells[cut:], dtype=pl.String))
    assert whole.report() == parts.report()


def test_a_suspected_column_is_a_warning_of_the_file() -> None:
    damage, detail = FileDamage(("NIK", "NO KK")), dict[str, Any]()
    damage.count(pl.DataFrame({"NIK": [f"{NIK}0"] * 20, "NAMA": ["A"] * 20}))
    damage.tell(detail)
    assert (detail["warnings"], set(detail["numbers"])) == ({"NIK": "FILE_ENDS_IN_ZERO"}, {"NIK"})


def test_columns_of_numbers_are_known_by_a_word_of_their_name() -> None:
    assert sixteen_columns(["NIK", "NO KK", "nik_art", "NOKK", "TEKNIK", "NAMA"]) == (
        "NIK",
        "NO KK",
        "nik_art",
        "NOKK",
    )
