"""Paged JSON listings: fetched to a file of JSON lines, checked to be complete, then read like a file.

Nothing of a listing lands before its last page has come: a page that repeats, moves or lacks rows is known
first. A standing feed, which has no end to wait for, is fetched in pieces of some pages.
"""

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import orjson
import polars as pl

from hub.errors import FatalError, RetriableError
from hub.registry.sources import SourceConfig
from hub.toolkit.connector import Connector, Listing
from hub.toolkit.earlier import Earlier
from hub.toolkit.http import Http, Patience, opened
from hub.toolkit.json_text import object_cells
from hub.toolkit.layout import Layout
from hub.toolkit.page_styles import Book, Place, Sheet
from hub.toolkit.pages import FileSeen, Page, unchanged, unreadable
from hub.toolkit.scratch import scratch
from hub.toolkit.since import Window

ROWS_PER_PAGE = 25_000
#: Rows asked for at once, unless the entry's option `page_size` says otherwise.
PAGE_SIZE = 500
#: Pages of a standing feed that land together.
PIECE = 50
#: A listing that changes its count while it is read is read anew, so many times in all.
READINGS = 3
#: What a server may answer to a token that it does not know (any more).
UNKNOWN = frozenset({400, 404, 410, 416, 422})


async def listing_pages(
    connector: Connector,
    source: SourceConfig,
    address: str,
    patience: Patience,
    earlier: Earlier,
) -> AsyncIterator[Page]:
    """The rows of each listing of a connector, in its order.

    Args:
        connector: Of the source.
        source: Its entry.
        address: Below which the listings lie.
        patience: With the server.
        earlier: What earlier runs left. Where a listing is incremental, `file.detail["state"]` has the whole
            state to keep once the file has landed.

    Raises:
        FatalError: `listing_odd`, `listing_incomplete`, `listing_too_long`, `cursor_impossible`, `cursor_unknown`,
            `config_invalid`, or the address or credential is wrong.
        RetriableError: Patience with the server ended, `listing_moved`.
    """
    kept: dict[str, Mapping[str, str]] = dict(earlier.state or {})
    _refuse_full_list(connector, source)
    async with opened(source, patience, earlier.allowance) as http:
        for name, listing in connector.listings:
            pull = _Pull(http, source, name, listing, f"{address}{listing.path}", kept, earlier.glance)
            with scratch() as directory:
                path = Path(directory) / "rows"
                async for file in pull.files(path):
                    if (name, file.sha256) in earlier.seen:
                        yield unchanged(name, file.sha256, file.bytes)
                        continue
                    for page in line_pages(path, file, connector.layout):
                        yield page


def _refuse_full_list(connector: Connector, source: SourceConfig) -> None:
    if source.full_list and any(listing.incremental for _, listing in connector.listings):
        raise FatalError(
            "config_invalid",
            f"{source.name}: its listing brings what changed, so set full_list = false in its entry",
        )


