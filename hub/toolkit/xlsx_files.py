"""Spreadsheets whose header row and column names drift; a number cell is never trusted with a NIK.

A cell of numbers keeps 15 digits, so that a 16-digit number in one has lost its last digit whatever it
shows. It is written as the spreadsheet shows it (`3.3200101019012E+15`), which the domain refuses as
SCIENTIFIC.
"""

import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from hub.domain.reasons import Reason
from hub.errors import FatalError
from hub.toolkit.json_text import object_text
from hub.toolkit.layout import Layout, Resolved
from hub.toolkit.pages import REFUSED_SCHEMA, FileSeen, Page

ROWS_PER_PAGE = 20_000
#: Refused before unpacking: a small archive that unpacks to more than this, or by more than this factor.
LARGEST_UNPACKED = 2 << 30
LARGEST_RATIO = 200
#: From so many digits on, a spreadsheet shows a number cell in scientific notation.
_SHOWN_WHOLE = 12


@dataclass(frozen=True, slots=True)
class XlsxReader:
    """Reads the first sheet that has the layout's header within its first rows.

    Args:
        number_columns: Canonical names of the columns whose damage is reported in `file.detail["numbers"]`.
        header_within: Rows from the top that may stand above or be the header.
        rows_per_page: Rows a page.
    """

    number_columns: tuple[str, ...]
    header_within: int = 20
    rows_per_page: int = ROWS_PER_PAGE
    suffixes: tuple[str, ...] = (".xlsx",)

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of the file, blank ones left out; see `connector.Reader`.

        Raises:
            FatalError: `file_truncated`, `file_locked`, `file_bomb`, `header_missing`,
                `layout_column_missing`.
        """
        _refuse_bombs(path, file, source)
        try:
            with CalamineWorkbook.from_path(str(path)) as book:
                yield from self._sheet_pages(*self._found_sheet(book, file, layout, source), file)
        except PasswordError:
            raise FatalError(
                "file_locked", f"{source}: {file.name} has a password; ask for it without one"
            ) from None
        except (CalamineError, OSError) as error:
            raise FatalError(
                "file_truncated",
                f"{source}: {file.name} is damaged or cut off ({type(error).__name__}); nothing was read",
            ) from None

    def _found_sheet(
        self, book: CalamineWorkbook, file: FileSeen, layout: Layout, source: str
    ) -> tuple[CalamineSheet, int, tuple[str, ...], Resolved]:
        """The sheet, the rows down to its header, the received header, and the header resolved."""
        best = (0, "", 0, ())  # type: tuple[int, str, int, tuple[str, ...]]
        for name in book.sheet_names:
            for at, row in enumerate(islice(_rows(book.get_sheet_by_name(name)), self.header_within)):
                header = _header(row)
                score = layout.score(header)
                if score > best[0]:
                    best = (score, name, at, header)
        score, name, at, header = best
        if not score:
            raise FatalError("header_missing", f"{source}: no sheet of {file.name} has a known header row")
        resolved = layout.resolve(header, source, file.name)
        file.detail.update(
            sheet_count=len(book.sheet_names),
            header_row=at + 1,
            unknown_columns=list(resolved.unknown),
            missing_columns=list(resolved.missing),
        )
        return book.get_sheet_by_name(name), at, header, resolved

    def _sheet_pages(
        self,
        sheet: CalamineSheet,
        header_at: int,
        header: tuple[str, ...],
        resolved: Resolved,
        file: FileSeen,
    ) -> Iterator[Page]:
        numbers = {name: NumberDamage() for name in self.number_columns if name in resolved.columns}
        rows = (row for row in islice(_rows(sheet), header_at + 1, None) if any(each != "" for each in row))
        first, chunk = 1, list(islice(rows, self.rows_per_page))
        while True:
            following = list(islice(rows, self.rows_per_page))
            page = _page(file, first, chunk, header, resolved, complete=not following)
            for name, damage in numbers.items():
                damage.count(page.frame[name], [row[resolved.columns.index(name)] for row in chunk])
            file.detail["rows"] = first - 1 + len(chunk)
            file.detail["numbers"] = {name: damage.report() for name, damage in numbers.items()}
            yield page
            if not following:
                return
            first, chunk = first + len(chunk), following


@dataclass(slots=True)
class NumberDamage:
    """Counts, over one file, what a spreadsheet did to a column of 16-digit numbers."""

    filled: int = 0
    in_number_cells: int = 0
    ending_in_zero: int = 0

    def count(self, texts: pl.Series, cells: Sequence[Any]) -> None:
        """Add the cells of one page."""
        self.filled += texts.drop_nulls().len()
        self.in_number_cells += sum(isinstance(cell, (int, float)) for cell in cells)
        self.ending_in_zero += int(texts.str.contains(r"^\d{15}0\s*$").sum() or 0)

    def report(self) -> dict[str, Any]:
        """Counts and the share of numbers ending in 0; over 0.1 the file went through a number column."""
        share = round(self.ending_in_zero / self.filled, 4) if self.filled else 0.0
        return {"filled": self.filled, "in_number_cells": self.in_number_cells, "share_ending_in_zero": share}


def _refuse_bombs(path: Path, file: FileSeen, source: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, OSError):
        raise FatalError(
            "file_truncated", f"{source}: {file.name} is damaged or cut off; nothing was read"
        ) from None
    if unpacked > LARGEST_UNPACKED or unpacked > LARGEST_RATIO * max(path.stat().st_size, 10_000):
        raise FatalError("file_bomb", f"{source}: {file.name} would unpack to {unpacked:,} bytes; refused")


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    return iter(sheet.iter_rows())


def _header(row: Sequence[Any]) -> tuple[str, ...]:
    """The names of a header row, without the empty cells to its right."""
    names = [str(cell).strip() for cell in row]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def shown(cell: Any) -> str | None:
    """A cell as text: None where it is empty, a number as the spreadsheet shows it, a day in ISO form."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, (int, float)):
        return _shown_number(float(cell))
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return (
        cell.isoformat()
        if isinstance(cell, (date, time))
        else str(cell)
        if isinstance(cell, timedelta)
        else None
    )


def _shown_number(value: float) -> str:
    if value != int(value) if abs(value) < 1e15 else False:
        return repr(value)
    whole = f"{value:.0f}"
    return whole if len(whole.lstrip("-")) < _SHOWN_WHOLE else f"{value:.14E}"


def _page(
    file: FileSeen,
    first: int,
    chunk: list[list[Any]],
    header: tuple[str, ...],
    resolved: Resolved,
    *,
    complete: bool,
) -> Page:
    width = len(header)
    long = {at: row for at, row in enumerate(chunk) if any(cell != "" for cell in row[width:])}
    frame = pl.DataFrame(
        [
            pl.Series(
                name,
                [None if at in long or i >= len(row) else shown(row[i]) for at, row in enumerate(chunk)],
                dtype=pl.String,
            )
            for i, name in enumerate(resolved.columns)
        ]
    )
    refused = pl.DataFrame(
        {
            "row": list(long),
            "reason": [Reason.ROW_LONG.value] * len(long),
            "field": [""] * len(long),
            "payload": [_array(row) for row in long.values()],
        },
        schema=REFUSED_SCHEMA,
    )
    return Page(file, first, header, frame, complete=complete, refused=refused)


def _array(row: list[Any]) -> str:
    return object_text({"": [shown(cell) for cell in row]})[4:-1]
