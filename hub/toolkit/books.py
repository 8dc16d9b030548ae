"""Workbooks as sheets of texts, whatever made them: XLSX as a stream, binary XLS and ODS whole by the library.

The library holds a sheet in memory. XLS ends at 65,536 rows and 256 columns, and is read up to a size; ODS up to a size
of its unpacked content.
"""

import mmap
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from hub.errors import FatalError
from hub.toolkit.archives import open_sheets, opened_archive, refuse_bombs
from hub.toolkit.extents import binary_extents, open_extents, refuse_loose
from hub.toolkit.scratch import scratch
from hub.toolkit.sheet_cells import shown
from hub.toolkit.xlsx_parts import damaged, parts_of
from hub.toolkit.xlsx_rows import SheetRows
from hub.toolkit.xlsx_texts import SharedTexts, shared_texts

LARGEST_XLS = 128 << 20
_ARCHIVE, _OLE = b"PK", bytes.fromhex("d0cf11e0a1b11ae1")
_LOCKED = "EncryptedPackage".encode("utf-16-le")
#: A row with a filled cell: its number in the sheet from 1, its cells from the first column on.
Row = tuple[int, list[str]]


class Book(Protocol):
    """A workbook that is open.

    Attributes:
        sheets: Whether a sheet is hidden, by its name, in the order of the workbook.
    """

    @property
    def sheets(self) -> Mapping[str, bool]:
        """See the class."""
        ...

    def rows(self, sheet: str) -> Iterator[Row]:
        """The rows of a sheet that have a filled cell; may be asked for again.

        Raises:
            FatalError: `file_truncated`, `file_bomb`.
        """
        ...


@contextmanager
def opened_book(path: Path, place: str) -> Iterator[Book]:
    """The workbook at a path, by its bytes and not by its name.

    Args:
        path: Where it lies.
        place: Source and file, for messages.

    Raises:
        FatalError: `file_truncated`, `file_locked`, `file_bomb`, `file_kind_wrong`.
    """
    size = path.stat().st_size
    with path.open("rb") as stream:
        start = stream.read(8)
    if start == _OLE:
        _refuse_binary(path, size, place)
        with _whole(path, place) as book:
            yield book
    elif start.startswith(_ARCHIVE) or not size:
        with path.open("rb") as stream, opened_archive(stream, place) as archive:
            refuse_bombs(archive, size, place)
            if "content.xml" in archive.namelist():
                refuse_loose(open_extents(open_sheets(archive, place)), place)
                with _whole(path, place) as book:
                    yield book
            else:
                with _streamed(archive, place) as book:
                    yield book
    else:
        raise FatalError(
            "file_kind_wrong",
            f"{place} is no workbook, whatever its name says (a web page saved as XLS?); nothing was read",
        )


def _refuse_binary(path: Path, size: int, place: str) -> None:
    if size > LARGEST_XLS:
        raise FatalError(
            "file_bomb", f"{place} is an XLS of more than {LARGEST_XLS:,} bytes; ask for it as XLSX or CSV"
        )
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if content.find(_LOCKED) >= 0:
            raise FatalError("file_locked", f"{place} has a password; ask for it without one")
        refuse_loose(binary_extents(content), place)


class _Streamed:
    """An XLSX workbook."""

    def __init__(self, archive: zipfile.ZipFile, directory: Path, place: str) -> None:
        parts = parts_of(archive, place)
        texts = SharedTexts(directory / "texts", place) if parts.texts else None
        if texts is not None and parts.texts is not None:
            texts.fill(shared_texts(archive, parts.texts, place))
        self._rows = SheetRows(archive, texts, parts.forms, place, from_1904=parts.from_1904)
        self._members = {each.name: each.member for each in parts.sheets}
        self.sheets = {each.name: each.hidden for each in parts.sheets}

    def rows(self, sheet: str) -> Iterator[Row]:
        """See `Book`."""
        return self._rows.of(self._members[sheet])


@contextmanager
def _streamed(archive: zipfile.ZipFile, place: str) -> Iterator[Book]:
    with scratch() as directory:
        yield _Streamed(archive, Path(directory), place)


class _Whole:
    """A workbook that the library holds a sheet of."""

    def __init__(self, book: CalamineWorkbook) -> None:
        self._book = book
        self.sheets = {
            each.name: each.visible != SheetVisibleEnum.Visible
            for each in book.sheets_metadata
            if each.name in book.sheet_names
        }

    def rows(self, sheet: str) -> Iterator[Row]:
        """See `Book`."""
        opened = self._book.get_sheet_by_name(sheet)
        if opened.start is None:
            return
        left = opened.start[1]
        for at, row in enumerate(opened.iter_rows(), 1):
            cells = [""] * left + [shown(cell) for cell in row]
            if any(cells):
                yield at, cells


@contextmanager
def _whole(path: Path, place: str) -> Iterator[Book]:
    try:
        with path.open("rb") as stream, CalamineWorkbook.from_filelike(stream) as book:
            yield _Whole(book)
    except PasswordError:
        raise FatalError("file_locked", f"{place} has a password; ask for it without one") from None
    except (CalamineError, OSError):
        raise damaged(place) from None
