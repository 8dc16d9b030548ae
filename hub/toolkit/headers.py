"""The header of a sample file, for whoever begins a connector from one."""

import csv
from itertools import islice
from pathlib import Path

from hub.errors import FatalError, InputError
from hub.toolkit.books import opened_book
from hub.toolkit.layout import header_form

DELIMITERS = ";,|\t"
WITHIN = 20
"""Rows from the top of a sheet among which the header is looked for."""


def header_of(path: Path) -> tuple[str, ...]:
    """The column names of a CSV or XLSX file, blanks within them made single.

    The header of a sheet is the row with most texts among its first rows; that of a CSV its first line, by the
    delimiter that parts it most often.

    Raises:
        InputError: `sample_unreadable`, `sample_unclear` (a name is blank or stands twice).
    """
    try:
        cells = _of_sheet(path) if path.suffix.lower() in (".xlsx", ".xls", ".ods") else _of_lines(path)
    except (OSError, FatalError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            "sample_unreadable",
            f"{path.name} cannot be read as CSV in UTF-8 or as a workbook ({type(error).__name__})",
        ) from None
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    forms = [header_form(name) for name in names]
    if not names or not all(forms) or len(set(forms)) < len(forms):
        raise InputError(
            "sample_unclear", f"the header of {path.name} has a blank name or one that stands twice"
        )
    return tuple(names)


def _of_sheet(path: Path) -> list[str]:
    with opened_book(path, path.name) as book:
        first = next(iter(book.sheets), None)
        if first is None:
            raise FatalError("header_missing", f"{path.name}: the workbook has no sheet of cells")
        rows = [row for _, row in islice(book.rows(first), WITHIN)]
    return max(rows, key=_texts, default=[])


def _texts(row: list[str]) -> int:
    return sum(any(sign.isalpha() for sign in cell) for cell in row)


def _of_lines(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline(100_000)
    delimiter = max(DELIMITERS, key=first.count)
    return next(csv.reader([first], delimiter=delimiter), [])
