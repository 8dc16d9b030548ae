"""The shape of a connector: what it reads, what names a record, and its claims. No base class, one value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal, Protocol

import polars as pl

from hub.errors import FatalError
from hub.toolkit.claims import Claims
from hub.toolkit.layout import Layout
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.rows import Rows

#: Columns that together name a record, or a function from a completed frame to an expression.
Key = tuple[str, ...] | Callable[[pl.DataFrame], pl.Expr]


@dataclass(frozen=True, slots=True)
class Since:
    """Only what changed since an instant is asked for; the instant is kept between runs.

    The next run asks from the latest instant that came, less `lag`, so that what a source wrote late or with a
    slow clock is not missed; what comes twice is known by its content. The instant kept is never later than
    the hub's own clock. The entry of such a source has `full_list = false` and `min_rows = 0`.

    Args:
        parameter: Of the query.
        field: Of a row: its instant, in ISO 8601; without a zone it is WIB.
        lag: How far behind to ask again; the option `lag_hours` of the entry says otherwise.
        form: How the service wants it: an instant in UTC, or a day in WIB.
    """

    parameter: str
    field: str
    lag: timedelta = timedelta(days=1)
    form: Literal["instant", "date"] = "instant"


@dataclass(frozen=True, slots=True)
class Listing:
    """A paged JSON listing below the source's address.

    Keys of an answer may be paths joined by dots (`result.records`); blank for a key that the service does not
    send (blank `rows`: the answer is the list).

    Args:
        path: Path below the address.
        rows: Key under which a page has its rows.
        total: Key of the count over all pages.
        last: Key of the flag on the last page.
        style: How pages are asked for: by their number, by the rows before them, by a token that the page
            before gives, or by its Link header (same host only).
        at: Parameter that says where the page begins, and its echo in the answer; by default `page`,
            `offset` or `cursor`.
        size: Parameter of the rows wanted; blank where the service has none.
        next: Key of the token for what follows.
        required: Columns that at least one row of each page has as a key; without one nothing is read.
        since: Asks only for what changed; None for the whole listing.
        resumes: The token of the last page is kept, and the next run goes on there (a standing feed). Such a
            listing lands piece by piece, so that a broken run goes on where it broke.
    """

    path: str
    rows: str = "rows"
    total: str = "total"
    last: str = "last"
    style: Literal["page", "offset", "cursor", "link"] = "page"
    at: str = ""
    size: str = "size"
    next: str = "next"
    required: frozenset[str] = frozenset()
    since: Since | None = None
    resumes: bool = False

    def __post_init__(self) -> None:
        """Only a token can be kept, and what is asked by instant is not asked by token as well."""
        if self.resumes and (self.style != "cursor" or self.since is not None):
            raise FatalError("connector_faulty", "a listing resumes by the cursor style, and without `since`")

    @property
    def start(self) -> str:
        """The parameter that says where a page begins."""
        return self.at or self.style

    @property
    def incremental(self) -> bool:
        """Whether a run may bring less than the whole."""
        return self.resumes or self.since is not None


class Reader(Protocol):
    """Reads one local file to pages; a listing is one too, as a file of JSON lines."""

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of the file names it reads."""
        ...

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of the file, in order, some tens of thousands a page.

        Raises:
            FatalError: The file cannot be read at all (truncated, wrong encoding, a required column is
                missing).
        """
        ...


@dataclass(frozen=True, slots=True)
class Connector:
    """One source: the mapping from its rows to claims, with what the toolkit needs to bring the rows.

    Args:
        name: Name of the module and of `config/sources/<name>.toml`.
        layout: The columns, each taken or ignored.
        key: What names a record. Blank parts are kept as blanks; a record whose parts are all blank is
            refused.
        claims: Pure function from rows to claims.
        reader: For files and listings; None for a service that answers one person at a time.
        scope: Column or function that gives the period a row speaks of; closing never crosses it. None: no
            periods.
        listings: Paged JSON listings by name, in order.
        repeats: Each line is an event of its own, such as a bill: lines of one file that are equal to the last byte
            are as many records. Else they are one, and the others count as unchanged.
    """

    name: str
    layout: Layout
    key: Key
    claims: Callable[[Rows], Claims]
    reader: Reader | None = None
    scope: str | Callable[[pl.DataFrame], pl.Expr] | None = None
    listings: tuple[tuple[str, Listing], ...] = ()
    repeats: bool = False

    def __post_init__(self) -> None:
        """What is sent again by a listing of changes is no event of its own."""
        if self.repeats and self.incremental:
            raise FatalError("connector_faulty", "a listing of what changed cannot tell repeats from events")

    @property
    def incremental(self) -> bool:
        """Whether a listing of it may bring less than the whole."""
        return any(listing.incremental for _, listing in self.listings)

    @property
    def resumes(self) -> bool:
        """Whether a run goes on where the one before ended, and lands piece by piece."""
        return any(listing.resumes for _, listing in self.listings)
