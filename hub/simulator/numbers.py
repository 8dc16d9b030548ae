"""NIK and No KK that cannot belong to a real person: serials 9000-9999, unique by stem."""

from collections.abc import Iterable
from datetime import date

import numpy as np
import numpy.typing as npt

from hub.errors import FatalError

IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]

#: Serials of people first registered where they live, and of families issued there.
OWN_BAND = (9000, 9800)
#: Serials of prefixes that several kecamatan draw from; each kecamatan has its own slice.
FAR_BAND = (9800, 10_000)

_EPOCH = date(1970, 1, 1).toordinal()


def days(day: date) -> int:
    """Days since 1970-01-01."""
    return day.toordinal() - _EPOCH


def iso_dates(values: IntArray) -> list[str]:
    """`YYYY-MM-DD` texts of days since 1970-01-01."""
    texts: list[str] = np.datetime_as_string(values.astype("datetime64[D]")).tolist()
    return texts


def years(values: IntArray) -> IntArray:
    """Calendar years of days since 1970-01-01."""
    return values.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


def _calendar(values: IntArray) -> tuple[IntArray, IntArray, IntArray]:
    day = values.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    index = month.astype(np.int64)
    return index // 12 + 1970, index % 12 + 1, (day - month).astype(np.int64) + 1


def stems(prefix: IntArray, day: IntArray, woman: BoolArray | bool) -> IntArray:
    """The first twelve digits: area, day (+40 for women in a NIK), month, year of two digits."""
    year, month, of_month = _calendar(day)
    shown: IntArray = (
        prefix * 1_000_000 + (of_month + 40 * np.asarray(woman)) * 10_000 + month * 100 + year % 100
    )
    return shown


class SerialBook:
    """Serials already given, by stem, within one band `[first, end)`."""

    def __init__(self, first: int, end: int) -> None:
        self._first, self._width = first, end - first
        self._given: dict[int, int] = {}

    def take(self, wanted: IntArray) -> IntArray:
        """Next serials of the stems in order; -1 where a stem's band is used up.

        A stem's first serial hangs on the stem and equal stems count on from it, past the band's end to
        its start: so last digits are spread evenly, and twins get neighbouring serials.
        """
        found = np.empty(len(wanted), np.int64)
        order = np.argsort(wanted, kind="stable")
        ordered = wanted[order].tolist()
        serials = []
        for stem in ordered:
            given = self._given.get(stem, 0)
            start = stem * 2_654_435_761 >> 11
            serials.append(self._first + (start + given) % self._width if given < self._width else -1)
            self._given[stem] = given + 1
        found[order] = serials
        return found


class NumberOffice:
    """Gives the NIK and No KK of one kecamatan.

    Prefixes of other areas are shared between kecamatan that are generated apart, so each kecamatan
    holds its own slice of the last serials.

    Args:
        prefix: Six digits of the kecamatan.
        position: Number of the kecamatan in the area, from 0.
        kecamatan: How many the area has.
    """

    def __init__(self, prefix: int, position: int, kecamatan: int) -> None:
        self.prefix = prefix
        width = (FAR_BAND[1] - FAR_BAND[0]) // kecamatan
        if width < 1:
            raise FatalError("area_too_large", "The simulator cannot number an area of over 200 kecamatan.")
        far = FAR_BAND[0] + width * position, FAR_BAND[0] + width * (position + 1)
        self._nik = SerialBook(*OWN_BAND), SerialBook(*far)
        self._kk = SerialBook(*OWN_BAND), SerialBook(*far)

    def niks(self, prefix: IntArray, birth: IntArray, sex: IntArray) -> tuple[IntArray, IntArray]:
        """NIK and births; where a birth date's serials are used up the birth moves a day back."""
        return self._number(self._nik, prefix, birth, sex == 2)

    def kks(self, prefix: IntArray, issued: IntArray) -> IntArray:
        """No KK by area and day of issue."""
        return self._number(self._kk, prefix, issued, np.zeros(len(issued), np.bool_))[0]

    def _number(
        self, books: tuple[SerialBook, SerialBook], prefix: IntArray, day: IntArray, woman: BoolArray
    ) -> tuple[IntArray, IntArray]:
        number, day = np.full(len(prefix), -1, np.int64), day.copy()
        for book, mine in zip(books, (prefix == self.prefix, prefix != self.prefix), strict=True):
            left = np.flatnonzero(mine)
            while len(left):
                stem = stems(prefix[left], day[left], woman[left])
                serial = book.take(stem)
                number[left] = np.where(serial < 0, -1, stem * 10_000 + serial)
                left = left[serial < 0]
                day[left] -= 1
        return number, day


def texts(values: IntArray | Iterable[int]) -> list[str]:
    """Numbers as digits; 0 and below as an empty text."""
    each = values.tolist() if isinstance(values, np.ndarray) else values
    return [str(value) if value > 0 else "" for value in each]
