"""How far the filled cells of XLS and ODS sheets reach: the library sets room aside for all that lies between them.

Looked at before the library sees the file. What cannot be followed here is left to it: an XLS sheet has 16.7 million
cells at most, and of an ODS the library refuses more than a hundred million.

Source: [MS-CFB] 2.2 to 2.6 (compound files), [MS-XLS] 2.3 (records), OpenDocument 1.2, part 1, 19.675 and 19.679
(repeats).
"""

import re
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from mmap import mmap
from struct import Struct, unpack_from

from hub.errors import FatalError

#: Room for so many cells is always there; beyond, a sheet may be so many times larger than its filled cells.
ROOMY, SPREAD = 2_000_000, 4
#: A person's row is not sent so often in one breath; blank rows and cells are, and take no room.
MOST_REPEATS = 1_000

_HEADER = Struct("<HH")
_BOF, _CELL_RUN = 0x0809, 0x00BD
#: Records of one cell: formula, text, number, truth or error, small number; each begins with row and column.
_CELLS = frozenset({0x0006, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E})
_SHORT = 4_096
_STREAM = {name.encode("utf-16-le") + b"\0\0" for name in ("Workbook", "Book")}


@dataclass(slots=True)
class Extent:
    """Filled cells of a sheet, the corners of the rectangle around them, and how often one is said to stand."""

    filled: int = 0
    top: int = 1 << 32
    bottom: int = -1
    left: int = 1 << 32
    right: int = -1
    repeats: int = 1

    def take(self, row: int, column: int, rows: int = 1, columns: int = 1) -> None:
        """Takes in a block of filled cells by its first place."""
        self.filled += rows * columns
        self.repeats = max(self.repeats, rows)
        self.top, self.bottom = min(self.top, row), max(self.bottom, row + rows - 1)
        self.left, self.right = min(self.left, column), max(self.right, column + columns - 1)

    @property
    def is_loose(self) -> bool:
        """Whether nearly all of the rectangle is empty, and the rectangle large."""
        area = (self.bottom - self.top + 1) * (self.right - self.left + 1) if self.filled else 0
        return area > max(ROOMY, SPREAD * self.filled)


def refuse_loose(extents: Iterable[Extent], place: str) -> None:
    """Refuses a workbook with a sheet whose cells lie far apart, or a filled one of which stands very often.

    Raises:
        FatalError: `file_bomb`.
    """
    for each in extents:
        if each.repeats > MOST_REPEATS:
            raise FatalError(
                "file_bomb", f"{place} repeats a filled row or cell {each.repeats:,} times; refused"
            )
        if each.is_loose:
            raise FatalError(
                "file_bomb",
                f"{place} has a sheet with cells far off its list; delete the empty rows and columns beyond the list,"
                " or ask for it as XLSX or CSV",
            )


def binary_extents(content: mmap) -> Iterator[Extent]:
    """The sheets of an XLS; none where its compound file cannot be followed."""
    stream = _workbook(content)
    at, found = 0, Extent()
    while at + _HEADER.size <= len(stream):
        kind, size = _HEADER.unpack_from(stream, at)
        at += _HEADER.size
        if kind == _BOF:
            yield found
            found = Extent()
        elif kind in _CELLS and size >= _HEADER.size and at + size <= len(stream):
            found.take(*_HEADER.unpack_from(stream, at))
        elif kind == _CELL_RUN and size >= 6 and at + size <= len(stream):
            row, column = _HEADER.unpack_from(stream, at)
            found.take(row, column, columns=(size - 6) // 6)
        at += size
    yield found


def _workbook(content: mmap) -> bytes:
    """The stream of records of a compound file; empty where there is none."""
    if len(content) < 512:
        return b""
    shift = int(unpack_from("<H", content, 30)[0])
    if shift not in (9, 12):
        return b""
    size = 1 << shift
    table = _table(content, size)
    first = int(unpack_from("<I", content, 48)[0])
    directory = _joined(content, _chain(table, first), size)
    entries = [directory[at : at + 128] for at in range(0, len(directory) - 127, 128)]
    for entry in entries:
        if entry[: int(unpack_from("<H", entry, 64)[0])] in _STREAM:
            start, length = (int(number) for number in unpack_from("<IQ", entry, 116))
            length &= 0xFFFFFFFF if shift == 9 else -1
            if length >= _SHORT:
                return _joined(content, _chain(table, start), size)[:length]
    return b""


def _table(content: mmap, size: int) -> "array[int]":
    """The sector that follows each sector."""
    sectors = list(unpack_from("<109I", content, 76))
    more, count = (int(number) for number in unpack_from("<II", content, 68))
    for _ in range(min(count, len(content) // size)):
        if (more + 2) * size > len(content):
            break
        *rest, more = unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        sectors += rest
    table = array("I")
    for sector in sectors:
        if (sector + 2) * size <= len(content):
            table.frombytes(content[(sector + 1) * size : (sector + 2) * size])
    return table


def _chain(table: "array[int]", first: int) -> Iterator[int]:
    """The sectors of a stream, as far as they can be followed."""
    for _ in range(len(table)):
        if first >= len(table):
            return
        yield first
        first = table[first]


def _joined(content: mmap, sectors: Iterable[int], size: int) -> bytes:
    return b"".join(content[(sector + 1) * size : (sector + 2) * size] for sector in sectors)


_sheet, _row = (re.compile(rb"<table:%b(?=[\s/>])" % name) for name in (b"table", b"table-row"))
_cell = re.compile(rb"<table:(?:covered-)?table-cell\b([^<>]*)>")
_CELL_TAGS = (b"<table:table-cell", b"<table:covered-table-cell")
_rows_repeated = re.compile(rb'number-rows-repeated="(\d{1,10})"')
_columns_repeated = re.compile(rb'number-columns-repeated="(\d{1,10})"')


def open_extents(content: bytes) -> Iterator[Extent]:
    """The sheets of an ODS, from its `content.xml`."""
    for start, end in _pieces(content, _sheet, 0, len(content)):
        found, at = Extent(), 0
        for first, last in _pieces(content, _row, start, end):
            told, _, cells = content[first:last].partition(b">")
            times = _times(_rows_repeated, told)
            _take_row(found, at, times, cells)
            at += times
        yield found


def _pieces(content: bytes, tag: re.Pattern[bytes], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What follows each of these tags, to the next of them."""
    before = -1
    for found in tag.finditer(content, start, end):
        if before >= 0:
            yield before, found.start()
        before = found.end()
    if before >= 0:
        yield before, end


def _take_row(found: Extent, at: int, times: int, cells: bytes) -> None:
    """Takes in the filled cells of a row: those with a type, or all where none stands for several."""
    if b"office:value-type" not in cells:
        return
    if b"number-columns-repeated" not in cells:
        found.take(at, 0, times, sum(cells.count(tag) for tag in _CELL_TAGS))
        return
    column = 0
    for cell in _cell.finditer(cells):
        columns = _times(_columns_repeated, cell[1])
        if b"office:value-type" in cell[1]:
            found.take(at, column, times, columns)
            found.repeats = max(found.repeats, columns)
        column += columns


def _times(pattern: re.Pattern[bytes], told: bytes) -> int:
    repeated = pattern.search(told)
    return int(repeated[1]) if repeated else 1
