"""Parquet files: texts, whole numbers and days as texts; a decimal number is never trusted with a NIK."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from hub.domain.reasons import Reason
from hub.errors import FatalError
from hub.toolkit.damage import SUSPECT_SHARE, FileDamage, sixteen_columns
from hub.toolkit.layout import Layout, Resolved
from hub.toolkit.pages import REFUSED_SCHEMA, FileSeen, Page
from hub.toolkit.records import array_texts

ROWS_PER_PAGE = 20_000
#: A file of a few bytes may say that one value stands a billion times.
MOST_ROWS = 50_000_000
LONGEST_CELL = 131_072
_SHOWN_OF_LONG = 200
_MAGIC = b"PAR1"
_PLAIN = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Date, pl.Datetime, pl.Null)


@dataclass(frozen=True, slots=True)
class ParquetReader:
    """Reads a Parquet file in batches.

    Args:
        rows_per_page: Rows a page.
        number_columns: Canonical names of columns of 16-digit numbers, which may be text or whole numbers but
            never decimal ones; None: those that `damage.sixteen_columns` finds.
        suspect_share: See `damage.NumberDamage`.
    """

    rows_per_page: int = ROWS_PER_PAGE
    suffixes: tuple[str, ...] = (".parquet",)
    number_columns: tuple[str, ...] | None = None
    suspect_share: float = SUSPECT_SHARE

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of the file; see `connector.Reader`.

        Raises:
            FatalError: `file_empty`, `file_truncated`, `file_bomb`, `column_type_wrong`,
                `layout_column_missing`, `layout_ambiguous`.
        """
        place = f"{source}: {file.name}"
        _refuse_early(path, place)
        try:
            schema = _scanned(path).collect_schema()
            rows = int(_scanned(path).select(pl.len()).collect().item())
        except (pl.exceptions.PolarsError, OSError):
            raise _damaged(place) from None
        if rows > MOST_ROWS:
            raise FatalError("file_bomb", f"{place} says it has {rows:,} rows; refused")
        resolved = layout.resolve(tuple(schema), source, file.name)
        numbers = sixteen_columns(resolved.columns) if self.number_columns is None else self.number_columns
        _refuse_types(schema, resolved, numbers, place)
        file.detail.update(
            rows=rows, unknown_columns=list(resolved.unknown), missing_columns=list(resolved.missing)
        )
        yield from self._pages(path, file, resolved, rows, FileDamage(numbers, self.suspect_share))

    def _pages(
        self, path: Path, file: FileSeen, resolved: Resolved, rows: int, damage: FileDamage
    ) -> Iterator[Page]:
        texts = _scanned(path)
        received = texts.collect_schema().names()
        for start in range(0, max(rows, 1), self.rows_per_page):
            try:
                raw = texts.slice(start, self.rows_per_page).collect()
            except (pl.exceptions.PolarsError, OSError):
                raise _damaged(file.name) from None
            frame = raw.select(
                _text(raw[name]).alias(canonical)
                for name, canonical in zip(received, resolved.columns, strict=True)
            )
            damage.count(frame)
            damage.tell(file.detail)
            page = Page(file, start + 1, tuple(received), frame, complete=start + self.rows_per_page >= rows)
            yield _without_long(page)


def _scanned(path: Path) -> pl.LazyFrame:
    """The one file of that name: brackets and stars in it are letters, folders above it no columns."""
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def _refuse_early(path: Path, place: str) -> None:
    """Refuses what does not begin and end as a Parquet file does."""
    size = path.stat().st_size
    if not size:
        raise FatalError("file_empty", f"{place} has no bytes")
    with path.open("rb") as stream:
        start = stream.read(4)
        stream.seek(max(size - 4, 0))
        end = stream.read(4)
    if (start, end) != (_MAGIC, _MAGIC) or size < 12:
        raise _damaged(place)


def _damaged(place: str) -> FatalError:
    return FatalError("file_truncated", f"{place} is damaged, cut off or no Parquet file; nothing was read")


def _refuse_types(
    schema: "pl.Schema | dict[str, pl.DataType]", resolved: Resolved, numbers: tuple[str, ...], place: str
) -> None:
    """Refuses nested and binary columns, and decimal ones where a 16-digit number should stand."""
    for (name, kind), canonical in zip(schema.items(), resolved.columns, strict=True):
        plain = (
            isinstance(kind, _PLAIN) or kind.is_integer() or (kind.is_numeric() and canonical not in numbers)
        )
        if not plain:
            raise FatalError(
                "column_type_wrong",
                f"{place} has {name} as {kind}; a column is text, a whole number or a day"
                + (", for a decimal number has lost digits of a NIK" if canonical in numbers else ""),
            )


def _text(values: pl.Series) -> pl.Series:
    """A column as texts: days in ISO form, whole numbers as their digits, blank texts as they are."""
    if isinstance(values.dtype, pl.Datetime):
        return values.dt.to_string("%Y-%m-%dT%H:%M:%S")
    if isinstance(values.dtype, pl.Boolean):
        return values.replace_strict([True, False], ["TRUE", "FALSE"], return_dtype=pl.String, default=None)
    return values.cast(pl.String)


def _without_long(page: Page) -> Page:
    """The page with the rows refused that have a cell too long for a row of a list; their start is kept."""
    frame = page.frame
    long = {name: frame[name].str.len_bytes() > LONGEST_CELL for name in frame.columns}
    named = [name for name, where in long.items() if where.any()]
    if not named:
        return page
    bad: dict[int, str] = {}
    for name in named:
        for at in long[name].arg_true().to_list():
            bad.setdefault(int(at), name)
    cut = frame[list(bad)].with_columns(pl.col(name).str.slice(0, _SHOWN_OF_LONG) for name in named)
    refused = pl.DataFrame(
        {
            "row": list(bad),
            "reason": [Reason.FIELD_TOO_LONG.value] * len(bad),
            "field": list(bad.values()),
            "payload": array_texts(cut),
        },
        schema=REFUSED_SCHEMA,
    )
    kept = pl.Series([at not in bad for at in range(frame.height)], dtype=pl.Boolean)
    blanked = frame.select(pl.when(kept).then(pl.col(name)).alias(name) for name in frame.columns)
    return replace(page, frame=blanked, refused=refused)
