"""Spreadsheets (XLSX, XLS, ODS) whose header row and column names drift; a number cell is never trusted with a NIK.

A cell of numbers keeps 15 digits, so that a 16-digit number in one has lost its last digit whatever it
shows. It is written as the spreadsheet shows it (`3.3200101019012E+15`), which the domain refuses as
SCIENTIFIC. A sheet is held in memory while it is read: the library knows no other way.
"""

import mmap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

import polars as pl
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from hub.domain.reasons import Reason
from hub.errors import FatalError
from hub.toolkit.archives import opened_archive, refuse_bombs, refuse_repeats, refuse_wide_sheets
from hub.toolkit.damage import SUSPECT_SHARE, FileDamage
from hub.toolkit.json_text import object_text
from hub.toolkit.layout import Layout, Resolved, header_form
from hub.toolkit.pages import REFUSED_SCHEMA, FileSeen, Page

ROWS_PER_PAGE = 20_000
#: From so many digits on, a spreadsheet shows a number cell in scientific notation.
_SHOWN_WHOLE = 12
_ARCHIVE, _OLE = b"PK", bytes.fromhex("d0cf11e0a1b11ae1")
_LOCKED = "EncryptedPackage".encode("utf-16-le")
#: Rows at which spreadsheets end: a sheet that has all of them was probably cut there.
_FULL = (65_536, 1_048_576)


@dataclass(frozen=True, slots=True)
class Found:
    """A sheet with a known header; `above` counts the rows down to it, `whole` says that it lacks no required name."""

    name: str
    score: int
    above: int
    header: tuple[str, ...]
    hidden: bool
    whole: bool


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
        place = f"{source}: {file.name}"
        _refuse_early(path, place)
        try:
            with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
                sheets = self._sheets(book, file, layout, source)
                yield from self._pages(book, sheets, file, layout, source)
        except PasswordError:
            raise FatalError("file_locked", f"{place} has a password; ask for it without one") from None
        except (CalamineError, OSError) as error:
            raise FatalError(
                "file_truncated", f"{place} is damaged or cut off ({type(error).__name__}); nothing was read"
            ) from None

    def _sheets(self, book: CalamineWorkbook, file: FileSeen, layout: Layout, source: str) -> list[Found]:
        """The sheets to read, in the order of the workbook; what was not read is told in the file's detail."""
        hidden = {each.name for each in book.sheets_metadata if each.visible != SheetVisibleEnum.Visible}
        known = [
            found
            for name in book.sheet_names
            if (found := self._found(book, name, layout, hidden=name in hidden)) is not None
        ]
        shown = [each for each in known if not each.hidden] or known
        if not shown:
            raise FatalError("header_missing", f"{source}: no sheet of {file.name} has a known header row")
        best = max(shown, key=lambda each: each.score)
        rivals = [each for each in shown if each.whole or each is best]
        filled = [each for each in rivals if _has_rows(book, each)]
        if len(filled) > 1 and not self.every_sheet:
            raise FatalError(
                "sheets_several",
                f"{source}: {len(filled)} sheets of {file.name} have the header and rows; nothing was read",
            )
        file.detail.update(sheet_count=len(book.sheet_names), header_row=best.above)
        if hidden:
            file.detail["hidden_sheets"] = len(hidden)
        return (filled or [best]) if self.every_sheet else [*filled, best][:1]

    def _found(self, book: CalamineWorkbook, name: str, layout: Layout, *, hidden: bool) -> Found | None:
        """The best header of a sheet; None where no row names a column."""
        best: Found | None = None
        top = list(islice(_rows(book.get_sheet_by_name(name)), self.header_within + 1))
        for at, row in enumerate(top[: self.header_within]):
            below = top[at + 1] if at + 1 < len(top) else []
            for above, header in ((at + 1, _header(row)), (at + 2, _joined(row, below))):
                score = layout.score(header)
                if score > (best.score if best else 0):
                    best = Found(name, score, above, header, hidden, _is_whole(layout, header))
        return best

    def _pages(
        self, book: CalamineWorkbook, sheets: list[Found], file: FileSeen, layout: Layout, source: str
    ) -> Iterator[Page]:
        damage, first = FileDamage(self.number_columns, self.suspect_share), 1
        for found in sheets:
            resolved = layout.resolve(found.header, source, file.name)
            for name in ("unknown", "missing"):
                noted = file.detail.setdefault(f"{name}_columns", [])
                noted.extend(each for each in getattr(resolved, name) if each not in noted)
            sheet = book.get_sheet_by_name(found.name)
            if sheet.total_height in _FULL:
                file.detail["sheet_full"] = True
            for chunk, last in self._chunks(sheet, found):
                complete = last and found is sheets[-1]
                page = _page(file, first, chunk, found.header, resolved, complete=complete)
                damage.count(page.frame, _number_cells(self.number_columns, resolved, chunk))
                damage.tell(file.detail)
                first += len(chunk)
                file.detail["rows"] = first - 1
                yield page

    def _chunks(self, sheet: CalamineSheet, found: Found) -> Iterator[tuple[list[list[Any]], bool]]:
        """Rows that are not blank, so many at once, and whether they are the sheet's last."""
        rows = (row for row in islice(_rows(sheet), found.above, None) if any(each != "" for each in row))
        chunk = list(islice(rows, self.rows_per_page))
        while following := list(islice(rows, self.rows_per_page)):
            yield chunk, False
            chunk = following
        yield chunk, True


