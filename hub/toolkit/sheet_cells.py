"""What a cell of a spreadsheet says, as text: numbers as they are shown, days in ISO form.

A day is a number of days with a format that shows it as one. The 1900 system counts a 29 February 1900 that never was;
the 1904 system begins with 1 January 1904 as day 0.

Source: ECMA-376, Part 1, 18.17.4 (dates) and 18.8.30 (number formats).
"""

import re
from datetime import date, datetime, time, timedelta
from typing import Any, Literal

#: From so many digits on, a spreadsheet shows a number cell in scientific notation.
_SHOWN_WHOLE = 12
_EPOCH_1900, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - cells have no zone
#: The serial after the day that never was.
_AFTER_LEAP = 60
_MOST_SERIAL = 2_958_466
_A_DAY = 86_400_000
#: Numbers of the built-in formats that show a day, an instant or a time, and the one that shows a duration.
_BUILT_IN = {*range(14, 23), *range(27, 37), 45, 47, *range(50, 59)}
_BUILT_IN_DURATION = 46
_unshown = re.compile(r'"[^"]*"|\\.|[_*].|\[(?:\$[^\]]*|[A-Za-z]{3,}|[<>=][^\]]*)\]')
_duration = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)

Shown = Literal["day", "duration"]


class Number(str):
    """The text of a cell that is a number to the spreadsheet."""

    __slots__ = ()


def format_shows(number: int, code: str = "") -> Shown | None:
    """Whether a number format shows a day or time, or a duration; None for all others.

    Args:
        number: Of the format.
        code: Its text where the workbook brings it along.
    """
    if not code:
        return "duration" if number == _BUILT_IN_DURATION else "day" if number in _BUILT_IN else None
    bare = _unshown.sub("", code.partition(";")[0])
    if _duration.search(bare):
        return "duration"
    return "day" if set("ymdhs") & set(bare.lower()) and "general" not in bare.lower() else None


def shown(cell: Any) -> str:
    """A cell as text: blank where it is empty, a number as the spreadsheet shows it, a day in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return shown_number(float(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, (date, time)):
        return cell.isoformat()
    return str(cell) if isinstance(cell, timedelta) else ""


def shown_number(value: float) -> Number:
    """A number as a spreadsheet shows it: whole without a fraction, from twelve digits on in scientific notation."""
    if abs(value) < 1e15 and value != int(value):
        return Number(repr(value))
    whole = f"{value:.0f}"
    return Number(whole if len(whole.lstrip("-")) < _SHOWN_WHOLE else f"{value:.14E}")


def shown_serial(value: float, form: Shown, *, from_1904: bool) -> str:
    """A number under a format of days; what no calendar has is shown as the number."""
    try:
        return _serial(value, form, from_1904=from_1904)
    except OverflowError:
        return shown_number(value)


def _serial(value: float, form: Shown, *, from_1904: bool) -> str:
    if form == "duration":
        return str(timedelta(milliseconds=round(value * _A_DAY)))
    if not 0 <= value < _MOST_SERIAL:
        return shown_number(value)
    if value < 1:
        return shown((_EPOCH_1904 + timedelta(milliseconds=round(value * _A_DAY) % _A_DAY)).time())
    late = timedelta(days=1) if not from_1904 and value < _AFTER_LEAP else timedelta()
    epoch = _EPOCH_1904 if from_1904 else _EPOCH_1900
    return shown(epoch + late + timedelta(milliseconds=round(value * _A_DAY)))
