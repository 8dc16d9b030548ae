"""Half-open periods of days `[start, end)` and the ways Indonesian lists write them.

Days are plain dates (WIB). An open end is None.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from hub.domain.reasons import Reason
from hub.errors import InputError, SkippableError

_LONG_MONTHS = (
    "JANUARI",
    "FEBRUARI",
    "MARET",
    "APRIL",
    "MEI",
    "JUNI",
    "JULI",
    "AGUSTUS",
    "SEPTEMBER",
    "OKTOBER",
    "NOVEMBER",
    "DESEMBER",
)
_OTHER_MONTHS = {"PEBRUARI": 2, "PEB": 2, "AGT": 8, "AGS": 8, "AGST": 8, "SEPT": 9, "NOPEMBER": 11, "NOP": 11}
#: Month names as lists write them, Indonesian in full, in three letters and in older spelling, to 1..12.
MONTHS: dict[str, int] = (
    {name: number for number, name in enumerate(_LONG_MONTHS, 1)}
    | {name[:3]: number for number, name in enumerate(_LONG_MONTHS, 1)}
    | _OTHER_MONTHS
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4}

_YEAR = r"(?:TAHUN |THN |TH )?(?P<year>20[0-9]{2})"
_PART = r"(?P<part>[1-4]|I{1,3}|IV)"
_FORMS = {
    "quarter": re.compile(rf"^(?:TW|TRIWULAN|TRIWULAN KE|Q) ?{_PART} {_YEAR}$"),
    "semester": re.compile(rf"^(?:SEMESTER|SMT) ?(?P<part>[12]|I{{1,2}}) {_YEAR}$"),
    "span": re.compile(rf"^(?P<first>[A-Z]+) ?(?:-|S/D|SD|SAMPAI) ?(?P<last>[A-Z]+) {_YEAR}$"),
    "year": re.compile(rf"^{_YEAR}$"),
    "named": re.compile(rf"^(?P<first>[A-Z]+) ?[-/]? ?{_YEAR}$"),
    "year_month": re.compile(r"^(?P<year>20[0-9]{2})[-/]?(?P<number>0[1-9]|1[0-2])$"),
    "month_year": re.compile(r"^(?P<number>0?[1-9]|1[0-2])[-/](?P<year>20[0-9]{2})$"),
}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """The days from `start` up to but not including `end`; an end of None is open.

    Raises:
        InputError: The end is not after the start.
    """

    start: date
    end: date | None

    def __post_init__(self) -> None:
        """An empty or reversed period is refused: it would hold no day."""
        if self.end is not None and self.end <= self.start:
            raise InputError("period_empty", f"a period ends after it starts, not {self.start} to {self.end}")

    def holds(self, day: date) -> bool:
        """Whether `day` is one of the period's days."""
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps_with(self, other: "Period") -> bool:
        """Whether the two periods share a day."""
        return _before(self.start, other.end) and _before(other.start, self.end)

    def touches(self, other: "Period") -> bool:
        """Whether the two share a day or one ends on the day the other starts."""
        return _up_to(self.start, other.end) and _up_to(other.start, self.end)

    def shared_with(self, other: "Period") -> "Period | None":
        """The days both have, or None."""
        if not self.overlaps_with(other):
            return None
        ends = [end for end in (self.end, other.end) if end is not None]
        return Period(max(self.start, other.start), min(ends, default=None))


def _before(day: date, end: date | None) -> bool:
    return end is None or day < end


def _up_to(day: date, end: date | None) -> bool:
    return end is None or day <= end


def months(year: int, first: int, count: int = 1) -> Period:
    """`count` calendar months from month `first` (1..12) of `year`."""
    after = year * 12 + first - 1 + count
    return Period(date(year, first, 1), date(after // 12, after % 12 + 1, 1))


def month(year: int, number: int) -> Period:
    """One calendar month, number 1..12."""
    return months(year, number)


def quarter(year: int, number: int) -> Period:
    """One quarter (triwulan), number 1..4, of a calendar year."""
    return months(year, number * 3 - 2, 3)


def year(number: int) -> Period:
    """One calendar year."""
    return months(number, 1, 12)


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The fewest periods that hold the same days, in order; those that overlap or meet become one."""
    result: list[Period] = []
    for period in sorted(periods, key=lambda one: one.start):
        if result and result[-1].touches(period):
            last = result.pop()
            end = None if last.end is None or period.end is None else max(last.end, period.end)
            result.append(Period(last.start, end))
        else:
            result.append(period)
    return tuple(result)


def parse_period(text: str) -> Period:
    """The period a text names.

    Read are quarters (`TW1 2025`, `TRIWULAN II TAHUN 2025`), semesters, months (`2025-10`, `202510`,
    `10-2025`, `OKTOBER 2025`), spans of months in one year (`JAN-MAR 2025`) and years (`TAHUN 2025`). A
    stage (`TAHAP 3`) means another thing in every program and is left to its connector.

    Raises:
        SkippableError: PERIOD_INVALID, the text names none of these.
    """
    tidy = " ".join(text.upper().replace("\u00a0", " ").replace("\u2013", "-").split())
    for form, pattern in _FORMS.items():
        found = pattern.match(tidy)
        if found:
            return _from_parts(form, found.groupdict())
    raise _unreadable()


_SHORT = re.compile(r"^(?P<year>20[0-9]{2})-(?P<form>[QS])(?P<part>[1-4])$")


def named_period(text: str) -> Period:
    """The period that a short name stands for, or that a text names as lists do.

    Short names are `2026`, `2026-S1` (semester), `2026-Q3` (quarter) and `2026-11` (month).

    Raises:
        SkippableError: PERIOD_INVALID, the text names none.
    """
    found = _SHORT.match(text)
    if found is None:
        return parse_period(text)
    form = "quarter" if found["form"] == "Q" else "semester"
    if form == "semester" and found["part"] > "2":
        raise _unreadable()
    return _from_parts(form, found.groupdict())


def _from_parts(form: str, parts: dict[str, str]) -> Period:
    in_year = int(parts["year"])
    if form in ("quarter", "semester"):
        number = _ROMAN.get(parts["part"]) or int(parts["part"])
        return quarter(in_year, number) if form == "quarter" else months(in_year, number * 6 - 5, 6)
    if form in ("span", "named"):
        first = _month_number(parts["first"])
        last = _month_number(parts.get("last", parts["first"]))
        if last < first:
            raise _unreadable()
        return months(in_year, first, last - first + 1)
    return year(in_year) if form == "year" else month(in_year, int(parts["number"]))


def _month_number(name: str) -> int:
    if name not in MONTHS:
        raise _unreadable()
    return MONTHS[name]


def _unreadable() -> SkippableError:
    return SkippableError(
        Reason.PERIOD_INVALID, "the period is none of the known writings (TW1 2025, OKTOBER 2025 …)"
    )
