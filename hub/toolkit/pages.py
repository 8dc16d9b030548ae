"""A page: some consecutive rows of one file or listing, as texts, under the layout's names."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from hub.domain.reasons import Reason

#: Rows of a page that no reader could lay out in columns: `row` counts from 0 within the page.
REFUSED_SCHEMA = {"row": pl.Int64, "reason": pl.String, "field": pl.String, "payload": pl.String}


@dataclass(frozen=True, slots=True)
class FileSeen:
    """A file or listing as it was read.

    Attributes:
        name: File name, endpoint or call; no directory.
        sha256: Hex digest of the bytes (of the row texts for a listing).
        bytes: Size of what was digested.
        detail: Facts for the run's report: `encoding`, `delimiter`, `header_row`, `rows`, `unknown_columns`,
            `missing_columns`, damage to numbers. Complete when the page with `complete` has been received.
    """

    name: str
    sha256: str
    bytes: int
    detail: dict[str, Any] = field(default_factory=dict)


def no_refusals() -> pl.DataFrame:
    """An empty frame of refused rows."""
    return pl.DataFrame(schema=REFUSED_SCHEMA)


def unreadable(rows: Sequence[int], payloads: Sequence[str], field: str = "") -> pl.DataFrame:
    """Refused rows that are no rows of the layout: numbers within the page, and what is kept of each."""
    return pl.DataFrame(
        {
            "row": rows,
            "reason": [Reason.ROW_UNREADABLE.value] * len(rows),
            "field": [field] * len(rows),
            "payload": payloads,
        },
        schema=REFUSED_SCHEMA,
    )


@dataclass(frozen=True, slots=True)
class Page:
    """Consecutive rows of one file or listing.

    Attributes:
        file: Where the rows stand; the same object for every page of one file.
        first_row: Number of the first row, from 1, counted over the data rows of the file.
        columns: Names as received, in payload order; empty where the payload is a JSON object.
        frame: Texts only; canonical names, in the order of `columns`; null where the source sent nothing.
        complete: Whether the file ends with this page. The last page of a pull that had to stop early (a
            used-up quota) is not complete, and `file.detail["stopped"]` has code and message.
        payloads: One JSON object text a row where the source sends JSON, or the text of an array of the values where
            the reader has it at hand; None where `records.array_texts` is to make it.
        refused: Rows that could not be laid out (ragged, undecodable); their cells in `frame` are null.
    """

    file: FileSeen
    first_row: int
    columns: tuple[str, ...]
    frame: pl.DataFrame
    complete: bool
    payloads: pl.Series | None = None
    refused: pl.DataFrame = field(default_factory=no_refusals)

    @property
    def skipped(self) -> bool:
        """Whether the file was seen before with the same bytes, so that its rows are not sent again."""
        return bool(self.file.detail.get("unchanged"))


def unchanged(name: str, sha256: str, size: int) -> Page:
    """The single, empty page that stands for a file whose bytes an earlier run has read."""
    seen = FileSeen(name, sha256, size, {"unchanged": True})
    return Page(seen, 1, (), pl.DataFrame(), complete=True)
