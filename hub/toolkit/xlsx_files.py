"""Spreadsheets (XLSX, XLS, ODS) whose header row and column names drift; a number cell is never trusted with a NIK.

A cell of numbers keeps 15 digits, so that a 16-digit number in one has lost its last digit whatever it
shows. It is written as the spreadsheet shows it (`3.3200101019012E+15`), which the domain refuses as
SCIENTIFIC. Rows of an XLSX sheet come as a stream (see `books`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

import polars as pl

from hub.domain.reasons import Reason
from hub.errors import FatalError
from hub.toolkit.books import Book, opened_book
from hub.toolkit.damage import SUSPECT_SHARE, FileDamage
from hub.toolkit.json_text import object_text
from hub.toolkit.layout import Layout, Resolved, header_form
from hub.toolkit.pages import REFUSED_SCHEMA, FileSeen, Page
from hub.toolkit.sheet_cells import Number

ROWS_PER_PAGE = 20_000
#: Cells of a page, so that a wide sheet has fewer rows in one.
CELLS_PER_PAGE = 2_000_000
#: Rows at which spreadsheets end: a sheet that has all of them was probably cut there.
_FULL = (65_536, 1_048_576)


@dataclass(frozen=True, slots=True)
class Found:
    """A sheet with a known header.

    Attributes:
        name: Of the sheet.
        score: Columns that the header names.
        above: Number of the header's last row in the sheet.
        header: The names as they stand.
        left: Columns left of it in which nothing stands.
        hidden: Whether the sheet is.
        whole: Whether the header lacks no required name.
        filled: Whether a filled row stands below.
    """

    name: str
    score: int
    above: int
    header: tuple[str, ...]
    left: int
    hidden: bool
    whole: bool
    filled: bool


@dataclass(frozen=True, slots=True)
class XlsxReader:
    """Reads the visible sheet that has the layout's header within its first rows, or every such sheet.

    A header of two rows (a group above its columns, as in the Dapodik export) is taken as one whose names are
    both joined by a blank, where the joined names are known better than either row. Hidden sheets are read when
    no visible one has a known header.

    Args:
        number_columns: Canonical names of the columns whose damage is reported in `file.detail["numbers"]`.
        header_within: Rows from the top that may stand above or be the header.
        rows_per_page: Rows a page.
        every_sheet: Whether all visible sheets with the header are one list (a sheet a kecamatan). Otherwise a
            second one with rows stops the file: nobody has said which of them holds.
        suspect_share: See `damage.NumberDamage`.
    """

    number_columns: tuple[str, ...]
    header_within: int = 20
    rows_per_page: int = ROWS_PER_PAGE
    suffixes: tuple[str, ...] = (".xlsx", ".xls", ".ods")
    every_sheet: bool = False
    suspect_share: float = SUSPECT_SHARE

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of the file, blank ones left out; see `connector.Reader`.

        Raises:
            FatalError: `file_truncated`, `file_locked`, `file_bomb`, `file_kind_wrong`, `header_missing`,
                `sheets_several`, `layout_column_missing`, `layout_ambiguous`.
        """
        with opened_book(path, f"{source}: {file.name}") as book:
            yield from self._pages(book, self._sheets(book, file, layout, source), file, layout, source)

    def _sheets(self, book: Book, file: FileSeen, layout: Layout, source: str) -> list[Found]:
        """The sheets to read, in the order of the workbook; what was not read is told in the file's detail."""
        known = [
            found
            for name, hidden in book.sheets.items()
            if (found := self._found(book, name, layout, hidden=hidden)) is not None
        ]
        shown = [each for each in known if not each.hidden] or known
        if not shown:
            raise FatalError("header_missing", f"{source}: no sheet of {file.name} has a known header row")
        best = max(shown, key=lambda each: each.score)
        filled = [each for each in shown if each.filled and (each.whole or each is best)]
        if len(filled) > 1 and not self.every_sheet:
            raise FatalError(
                "sheets_several",
                f"{source}: {len(filled)} sheets of {file.name} have the header and rows; nothing was read",
            )
        file.detail.update(sheet_count=len(book.sheets), header_row=best.above)
        if hidden_sheets := sum(book.sheets.values()):
            file.detail["hidden_sheets"] = hidden_sheets
        return (filled or [best]) if self.every_sheet else [*filled, best][:1]

    def _found(self, book: Book, name: str, layout: Layout, *, hidden: bool) -> Found | None:
        """The best header of a sheet; None where no row names a column."""
        top = dict[int, list[str]]()
        for at, row in book.rows(name):
            top[at] = row
            if at > self.header_within:
                break
        left = min((_blanks_before(row) for row in top.values()), default=0)
        best: tuple[int, int, tuple[str, ...]] | None = None
        for at in range(1, self.header_within + 1):
            row, below = top.get(at, [])[left:], top.get(at + 1, [])[left:]
            for above, header in ((at, _header(row)), (at + 1, _joined(row, below))):
                score = layout.score(header)
                if score > (best[0] if best else 0):
                    best = score, above, header
        if best is None:
            return None
        score, above, header = best
        return Found(
            name, score, above, header, left, hidden, _is_whole(layout, header), filled=max(top) > above
        )

    def _pages(
        self, book: Book, sheets: list[Found], file: FileSeen, layout: Layout, source: str
    ) -> Iterator[Page]:
        damage, first = FileDamage(self.number_columns, self.suspect_share), 1
        for found in sheets:
            resolved = layout.resolve(found.header, source, file.name)
            for name in ("unknown", "missing"):
                noted = file.detail.setdefault(f"{name}_columns", [])
                noted.extend(each for each in getattr(resolved, name) if each not in noted)
            for chunk, end in self._chunks(book, found):
                if end in _FULL:
                    file.detail["sheet_full"] = True
                complete = end is not None and found is sheets[-1]
                page = _page(file, first, chunk, found, resolved, complete=complete)
                damage.count(page.frame, _number_cells(self.number_columns, resolved, chunk, found.left))
                damage.tell(file.detail)
                first += len(chunk)
                file.detail["rows"] = first - 1
                yield page

    def _chunks(self, book: Book, found: Found) -> Iterator[tuple[list[list[str]], int | None]]:
        """Filled rows below the header, so many at once; with the last of them, the number of the sheet's last row."""
        chunk, cells, at = list[list[str]](), 0, found.above
        for at, row in book.rows(found.name):
            if at <= found.above:
                continue
            if len(chunk) == self.rows_per_page or cells > CELLS_PER_PAGE:
                yield chunk, None
                chunk, cells = [], 0
            chunk.append(row)
            cells += len(row)
        yield chunk, at