@dataclass(slots=True)
class _Pull:
    """One listing in one run."""

    http: Http
    source: SourceConfig
    name: str
    listing: Listing
    url: str
    kept: dict[str, Mapping[str, str]]
    glance: bool = False

    async def files(self, path: Path) -> AsyncIterator[FileSeen]:
        """The listing as one file, or a standing feed as some, each to be read before the next is asked for."""
        window = Window.after(self.listing, self.source, self.kept.get(self.name, {}))
        begun = self.kept.get(self.name, {}).get("cursor")
        book = self._book(begun)
        place: Place | None = book.first()
        while place is not None:
            with path.open("wb") as out:
                if self.listing.resumes:
                    file, place = await self._written(book, window, place, out)
                else:
                    file, place = await self._whole(window, out), None
            yield file

    def _book(self, begun: str | None) -> Book:
        size = int(self.source.options.get("page_size", PAGE_SIZE))
        return Book(
            self.listing,
            (self.source.name, self.name),
            size,
            begun,
            self.source.limits.max_bytes,
            self.glance,
        )

    async def _whole(self, window: Window, out: BinaryIO) -> FileSeen:
        """The listing from its beginning, anew when its count changes on the way."""
        for reading in range(READINGS):
            out.seek(0)
            out.truncate()
            book = self._book(None)
            try:
                file, _ = await self._written(book, window, book.first(), out)
            except RetriableError as error:
                if error.code != "listing_moved" or reading == READINGS - 1:
                    raise
            else:
                return file
        raise FatalError("listing_odd", f"{self.source.name}: {self.name} was not read")

    async def _written(
        self, book: Book, window: Window, place: Place | None, out: BinaryIO
    ) -> tuple[FileSeen, Place | None]:
        """The pages from a place on, written one row a line, and the place after them (None at the end)."""
        digest, length, rows, pages, totals = hashlib.sha256(), 0, 0, 0, set[int]()
        cursor = place.cursor if place else None
        while place is not None and not (self.listing.resumes and pages == PIECE):
            sheet = await self._sheet(book, window, place)
            out.write(sheet.lines)
            digest.update(sheet.lines)
            window.see(sheet.rows)
            length, rows, pages = length + len(sheet.lines), rows + len(sheet.rows), pages + 1
            totals.update(() if sheet.total is None else (sheet.total,))
            self._refuse_moved(totals)
            place, cursor = book.turn(sheet, place), sheet.cursor or cursor
        if place is None and not self.glance:
            self._refuse_incomplete(totals, rows)
        detail: dict[str, Any] = {"pages": pages, "rows": rows}
        if self.listing.incremental:
            own = {"cursor": cursor} if self.listing.resumes else window.state()
            self.kept[self.name] = {key: value for key, value in own.items() if value is not None}
            detail["state"] = {name: dict(each) for name, each in self.kept.items()}
        return FileSeen(self.name, digest.hexdigest(), length, detail), place

    async def _sheet(self, book: Book, window: Window, place: Place) -> Sheet:
        """One page; a server that does not know a token which an earlier run kept says so by its status."""
        kept = place.cursor is not None and place.cursor == book.begun
        unknown = FatalError(
            "cursor_unknown",
            f"{self.source.name}: the server does not know the token that the last run kept for {self.name}; "
            "delete the row of this source from source_state to read from the beginning",
        )
        return await self.http.page(
            self._where(place),
            partial(book.read, place=place),
            params={**book.query(place), **window.query()} if place.link is None else None,
            refusals=dict.fromkeys(UNKNOWN, unknown) if kept else {},
        )

    def _where(self, place: Place) -> str:
        return self.url if place.link is None else self.http.below(self.url, place.link)

    def _refuse_moved(self, totals: set[int]) -> None:
        if len(totals) > 1 and not self.listing.resumes:
            raise RetriableError(
                "listing_moved",
                f"{self.source.name}: {self.name} changed its count while it was read; nothing was read",
            )

    def _refuse_incomplete(self, totals: set[int], rows: int) -> None:
        total = next(iter(totals), rows)
        if rows != total and not self.listing.resumes:
            raise FatalError(
                "listing_incomplete",
                f"{self.source.name}: {self.name} has {total:,} rows by its count, {rows:,} came; nothing was read",
            )


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
    """A page of JSON objects, with their cells by canonical name; unknown keys are noted in the file.

    An object with two keys for one column is refused: nobody knows which of them is meant.
    """
    values = [orjson.loads(text) for text in texts]
    rows = [object_cells(value, known) for value in values]
    twice = [at for at, row in enumerate(rows) if len(row) != len(values[at])]
    for at in twice:
        rows[at] = {}
    unknown = sorted({key for row in rows for key in row} - set(known.values()))
    noted = file.detail.setdefault("unknown_columns", [])
    told = [
        key.replace("\x00", "\\u0000") for key in unknown
    ]  # As JSON writes it: the database takes no NUL.
    noted.extend(key for key in told if key not in noted)
    names = [*layout.taken, *sorted(layout.ignored), *unknown]
    frame = pl.DataFrame(
        [pl.Series(name, [row.get(name) for row in rows], dtype=pl.String) for name in names]
    )
    payloads = pl.Series("payload", texts, dtype=pl.String)
    refused = unreadable(twice, [texts[at] for at in twice])
    return Page(file, first, (), frame, complete=complete, payloads=payloads, refused=refused)
