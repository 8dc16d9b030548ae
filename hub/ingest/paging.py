"""Puts pages on the stage: keys first, then bodies and claims of the rows whose content is new."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import polars as pl

from hub.ingest.drift import LeftOut
from hub.ingest.mapping import Arrived, Mapped, Mapper, sliced
from hub.ingest.repeats import let_last_stand, number_repeats
from hub.ingest.spool import Batch, Spool
from hub.ingest.stage import (
    BATCH,
    BODY,
    REJECT,
    classify,
    fresh_between,
    stage_frame,
    stage_keys,
    stage_name,
    staged_columns,
)
from hub.registry.sources import SourceConfig
from hub.store.sql import AsyncConnection, Table, text
from hub.store.tables import claims
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.records import fingerprint
from hub.toolkit.reference import Reference

Answer = TypeVar("Answer")

TABLES: Mapping[str, Table] = {table.name.removeprefix("claim_"): table for table in claims.CLAIMS}
"""Claim table by the name of the connector's frame."""

BATCH_ROWS = 20_000
"""Rows that are mapped at once, while the batch before is on its way to the database."""

FILE = text(
    "insert into source_file (source_id, run_id, name, sha256, bytes) values (:source, :run, :name, :sha256, :bytes)"
    " on conflict (source_id, name, sha256) do update set name = excluded.name returning id"
)
FILE_KNOWN = text(
    "select id from source_file where source_id = :source and name = :name and sha256 = :sha256"
)
FILE_DETAIL = text("update source_file set detail = cast(:detail as jsonb) where id = :id and run_id = :run")
LAYOUT_KNOWN = text(
    "select id from layout where source_id = :source and fingerprint = cast(:fingerprint as uuid)"
)
LAYOUT = text(
    "insert into layout (source_id, fingerprint, columns)"
    " values (:source, cast(:fingerprint as uuid), cast(:columns as text[])) returning id"
)


