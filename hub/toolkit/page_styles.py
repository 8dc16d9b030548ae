"""The ways in which registries cut a listing into pages, and what proves that each page is the one asked for.

Four styles are known: a page number, an offset (CKAN, portals of Satu Data), a cursor that the page before
gives, and a Link header (RFC 8288). A page that repeats, moves, is empty before its time or leads nowhere is
asked for again; it is never taken for the end.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hub.errors import FatalError, RetriableError
from hub.toolkit.connector import Listing
from hub.toolkit.json_text import object_text
from hub.toolkit.layout import header_form

#: A listing of more pages or rows than this is none of ours: its server leads us round in circles.
MOST_PAGES, MOST_ROWS = 200_000, 50_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page begins.

    Attributes:
        number: Of the page, from 1.
        offset: Rows before it.
        cursor: Token that leads to it; None for the beginning.
        link: Whole URL that leads to it; None for the beginning.
    """

    number: int = 1
    offset: int = 0
    cursor: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page as it came: its rows, and what it says of the whole.

    Attributes:
        rows: As received, numbers as texts.
        lines: The rows, each as a line of JSON.
        total: Rows of the whole listing by its own count; None when it gives none.
        last: What the page says of itself; None when it says nothing.
        cursor: Token that the page gives for what follows it; None when it gives none.
        link: URL of the next page by the Link header; None when there is none.
    """

    rows: list[dict[str, Any]]
    lines: bytes
    total: int | None
    last: bool | None
    cursor: str | None
    link: str | None


@dataclass(slots=True)
class Book:
    """The pages of one pull of a listing: reads each, and knows which came before.

    Args:
        listing: The listing.
        name: `source: page {number} of listing` is what messages say; this is `source` and the listing's.
        size: Rows asked for at once.
        begun: Cursor that an earlier run kept; None for the beginning.
        most_bytes: Of all rows together; a standing feed, which lands piece by piece, has no such end.
        glance: Whether the listing ends for us with its first page that has rows.
    """

    listing: Listing
    name: tuple[str, str]
    size: int
    begun: str | None = None
    most_bytes: int = 2_000_000_000
    glance: bool = False
    _pages: int = 0
    _rows: int = 0
    _bytes: int = 0
    _digests: set[bytes] = field(default_factory=set)
    _cursors: set[str] = field(default_factory=set)

    def first(self) -> Place:
        """Where the listing begins, or where an earlier run ended."""
        self._cursors.update(filter(None, (self.begun,)))
        return Place(cursor=self.begun)

    def query(self, place: Place) -> dict[str, str | int]:
        """What is asked in the query of the call for a page; a link has its own."""
        if place.link is not None:
            return {}
        starts: dict[str, str | int | None] = {
            "page": place.number, "offset": place.offset, "cursor": place.cursor, "link": None,
        }  # fmt: skip
        start = starts[self.listing.style]
        asked: dict[str, str | int] = {} if start is None else {self.listing.start: start}
        return {**asked, self.listing.size: self.size} if self.listing.size else asked

    def read(self, answer: Any, links: Mapping[str, Mapping[str, str]], place: Place) -> Sheet:
        """The page of an answer, checked against what was asked and what came before.

        Raises:
            FatalError: `listing_odd`, `layout_column_missing`.
            RetriableError: `page_empty`, `page_moved`, `page_repeated`, `cursor_stuck`.
        """
        sheet = self._sheet(answer, links, place)
        told = self._told(place)
        if not sheet.rows and self._goes_on(sheet, place):
            raise RetriableError("page_empty", f"{told} is empty, but is not the last")
        asked = place.number if self.listing.style == "page" else place.offset
        echo = _at(answer, self.listing.start) if self.listing.style in ("page", "offset") else None
        if echo is not None and str(echo) != str(asked):
            raise RetriableError("page_moved", f"{told} came as another page")
        # A standing feed may send a page again under a token of its own: its records are known, and count as such.
        if sheet.rows and not self.listing.resumes and _digest(sheet) in self._digests:
            raise RetriableError("page_repeated", f"{told} repeats an earlier one")
        self._following(sheet, place)
        return sheet

    def turn(self, sheet: Sheet, place: Place) -> Place | None:
        """Where the page after a sheet begins; None after the last. The sheet counts as taken.

        Raises:
            FatalError: `listing_too_long`: as a whole it has more pages, rows or bytes than a listing may.
        """
        self._count(sheet)
        if sheet.rows:
            self._digests.add(_digest(sheet))
        following = None if self.glance and sheet.rows else self._following(sheet, place)
        if following is not None:
            self._cursors.update(filter(None, (following.cursor, following.link)))
        return following

    def _count(self, sheet: Sheet) -> None:
        self._pages, self._rows = self._pages + 1, self._rows + len(sheet.rows)
        self._bytes += len(sheet.lines)
        if self.listing.resumes:
            return
        source, listing = self.name
        if self._bytes > self.most_bytes:
            raise FatalError(
                "listing_too_long",
                f"{source}: {listing} has more than {self.most_bytes:,} bytes; see limits.max_bytes",
            )
        if self._pages > MOST_PAGES or max(self._rows, sheet.total or 0) > MOST_ROWS:
            raise FatalError(
                "listing_too_long",
                f"{source}: {listing} has more than {MOST_PAGES:,} pages or {MOST_ROWS:,} rows; nothing was read",
            )

    def _following(self, sheet: Sheet, place: Place) -> Place | None:
        """Where the next page begins, by the style of the listing.

        Raises:
            RetriableError: `cursor_stuck`: it leads to where we have been.
        """
        if sheet.last or not self._leads_on(sheet, place):
            return None
        number, offset = place.number + 1, place.offset + len(sheet.rows)
        if self.listing.style in ("page", "offset"):
            return Place(number, offset)
        token = sheet.cursor if self.listing.style == "cursor" else sheet.link
        if token is None or token == place.cursor or token in self._cursors:
            raise RetriableError(
                "cursor_stuck", f"{self._told(place)} does not say how to go on, though it is not the last"
            )
        if self.listing.style == "cursor":
            return Place(number, offset, cursor=token)
        return Place(number, offset, link=token)

    def _leads_on(self, sheet: Sheet, place: Place) -> bool:
        """Whether something follows, where the page does not call itself the last."""
        if sheet.last is False:
            return True
        if self.listing.style == "link":
            return sheet.link is not None
        if self.listing.style == "cursor":
            at_the_end = self.listing.resumes and (not sheet.rows or sheet.cursor == place.cursor)
            return sheet.cursor is not None and not at_the_end
        return self._goes_on(sheet, place)

    def _goes_on(self, sheet: Sheet, place: Place) -> bool:
        """Whether rows must still come: by the flag, else by the count, else since the page is full."""
        if sheet.last is not None:
            return not sheet.last
        if self.listing.style in ("cursor", "link"):
            return False
        if sheet.total is not None:
            return place.offset + len(sheet.rows) < sheet.total
        return len(sheet.rows) >= self.size

    def _sheet(self, answer: Any, links: Mapping[str, Mapping[str, str]], place: Place) -> Sheet:
        listing, told = self.listing, self._told(place)
        rows = _at(answer, listing.rows) if listing.rows else answer
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise FatalError("listing_odd", f"{told} has no list of rows under {listing.rows or 'its root'}")
        self._require(rows, told)
        total, last = _count(_at(answer, listing.total), told), _flag(_at(answer, listing.last), told)
        named = listing.style in ("page", "offset") and bool(listing.total or listing.last)
        if named and total is None and last is None:
            raise FatalError("listing_odd", f"{told} has neither {listing.total} nor {listing.last}")
        cursor = _at(answer, listing.next) if listing.style == "cursor" else None
        if cursor is not None and not isinstance(cursor, str):
            raise FatalError("listing_odd", f"{told} has no text or number under {listing.next}")
        lines = b"".join(object_text(row).encode() + b"\n" for row in rows)
        return Sheet(rows, lines, total, last, cursor or None, links.get("next", {}).get("url"))

    def _require(self, rows: list[dict[str, Any]], told: str) -> None:
        """A column that every row used to have and none has is a change of layout, not a lack of values."""
        if not rows or not self.listing.required:
            return
        found = {header_form(key) for row in rows for key in row}
        if lacking := sorted(name for name in self.listing.required if header_form(name) not in found):
            raise FatalError(
                "layout_column_missing", f"{told} lacks the column(s) {', '.join(lacking)}; nothing was read"
            )

    def _told(self, place: Place) -> str:
        source, listing = self.name
        return f"{source}: page {place.number} of {listing}"


def _at(answer: Any, path: str) -> Any:
    """What stands at a path of keys joined by dots; None where it leads nowhere or is blank."""
    for key in path.split(".") if path else ():
        answer = answer.get(key) if isinstance(answer, dict) else None
    return answer if path else None


def _count(value: Any, told: str) -> int | None:
    if value is None:
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 16:
        return int(value)
    raise FatalError("listing_odd", f"{told} counts its rows with something that is no number")


def _flag(value: Any, told: str) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in ("true", "false", "1", "0"):
        return value.lower() in ("true", "1")
    raise FatalError("listing_odd", f"{told} says whether it is the last in a way that is not known")


def _digest(sheet: Sheet) -> bytes:
    """Of the rows whatever their order."""
    return hashlib.blake2b(b"".join(sorted(sheet.lines.splitlines())), digest_size=16).digest()
