"""Administrative areas: codes of two systems that must not be mixed, their keys, and their names.

Kemendagri writes `PP.KK.CC.DDDD` (province, kabupaten/kota, kecamatan, desa/kelurahan); NIK and Dukcapil
use it. BPS writes 2+2+3+3 digits without dots; DTKS, Regsosek and DTSEN use it. 164 BPS codes of
kabupaten/kota equal a *different* area's Kemendagri code, so that a code is always (system, code).
Source: Kepmendagri 300.2.2-2430/2025 (23 June 2025); field guide section 1 (2026-11-21).
"""

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from hub.errors import InputError


class System(StrEnum):
    """Who issued a code."""

    KEMENDAGRI = "kemendagri"
    BPS = "bps"


class Level(IntEnum):
    """The depth of an area below the country."""

    PROVINCE = 1
    KABUPATEN = 2
    KECAMATAN = 3
    DESA = 4


#: Digits of a code down to each level.
_LENGTHS: dict[System, tuple[int, ...]] = {System.KEMENDAGRI: (2, 4, 6, 10), System.BPS: (2, 4, 7, 10)}
_dotted = re.compile(r"^[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{2}(?:\.[0-9]{4})?)?)?$")
_bare = re.compile(r"^[0-9]+$")

#: Lowest and highest area key of the country, inclusive. Key 0 is "area unknown" and lies outside.
NATIONAL_RANGE: tuple[int, int] = (1_000_000_000, 9_999_999_999)
UNKNOWN_AREA_KEY = 0


@dataclass(frozen=True, slots=True, order=True)
class AreaCode:
    """An area code with its system; `code` is in that system's own writing (`33.20.01.2001`, `3320010001`).

    Raises:
        InputError: `area_code_invalid`, the code has not the shape of its system.
    """

    system: System
    code: str

    def __post_init__(self) -> None:
        """The shape is checked; whether the area exists is the reference table's to say."""
        shaped = _dotted if self.system is System.KEMENDAGRI else _bare
        if not shaped.match(self.code) or len(self.digits) not in _LENGTHS[self.system]:
            raise _bad_code(self.system)

    @property
    def digits(self) -> str:
        """The code without dots."""
        return self.code.replace(".", "")

    @property
    def level(self) -> Level:
        """The depth: 1 province to 4 desa."""
        return Level(_LENGTHS[self.system].index(len(self.digits)) + 1)

    @property
    def parent(self) -> "AreaCode | None":
        """The area one level up, or None for a province."""
        if self.level is Level.PROVINCE:
            return None
        return from_digits(self.digits[: _LENGTHS[self.system][self.level - 2]], self.system)

    def lies_in(self, other: "AreaCode") -> bool:
        """Whether this area is `other` or lies inside it, by code."""
        return self.system is other.system and self.digits.startswith(other.digits)


def _bad_code(system: System) -> InputError:
    lengths = ", ".join(map(str, _LENGTHS[system]))
    return InputError("area_code_invalid", f"a {system.value} area code has {lengths} digits")


def from_digits(digits: str, system: System) -> AreaCode:
    """The code written in bare digits, of the given system.

    Raises:
        InputError: `area_code_invalid`.
    """
    if system is System.BPS or not _bare.match(digits):
        return AreaCode(system, digits)
    ends = [end for end in _LENGTHS[system] if end <= len(digits)]
    starts = [0, *ends[:-1]]
    if not ends or ends[-1] != len(digits):
        raise _bad_code(system)
    return AreaCode(system, ".".join(digits[start:end] for start, end in zip(starts, ends, strict=True)))


def parse_area(text: str, system: System | None = None) -> AreaCode:
    """The area code in a text.

    Args:
        text: A code with dots, which is Kemendagri's, or in bare digits.
        system: Who issued the code. Bare digits need it: `1101` is Aceh Selatan to Kemendagri and Simeulue to
            BPS, and province codes differ in Papua.

    Raises:
        InputError: `area_system_missing` for bare digits without a system, `area_code_invalid`.
    """
    tidy = text.strip()
    if "." in tidy:
        if system is System.BPS:
            raise _bad_code(System.BPS)
        return AreaCode(System.KEMENDAGRI, tidy)
    if system is None:
        raise InputError(
            "area_system_missing",
            "a bare area code means different areas to Kemendagri and BPS: name the system or write dots",
        )
    return from_digits(tidy, system)


def from_numbers(
    province: int, kabupaten: int, kecamatan: int | None = None, desa: int | None = None
) -> AreaCode:
    """The Kemendagri code of unpadded numbers, as Dukcapil sends NO_PROP, NO_KAB, NO_KEC and NO_KEL.

    Raises:
        InputError: `area_code_invalid`, a number is negative or too long.
    """
    parts = [f"{province:02d}", f"{kabupaten:02d}"]
    parts += [] if kecamatan is None else [f"{kecamatan:02d}"]
    parts += [] if kecamatan is None or desa is None else [f"{desa:04d}"]
    return AreaCode(System.KEMENDAGRI, ".".join(parts))


def area_key(code: AreaCode) -> int:
    """The ten-digit number under which rows of an area are filed: the Kemendagri code filled up with zeros.

    `33.20` gives 3320000000, `33.20.01.2001` gives 3320012001. Keys sort areas below their parent.

    Raises:
        InputError: `area_code_invalid`, a BPS code: look up its Kemendagri code first.
    """
    if code.system is not System.KEMENDAGRI:
        raise InputError("area_code_invalid", "an area key is made of a Kemendagri code, not of a BPS code")
    return int(code.digits.ljust(10, "0"))


def key_range(code: AreaCode) -> tuple[int, int]:
    """The lowest and highest area key inside an area, both inclusive.

    Raises:
        InputError: `area_code_invalid`, a BPS code.
    """
    return area_key(code), int(code.digits.ljust(10, "9"))


def code_of_key(key: int) -> AreaCode | None:
    """The deepest Kemendagri code that an area key stands for, or None for 0, the unknown area.

    Raises:
        InputError: `area_code_invalid`, the number is no area key.
    """
    if key == UNKNOWN_AREA_KEY:
        return None
    digits = f"{key:010d}"
    for start, end in ((6, 10), (4, 6), (2, 4)):
        if set(digits[start:end]) != {"0"}:
            return from_digits(digits[:end], System.KEMENDAGRI)
    return from_digits(digits[:2], System.KEMENDAGRI)
