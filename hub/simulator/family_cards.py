"""Retrieval of a family by No KK, the call `CALL_NIK_GET_KK` of Dukcapil.

Only the name of the call is known; that its body has `NO_KK` and its answer the shape of `CALL_NIK` is an
inference (I). A number that a list bears and the register gave up is not found.
"""

import re
import threading
from pathlib import Path
from typing import Any

import numpy as np

from hub.simulator import dukcapil
from hub.simulator.dump import COLUMNS
from hub.simulator.lookup import NikIndex
from hub.simulator.numbers import IntArray

KK_AT = COLUMNS.index("NO_KK")


class FamilyIndex:
    """The NIK on each family card, of the register files of one month.

    Args:
        files: Register files, with a header or without.
    """

    def __init__(self, files: list[Path]) -> None:
        pairs = [pair for path in files for pair in _pairs(path)]
        cards = np.array([card for card, _ in pairs], np.int64)
        order = np.argsort(cards, kind="stable")
        self._cards: IntArray = cards[order]
        self._niks: IntArray = np.array([nik for _, nik in pairs], np.int64)[order]

    def members(self, card: int) -> list[int]:
        """The distinct NIK on a card, in the order of the register."""
        first = int(np.searchsorted(self._cards, card, side="left"))
        last = int(np.searchsorted(self._cards, card, side="right"))
        return list(dict.fromkeys(self._niks[first:last].tolist()))


class LateFamilies:
    """The index of one month, read when it is first asked for: most runs never ask.

    Args:
        files: As for `FamilyIndex`.
    """

    def __init__(self, files: list[Path]) -> None:
        self._files = files
        self._lock = threading.Lock()
        self._index: FamilyIndex | None = None

    def index(self) -> FamilyIndex:
        """The index; safe to call from several threads."""
        with self._lock:
            self._index = self._index or FamilyIndex(self._files)
            return self._index


def _pairs(path: Path) -> list[tuple[int, int]]:
    """(No KK, NIK) of the rows of a file that have both."""
    with path.open(encoding="utf-8") as lines:
        cells = [line.split(";", KK_AT + 1) for line in lines]
    return [(int(row[KK_AT]), int(row[0])) for row in cells if row[0].isdigit() and row[KK_AT].isdigit()]


def retrieve_family(
    body: dict[str, Any],
    families: FamilyIndex,
    index: NikIndex,
    names: dict[str, str],
    left_out: tuple[str, ...],
) -> list[dict[str, object]] | str:
    """The members of a family as the agreement shows them, or the RESPON text."""
    number = dukcapil.first_of(body, "NO_KK", "no_kk", "KK")
    if not re.fullmatch(r"\d{16}", number):
        return "Parameter Tidak Lengkap / Tidak Valid"
    rows = [row for nik in families.members(int(number)) for row in index.find(nik) if row["NO_KK"] == number]
    return [dukcapil.person(row, names, left_out) for row in rows] or dukcapil.NOT_FOUND
