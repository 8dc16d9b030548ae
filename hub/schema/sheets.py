"""Entries as a workbook: written row by row into a file of this account alone, and sent on once it is whole.

Texts are cells of text, so that no spreadsheet runs them and no number of a person loses a digit; a text that begins
like a formula stands as it is. Days and instants are the texts of JSON, lists are JSON. Where a sheet is full it goes
on in a further one.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter

from hub.domain import clock
from hub.errors import InputError

SHEET_ROWS = 1_048_575
"""Rows of a sheet beside its header."""
LONGEST_CELL = 32_767
"""Characters that a cell holds; more would be cut off without a word."""
_PIECE = 1 << 18


class Workbook:
    """One workbook in the making.

    Args:
        path: Where it lies; its folder takes what is written meanwhile, too.
        names: Of the columns.
    """

    def __init__(self, path: Path, names: Sequence[str]) -> None:
        options = {
            "constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False,
            "strings_to_urls": False, "strings_to_numbers": False,
        }  # fmt: skip
        self._book = xlsxwriter.Workbook(str(path), options)
        # By the day: the same rows are the same bytes, whenever in it they are written.
        self._book.set_properties({"created": datetime.combine(clock.today(), time())})
        self._text = self._book.add_format({"num_format": "@"})
        self._names, self._sheets, self._row = names, 0, SHEET_ROWS
        self._sheet: Any = None
        self._next_sheet()

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Adds rows.

        Raises:
            InputError: `cell_too_long`.
        """
        for row in rows:
            if self._row == SHEET_ROWS:
                self._next_sheet()
            self._row += 1
            for place, value in enumerate(row):
                self._cell(place, value)

    def end(self) -> None:
        """Ends the file."""
        self._book.close()

    def _cell(self, place: int, value: Any) -> None:
        if isinstance(value, bool):
            self._sheet.write_boolean(self._row, place, value)
        elif isinstance(value, int | float):
            self._sheet.write_number(self._row, place, value)
        elif value is not None:
            text = str(value)
            if len(text) > LONGEST_CELL:
                raise InputError(
                    "cell_too_long",
                    f"column {self._names[place]} has a text of more than {LONGEST_CELL:,} characters; take another"
                    " form, or shorter lists",
                )
            self._sheet.write_string(self._row, place, text, self._text)

    def _next_sheet(self) -> None:
        self._sheets, self._row = self._sheets + 1, 0
        self._sheet = self._book.add_worksheet(f"rows{self._sheets}")
        self._sheet.freeze_panes(1, 0)
        for place, name in enumerate(self._names):
            self._sheet.write_string(0, place, name)


def pieces_of(file: BinaryIO) -> Iterator[bytes]:
    """The bytes of a file, piece by piece."""
    while piece := file.read(_PIECE):
        yield piece
