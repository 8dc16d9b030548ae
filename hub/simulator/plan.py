"""What a simulated run is: seed, area, size, preset, dates; and what it emitted."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from hub.errors import InputError

#: Eras whose defect rates are known from published audits; the rates stand in defects.py.
PRESETS = ("2019", "2024")

DEFAULT_REFERENCE = Path(__file__).parents[2] / "config" / "reference"

INDONESIAN_MONTHS = (
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


@dataclass(frozen=True, slots=True)
class Plan:
    """One reproducible population: the same plan gives the same bytes.

    Args:
        seed: Any integer from 0.
        area: Kemendagri code of a kabupaten or kota, dotted (`33.20`).
        persons: Rows of the register in month 1, the dead who stay listed included.
        preset: Era of the defects, one of PRESETS.
        base_date: Day of the first extract, WIB; month 2 is extracted one month later.
        months: 1 or 2.
        lists: Names of further lists of `hub.simulator.lists` to write; the five of the first registries are
            always written, byte for byte the same.

    Raises:
        InputError: A value is out of range.
    """

    seed: int
    area: str = "33.20"
    persons: int = 20_000
    preset: str = "2024"
    base_date: date = date(2026, 11, 21)
    months: int = 2
    lists: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a plan that cannot be generated."""
        if self.preset not in PRESETS:
            raise InputError("preset_unknown", f"The preset must be one of {', '.join(PRESETS)}.")
        if self.persons < 100 or self.seed < 0:
            raise InputError("plan_invalid", "A plan needs at least 100 persons and a seed from 0.")
        if self.months not in (1, 2):
            raise InputError("plan_invalid", "A plan covers 1 or 2 months.")

    def extract_date(self, month: int) -> date:
        """The day the registries were read for month 1 or 2 (WIB)."""
        if month == 1:
            return self.base_date
        year, number = divmod(self.base_date.year * 12 + self.base_date.month, 12)
        last = (date(year + (number + 1) // 12, (number + 1) % 12 + 1, 1) - timedelta(days=1)).day
        return date(year, number + 1, min(self.base_date.day, last))


@dataclass(frozen=True, slots=True)
class EmittedFile:
    """One file or listing as written for one month; `rows` counts rows below the header."""

    source: str
    month: int
    name: str
    path: str
    rows: int
    size: int
    sha256: str
    modified: str
    listing: bool = False


@dataclass(slots=True)
class Emitted:
    """Everything one generation wrote."""

    directory: Path
    files: list[EmittedFile] = field(default_factory=list)

    def rows(self, source: str | None = None, month: int | None = None) -> int:
        """Rows emitted, of one source or month where given; served-again files count once."""
        return sum(
            each.rows for each in self.files if source in (None, each.source) and month in (None, each.month)
        )

    def counts(self) -> dict[str, dict[int, int]]:
        """Rows by source and month."""
        found: dict[str, dict[int, int]] = {}
        for each in self.files:
            months = found.setdefault(each.source, {})
            months[each.month] = months.get(each.month, 0) + each.rows
        return found


def quarter_of(day: date) -> tuple[str, str]:
    """The PKH stage of a day, as its lists write it: (`TW4 2026`, `OKTOBER-DESEMBER 2026`)."""
    quarter = (day.month - 1) // 3
    first, last = INDONESIAN_MONTHS[quarter * 3], INDONESIAN_MONTHS[quarter * 3 + 2]
    return f"TW{quarter + 1} {day.year}", f"{first}-{last} {day.year}"


def words(text: str) -> tuple[str, ...]:
    """The entries of a table that is written as one text with bars."""
    return tuple(text.split("|"))


def shares(total: int, weights: Sequence[float]) -> list[int]:
    """Whole shares of a total by weight, by largest remainder; they sum to the total."""
    whole = sum(weights)
    exact = [total * weight / whole for weight in weights]
    floors = [int(each) for each in exact]
    order = sorted(range(len(exact)), key=lambda i: (floors[i] - exact[i], i))
    for i in order[: total - sum(floors)]:
        floors[i] += 1
    return floors