@dataclass
class Stager:
    """Stages the pages of one run; counts what it has read and refused so far.

    Args:
        connection: In the run's transaction, with the stage open.
        connector: Of the source.
        config: Entry of the source.
        reference: Areas and code lists.
        run_id: The run.
        known: Whether the source has stored anything before.
        left_out: Counts the unknown codes that were read as blank.
    """

    connection: AsyncConnection
    connector: Connector
    config: SourceConfig
    reference: Reference
    run_id: int
    known: bool
    rows: int = 0
    refused: int = 0
    files: dict[tuple[str, str], int] = field(default_factory=dict)
    layouts: dict[tuple[str, ...], int] = field(default_factory=dict)
    waiting: list[Arrived] = field(default_factory=list)
    spool: Spool = field(default_factory=Spool)
    left_out: LeftOut = field(default_factory=LeftOut)
    unwritten: Callable[[], Awaitable[None]] | None = None

    async def add(self, page: Page) -> None:
        """Takes one page; small pages wait for each other, since each batch has its price.

        A feed that has nothing new to say leaves no trace of a file.
        """
        if not page.frame.height and "state" in page.file.detail:
            return
        file_id = await self._file(page.file, complete=page.complete)
        if not page.frame.height:
            return
        self.waiting.append(Arrived(page, self.rows, file_id, await self._layout(page.columns)))
        self.rows += page.frame.height
        if self.rows - self.waiting[0].first >= BATCH_ROWS:
            await self._gather()

    async def flush(self) -> None:
        """Stages what waits; to be called after the last page.

        On a first load every batch is mapped as it comes. Else all keys are compared with what is stored first,
        and what is new alone is mapped.
        """
        await self._gather()
        await self._write()
        if self.connector.repeats and self.rows:
            await number_repeats(self.connection, "stage_batch" if self.known else "stage_row")
        if self.known and self.rows:
            await classify(self.connection, self.config.number, self.rows)
            await self._changed()
        if self.connector.incremental and self.rows:
            await let_last_stand(self.connection)

    async def _gather(self) -> None:
        """The pages that wait as one batch."""
        pages, self.waiting = self.waiting, []
        if not pages:
            return
        batch = await self._beside(partial(self._mapper.batch, pages))
        if self.known:
            self.unwritten = partial(self._compared, batch)
            return
        for part in sliced(batch, BATCH_ROWS):
            mapped = await self._beside(partial(self._mapper.mapped, part))
            self.unwritten = partial(self._first, mapped)

    async def _changed(self) -> None:
        """What the rows whose content is new have to say; a batch without any is not read again."""
        for at, (first, last) in enumerate(self.spool.spans):
            fresh = await fresh_between(self.connection, first, last)
            if not fresh.is_empty():
                mapped = await self._beside(partial(self._new_of, at, fresh))
                self.unwritten = partial(self._new, mapped)
        await self._write()
        self.spool.clear()

    @property
    def _mapper(self) -> Mapper:
        return Mapper(self.connector, self.config, self.reference)

    def _new_of(self, at: int, fresh: pl.Series) -> Mapped:
        records, frame = self.spool.get(at)
        is_fresh = records["ordinal"].is_in(fresh.implode())
        return self._mapper.mapped((records.filter(is_fresh), frame.filter(is_fresh)))

    async def _beside(self, work: Callable[[], Answer]) -> Answer:
        """The answer of some work, done in a thread while what was made before is written."""
        working = asyncio.create_task(asyncio.to_thread(work))
        try:
            await self._write()
        finally:
            await asyncio.wait([working])
        return working.result()

    async def _write(self) -> None:
        """Writes what is ready."""
        writing, self.unwritten = self.unwritten, None
        if writing is not None:
            await writing()

    async def _compared(self, batch: Batch) -> None:
        """Rows that wait until all keys are compared."""
        spooling = asyncio.create_task(asyncio.to_thread(self.spool.put, batch))
        try:
            await stage_keys(self.connection, batch[0].select(BATCH), known=True)
        finally:
            await asyncio.wait([spooling])
        spooling.result()

    async def _first(self, mapped: Mapped) -> None:
        """Rows of a source that has nothing stored."""
        await stage_keys(self.connection, mapped.records.select(BATCH), known=False)
        await self._new(mapped)

    async def _new(self, mapped: Mapped) -> None:
        await stage_frame(self.connection, "stage_body", BODY, mapped.records)
        if mapped.claims is not None:
            self.left_out.add(mapped.claims)
        await self._claims(mapped.claims)
        await self._rejects(mapped.refused)

    async def _claims(self, found: Claims | None) -> None:
        for kind, frame in (found.frames() if found else {}).items():
            table = TABLES[kind]
            own = {"row": "ordinal", "role": "slot", "role_in_program": "role", "role_in_group": "role"}
            named = frame.rename(own, strict=False)
            await stage_frame(self.connection, stage_name(table), staged_columns(table), named)

    async def _rejects(self, refused: pl.DataFrame) -> None:
        """One row a refused row, with all its reasons as an array literal."""
        if refused.is_empty():
            return
        listed = refused.group_by("row", maintain_order=True).agg(
            "reason", "field", pl.col("area_key").first()
        )
        quoted = (
            pl.element().str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
        )
        literal = [
            (pl.lit('{"') + pl.col(name).list.eval(quoted).list.join('","') + pl.lit('"}')).alias(f"{name}s")
            for name in ("reason", "field")
        ]
        self.refused += listed.height
        await stage_frame(
            self.connection,
            "stage_reject",
            REJECT,
            listed.select(pl.col("row").alias("ordinal"), *literal, "area_key"),
        )

    async def _file(self, file: FileSeen, *, complete: bool) -> int:
        """Id of the file; its details are known when its last page has come."""
        seen = (file.name, file.sha256)
        if seen not in self.files:
            keys = {"source": self.config.number, "name": file.name, "sha256": file.sha256}
            found = await self.connection.scalar(FILE_KNOWN, keys)
            if found is None:
                new = keys | {"run": self.run_id, "bytes": file.bytes}
                found = await self.connection.scalar(FILE, new)
            self.files[seen] = int(found or 0)
        if complete:
            detail = {
                "detail": json.dumps(file.detail, default=str),
                "id": self.files[seen],
                "run": self.run_id,
            }
            await self.connection.execute(FILE_DETAIL, detail)
        return self.files[seen]

    async def _layout(self, columns: tuple[str, ...]) -> int | None:
        """Id of the column names; none where payloads are objects."""
        if not columns:
            return None
        if columns not in self.layouts:
            keys = {"source": self.config.number, "fingerprint": fingerprint(columns)}
            found = await self.connection.scalar(LAYOUT_KNOWN, keys)
            if found is None:
                found = await self.connection.scalar(LAYOUT, keys | {"columns": list(columns)})
            self.layouts[columns] = int(found or 0)
        return self.layouts[columns]
