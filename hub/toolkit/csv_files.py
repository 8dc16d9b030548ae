"""CSV files of any size in flat memory: encoding and delimiter found out, ragged rows refused.

A file is read twice: once to learn its encoding, its line ends, its delimiter and whether it quotes (a fault
at the last byte must be known before the first row lands), then in chunks of lines. A byte order mark is no part of the
line that it begins, wherever that line stands: files that were put one behind the other have one in the middle.
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
from hub.toolkit.damage import SUSPECT_SHARE, FileDamage, sixteen_columns
from hub.toolkit.layout import Layout, Resolved
from hub.toolkit.pages import REFUSED_SCHEMA, FileSeen, Page
from hub.toolkit.records import array_texts

ROWS_PER_PAGE = 20_000
_BLOCK = 1 << 20
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_BYTE_ORDER = "\ufeff"
#: Longer lines than this are no rows of a list; a quote that never closes ends here too.
LONGEST_FIELD = 131_072


#: What a spreadsheet writes above the header to say which delimiter follows.
_told = re.compile(r"^sep=(.)\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CsvText:
    """How the text of one file is written; `marked`, whether a byte order mark stands beyond its first sign."""

    encoding: str
    line_end: str
    quoted: bool
    marked: bool = False

    def lines(self, stream: io.TextIOWrapper) -> Iterator[str]:
        """The lines of the file with their ends, without the marks that begin them."""
        return (line.lstrip(_BYTE_ORDER) for line in stream) if self.marked else stream


@dataclass(frozen=True, slots=True)
class CsvForm:
    """How one file is written, and its header; `above` lines stand before the header."""

    text: CsvText
    delimiter: str
    header: tuple[str, ...]
    named: Mapping[str, str]
    above: int = 0


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
        number_columns: Canonical names of the columns whose damage is reported in `file.detail["numbers"]`;
            None: those that `damage.sixteen_columns` finds.
        suspect_share: See `damage.NumberDamage`.
    """

    delimiters: str = ";,|\t"
    encodings: tuple[str, ...] = ("utf-8",)
    name_pattern: str | None = None
    rows_per_page: int = ROWS_PER_PAGE
    suffixes: tuple[str, ...] = (".csv", ".txt", ".tsv")
    number_columns: tuple[str, ...] | None = None
    suspect_share: float = SUSPECT_SHARE

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of the file; see `connector.Reader`.

        Raises:
            FatalError: `encoding_wrong`, `file_empty`, `layout_column_missing`,
                `layout_ambiguous`, `quotes_broken`, `row_too_long`.
        """
        form = self._form(path, file, layout, source)
        resolved = layout.resolve((*form.header, *form.named), source, file.name)
        file.detail.update(
            encoding=form.text.encoding,
            delimiter=form.delimiter,
            unknown_columns=list(resolved.unknown),
            missing_columns=list(resolved.missing),
        )
        csv.field_size_limit(LONGEST_FIELD)  # Of the whole process: another library may have set it.
        try:
            yield from self._read(path, file, form, resolved)
        except csv.Error:
            raise FatalError(
                "quotes_broken",
                f"{source}: {file.name} has a quote that never closes, or a bare line end beside quotes;"
                " nothing was read",
            ) from None

    def _read(self, path: Path, file: FileSeen, form: CsvForm, resolved: Resolved) -> Iterator[Page]:
        first, damage = 1, FileDamage(self._numbers(resolved), self.suspect_share)
        with path.open(encoding=form.text.encoding, newline=form.text.line_end) as stream:
            text = form.text.lines(stream)
            for _ in range(form.above):
                next(text, None)
            chunks = (
                _quoted_chunks(text, form, self.rows_per_page)
                if form.text.quoted
                else _plain_chunks(text, self.rows_per_page)
            )
            chunk = next(chunks, Chunk(0))
            while True:
                following = next(chunks, None)
                file.detail["rows"] = first - 1 + chunk.rows
                page = _page(file, first, chunk, form, resolved, complete=not following)
                damage.count(page.frame)
                damage.tell(file.detail)
                yield page
                if not following:
                    return
                first, chunk = first + chunk.rows, following

    def _numbers(self, resolved: Resolved) -> tuple[str, ...]:
        return sixteen_columns(resolved.columns) if self.number_columns is None else self.number_columns

    def _form(self, path: Path, file: FileSeen, layout: Layout, source: str) -> CsvForm:
        text = self._text(path, file, source)
        with path.open(encoding=text.encoding, newline=text.line_end) as lines:
            head = lines.readline(LONGEST_FIELD)
            told = _told.match(head.lstrip(_BYTE_ORDER))
            head = (lines.readline(LONGEST_FIELD) if told else head).lstrip(_BYTE_ORDER)
            rest = lines.readline(LONGEST_FIELD) if text.quoted and head.count('"') % 2 else ""
        delimiters = told[1] if told else self.delimiters
        cells = {each: _header(head + rest, each, text, f"{source}: {file.name}") for each in delimiters}
        delimiter = max(delimiters, key=lambda each: layout.score(cells[each]))
        found = re.search(self.name_pattern, file.name) if self.name_pattern else None
        named = found.groupdict("") if found else {}
        return CsvForm(text, delimiter, cells[delimiter], named, above=int(bool(told)))

    def _text(self, path: Path, file: FileSeen, source: str) -> CsvText:
        with path.open("rb") as stream:
            start = stream.read(4)
        if not start:
            raise FatalError("file_empty", f"{source}: {file.name} has no bytes")
        marked = [name for bom, name in _BOMS if start.startswith(bom)]
        for encoding in marked or self.encodings:
            if (found := _scanned(path, encoding, f"{source}: {file.name}")) is not None:
                return found
        tried = ", ".join(marked or self.encodings)
        raise FatalError(
            "encoding_wrong",
            f"{source}: {file.name} is not text in {tried}; nothing was read. Ask its owner for UTF-8.",
        )


def _scanned(path: Path, encoding: str, place: str) -> CsvText | None:
    """How a file in this encoding ends its lines and whether it quotes; None when it is not in this encoding.

    A file with more than one NUL in twenty signs is UTF-16 without its mark, and in no encoding we take.

    Raises:
        FatalError: `row_too_long`, a whole block has no line end: it is no list, and no memory holds its rows.
    """
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    quoted, marked, size, nuls, feeds, returns = False, False, 0, 0, False, False
    try:
        with path.open("rb") as stream:
            while block := stream.read(_BLOCK):
                text = decoder.decode(block)
                quoted, marked = quoted or '"' in text, marked or _BYTE_ORDER in text
                fed, returned = "\n" in text, "\r" in text
                feeds, returns = feeds or fed, returns or returned
                size, nuls = size + len(text), nuls + text.count("\x00")
                if len(block) == _BLOCK and not (fed or (returned and not feeds)) and nuls * 20 <= size:
                    raise FatalError("row_too_long", f"{place} has a row of more than a megabyte")
        decoder.decode(b"", final=True)
    except UnicodeError:
        return None
    line_end = "\r" if returns and not feeds else "\n"
    return None if nuls * 20 > size else CsvText(encoding, line_end, quoted, marked)


def _header(lines: str, delimiter: str, text: CsvText, place: str) -> tuple[str, ...]:
    """The cells of the header line, which may stand on two lines where it quotes."""
    bare = lines.rstrip("\r\n")
    if not text.quoted and "\r" not in bare:
        return tuple(bare.split(delimiter))
    try:
        return tuple(next(csv.reader(io.StringIO(bare, newline=text.line_end), delimiter=delimiter), []))
    except csv.Error:
        raise FatalError(
            "quotes_broken", f"{place} has a header whose line ends or quotes are broken; nothing was read"
        ) from None


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows before they are laid out: their lines in UTF-8, or their cells where the file quotes."""

    rows: int
    lines: bytes = b""
    cells: Sequence[list[str]] = ()


