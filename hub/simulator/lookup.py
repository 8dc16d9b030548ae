"""Finds register rows by NIK without holding the register: a sorted index of (NIK, place) on disk."""

import csv
from io import StringIO
from pathlib import Path

import numpy as np

from hub.simulator.areas import AreaPlan
from hub.simulator.dump import COLUMNS, HEAD
from hub.simulator.numbers import IntArray
from hub.simulator.plan import Plan

#: A place is the number of the file (0 = people living elsewhere), then the byte offset in 40 bits.
_OFFSET_BITS = 40


def write_index(
    plan: Plan,
    area: AreaPlan,
    directory: Path,
    arrivals: dict[str, list[tuple[int, int]]],
    outside: list[Path],
) -> None:
    """Writes the index of each month, and the file of people who live elsewhere.

    Args:
        plan: The plan that was generated.
        area: Its area.
        directory: Where it was generated; `parts` holds the keys of each kecamatan.
        arrivals: (NIK, bytes) of the rows appended to each kecamatan's file of month 2, in order.
        outside: Parts of the file of people living elsewhere, of all months in area order.
    """
    for month in range(1, plan.months + 1):
        keys, places = _outside(
            directory, month, [each for each in outside if each.parent.name == str(month)]
        )
        for number, kecamatan in enumerate(area.kecamatan, start=1):
            stored = np.load(directory / "parts" / f"keys.{month}.{kecamatan.code}.npy")
            more = arrivals.get(kecamatan.code, []) if month == 2 else []
            added = np.array(more, np.int64).reshape(-1, 2).T
            niks, sizes = np.concatenate([stored, added], axis=1)
            starts = len(HEAD) + np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
            keys.append(niks)
            places.append(starts[: len(niks)] + (number << _OFFSET_BITS))
        everyone, where = np.concatenate(keys), np.concatenate(places)
        order = np.argsort(everyone, kind="stable")
        np.save(directory / f"month{month}" / "nik.npy", np.stack([everyone[order], where[order]]))


def _outside(directory: Path, month: int, parts: list[Path]) -> tuple[list[IntArray], list[IntArray]]:
    content = b"".join(part.read_bytes() for part in parts)
    (directory / f"month{month}" / "elsewhere.csv").write_bytes(content)
    lines = content.splitlines(keepends=True)
    starts = np.cumsum([0, *(len(line) for line in lines)])[:-1]
    return [np.array([int(line[:16]) for line in lines], np.int64)], [starts.astype(np.int64)]


class NikIndex:
    """Looks up the register of one month.

    Args:
        directory: The month's directory.
        files: Register files in the order of their numbers, from 1.
    """

    def __init__(self, directory: Path, files: list[Path]) -> None:
        self._index = np.load(directory / "nik.npy", mmap_mode="r")
        self._files = [directory / "elsewhere.csv", *files]

    def find(self, nik: int) -> list[dict[str, str]]:
        """All register rows under a NIK, by column; more than one means that the number is doubled."""
        keys, places = self._index
        first = int(np.searchsorted(keys, nik, side="left"))
        last = int(np.searchsorted(keys, nik, side="right"))
        return [self._row(int(places[i])) for i in range(first, last)]

    def _row(self, place: int) -> dict[str, str]:
        with self._files[place >> _OFFSET_BITS].open("rb") as content:
            content.seek(place & ((1 << _OFFSET_BITS) - 1))
            line = content.readline().decode()
        return dict(zip(COLUMNS, next(csv.reader(StringIO(line), delimiter=";")), strict=True))
