"""The 16-digit numbers NIK and No KK as they arrive: tidied where no digit was lost, refused where one was.

Both read `PPKKCC DDMMYY SSSS` and have no check digit. Damage by spreadsheets (lost digits, scientific
notation) is never repaired.
Source: field guide section 3 (2026-11-21), after statements of Ditjen Dukcapil.
"""

import re
from dataclasses import dataclass
from datetime import date

from hub.domain.grades import Grade
from hub.domain.reasons import Reason, Severity

#: A digit that a text written from a double may have lost: integers are exact only up to this one.
LAST_EXACT_IN_DOUBLE = 2**53
#: Signs to drop wherever they stand: blanks of every width, among them the no-break space, and byte-order
#: marks. A character class, not \s, so that every regex engine reads the same set.
BLANKS = (
    "[ \\t\\r\\n\\x0b\\x0c\\u00a0\\u1680\\u2000-\\u200f\\u2028\\u2029\\u202f\\u205f\\u2060\\u3000\\ufeff]"
)
APOSTROPHES = "['`\\u00b4\\u2018\\u2019\\u201b\\u2032\"\\u201c\\u201d]"
#: Writings that say "there is none".
EMPTY_WRITINGS = frozenset({"", "-", "--", "NULL", "NONE", "NAN", "N/A", "#N/A", "NIHIL", "TIDAK ADA"})
PLACEHOLDERS = frozenset({"1234567890123456", "0123456789012345", "1234567812345678", "9876543210123456"})

_blanks = re.compile(BLANKS)
_apostrophe = re.compile(f"^{APOSTROPHES}+")
_scientific = re.compile(r"^[+-]?[0-9]+(?:[.,][0-9]+)?[eE][+-]?[0-9]+$")
_float = re.compile(r"^([0-9]+)\.0$")
_sixteen = re.compile(r"^[0-9]{16}$")


@dataclass(frozen=True, slots=True)
class Sixteen:
    """A text read as a 16-digit number.

    Attributes:
        digits: The 16 digits, or None when the text holds no usable number.
        reasons: Notes and warnings of the tidying, then at most one error, in the order found.
    """

    digits: str | None
    reasons: tuple[Reason, ...]


def read_sixteen(text: str | None) -> Sixteen:
    """Sixteen digits, tidied of blanks, a leading apostrophe and a trailing `.0`; nothing is guessed."""
    if text is not None and len(text) == 16 and text.isascii() and text.isdigit():
        plain_fault = _digit_fault(text, was_float=False)  # As most arrive: there is nothing to tidy.
        return Sixteen(None, (plain_fault,)) if plain_fault else Sixteen(text, ())
    tidy, notes = _tidied(text or "")
    fault = _fault(tidy, was_float=Reason.EXCEL_FLOAT in notes)
    if fault is not None:
        return Sixteen(None, (*notes, fault))
    return Sixteen(tidy, tuple(notes))


def _tidied(text: str) -> tuple[str, list[Reason]]:
    notes: list[Reason] = []
    tidy = _blanks.sub("", text)
    if tidy and tidy != text:
        notes.append(Reason.WHITESPACE)
    bare = _apostrophe.sub("", tidy)
    if bare and bare != tidy:
        notes.append(Reason.EXCEL_APOSTROPHE)
    matched = _float.match(bare)
    if matched:
        notes.append(Reason.EXCEL_FLOAT)
        bare = matched[1]
    return bare, notes


def _fault(tidy: str, was_float: bool) -> Reason | None:
    if tidy.upper() in EMPTY_WRITINGS:
        return Reason.BLANK
    if _scientific.match(tidy):
        return Reason.SCIENTIFIC
    if not (tidy.isascii() and tidy.isdigit()):
        return Reason.NON_DIGIT
    return _digit_fault(tidy, was_float)


def _digit_fault(digits: str, was_float: bool) -> Reason | None:
    if len(set(digits)) == 1:
        return Reason.ALL_SAME_DIGIT
    if not _sixteen.match(digits):
        return Reason.NOT_16_DIGITS
    if digits in PLACEHOLDERS:
        return Reason.PLACEHOLDER
    if was_float and int(digits) > LAST_EXACT_IN_DOUBLE:
        return Reason.PRECISION_LOST
    return None


def date_fault(day: int, month: int, year: int) -> Reason | None:
    """What is wrong with a day, month and year: DAY, MONTH, IMPOSSIBLE_DATE, or None."""
    if not 1 <= day <= 31:
        return Reason.DAY
    if not 1 <= month <= 12:
        return Reason.MONTH
    try:
        date(year, month, day)
    except ValueError:
        return Reason.IMPOSSIBLE_DATE
    return None


def full_year(two_digits: int, today: date) -> int:
    """The year that two digits of a NIK or No KK stand for: 20yy up to the present year, 19yy after it.

    Wrong for persons over 99: a record that states the birth date has the better word
    (`nik.beside_record`).
    """
    return (2000 if two_digits <= today.year % 100 else 1900) + two_digits


def grade_of(reasons: tuple[Reason, ...]) -> Grade:
    """The grade that a number with these reasons has: the gravest reason decides."""
    if not reasons:
        return Grade.WELL_FORMED
    if Reason.BLANK in reasons:
        return Grade.MISSING
    gravest = max(reason.severity for reason in reasons)
    return {Severity.ERROR: Grade.INVALID, Severity.WARNING: Grade.DOUBTFUL}.get(gravest, Grade.WELL_FORMED)


def share_ending_in_zero(numbers: list[str]) -> float:
    """The share, 0 to 1, of numbers that end in 0; about 0.1 is chance for serials, 0 for an empty list.

    A number column of a spreadsheet keeps 15 digits, so that every 16-digit number in it ends in 0.
    """
    return sum(number.endswith("0") for number in numbers) / len(numbers) if numbers else 0.0
