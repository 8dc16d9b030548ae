"""Paged JSON listings: fetched whole to a file of JSON lines, checked to be complete, then read like a file.

Nothing of a listing lands before its last page has come: a page that repeats, moves or lacks rows is known
first.
"""

import hashlib
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
import polars as pl

from hub.errors import FatalError, RetriableError
from hub.registry.sources import SourceConfig
from hub.toolkit.connector import Connector, Listing
from hub.toolkit.http import Http, Patience, opened
from hub.toolkit.json_text import object_cells, object_text
from hub.toolkit.layout import Layout
from hub.toolkit.pages import FileSeen, Page, unchanged

ROWS_PER_PAGE = 25_000
#: Rows asked for at once, unless the entry's option `page_size` says otherwise.
PAGE_SIZE = 500


async def listing_pages(
    connector: Connector,
    source: SourceConfig,
    address: str,
    seen: frozenset[tuple[str, str]],
    patience: Patience,
) -> AsyncIterator[Page]:
    """The rows of each listing of a connector, in its order.

    Raises:
        FatalError: `listing_odd`, `listing_incomplete`, or the address or credential is wrong.
        RetriableError: Patience with the server ended.
    """
    async with opened(source, patience) as http:
        for name, listing in connector.listings:
            with tempfile.TemporaryDirectory(prefix="hub-") as directory:
                path = Path(directory) / "rows"
                file = await _fetched(http, source, name, listing, f"{address}{listing.path}", path)
                if (name, file.sha256) in seen:
                    yield unchanged(name, file.sha256, file.bytes)
                    continue
                for page in line_pages(path, file, connector.layout):
                    yield page


async def _fetched(
    http: Http, source: SourceConfig, name: str, listing: Listing, url: str, path: Path
) -> FileSeen:
    """All pages of a listing, written one row a line."""
    size = int(source.options.get("page_size", PAGE_SIZE))
    digest, length, rows, number, earlier = hashlib.sha256(), 0, 0, 1, b""
    with path.open("wb") as out:
        while True:
            shaped = partial(
                _paged,
                listing=listing,
                number=number,
                place=f"{source.name}: page {number} of {name}",
                earlier=earlier,
            )
            page = await http.json("GET", url, shaped, params={"page": number, "size": size})
            out.write(page.lines)
            digest.update(page.lines)
            length, rows, earlier = length + len(page.lines), rows + page.rows, page.lines
            if page.last:
                break
            number += 1
    if page.total is not None and rows != page.total:
        raise FatalError(
            "listing_incomplete",
            f"{source.name}: {name} has {page.total:,} rows by its count, {rows:,} came; nothing was read",
        )
    return FileSeen(name, digest.hexdigest(), length, {"pages": number, "rows": rows})


@dataclass(frozen=True, slots=True)
class _Paged:
    """One page of a listing: its rows as lines of JSON, and what it says of the whole."""

    lines: bytes
    rows: int
    total: int | None
    last: bool


def _paged(answer: Any, listing: Listing, number: int, place: str, earlier: bytes) -> _Paged:
    """A page whose shape, number and difference from the page before are checked.

    Raises:
        FatalError: `listing_odd`.
        RetriableError: `page_empty`, `page_moved`, `page_repeated`.
    """
    rows = answer.get(listing.rows) if isinstance(answer, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise FatalError("listing_odd", f"{place} has no list of rows under {listing.rows}")
    total, last = answer.get(listing.total), bool(answer.get(listing.last))
    if not rows and not last:
        raise RetriableError("page_empty", f"{place} is empty, but is not the last")
    if (echo := answer.get("page")) is not None and str(echo) != str(number):
        raise RetriableError("page_moved", f"{place} came as page {echo}")
    lines = b"".join(object_text(row).encode() + b"\n" for row in rows)
    if lines and lines == earlier:
        raise RetriableError("page_repeated", f"{place} repeats the one before")
    return _Paged(lines, len(rows), int(total) if total is not None else None, last)


def line_pages(path: Path, file: FileSeen, layout: Layout) -> Iterator[Page]:
    """Pages of a file of JSON lines."""
    known, first = layout.canonical(), 1
    with path.open("rb") as lines:
        chunk = list(islice(lines, ROWS_PER_PAGE))
        while True:
            following = list(islice(lines, ROWS_PER_PAGE))
            texts = [line.rstrip(b"\n").decode() for line in chunk]
            yield object_page(file, first, texts, known, layout, complete=not following)
            if not following:
                return
            first, chunk = first + len(chunk), following


def object_page(
    file: FileSeen, first: int, texts: list[str], known: dict[str, str], layout: Layout, *, complete: bool
) -> Page:
    """A page of JSON objects, with their cells by canonical name; unknown keys are noted in the file."""
    rows = [object_cells(orjson.loads(text), known) for text in texts]
    unknown = sorted({key for row in rows for key in row} - set(known.values()))
    noted = file.detail.setdefault("unknown_columns", [])
    noted.extend(key for key in unknown if key not in noted)
    names = [*layout.taken, *sorted(layout.ignored), *unknown]
    frame = pl.DataFrame(
        [pl.Series(name, [row.get(name) for row in rows], dtype=pl.String) for name in names]
    )
    payloads = pl.Series("payload", texts, dtype=pl.String)
    return Page(file, first, (), frame, complete=complete, payloads=payloads)
