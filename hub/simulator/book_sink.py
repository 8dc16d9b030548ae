"""A workbook that rows go to, as texts; the same rows give the same bytes."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import xlsxwriter

from hub.simulator.register_rows import Column, cells
from hub.simulator.sink import TruthPart


class Book:
    """One workbook with a header row; a column of days holds number cells."""

    def __init__(
        self, path: Path, truth: Path | None, columns: Sequence[str], days_at: str = "", title: str = ""
    ) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.truth = TruthPart(truth)
        self._columns, self._days_at, self._row = tuple(columns), days_at, 1
        options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_urls": False}
        self._book: Any = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties(
            {
                "created": datetime(2022, 11, 14, tzinfo=UTC).replace(tzinfo=None),
                "author": "",
                "title": title,
            }
        )
        self._sheet: Any = self._book.add_worksheet("DATA")
        for at, name in enumerate(columns):
            self._sheet.write_string(0, at, name)

    def add(self, given: Mapping[str, Column], people: Sequence[int], kinds: Sequence[str]) -> None:
        """Rows; blank cells are left out."""
        write, number = self._sheet.write_string, self._sheet.write_number
        told = [
            (self._columns.index(name), cells(values), name == self._days_at)
            for name, values in given.items()
        ]
        told.sort(key=lambda each: each[0])
        for i in range(len(people)):
            for at, texts, is_day in told:
                if not texts[i]:
                    continue
                if is_day:
                    number(self._row, at, float(texts[i]))
                else:
                    write(self._row, at, texts[i])
            self._row += 1
        self.truth.add(people, kinds)

    def close(self) -> None:
        """Writes out what is held."""
        self._book.close()
        self.truth.close()
