"""The forms of an export: lines of JSON, CSV, Parquet. Each is made piece by piece, so that memory stays flat."""

import asyncio
import io
import queue
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import polars as pl
from polars.io.plugins import register_io_source

from hub.compiler.exporting import Part

Batches = AsyncIterator[list[str]]
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
"""Rows of one row group of Parquet, which are held until it is whole."""
PIECE = 256 * 1024
"""Bytes that are sent at once."""
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
        batch.append("")
        yield "\n".join(batch).encode()


async def csv(batches: Batches, parts: Sequence[Part]) -> AsyncGenerator[bytes, None]:
    """A header, then one entry a line: members of objects under dotted names, lists as JSON."""
    schema = _schema(parts, AS_TEXT)
    yield _csv_lines(pl.DataFrame(schema=schema), header=True)
    async for batch in batches:
        yield await asyncio.to_thread(lambda lines: _csv_lines(_read(lines, schema)), batch)


def _csv_lines(frame: pl.DataFrame, header: bool = False) -> bytes:
    flat = _flat(frame)
    lists = [name for name, kind in flat.schema.items() if isinstance(kind, pl.List)]
    flat = flat.with_columns(_list_as_json(name) for name in lists)
    safe = flat.with_columns(_safe(name) for name, kind in flat.schema.items() if kind == pl.String)
    return safe.write_csv(include_header=header, quote_style="non_numeric").encode()


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


def _read(batch: list[str], schema: Schema) -> pl.DataFrame:
    return pl.read_ndjson("\n".join(batch).encode(), schema=schema)


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """The same with the members of objects as columns of their own, `object.member`."""
    while structs := [name for name, kind in frame.schema.items() if isinstance(kind, pl.Struct)]:
        frame = frame.unnest(structs, separator=FLATTENED_NAME)
    return frame


class _Outlet(io.RawIOBase):
    """A file that hands what is written to an event loop, and waits until it is taken."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__()
        self.loop = loop
        self.pieces: asyncio.Queue[bytes | None] = asyncio.Queue(2)
        self.given_up = False

    def writable(self) -> bool:
        """True."""
        return True

    def write(self, piece: Any) -> int:
        """Waits until the loop has taken what came before."""
        if self.given_up:
            raise BrokenPipeError
        taken = bytes(piece)
        asyncio.run_coroutine_threadsafe(self.pieces.put(taken), self.loop).result()
        return len(taken)


async def parquet(batches: Batches, parts: Sequence[Part]) -> AsyncGenerator[bytes, None]:
    """Typed columns in row groups: objects under dotted names, lists as lists."""
    schema = _schema(parts, SCALARS)
    inlet: queue.Queue[list[str] | None] = queue.Queue(2)
    outlet = _Outlet(asyncio.get_running_loop())
    feeding = asyncio.ensure_future(_feed(batches, inlet))
    writing = asyncio.ensure_future(_written(inlet, outlet, schema))
    try:
        while (piece := await outlet.pieces.get()) is not None:
            yield piece
        await feeding
        await writing
    finally:
        feeding.cancel()
        outlet.given_up = True
        await _drained(writing, inlet, outlet)
        await asyncio.gather(feeding, writing, return_exceptions=True)


async def _feed(batches: Batches, inlet: "queue.Queue[list[str] | None]") -> None:
    """Passes the entries on to the thread that writes; the end too, also where reading fails."""
    try:
        async for batch in batches:
            await asyncio.to_thread(inlet.put, batch)
    finally:
        with suppress(asyncio.CancelledError):
            await asyncio.shield(asyncio.to_thread(inlet.put, None))


async def _written(inlet: "queue.Queue[list[str] | None]", outlet: _Outlet, schema: Schema) -> None:
    try:
        await asyncio.to_thread(_write, inlet, outlet, schema)
    finally:
        await outlet.pieces.put(None)


def _write(inlet: "queue.Queue[list[str] | None]", outlet: _Outlet, schema: Schema) -> None:
    def frames(
        with_columns: list[str] | None, predicate: Any, n_rows: int | None, batch_size: int | None
    ) -> Iterator[pl.DataFrame]:
        del predicate, n_rows, batch_size  # A sink of all rows asks for none of these.
        while (batch := inlet.get()) is not None:
            frame = _read(batch, schema).pipe(_flat)
            yield frame if with_columns is None else frame.select(with_columns)

    flat = _flat(pl.DataFrame(schema=schema)).schema
    rows = register_io_source(frames, schema=flat)
    with io.BufferedWriter(outlet, PIECE) as file:
        rows.sink_parquet(file, compression="zstd", row_group_size=ROW_GROUP, engine="streaming")


async def _drained(
    writing: "asyncio.Future[None]", inlet: "queue.Queue[list[str] | None]", outlet: _Outlet
) -> None:
    """Lets the thread that writes come to its end: nothing waits for what nobody takes."""
    while not writing.done():
        with suppress(asyncio.QueueEmpty):
            outlet.pieces.get_nowait()
        with suppress(queue.Full):
            inlet.put_nowait(None)
        await asyncio.sleep(0.01)


FORMS = {
    "ndjson": Form("application/x-ndjson", "ndjson", ndjson),
    "csv": Form("text/csv; charset=utf-8; header=present", "csv", csv),
    "parquet": Form("application/vnd.apache.parquet", "parquet", parquet, packs=False),
}
"""By the name under which a form is asked for."""
