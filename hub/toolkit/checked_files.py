"""Readers that hold a file against itself: one entry a person and type, and rows that add up to their total.

Both wrap a `CsvReader` and keep its pages, in order.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from hub.domain.counts import parse_count
from hub.domain.reasons import Reason
from hub.errors import FatalError
from hub.toolkit.cells import by_distinct
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.records import array_texts


@dataclass(frozen=True, slots=True)
class OncePerFile:
    """Refuses a row that says otherwise what an earlier row of the file said under the same key.

    A row that repeats an earlier one to the letter is no contradiction and stays. Memory grows with the distinct
    keys of one file, so the entry should cap the size of files.

    Args:
        inner: Reads the file.
        key: Columns that together may stand once; a row with a blank one among them is not compared.
        reason: Under which the later row is refused, at the last column of the key.
    """

    inner: CsvReader
    key: tuple[str, ...]
    reason: Reason

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of the file names it reads."""
        return self.inner.suffixes

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of the file; see `connector.Reader`."""
        first = pl.DataFrame(schema={"key": pl.String, "said": pl.String})
        for page in self.inner.pages(path, file, layout, source):
            rows = self._keyed(page)
            first = pl.concat([first, rows.select("key", "said")]).unique(
                "key", keep="first", maintain_order=True
            )
            later = rows.join(first, on="key").filter(pl.col("said") != pl.col("said_right"))
            yield replace(page, refused=pl.concat([page.refused, self._refused(later)]))

    def _keyed(self, page: Page) -> pl.DataFrame:
        """Position, key and content of the rows that have every part of the key."""
        given = [name for name in self.key if name in page.frame.columns]
        if len(given) < len(self.key) or not page.frame.height:
            return pl.DataFrame(schema={"row": pl.Int64, "key": pl.String, "said": pl.String})
        parts = [pl.col(name).str.replace_all(r"[^0-9A-Za-z-]", "").str.to_uppercase() for name in self.key]
        whole = pl.all_horizontal(part != "" for part in parts)
        return (
            page.frame.with_row_index("row")
            .with_columns(
                pl.col("row").cast(pl.Int64),
                pl.when(whole).then(pl.concat_str(parts, separator="|")).alias("key"),
                array_texts(page.frame).alias("said"),
            )
            .filter(pl.col("key").is_not_null())
            .select("row", "key", "said")
        )

    def _refused(self, later: pl.DataFrame) -> pl.DataFrame:
        return later.select(
            "row",
            pl.lit(self.reason.value).alias("reason"),
            pl.lit(self.key[-1]).alias("field"),
            pl.lit(None, dtype=pl.String).alias("payload"),
        )


@dataclass(frozen=True, slots=True)
class Totalled:
    """Refuses a file whose rows do not add up to the totals that it states; a file without totals passes.

    A total row names its place by one of `words`. It is the sum of the rows of the same table and type, or, where
    it names no type and no row does without one, of all types. A cell that is no number counts as nothing, so that
    its table does not add up. The file is read twice, page by page.

    Args:
        inner: Reads the file.
        place: Column of the place, or of the word for the total.
        value: Column of the count.
        table: Columns that tell one table of a file from another.
        kind: Column of the type counted; blank for all types.
        words: Writings of the total in capitals.
    """

    inner: CsvReader
    place: str
    value: str
    table: tuple[str, ...]
    kind: str
    words: frozenset[str] = frozenset({"JUMLAH", "TOTAL"})

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of the file names it reads."""
        return self.inner.suffixes

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of the file; see `connector.Reader`.

        Raises:
            FatalError: `total_differs`, or one of the reader's own.
        """
        self._reconcile(self.inner.pages(path, file, layout, source), file, source)
        yield from self.inner.pages(path, file, layout, source)

    def is_total(self) -> pl.Expr:
        """Whether a row is a total, for the rows of a page."""
        return _tidy(self.place).is_in(list(self.words))

    def _reconcile(self, pages: Iterator[Page], file: FileSeen, source: str) -> None:
        sums: dict[tuple[str, ...], int] = defaultdict(int)
        totals: dict[tuple[str, ...], int] = {}
        for page in pages:
            for *parts, is_total, count in self._counted(page.frame).rows():
                if is_total:
                    totals[tuple(parts)] = count
                else:
                    sums[tuple(parts)] += count
        for key, stated in totals.items():
            found = sums.get(key)
            if found is None and not key[-1]:
                found = sum(count for other, count in sums.items() if other[:-1] == key[:-1])
            if found != stated:
                raise FatalError(
                    "total_differs",
                    f"{source}: {file.name}: the rows of {' '.join(filter(None, key))} add up to {found or 0}, but its"
                    f" total says {stated}; nothing was read. Ask its owner which is right.",
                )

    def _counted(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Table, type, whether it is a total, and the sum of the counts of a page."""
        lacking = [
            name for name in (*self.table, self.kind, self.place, self.value) if name not in frame.columns
        ]
        whole = frame.with_columns(pl.lit("", dtype=pl.String).alias(name) for name in lacking)
        counts = by_distinct(whole[self.value], parse_count, pl.Int64)[0].fill_null(0)
        keys = [*self.table, self.kind]
        return (
            whole.with_columns(
                *(_tidy(name).alias(name) for name in keys),
                self.is_total().alias("total"),
                counts.alias("count"),
            )
            .group_by(*keys, "total", maintain_order=True)
            .agg(pl.col("count").sum())
        )


def _tidy(name: str) -> pl.Expr:
    return pl.col(name).fill_null("").str.strip_chars().str.to_uppercase()
