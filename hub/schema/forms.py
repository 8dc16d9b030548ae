"""The forms of an export: lines of JSON, CSV, Parquet, XLSX. Each is made piece by piece, so that memory stays flat."""

import asyncio
import io
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from hub.compiler.exporting import Part
from hub.schema.parquet_parts import Parts
from hub.schema.sheets import Workbook, pieces_of
from hub.toolkit.scratch import scratch

Batches = AsyncIterator[list[bytes]]
"""Pieces of lines as the database gives them: each line ends with a line feed, and a long one comes in several."""
Schema = dict[str, Any]
SCALARS: Mapping[str, Any] = {
    "Int": pl.Int64,
    "Float": pl.Float64,
    "Boolean": pl.Boolean,
    "Rupiah": pl.Int64,
    "Date": pl.Date,
    "DateTime": pl.Datetime("us", "UTC"),
}
"""Column types of Parquet by GraphQL scalar; all others are texts, a NIK too."""
AS_TEXT = {name: type_ for name, type_ in SCALARS.items() if not name.startswith("Date")}
"""The same of CSV: days and instants stay the texts that they are in JSON."""
ROW_GROUP = 50_000
"""Rows of one row group of Parquet at most, which are held until it is whole."""
GROUP_BYTES = 16 * 1024 * 1024
"""Bytes of JSON after which a row group is whole, however few its rows."""
FORMULA = r"^[=+\-@\t\r]"
"""Texts that a spreadsheet would run; they get an apostrophe before them."""
FLATTENED_NAME = "."


@dataclass(frozen=True)
class Form:
    """One form of an export.

    Args:
        media: Media type.
        ending: Of a file name.
        pieces: Makes the bytes of the entries.
        packs: Whether compression on the way makes it smaller.
    """

    media: str
    ending: str
    pieces: Callable[[Batches, Sequence[Part]], AsyncGenerator[bytes, None]]
    packs: bool = True


async def ndjson(batches: Batches, parts: Sequence[Part]) -> AsyncGenerator[bytes, None]:  # noqa: ARG001  # one signature
    """One entry a line, as GraphQL gives it."""
    async for batch in batches:
        yield b"".join(batch)


async def csv(batches: Batches, parts: Sequence[Part]) -> AsyncGenerator[bytes, None]:
    """A header, then one entry a line: members of objects under dotted names, lists as JSON."""
    schema = _schema(parts, AS_TEXT)
    yield _csv_lines(pl.DataFrame(schema=schema), header=True)
    async with aclosing(lines(batches)) as whole:
        async for batch in whole:
            yield await asyncio.to_thread(lambda some: _csv_lines(_read(some, schema)), batch)


def _csv_lines(frame: pl.DataFrame, header: bool = False) -> bytes:
    flat = _written(frame)
    safe = flat.with_columns(_safe(name) for name, kind in flat.schema.items() if kind == pl.String)
    return safe.write_csv(include_header=header, quote_style="non_numeric").encode()


def _written(frame: pl.DataFrame) -> pl.DataFrame:
    """A column a leaf: members of objects under dotted names, lists as JSON."""
    flat = _flat(frame)
    lists = [name for name, kind in flat.schema.items() if isinstance(kind, pl.List)]
    return flat.with_columns(_list_as_json(name) for name in lists)


def _safe(name: str) -> pl.Expr:
    """A text that no spreadsheet runs."""
    text = pl.col(name)
    return pl.when(text.str.contains(FORMULA)).then(pl.lit("'") + text).otherwise(text).alias(name)


def _list_as_json(name: str) -> pl.Expr:
    """The JSON of a list: polars writes that of objects alone, so that it is taken out of one."""
    around = '{"_":'
    whole = pl.struct(pl.col(name).alias("_")).struct.json_encode()
    return pl.when(pl.col(name).is_not_null()).then(whole.str.slice(len(around)).str.head(-1)).alias(name)


def _schema(parts: Sequence[Part], scalars: Mapping[str, Any]) -> Schema:
    """Types of the members of an object."""
    return {part.key: _type(part, scalars) for part in parts}


def _type(part: Part, scalars: Mapping[str, Any]) -> Any:
    if part.kind == "object":
        return pl.Struct(_schema(part.parts, scalars))
    if part.kind == "list":
        return pl.List(_type(part.parts[0], scalars))
    return scalars.get(part.kind, pl.String)


def _read(batch: list[bytes], schema: Schema) -> pl.DataFrame:
    return pl.read_ndjson(b"\n".join(batch), schema=schema)


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """The same with the members of objects as columns of their own, `object.member`."""
    while structs := [name for name, kind in frame.schema.items() if isinstance(kind, pl.Struct)]:
        frame = frame.unnest(structs, separator=FLATTENED_NAME)
    return frame


async def parquet(batches: Batches, parts: Sequence[Part]) -> AsyncGenerator[bytes, None]:
    """Typed columns in row groups, of so many rows or bytes at most: objects under dotted names, lists as lists."""
    schema, file = _schema(parts, SCALARS), Parts()
    async with aclosing(_groups(lines(batches))) as groups:
        async for group in groups:
            yield file.taken(await asyncio.to_thread(_row_group, group, schema))
    if not file.at:
        yield file.taken(_row_group([], schema))
    yield file.end()


async def _groups(batches: Batches) -> AsyncGenerator[list[bytes], None]:
    """Whole lines, gathered until a row group is full."""
    group: list[bytes] = []
    rows = size = 0
    async for batch in batches:
        group += batch
        rows, size = rows + len(batch), size + sum(map(len, batch))
        if rows >= ROW_GROUP or size >= GROUP_BYTES:
            yield group
            group, rows, size = [], 0, 0
    if group:
        yield group


def _row_group(batch: list[bytes], schema: Schema) -> bytes:
    """A file of Parquet with one row group."""
    frame = _read(batch, schema) if batch else pl.DataFrame(schema=schema)
    file = io.BytesIO()
    _flat(frame).write_parquet(file, compression="zstd", row_group_size=max(len(batch), 1))
    return file.getvalue()


async def xlsx(batches: Batches, parts: Sequence[Part]) -> AsyncGenerator[bytes, None]:
    """A workbook with a column a leaf; its first bytes go when the last entry is in."""
    schema = _schema(parts, AS_TEXT)
    with scratch() as folder:
        path = Path(folder) / "rows.xlsx"
        book = Workbook(path, _written(pl.DataFrame(schema=schema)).columns)
        try:
            async with aclosing(_groups(lines(batches))) as groups:
                async for group in groups:
                    await asyncio.to_thread(
                        lambda some: book.write(_written(_read(some, schema)).iter_rows()), group
                    )
        finally:
            await asyncio.to_thread(book.end)
        with path.open("rb") as file:  # a local file that was just written
            for piece in pieces_of(file):
                yield piece


async def lines(batches: Batches) -> AsyncGenerator[list[bytes], None]:
    """Whole lines of each batch, without their ends; what begins a longer one waits for its end."""
    begun: list[bytes] = []
    async for batch in batches:
        *whole, rest = b"".join(batch).split(b"\n")
        if whole:
            whole[0] = b"".join((*begun, whole[0]))
            begun = []
            yield whole
        begun.append(rest)


FORMS = {
    "ndjson": Form("application/x-ndjson", "ndjson", ndjson),
    "csv": Form("text/csv; charset=utf-8; header=present", "csv", csv),
    "parquet": Form("application/vnd.apache.parquet", "parquet", parquet, packs=False),
    "xlsx": Form(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx", xlsx, packs=False
    ),
}
"""By the name under which a form is asked for."""
