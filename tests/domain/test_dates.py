from contextlib import suppress
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.dates import DateForm, heaped_share, is_heaped, parse_date
from hub.errors import SkippableError

DAYS = st.dates(date(1904, 1, 1), date(2100, 12, 31))


@given(DAYS)
def test_every_form_gives_back_the_day(day: date) -> None:
    writings = {
        DateForm.ISO: [f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d}T07:30:00+07:00", f"{day:%Y-%m-%d} 00:00:00.0"],
        DateForm.DAY_MONTH_YEAR: [f"{day:%d-%m-%Y}", f"{day.day}/{day.month}/{day.year}", f"{day:%d.%m.%Y}"],
        DateForm.EXCEL_1900: [str((day - date(1899, 12, 30)).days)],
        DateForm.EXCEL_1904: [f"{(day - date(1904, 1, 1)).days}.0"],
    }
    for form, texts in writings.items():
        assert {parse_date(text, form) for text in texts} == {day}


@given(st.text(), st.sampled_from(DateForm))
def test_any_text_is_a_day_or_skipped(text: str, form: DateForm) -> None:
    with suppress(SkippableError):
        parse_date(text, form)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("31-12-2001", DateForm.ISO),
        ("2001-12-31", DateForm.DAY_MONTH_YEAR),
        ("12-31-2001", DateForm.DAY_MONTH_YEAR),
        ("29-02-2001", DateForm.DAY_MONTH_YEAR),
        ("1-1/2001", DateForm.DAY_MONTH_YEAR),
        ("60", DateForm.EXCEL_1900),
        ("36892.5", DateForm.EXCEL_1900),
        ("31 FOO 2001", DateForm.NAMED_MONTH),
    ],
)
def test_a_day_in_another_form_is_never_guessed(text: str, form: DateForm) -> None:
    with pytest.raises(SkippableError):
        parse_date(text, form)


def test_named_months_are_indonesian() -> None:
    assert parse_date("17 Agustus 1945", DateForm.NAMED_MONTH) == date(1945, 8, 17)


def test_heaping_shows_in_the_share() -> None:
    year = [date(2001, 1, 1) + timedelta(days=number) for number in range(365)]
    assert heaped_share(year) == 3 / 365
    assert heaped_share([date(1970, 12, 31), date(1970, 5, 5)]) == 0.5
    assert heaped_share([]) == 0.0
    assert is_heaped(date(1960, 7, 1))
