"""CSV files of any size in flat memory: encoding and delimiter found out, ragged rows refused.

A file is read twice: once to learn its encoding, its delimiter and whether it quotes (a fault at the last
byte must be known before the first row lands), then in chunks of lines.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import polars as pl

from hub.domain.reasons import Reason
from hub.errors import FatalError
from hub.toolkit.layout import Layout, Resolved
from hub.toolkit.pages import REFUSED_SCHEMA, FileSeen, Page
from hub.toolkit.records import array_texts

ROWS_PER_PAGE = 20_000
_BLOCK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
#: Longer lines than this are no rows of a list; a quote that never closes ends here too.
LONGEST_FIELD = 131_072


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How one file is written."""

    encoding: str
    delimiter: str
    quoted: bool
    header: tuple[str, ...]
    named: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CsvReader:
    """Reads delimited text with one header line.

    Args:
        delimiters: Candidates; the one under which the header names most columns of the layout is taken.
        encodings: Candidates in order, after a byte-order mark. `cp1252` last, if at all: it decodes almost
            anything.
        name_pattern: Regular expression whose named groups are further columns, the same for all rows of a
            file: a list that says only in its file's name which desa it is of.
        rows_per_page: Rows a page.
    """

    delimiters: str = ";,|\t"
    encodings: tuple[str, ...] = ("utf-8",)
    name_pattern: str | None = None
    rows_per_page: int = ROWS_PER_PAGE
    suffixes: tuple[str, ...] = (".csv", ".txt")

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of the file; see `connector.Reader`.

        Raises:
            FatalError: `encoding_wrong`, `file_empty`, `layout_column_missing`,
                `layout_ambiguous`, `quotes_broken`.
        """
        form = self._form(path, file, layout, source)
        resolved = layout.resolve((*form.header, *form.named), source, file.name)
        file.detail.update(
            encoding=form.encoding,
            delimiter=form.delimiter,
            unknown_columns=list(resolved.unknown),
            missing_columns=list(resolved.missing),
        )
        try:
            yield from self._read(path, file, form, resolved)
        except csv.Error:
            raise FatalError(
                "quotes_broken", f"{source}: {file.name} has a quote that never closes; nothing was read"
            ) from None

    def _read(self, path: Path, file: FileSeen, form: CsvForm, resolved: Resolved) -> Iterator[Page]:
        first = 1
        with path.open(encoding=form.encoding, newline="\n") as text:
            chunks = (
                _quoted_chunks(text, form, self.rows_per_page)
                if form.quoted
                else _plain_chunks(text, self.rows_per_page)
            )
            chunk = next(chunks, [])
            while True:
                following = next(chunks, [])
                file.detail["rows"] = first - 1 + len(chunk)
                yield _page(file, first, chunk, form, resolved, complete=not following)
                if not following:
                    return
                first, chunk = first + len(chunk), following

    def _form(self, path: Path, file: FileSeen, layout: Layout, source: str) -> CsvForm:
        with path.open("rb") as stream:
            start = stream.read(4)
        if not start:
            raise FatalError("file_empty", f"{source}: {file.name} has no bytes")
        marked = [name for bom, name in _BOMS if start.startswith(bom)]
        for encoding in marked or self.encodings:
            if (quoted := _quotes(path, encoding)) is not None:
                break
        else:
            tried = ", ".join(marked or self.encodings)
            raise FatalError(
                "encoding_wrong",
                f"{source}: {file.name} is not text in {tried}; nothing was read. Ask its owner for UTF-8.",
            )
        with path.open(encoding=encoding, newline="") as text:
            head = text.readline(LONGEST_FIELD)
        cells = {each: tuple(_split(head, each)) for each in self.delimiters}
        delimiter = max(self.delimiters, key=lambda each: layout.score(cells[each]))
        found = re.search(self.name_pattern, file.name) if self.name_pattern else None
        return CsvForm(encoding, delimiter, quoted, cells[delimiter], found.groupdict("") if found else {})


def _quotes(path: Path, encoding: str) -> bool | None:
    """Whether a file in this encoding has a double quote anywhere; None when it is not in this encoding.

    A file with more than one NUL in twenty signs is UTF-16 without its mark, and in no encoding we take.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    found, size, nuls = False, 0, 0
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                text = decoder.decode(block)
                found = found or '"' in text
                size, nuls = size + len(text), nuls + text.count("\x00")
        decoder.decode(b"", final=True)
    except UnicodeError:
        return None
    return None if nuls * 20 > size else found


