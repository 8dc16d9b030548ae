"""Days as lists write them, each source in its declared form; a form is never guessed from the value.

Forms in use: Dukcapil retrieval and Dapodik ISO; Dukcapil verification and the PMKS upload DD-MM-YYYY;
Regsosek Excel serials. Source: field guide section 8 (2026-11-21).
"""

import re
from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from hub.domain.periods import MONTHS
from hub.domain.reasons import Reason
from hub.errors import SkippableError


class DateForm(StrEnum):
    """How a source writes days."""

    #: `2001-12-31`, a time of day after it is dropped.
    ISO = "iso"
    #: `31-12-2001`, also with `/` or `.` and one-digit parts.
    DAY_MONTH_YEAR = "day_month_year"
    #: `31 DESEMBER 2001`, Indonesian month names in full or short.
    NAMED_MONTH = "named_month"
    #: Days since 1899-12-30, as spreadsheets of the 1900 system count from 1 March 1900 on.
    EXCEL_1900 = "excel_1900"
    #: Days since 1904-01-01, as old spreadsheets of the Macintosh count.
    EXCEL_1904 = "excel_1904"


_ISO = re.compile(r"^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[T ][0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?)?$")
_DMY = re.compile(r"^([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})$")
_NAMED = re.compile(r"^([0-9]{1,2})[ -]([A-Z]+)[ -]([0-9]{4})$")
_SERIAL = re.compile(r"^([0-9]{1,6})(?:[.]0+)?$")
#: Serial 60 of the 1900 system is 29 February 1900, which never was; below it the count is off by one.
_FIRST_SURE_SERIAL = 61


def parse_date(text: str, form: DateForm) -> date:
    """The day that a text in the given form names, as a plain calendar day.

    Raises:
        SkippableError: DATE_INVALID, the text is not in that form or names a day that never was.
    """
    tidy = text.replace("\u00a0", " ").strip().upper()
    try:
        return (
            _serial(tidy, form)
            if form in (DateForm.EXCEL_1900, DateForm.EXCEL_1904)
            else _calendar(tidy, form)
        )
    except (ValueError, OverflowError):
        raise SkippableError(Reason.DATE_INVALID, f"the date is not a day written as {form.value}") from None


def _calendar(tidy: str, form: DateForm) -> date:
    if form is DateForm.ISO and (found := _ISO.match(tidy)):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if form is DateForm.DAY_MONTH_YEAR and (found := _DMY.match(tidy)):
        return date(int(found[4]), int(found[3]), int(found[1]))
    if form is DateForm.NAMED_MONTH and (found := _NAMED.match(tidy)) and found[2] in MONTHS:
        return date(int(found[3]), MONTHS[found[2]], int(found[1]))
    raise ValueError


def _serial(tidy: str, form: DateForm) -> date:
    found = _SERIAL.match(tidy)
    if not found:
        raise ValueError
    days = int(found[1])
    if form is DateForm.EXCEL_1904:
        return date(1904, 1, 1) + timedelta(days=days)
    if days < _FIRST_SURE_SERIAL:
        raise ValueError
    return date(1899, 12, 30) + timedelta(days=days)


def is_heaped(day: date) -> bool:
    """Whether a birth date is one that clerks write for an unknown day: 1 January, 1 July or 31 December."""
    return (day.month, day.day) in {(1, 1), (7, 1), (12, 31)}


def heaped_share(days: Iterable[date]) -> float:
    """The share, 0 to 1, of heaped days; about 0.008 is chance, 0 for no days."""
    marks = [is_heaped(day) for day in days]
    return sum(marks) / len(marks) if marks else 0.0
