"""Cells under formats of days: what no calendar has is shown as the number, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.toolkit.sheet_cells import Shown, shown_number, shown_serial
from hub.toolkit.xlsx_texts import signs


@pytest.mark.parametrize("form", ["day", "duration"])
@given(value=st.floats(allow_nan=False, allow_infinity=False), from_1904=st.booleans())
def test_any_number_under_a_format_of_days_has_a_text(form: Shown, value: float, from_1904: bool) -> None:
    assert shown_serial(value, form, from_1904=from_1904)


def test_a_nik_under_a_format_of_durations_is_shown_as_the_number_it_has_become() -> None:
    assert shown_serial(3320014101909001.0, "duration", from_1904=False) == shown_number(3320014101909001.0)
    assert shown_serial(2_958_000.0, "day", from_1904=True) == "2958000"


def test_signs_that_no_text_can_hold_stay_as_they_are_written() -> None:
    assert signs("a_x000D_b_x0000_c_xD800_d") == "a\rb_x0000_c_xD800_d"