def _refuse_early(path: Path, place: str) -> None:
    """Refuses what is no workbook, locked or a bomb, before the library looks at it."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        start = stream.read(8)
    if start.startswith(_ARCHIVE) or not size:
        with opened_archive(path, place) as archive:
            refuse_bombs(archive, size, place)
            refuse_wide_sheets(archive, place)
            refuse_repeats(archive, place)
    elif start != _OLE:
        raise FatalError(
            "file_kind_wrong",
            f"{place} is no workbook, whatever its name says (a web page saved as XLS?); nothing was read",
        )
    else:
        with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
            if content.find(_LOCKED) >= 0:
                raise FatalError("file_locked", f"{place} has a password; ask for it without one")


def _is_whole(layout: Layout, header: Sequence[str]) -> bool:
    known = layout.canonical()
    return layout.required <= {known.get(header_form(name)) for name in header}


def _has_rows(book: CalamineWorkbook, found: Found) -> bool:
    below = islice(_rows(book.get_sheet_by_name(found.name)), found.above, None)
    return any(cell != "" for row in below for cell in row)


def _number_cells(names: Sequence[str], resolved: Resolved, chunk: list[list[Any]]) -> dict[str, int]:
    """How many cells of each column are numbers to the spreadsheet."""
    at = {name: resolved.columns.index(name) for name in names if name in resolved.columns}
    return {
        name: sum(place < len(row) and isinstance(row[place], (int, float)) for row in chunk)
        for name, place in at.items()
    }


def _rows(sheet: CalamineSheet) -> Iterator[list[Any]]:
    """Every row of a sheet from its first filled one; a sheet without cells has none."""
    if sheet.start is None:
        return iter(())
    return iter(sheet.iter_rows())


def _header(row: Sequence[Any]) -> tuple[str, ...]:
    """The names of a header row, without the empty cells to its right."""
    names = [str(cell).strip() for cell in row]
    while names and not names[-1]:
        names.pop()
    return tuple(names)


def _joined(row: Sequence[Any], below: Sequence[Any]) -> tuple[str, ...]:
    """The names of a header of two rows: a group reaches right over the blank cells beside it."""
    names, group = [], ""
    for upper, lower in zip_longest(_header(row), _header(below), fillvalue=""):
        group = upper or (group if lower else "")
        names.append(" ".join(part for part in (group, lower) if part))
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