def _plain_chunks(text: Iterator[str], size: int) -> Iterator[Chunk]:
    """Lines without quotes, blank ones left out, header skipped; each ends in one line feed.

    Mostly there is nothing to leave out and no other line end, which is seen of all lines at once.
    """
    next(text, None)
    while found := list(islice(text, size)):
        lines = "".join(found).encode()
        if not _tidy(lines):
            found = [f"{bare}\n" for line in found if (bare := line.rstrip("\r\n"))]
            lines = "".join(found).encode()
        if found:
            yield Chunk(len(found), lines)


def _tidy(lines: bytes) -> bool:
    """Whether each line is filled and ends in a line feed alone."""
    return lines.endswith(b"\n") and b"\r" not in lines and b"\n\n" not in lines and lines[:1] != b"\n"


def _quoted_chunks(text: Iterator[str], form: CsvForm, size: int) -> Iterator[Chunk]:
    """Rows of cells, where a quoted cell may hold delimiters and line ends."""
    rows = csv.reader(text, delimiter=form.delimiter)
    next(rows, None)
    filled = (row for row in rows if row)
    while cells := list(islice(filled, size)):
        yield Chunk(len(cells), cells=cells)


def _page(
    file: FileSeen, first: int, chunk: Chunk, form: CsvForm, resolved: Resolved, *, complete: bool
) -> Page:
    width, payloads = len(form.header), None
    if form.text.quoted:
        frame, bad = _quoted_frame(chunk.cells, form.delimiter, resolved.columns[:width])
    else:
        frame, bad = _plain_frame(chunk.lines, form.delimiter, resolved.columns[:width])
        payloads = None if bad or form.named else _payloads(chunk.lines, form.delimiter)
    frame = frame.with_columns(
        pl.lit(value).alias(name)
        for name, value in zip(resolved.columns[width:], form.named.values(), strict=True)
    )
    columns = (*form.header, *form.named)
    frame, refused = _blanked(frame, bad), _refused(bad, width)
    return Page(file, first, columns, frame, complete=complete, payloads=payloads, refused=refused)


