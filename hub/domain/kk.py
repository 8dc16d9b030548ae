"""No KK, the number of a family card: 16 digits, area + day of issue (DDMMYY, nothing added) + serial.

It changes when the family moves or splits: a family is (No KK, period), and a person's membership an
interval.
Source: field guide section 3 (2026-11-21; the parts inside the number are single-source).
"""

from dataclasses import dataclass
from datetime import date

from hub.domain import clock
from hub.domain.grades import Grade
from hub.domain.reasons import Reason
from hub.domain.sixteen import date_fault, full_year, grade_of, read_sixteen


@dataclass(frozen=True, slots=True)
class KkVerdict:
    """What a text says as a No KK, and how far to trust it.

    Attributes:
        raw: The text as given.
        kk: The 16 digits when the grade is DOUBTFUL or better, else None.
        grade: MISSING, INVALID, DOUBTFUL or WELL_FORMED.
        reasons: Notes, warnings and errors, in the order found.
        issued: The day of issue inside the number.
        area_code: The kecamatan of issue with dots (`33.20.01`), of the Kemendagri system.
    """

    raw: str
    kk: str | None
    grade: Grade
    reasons: tuple[Reason, ...] = ()
    issued: date | None = None
    area_code: str | None = None


def parse_kk(text: str | None, today: date | None = None) -> KkVerdict:
    """The verdict on one text as a No KK; total, it never raises.

    A day of 41 to 71 is an error here: such a number is a woman's NIK written in the wrong column.

    Args:
        text: As the source sent it; a JSON number as its own digits.
        today: The day that decides century and future; the clock's day (WIB) when None.
    """
    raw = text or ""
    read = read_sixteen(text)
    if read.digits is None:
        return KkVerdict(raw, None, grade_of(read.reasons), read.reasons)
    return _from_digits(raw, read.digits, read.reasons, today or clock.today())


def _from_digits(raw: str, digits: str, notes: tuple[Reason, ...], today: date) -> KkVerdict:
    day, month = int(digits[6:8]), int(digits[8:10])
    year = full_year(int(digits[10:12]), today)
    of_date = date_fault(day, month, year)
    of_serial = Reason.SERIAL_ZERO if digits[12:] == "0000" else None
    faults = tuple(fault for fault in (of_date, of_serial) if fault is not None)
    if faults:
        return KkVerdict(raw, None, grade_of((*notes, *faults)), (*notes, *faults))
    issued = date(year, month, day)
    reasons = (*notes, Reason.FUTURE_ISSUE) if issued > today else notes
    area = f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}"
    return KkVerdict(raw, digits, grade_of(reasons), reasons, issued, area)
