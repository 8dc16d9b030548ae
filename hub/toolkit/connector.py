"""The shape of a connector: what it reads, what names a record, and its claims. No base class, one value."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import polars as pl

from hub.toolkit.claims import Claims
from hub.toolkit.layout import Layout
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.rows import Rows

#: Columns that together name a record, or a function from a completed frame to an expression.
Key = tuple[str, ...] | Callable[[pl.DataFrame], pl.Expr]


@dataclass(frozen=True, slots=True)
class Listing:
    """A paged JSON listing below the source's address.

    Args:
        path: Path below the address.
        rows: Key under which a page has its rows.
        total: Key of the count over all pages.
        last: Key of the flag on the last page.
    """

    path: str
    rows: str = "rows"
    total: str = "total"
    last: str = "last"


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
    """

    name: str
    layout: Layout
    key: Key
    claims: Callable[[Rows], Claims]
    reader: Reader | None = None
    scope: str | Callable[[pl.DataFrame], pl.Expr] | None = None
    listings: tuple[tuple[str, Listing], ...] = ()