def _is_whole(layout: Layout, header: Sequence[str]) -> bool:
    known = layout.canonical()
    return layout.required <= {known.get(header_form(name)) for name in header}


def _blanks_before(row: Sequence[str]) -> int:
    """How many cells are blank before the first filled one."""
    return next((at for at, cell in enumerate(row) if cell), len(row))


def _number_cells(
    names: Sequence[str], resolved: Resolved, chunk: list[list[str]], left: int
) -> dict[str, int]:
    """How many cells of each column are numbers to the spreadsheet."""
    at = {name: left + resolved.columns.index(name) for name in names if name in resolved.columns}
    return {
        name: sum(place < len(row) and row[place].__class__ is Number for row in chunk)
        for name, place in at.items()
    }


def _header(row: Sequence[str]) -> tuple[str, ...]:
    """The names of a header row, without the empty cells to its right."""
    names = [cell.strip() for cell in row]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _joined(row: Sequence[str], below: Sequence[str]) -> tuple[str, ...]:
    """The names of a header of two rows: a group reaches right over the blank cells beside it."""
    names, group = [], ""
    for upper, lower in zip_longest(_header(row), _header(below), fillvalue=""):
        group = upper or (group if lower else "")
        names.append(" ".join(part for part in (group, lower) if part))
    return tuple(names)


def _page(
    file: FileSeen,
    first: int,
    chunk: list[list[str]],
    found: Found,
    resolved: Resolved,
    *,
    complete: bool,
) -> Page:
    left, end = found.left, found.left + len(found.header)
    outside = {at: row for at, row in enumerate(chunk) if any(row[end:]) or any(row[:left])}
    laid = [[] if at in outside else row for at, row in enumerate(chunk)] if outside else chunk
    cells = list(zip_longest(*laid, fillvalue=""))[left:end]
    cells += [("",) * len(chunk)] * (end - left - len(cells))
    frame = pl.DataFrame(
        [
            pl.Series(name, column, dtype=pl.String)
            for name, column in zip(resolved.columns, cells, strict=True)
        ]
    )
    refused = pl.DataFrame(
        {
            "row": list(outside),
            "reason": [Reason.ROW_LONG.value] * len(outside),
            "field": [""] * len(outside),
            "payload": [
                _array(row[left:]) if not any(row[:left]) else _array(row) for row in outside.values()
            ],
        },
        schema=REFUSED_SCHEMA,
    )
    filled = frame.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))
    return Page(file, first, found.header, filled, complete=complete, refused=refused)


def _array(row: list[str]) -> str:
    return object_text({"": [cell or None for cell in row]})[4:-1]
