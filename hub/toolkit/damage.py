"""What spreadsheets did to the 16-digit numbers of a file: counted and reported, never repaired.

A number cell keeps 15 digits. A NIK that went through one is shown as `3.32E+15`, or ends in 0, or has a `.0`
behind it; one that went through a text editor may bear an apostrophe or a no-break space. Which of these
refuse a row is the domain's to say (`hub.domain.sixteen`); here they are told of the file as a whole.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from hub.domain.reasons import Reason

#: Inferred, no rule of the state: serials begin at 0001 for each day and kecamatan, so that far fewer end in 0.
SUSPECT_SHARE = 0.1
#: Below so many numbers a share says nothing.
_FEWEST = 20
_NUMBER_WORDS = {"NIK", "KK", "NOKK"}
_word = re.compile(r"[A-Z]+")

#: What is counted beside the three facts that every report has, as patterns over the text as received.
PATTERNS = {
    "scientific": r"^\s*[+-]?\d+(?:[.,]\d+)?[eE][+]?\d+\s*$",
    "one_digit_short": r"^\s*\d{15}\s*$",
    "float_suffix": r"^\s*\d+[.,]0+\s*$",
    "apostrophe": "^\\s*['`\u2018\u2019]",
    "odd_blanks": "[\u00a0\u2007\u202f\u200b\ufeff]",
}


#: No pattern and no other fact is about a text like this, as nearly all are.
_SOUND = r"^[0-9]{15}[1-9]$"


def sixteen_columns(columns: Iterable[str]) -> tuple[str, ...]:
    """The columns whose name has the word NIK, KK or NOKK: those whose damage is worth telling."""
    return tuple(name for name in columns if _NUMBER_WORDS & set(_word.findall(name.upper())))


@dataclass(slots=True)
class NumberDamage:
    """Counts, over one file, what was done to a column of 16-digit numbers.

    Args:
        suspect_share: Share of numbers that end in 0, 0 to 1, above which the column is suspected.
    """

    suspect_share: float = SUSPECT_SHARE
    filled: int = 0
    in_number_cells: int = 0
    ending_in_zero: int = 0
    found: dict[str, int] = field(default_factory=dict)

    def count(self, texts: pl.Series, number_cells: int = 0) -> None:
        """Add the cells of one page, of which so many were numbers to the spreadsheet."""
        self.filled += texts.drop_nulls().len()
        self.in_number_cells += number_cells
        odd = texts.filter(~texts.str.contains(_SOUND))
        self.ending_in_zero += _matching(odd, r"^\d{15}0\s*$")
        for name, pattern in PATTERNS.items():
            if number := _matching(odd, pattern):
                self.found[name] = self.found.get(name, 0) + number

    @property
    def suspect(self) -> bool:
        """Whether so many numbers end in 0 that the column once was a column of numbers."""
        return self.filled >= _FEWEST and self.ending_in_zero > self.suspect_share * self.filled

    def report(self) -> dict[str, Any]:
        """`filled`, `in_number_cells` and `share_ending_in_zero` (0 to 1), and each pattern that was found."""
        share = round(self.ending_in_zero / self.filled, 4) if self.filled else 0.0
        return {
            "filled": self.filled,
            "in_number_cells": self.in_number_cells,
            "share_ending_in_zero": share,
            **self.found,
        }


def _matching(texts: pl.Series, pattern: str) -> int:
    return int(texts.str.contains(pattern).sum() or 0)


@dataclass(slots=True)
class FileDamage:
    """The damage to every column of 16-digit numbers of one file.

    Args:
        columns: Canonical names.
        suspect_share: See `NumberDamage`.
    """

    columns: tuple[str, ...]
    suspect_share: float = SUSPECT_SHARE
    counts: dict[str, NumberDamage] = field(default_factory=dict)

    def count(self, frame: pl.DataFrame, number_cells: dict[str, int] | None = None) -> None:
        """Add one page."""
        for name in self.columns:
            if name in frame.columns:
                damage = self.counts.setdefault(name, NumberDamage(self.suspect_share))
                damage.count(frame[name], (number_cells or {}).get(name, 0))

    def tell(self, detail: dict[str, Any]) -> None:
        """Writes `numbers` by column, and `warnings` by column where a column is suspected."""
        detail["numbers"] = {name: damage.report() for name, damage in self.counts.items()}
        suspects = {
            name: Reason.FILE_ENDS_IN_ZERO.value for name, damage in self.counts.items() if damage.suspect
        }
        if suspects:
            detail["warnings"] = suspects
