"""The feed of another hub: `shareFeed` by POST to `/graphql`, from the token that the last run kept.

It lands piece by piece, each with the token behind it, so that a broken pull goes on where it broke.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from hub.errors import FatalError, HubError
from hub.registry.sources import SourceConfig
from hub.toolkit.cells import ROW
from hub.toolkit.claims import SCHEMAS
from hub.toolkit.connector import Connector
from hub.toolkit.credentials import where_to_look
from hub.toolkit.earlier import Earlier
from hub.toolkit.http import Http, Patience, opened
from hub.toolkit.listings import PIECE, line_pages
from hub.toolkit.page_styles import Book, Place, Sheet
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.scratch import scratch

#: Version of the feed's form that this hub reads.
FEED_VERSION = "2"
LARGEST = 500
CURSORS = (
    "bad_cursor", "cursor_old", "cursor_of_another", "cursor_forged", "cursor_ahead", "cursor_past", "reach_changed",
)  # fmt: skip
"""Refusals of a token: it was given out under other arguments, rights or keys than those of now."""
QUERY = (
    "query Feed($after: String, $first: Int!, $wilayah: WilayahCode, $sources: [String!]) {"
    " shareFeed(after: $after, first: $first, wilayah: $wilayah, sources: $sources) {"
    " schemaVersion last next"
    " items { entry source recordKey occurrence version recordedFrom closed withdrawn wilayah origin originEntry claims"
    " } } }"
)
_WORD = re.compile(r"^[A-Za-z_]{1,40}$")


async def feed_pages(
    connector: Connector, source: SourceConfig, address: str, patience: Patience, earlier: Earlier
) -> AsyncIterator[Page]:
    """The records that the other hub recorded since the last run, its options `wilayah` and `sources` narrowing them.

    `file.detail["state"]` has the token to keep once a piece has landed; what the claims hold that this hub has no
    name for is listed in `file.detail["unknown_columns"]` as `claims.<kind>.<column>`.

    Raises:
        FatalError: `feed_version`, `feed_unknown`, `feed_refused`, `cursor_unknown`, `credential_refused`,
            `listing_odd`, or the entry is wrong (`config_invalid`).
        RetriableError: Patience with the hub ended.
    """
    if source.full_list:
        raise FatalError(
            "config_invalid",
            f"{source.name}: a feed brings what changed, so set full_list = false in its entry",
        )
    [(name, listing)] = connector.listings
    begun = (earlier.state or {}).get(name, {}).get("cursor")
    size = min(int(source.options.get("page_size", LARGEST)), LARGEST)
    book = Book(listing, (source.name, name), size, begun, glance=earlier.glance)
    async with opened(source, patience, earlier.allowance) as http:
        feed = _Feed(http, source, f"{address}{listing.path}", book)
        place: Place | None = book.first()
        while place is not None:
            with scratch() as directory:
                path = Path(directory) / "rows"
                with path.open("wb") as out:
                    file, place = await feed.piece(name, place, out)
                for page in line_pages(path, file, connector.layout):
                    file.detail["unknown_columns"] += sorted(
                        feed.unknown - set(file.detail["unknown_columns"])
                    )
                    yield page


@dataclass(slots=True)
class _Feed:
    """One pull of the feed of one hub."""

    http: Http
    source: SourceConfig
    url: str
    book: Book
    unknown: set[str] = field(default_factory=set)

    async def piece(self, name: str, place: Place, out: BinaryIO) -> tuple[FileSeen, Place | None]:
        """Some pages, written one item a line, and the place behind them (None at the end)."""
        digest, length, rows, pages, cursor = hashlib.sha256(), 0, 0, 0, place.cursor
        following: Place | None = place
        while following is not None and pages < PIECE:
            sheet = await self._sheet(following)
            self.unknown.update(unknown_claims(sheet.rows, self.source.name))
            out.write(sheet.lines)
            digest.update(sheet.lines)
            length, rows, pages = length + len(sheet.lines), rows + len(sheet.rows), pages + 1
            following, cursor = self.book.turn(sheet, following), sheet.cursor or cursor
        state = {name: {"cursor": cursor} if cursor else {}}
        return FileSeen(
            name, digest.hexdigest(), length, {"pages": pages, "rows": rows, "state": state}
        ), following

    async def _sheet(self, place: Place) -> Sheet:
        """One page of the feed."""
        options = self.source.options
        asked = {
            "after": place.cursor,
            "first": self.book.size,
            "wilayah": options.get("wilayah"),
            "sources": options.get("sources"),
        }
        status, answer = await self.http.told(
            self.url, frozenset({400, 401, 403}), json={"query": QUERY, "variables": asked}
        )
        return self.book.read(self._opened(status, answer), {}, place)

    def _opened(self, status: int, answer: Any) -> Mapping[str, Any]:
        """The page inside an answer of GraphQL.

        Raises:
            FatalError: See `feed_pages`.
        """
        told: Mapping[str, Any] = answer if isinstance(answer, dict) else {}
        if status in (401, 403) or told.get("errors"):
            raise self._refusal(status, told.get("errors"))
        data = told.get("data")
        feed = data.get("shareFeed") if isinstance(data, dict) else None
        if not isinstance(feed, dict):
            raise FatalError("listing_odd", f"{self.source.name}: the answer of the other hub has no feed")
        version = str(feed.get("schemaVersion"))
        if version != FEED_VERSION:
            shown = version if version.isdigit() and len(version) < 6 else "that is not known"
            raise FatalError(
                "feed_version",
                f"{self.source.name}: the other hub sends a feed of version {shown}, this one reads version "
                f"{FEED_VERSION}; bring both hubs to the same release. Nothing was read",
            )
        return feed

    def _refusal(self, status: int, errors: Any) -> HubError:
        """What an error of the other hub means; nothing of its text is repeated but a word of its code."""
        first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
        extensions = first.get("extensions")
        found = extensions if isinstance(extensions, dict) else {}
        reason = str(found.get("reason") or found.get("code"))
        name = self.source.name
        if status in (401, 403) or found.get("code") in ("FORBIDDEN", "UNAUTHENTICATED"):
            return FatalError(
                "credential_refused",
                f"{name}: the other hub refused the credential; {where_to_look(self.source)}",
            )
        if reason in CURSORS:
            return FatalError(
                "cursor_unknown",
                f"{name}: the other hub does not take the token that the last run kept ({reason}: it is of another "
                "narrowing, agreement or form); delete the row of this source from source_state to read from the "
                "beginning",
            )
        if found.get("code") == "GRAPHQL_VALIDATION_FAILED":
            return FatalError(
                "feed_unknown", f"{name}: the other hub has no such feed; bring it to this release, then sync"
            )
        word = reason if _WORD.match(reason) else "no code"
        return FatalError("feed_refused", f"{name}: the other hub refused the question ({word})")


def unknown_claims(items: list[dict[str, Any]], source: str) -> Iterator[str]:
    """Kinds and columns, in the claims of items, that this hub has no name for: `claims.<kind>.<column>`.

    A name that is no word is shown as `?`.

    Raises:
        FatalError: `listing_odd`: the claims are no JSON object of lists of objects of texts.
    """
    for item in items:
        for kind, columns in _claims_of(item, source):
            known = SCHEMAS.get(kind)
            if known is None:
                yield f"claims.{_word(kind)}"
            else:
                yield from (
                    f"claims.{kind}.{_word(name)}" for name in columns - known.keys() | columns & {ROW}
                )


def _word(name: str) -> str:
    return name if _WORD.match(name) else "?"


def _claims_of(item: dict[str, Any], source: str) -> Iterator[tuple[str, set[str]]]:
    """Kind and columns of the claims of one item."""
    try:
        claims = orjson.loads(item.get("claims") or "{}")
        for kind, several in claims.items():
            if not all(isinstance(value, str) for claim in several for value in claim.values()):
                raise TypeError
            yield kind, {column for claim in several for column in claim}
    except (ValueError, TypeError, AttributeError):
        raise FatalError("listing_odd", f"{source}: an item of the feed has claims of another form") from None
