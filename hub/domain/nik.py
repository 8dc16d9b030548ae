"""NIK, the population number: 16 digits `PPKKCC DDMMYY SSSS`, given once and kept for life.

PPKKCC is the kecamatan of *first* registration: it stays when the person moves or the area is renamed.
Women have 40 added to the day. Neither a corrected birth date nor a corrected sex changes the number, so
that a difference from the record is a warning, never an error.
Source: UU 24/2013 on population administration; field guide section 3 (2026-11-21).
"""

import re
from collections.abc import Container
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from hub.domain import clock
from hub.domain.grades import Grade
from hub.domain.reasons import Reason
from hub.domain.sixteen import PLACEHOLDERS, date_fault, full_year, grade_of, read_sixteen

OLDEST_AGE = 110
#: Any area, a day that every month has (women: 40 more), a month, any year, any serial but 0000.
_usual = re.compile(
    "[0-9]{6}(?:0[1-9]|1[0-9]|2[0-8]|4[1-9]|5[0-9]|6[0-8])(?:0[1-9]|1[0-2])[0-9]{2}(?!0000)[0-9]{4}"
)


class Sex(StrEnum):
    """Sex as KTP and KK write it; the values are those of the code list `sex`."""

    MALE = "L"
    FEMALE = "P"


@dataclass(frozen=True, slots=True)
class NikVerdict:
    """What a text says as a NIK, and how far to trust it.

    Attributes:
        raw: The text as given.
        nik: The 16 digits when the grade is DOUBTFUL or better, else None.
        grade: MISSING, INVALID, DOUBTFUL or WELL_FORMED; never CONFIRMED, which only the registry can say.
        reasons: Notes, warnings and errors, in the order found, without repeats.
        birth_date: The date inside the number; century by `sixteen.full_year` unless a record says
            otherwise.
        sex: The sex inside the number.
        area_code: The six digits PPKKCC with dots (`33.20.01`), of the Kemendagri system.
    """

    raw: str
    nik: str | None
    grade: Grade
    reasons: tuple[Reason, ...] = ()
    birth_date: date | None = None
    sex: Sex | None = None
    area_code: str | None = None


def parse_nik(text: str | None, today: date | None = None) -> NikVerdict:
    """The verdict on one text as a NIK; total, it never raises.

    Args:
        text: As the source sent it. A JSON number has to arrive as its own digits: from
            9,007,199,254,740,993 on (Papua) a double has already lost the last one.
        today: The day that decides century and future; the clock's day (WIB) when None.
    """
    raw = text or ""
    read = read_sixteen(text)
    if read.digits is None:
        return NikVerdict(raw, None, grade_of(read.reasons), read.reasons)
    return _from_digits(raw, read.digits, read.reasons, today or clock.today())


def is_usual_nik(text: str) -> bool:
    """Whether a text is the 16 digits of a NIK as most are, for which `parse_nik` has no fault to tell.

    False says nothing: days after the 28th and what has to be tidied are left to `parse_nik`.
    """
    return _usual.fullmatch(text) is not None and text not in PLACEHOLDERS and len({*text}) > 1


def _from_digits(raw: str, digits: str, notes: tuple[Reason, ...], today: date) -> NikVerdict:
    day, month = int(digits[6:8]), int(digits[8:10])
    year = full_year(int(digits[10:12]), today)
    sex = Sex.FEMALE if day > 40 else Sex.MALE
    day -= 40 if sex is Sex.FEMALE else 0
    faults = _faults(day, month, year, digits[12:])
    if faults:
        reasons = (*notes, *faults)
        return NikVerdict(raw, None, grade_of(reasons), reasons)
    born = date(year, month, day)
    reasons = (*notes, Reason.FUTURE_BIRTH) if born > today else notes
    area = f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}"
    return NikVerdict(raw, digits, grade_of(reasons), reasons, born, sex, area)


def _faults(day: int, month: int, year: int, serial: str) -> tuple[Reason, ...]:
    of_date = date_fault(day, month, year)
    of_serial = Reason.SERIAL_ZERO if serial == "0000" else None
    return tuple(fault for fault in (of_date, of_serial) if fault is not None)


def beside_areas(verdict: NikVerdict, current: Container[str], retired: Container[str]) -> NikVerdict:
    """The verdict with a word on its kecamatan code: retired is a note, in no list a warning.

    Args:
        verdict: Of `parse_nik`.
        current: Kecamatan codes in force, with dots.
        retired: Kecamatan codes that were in force since 2016, with dots. Older ones are not listed, so
            that AREA_UNKNOWN can be a valid number from before.
    """
    if verdict.area_code is None or verdict.area_code in current:
        return verdict
    return _with(verdict, Reason.AREA_RETIRED if verdict.area_code in retired else Reason.AREA_UNKNOWN)


def beside_record(
    verdict: NikVerdict,
    birth_date: date | None = None,
    sex: Sex | None = None,
    kk: str | None = None,
    today: date | None = None,
) -> NikVerdict:
    """The verdict with warnings where the record around it disagrees; None on either side says nothing.

    A birth date that differs in the century alone agrees with the number, and replaces the guess.
    """
    if verdict.nik is None or verdict.birth_date is None:
        return verdict
    if kk is not None and kk == verdict.nik:
        verdict = _with(verdict, Reason.NIK_EQUALS_KK)
    if sex is not None and sex is not verdict.sex:
        verdict = _with(verdict, Reason.SEX_DIFFERS)
    return verdict if birth_date is None else _beside_birth(verdict, birth_date, today or clock.today())


def _beside_birth(verdict: NikVerdict, stated: date, today: date) -> NikVerdict:
    inside = verdict.birth_date
    if inside is None or (stated.day, stated.month, stated.year % 100) != (
        inside.day,
        inside.month,
        inside.year % 100,
    ):
        return _with(verdict, Reason.BIRTH_DIFFERS)
    if stated > today:
        return _with(verdict, Reason.FUTURE_BIRTH)
    kept = tuple(reason for reason in verdict.reasons if reason is not Reason.FUTURE_BIRTH)
    settled = replace(verdict, birth_date=stated, reasons=kept, grade=grade_of(kept))
    too_old = (today.year - stated.year) - (
        (today.month, today.day) < (stated.month, stated.day)
    ) > OLDEST_AGE
    return _with(settled, Reason.AGE_OVER_110) if too_old else settled


def _with(verdict: NikVerdict, reason: Reason) -> NikVerdict:
    if reason in verdict.reasons:
        return verdict
    reasons = (*verdict.reasons, reason)
    return replace(verdict, reasons=reasons, grade=grade_of(reasons))