def _split(line: str, delimiter: str) -> list[str]:
    return next(csv.reader([line.rstrip("\r\n")], delimiter=delimiter), [])


#: A row before it is laid out: a raw line, or its cells where the file quotes.
Row = str | list[str]


def _plain_chunks(text: io.TextIOWrapper, size: int) -> Iterator[Sequence[Row]]:
    """Lines without quotes, blank ones left out, header skipped."""
    next(text, None)
    lines = (bare for line in text if (bare := line.rstrip("\r\n")))
    while chunk := list(islice(lines, size)):
        yield chunk


def _quoted_chunks(text: io.TextIOWrapper, form: CsvForm, size: int) -> Iterator[Sequence[Row]]:
    """Rows of cells, where a quoted cell may hold delimiters and line ends."""
    rows = csv.reader(text, delimiter=form.delimiter)
    next(rows, None)
    filled = (row for row in rows if row)
    while chunk := list(islice(filled, size)):
        yield chunk


def _page(
    file: FileSeen, first: int, chunk: Sequence[Row], form: CsvForm, resolved: Resolved, *, complete: bool
) -> Page:
    width = len(form.header)
    if form.quoted:
        frame, bad = _quoted_frame(chunk, resolved.columns[:width])
    else:
        frame, bad = _plain_frame([str(row) for row in chunk], form.delimiter, resolved.columns[:width])
    frame = frame.with_columns(
        pl.lit(value).alias(name)
        for name, value in zip(resolved.columns[width:], form.named.values(), strict=True)
    )
    columns = (*form.header, *form.named)
    return Page(file, first, columns, _blanked(frame, bad), complete=complete, refused=_refused(bad, width))


#: The ragged rows of a chunk: their cells, by position.
Bad = dict[int, list[str]]


def _quoted_frame(chunk: Sequence[Row], columns: tuple[str, ...]) -> tuple[pl.DataFrame, Bad]:
    """Rows of cells as a frame; a ragged one stands as a blank row."""
    rows = [row if isinstance(row, list) else [row] for row in chunk]
    bad = {at: row for at, row in enumerate(rows) if len(row) != len(columns)}
    blank = [""] * len(columns)
    cells = list(zip(*(blank if at in bad else row for at, row in enumerate(rows)), strict=True))
    series = [pl.Series(name, cells[i] if cells else [], dtype=pl.String) for i, name in enumerate(columns)]
    return pl.DataFrame(series), bad


def _plain_frame(lines: list[str], delimiter: str, columns: tuple[str, ...]) -> tuple[pl.DataFrame, Bad]:
    """Lines split by the fast reader; one with a wrong number of delimiters stands as a blank row."""
    if not lines:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String)), {}
    blank = delimiter * (len(columns) - 1)
    bad = {
        at: _split(line, delimiter) for at, line in enumerate(lines) if line.count(delimiter) != len(blank)
    }
    body = (
        "\n".join(blank if at in bad else line for at, line in enumerate(lines)) if bad else "\n".join(lines)
    )
    frame = pl.read_csv(
        io.BytesIO(body.encode()),
        has_header=False,
        new_columns=list(columns),
        separator=delimiter,
        quote_char=None,
        infer_schema=False,
        empty_string_is_null=False,
    )
    return frame, bad


def _blanked(frame: pl.DataFrame, bad: Bad) -> pl.DataFrame:
    """Nulls in the rows that could not be laid out."""
    if not bad:
        return frame
    marks = pl.Series("bad", [at in bad for at in range(frame.height)], dtype=pl.Boolean)
    return frame.select(pl.when(~marks).then(pl.col(name)).alias(name) for name in frame.columns)


def _refused(bad: Bad, width: int) -> pl.DataFrame:
    """The ragged rows with the cells they do have."""
    payloads = [
        array_texts(pl.DataFrame([pl.Series(str(i), [cell]) for i, cell in enumerate(row)]))
        for row in bad.values()
    ]
    return pl.DataFrame(
        {
            "row": list(bad),
            "reason": [
                (Reason.ROW_SHORT if len(row) < width else Reason.ROW_LONG).value for row in bad.values()
            ],
            "field": [""] * len(bad),
            "payload": [payload[0] for payload in payloads],
        },
        schema=REFUSED_SCHEMA,
    )
