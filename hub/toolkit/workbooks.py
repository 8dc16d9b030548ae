"""Workbooks for people: every cell is text, so that no number loses a digit and nothing runs as a formula."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import xlsxwriter

ROWS_A_SHEET = 1_000_000
LONGEST_CELL = 32_767
"""Signs that a cell can hold; a longer text is cut and ends with an ellipsis."""


async def write_workbook(
    path: Path, header: Sequence[str], rows: AsyncIterator[Sequence[object]], name: str
) -> int:
    """Writes rows under a header, a further sheet for each million; returns how many rows.

    A text that begins with `=`, `+`, `-`, `@`, a tab or a carriage return is written as a text cell under the
    number format of text, so that no program takes it for a formula. Memory is flat; the file is readable by its
    owner alone, for it may hold personal data.

    Args:
        path: Where to; a file that is there is replaced.
        header: Names of the columns.
        rows: Their values in the same order; None leaves a cell empty.
        name: Of the first sheet, 28 signs at most.
    """
    await asyncio.to_thread(_guarded, path)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    written = 0
    with closing(xlsxwriter.Workbook(str(path), options)) as book:
        plain, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        sheet: Any = None
        async for row in rows:
            if written % ROWS_A_SHEET == 0:
                sheet = _sheet(book, f"{name} {written // ROWS_A_SHEET + 1}", header, bold)
            _write(sheet, written % ROWS_A_SHEET + 1, row, plain)
            written += 1
        if sheet is None:
            _sheet(book, name, header, bold)
    return written


def write_sheets(path: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[object]]]]) -> None:
    """Writes a workbook of several sheets, cells as `write_workbook` writes them.

    Args:
        path: Where to; a file that is there is replaced.
        sheets: Header and rows by name of the sheet, 31 signs at most.
    """
    _guarded(path)
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with closing(xlsxwriter.Workbook(str(path), options)) as book:
        plain, bold = book.add_format({"num_format": "@"}), book.add_format({"bold": True, "num_format": "@"})
        for name, (header, rows) in sheets.items():
            sheet = _sheet(book, name, header, bold)
            for at, row in enumerate(rows, 1):
                _write(sheet, at, row, plain)


def _guarded(path: Path) -> None:
    """An empty file that its owner alone may read."""
    path.touch(mode=0o600)
    path.chmod(0o600)


def _sheet(book: Any, name: str, header: Sequence[str], bold: Any) -> Any:
    sheet = book.add_worksheet(name[:31])
    _write(sheet, 0, header, bold)
    sheet.freeze_panes(1, 0)
    return sheet


def _write(sheet: Any, at: int, row: Sequence[object], form: Any) -> None:
    for column, value in enumerate(row):
        if value is not None and value != "":
            text = str(value)
            shown = text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"
            sheet.write_string(at, column, shown, form)
