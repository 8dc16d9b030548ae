"""JSON files, read as a stream: one array or object with its rows under a key, or one object a line (NDJSON).

Numbers stay the digits they were sent in. A row that is no strict JSON object is refused as a row; a file that
ends before its array does is refused whole, since nobody knows what it lacks.
"""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from hub.errors import FatalError, RetriableError
from hub.toolkit.damage import SUSPECT_SHARE, FileDamage, sixteen_columns
from hub.toolkit.json_stream import JsonStream, Row
from hub.toolkit.json_text import object_cells, object_text, strict_loads
from hub.toolkit.layout import Layout
from hub.toolkit.listings import object_page
from hub.toolkit.pages import FileSeen, Page, unreadable

ROWS_PER_PAGE = 20_000
#: Longer lines, or objects, than this are no rows of a list.
LONGEST_ROW = 4 << 20
#: Rows are flat; a value nested deeper than this is no cell.
DEEPEST = 32
_LINES = (".ndjson", ".jsonl")
_MARKS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class JsonReader:
    """Reads a JSON array, an object that has its rows under a key, or JSON lines; the file's ending says which.

    Args:
        rows: Keys under which an object may have its rows; the first that is found in the file counts.
        rows_per_page: Rows a page.
        suffix_of_lines: Endings that mean one object a line.
    """

    rows: tuple[str, ...] = ("rows", "data")
    rows_per_page: int = ROWS_PER_PAGE
    suffixes: tuple[str, ...] = (".json", *_LINES)
    suspect_share: float = SUSPECT_SHARE

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of the file; see `connector.Reader`.

        Raises:
            FatalError: `file_empty`, `encoding_wrong`, `json_unreadable`, `file_truncated`, `rows_missing`,
                `row_too_long`.
        """
        place = f"{source}: {file.name}"
        with path.open("rb") as stream:
            start = stream.read(4)
        if not start:
            raise FatalError("file_empty", f"{place} has no bytes")
        encoding = next((name for mark, name in _MARKS if start.startswith(mark)), "utf-8-sig")
        file.detail.update(encoding=encoding, lines=file.name.lower().endswith(_LINES))
        try:
            yield from self._pages(self._rows(path, encoding, file, place), file, layout)
        except UnicodeError:
            raise FatalError(
                "encoding_wrong",
                f"{place} is not text in {encoding}; nothing was read. Ask its owner for UTF-8.",
            ) from None

    def _rows(self, path: Path, encoding: str, file: FileSeen, place: str) -> Iterator[Row]:
        if file.detail["lines"]:
            yield from _line_rows(path, encoding, place)
            return
        with path.open(encoding=encoding, newline="") as text:
            yield from JsonStream(text, LONGEST_ROW, place).rows(self.rows)

    def _pages(self, rows: Iterator[Row], file: FileSeen, layout: Layout) -> Iterator[Page]:
        known, first = layout.canonical(), 1
        damage = FileDamage(sixteen_columns(known.values()), self.suspect_share)
        chunk = list(islice(rows, self.rows_per_page))
        while True:
            following = list(islice(rows, self.rows_per_page))
            page = _page(file, first, chunk, layout, known, complete=not following)
            file.detail["rows"] = first - 1 + len(chunk)
            damage.count(page.frame)
            damage.tell(file.detail)
            yield page
            if not following:
                return
            first, chunk = first + len(chunk), following


def _line_rows(path: Path, encoding: str, place: str) -> Iterator[Row]:
    """One row a line, blank lines left out.

    Raises:
        FatalError: `row_too_long`; `file_truncated`, the last line has no end and is no JSON.
    """
    with path.open(encoding=encoding, newline="\n") as text:
        while line := text.readline(LONGEST_ROW):
            if len(line) >= LONGEST_ROW:
                raise FatalError("row_too_long", f"{place} has a line of more than {LONGEST_ROW:,} signs")
            bare = line.strip(" \t\r\n")
            if not bare:
                continue
            try:
                row = Row(bare, strict_loads(bare.encode(), place))
            except RetriableError:
                if not line.endswith("\n"):
                    raise FatalError(
                        "file_truncated", f"{place} ends within a row; nothing was read"
                    ) from None
                row = Row(bare, None)
            yield row


def _page(
    file: FileSeen, first: int, rows: list[Row], layout: Layout, known: dict[str, str], *, complete: bool
) -> Page:
    """A page of objects; a row that is none stands as a row of nulls, refused with its text."""
    sound = [_sound(row, known) for row in rows]
    bad = {at: row for at, row in enumerate(rows) if not sound[at]}
    texts = [object_text(row.value) if good else "{}" for row, good in zip(rows, sound, strict=True)]
    page = object_page(file, first, texts, known, layout, complete=complete)
    payloads = [object_text({"unreadable": row.text}) for row in bad.values()]
    return replace(page, refused=unreadable(list(bad), payloads))


def _sound(row: Row, known: dict[str, str]) -> bool:
    """Whether a row is an object, flat enough, with no two keys for one column."""
    value = row.value
    return (
        isinstance(value, dict)
        and not _too_deep(row)
        and len({*object_cells(dict.fromkeys(value), known)}) == len(value)
    )


def _too_deep(row: Row) -> bool:
    if row.text.count("[") + row.text.count("{") <= DEEPEST:
        return False
    level = [row.value]
    for _ in range(DEEPEST):
        level = [
            inner
            for each in level
            if isinstance(each, (dict, list))
            for inner in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(level)
