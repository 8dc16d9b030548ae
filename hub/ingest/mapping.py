"""What rows of a source become before the database sees them: records, and what the new ones have to say.

Nothing here touches the database, so that a thread maps some rows while those before them are written.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from hub.ingest.spool import Batch
from hub.registry.sources import SourceConfig
from hub.toolkit.claims import PLACE_SCHEMA, Claims
from hub.toolkit.connector import Connector
from hub.toolkit.pages import Page
from hub.toolkit.records import prepare
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows


@dataclass(frozen=True, slots=True)
class Arrived:
    """A page with the ordinal of its first row and the numbers of its file and layout."""

    page: Page
    first: int
    file_id: int
    layout_id: int | None


@dataclass(frozen=True, slots=True)
class Mapped:
    """What some new rows have to say: their records, their claims, and what was refused with the areas it names."""

    records: pl.DataFrame
    claims: Claims | None
    refused: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Mapper:
    """Maps rows of one source.

    Args:
        connector: Of the source.
        config: Entry of the source.
        reference: Areas and code lists.
    """

    connector: Connector
    config: SourceConfig
    reference: Reference

    def batch(self, pages: Sequence[Arrived]) -> Batch:
        """The records of some pages, and their frames as one."""
        parts = [self._prepared(each) for each in pages]
        records = pl.concat([records for records, _ in parts])
        return records, pl.concat([frame for _, frame in parts], how="diagonal")

    def _prepared(self, arrived: Arrived) -> Batch:
        page, first = arrived.page, arrived.first
        records = prepare(page, self.connector).with_columns(
            pl.int_range(first, first + page.frame.height, dtype=pl.Int64).alias("ordinal"),
            pl.lit(arrived.file_id, dtype=pl.Int32).alias("file_id"),
            pl.lit(arrived.layout_id, dtype=pl.Int32).alias("layout_id"),
            pl.col("record_key").fill_null(""),
            pl.col("scope").fill_null(""),
        )
        return records, page.frame.with_columns(records["ordinal"].alias("row"))

    def mapped(self, batch: Batch) -> Mapped:
        """The claims of some rows, by the connector."""
        records, frame = batch
        sound = records["refused"].is_null()
        rows = frame.filter(sound)
        early = records.filter(~sound).select(
            pl.col("ordinal").alias("row"),
            pl.col("refused").alias("reason"),
            pl.col("refused_field").fill_null("").alias("field"),
        )
        found = self.connector.claims(Rows(rows, self.config, self.reference)) if rows.height else None
        late = (
            found.rejects.select("row", "reason", pl.col("field").fill_null("")) if found else early.clear()
        )
        places = found.places if found and found.places is not None else pl.DataFrame(schema=PLACE_SCHEMA)
        return Mapped(
            records, found, pl.concat([early, late]).join(places, on="row", how="left", maintain_order="left")
        )


def sliced(batch: Batch, size: int) -> list[Batch]:
    """A batch in slices of at most so many rows."""
    records, frame = batch
    return [(records.slice(at, size), frame.slice(at, size)) for at in range(0, records.height, size)]