#: The ragged rows of a chunk: their cells, by position.
Bad = dict[int, list[str]]


def _quoted_frame(
    rows: Sequence[list[str]], delimiter: str, columns: tuple[str, ...]
) -> tuple[pl.DataFrame, Bad]:
    """Rows of cells as a frame; a ragged one, or one that swallowed another, stands as a blank row."""
    bad = {
        at: row
        for at, row in enumerate(rows)
        if len(row) != len(columns) or _swallowed(row, delimiter, len(columns))
    }
    blank = [""] * len(columns)
    cells = list(zip(*(blank if at in bad else row for at, row in enumerate(rows)), strict=True))
    series = [pl.Series(name, cells[i] if cells else [], dtype=pl.String) for i, name in enumerate(columns)]
    return pl.DataFrame(series), bad


def _swallowed(row: list[str], delimiter: str, width: int) -> bool:
    """Whether a cell holds a line end and all delimiters of a row: a stray quote took the next row in.

    A list of two columns has one delimiter a row, as many an address: there nothing can be told.
    """
    return any("\n" in cell and cell.count(delimiter) >= max(width - 1, 2) for cell in row)


def _plain_frame(lines: bytes, delimiter: str, columns: tuple[str, ...]) -> tuple[pl.DataFrame, Bad]:
    """Lines split by the fast reader; one with a wrong number of delimiters stands as a blank row."""
    if not lines:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String)), {}
    if (even := _even_frame(lines, delimiter, columns)) is not None:
        return even, {}
    blank, rows = delimiter * (len(columns) - 1), lines[:-1].decode().split("\n")
    bad = {at: row.split(delimiter) for at, row in enumerate(rows) if row.count(delimiter) != len(blank)}
    body = "".join(f"{blank if at in bad else row}\n" for at, row in enumerate(rows))
    return _split(body.encode(), delimiter, columns), bad


#: No text of a list has this sign; where one does, it is not used.
_MARK = "\x02"
#: What JSON writes otherwise than it stands; line feeds end the rows here.
_ESCAPED = bytes(code for code in range(0x20) if code != ord("\n")) + b'"\\'


def _payloads(lines: bytes, delimiter: str) -> pl.Series | None:
    """The texts of `records.array_texts` for lines of cells, from the lines; None where a sign needs an escape."""
    if not lines or len(lines.translate(None, _ESCAPED)) != len(lines):
        return None
    cells = lines[:-1].replace(delimiter.encode(), b'","').replace(b"\n", b'"]\n["')
    return _split(b'["%b"]\n' % cells, _MARK, ("payload",))["payload"]


def _even_frame(lines: bytes, delimiter: str, columns: tuple[str, ...]) -> pl.DataFrame | None:
    """The lines as a frame where each has as many cells as there are columns; None where one has not, or may have not.

    A mark behind each line stands in the column after the last one if the line is even, and nowhere else.
    """
    if _MARK.encode() in lines or _MARK in columns:
        return None
    marked = lines.replace(b"\n", f"{delimiter}{_MARK}\n".encode())
    frame = _split(marked, delimiter, (*columns, _MARK), ragged=True)
    return frame.drop(_MARK) if (frame[_MARK] == _MARK).all() else None


def _split(lines: bytes, delimiter: str, columns: tuple[str, ...], *, ragged: bool = False) -> pl.DataFrame:
    return pl.read_csv(
        lines,
        has_header=False,
        schema=dict.fromkeys(columns, pl.String),
        separator=delimiter,
        quote_char=None,
        empty_string_is_null=False,
        missing_columns="insert",
        extra_columns="ignore" if ragged else "raise",
        truncate_ragged_lines=ragged,
    )


def _blanked(frame: pl.DataFrame, bad: Bad) -> pl.DataFrame:
    """Nulls in the rows that could not be laid out."""
    if not bad:
        return frame
    marks = pl.Series("bad", [at in bad for at in range(frame.height)], dtype=pl.Boolean)
    return frame.select(pl.when(~marks).then(pl.col(name)).alias(name) for name in frame.columns)


def _refused(bad: Bad, width: int) -> pl.DataFrame:
    """The rows that could not be laid out, with the cells they do have."""
    payloads = [
        array_texts(pl.DataFrame([pl.Series(str(i), [cell]) for i, cell in enumerate(row)]))[0]
        for row in bad.values()
    ]
    reasons = [
        Reason.ROW_SHORT
        if len(row) < width
        else Reason.ROW_LONG
        if len(row) > width
        else Reason.ROW_UNREADABLE
        for row in bad.values()
    ]
    return pl.DataFrame(
        {
            "row": list(bad),
            "reason": [reason.value for reason in reasons],
            "field": [""] * len(bad),
            "payload": payloads,
        },
        schema=REFUSED_SCHEMA,
    )
