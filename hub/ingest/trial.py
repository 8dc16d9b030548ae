"""The trial behind a redrive: waiting rows claimed anew, and those that are cured put on the stage."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from hub.connectors import connector_of
from hub.domain.reasons import Reason
from hub.ingest.paging import Stager
from hub.ingest.stage import Verdict, stage_frame
from hub.registry.sources import SourceConfig
from hub.store.sql import AsyncConnection, text
from hub.toolkit.cells import ROW
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.records import prepare, unfold
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows

BATCH = 5_000
#: Rows that no reader could lay out: no table and no option cures them.
INCURABLE = tuple(
    reason.value
    for reason in (
        Reason.ROW_SHORT, Reason.ROW_LONG, Reason.ROW_UNREADABLE, Reason.ENCODING, Reason.FIELD_TOO_LONG,
        Reason.COLUMN_UNKNOWN,
    )
)  # fmt: skip
# Waiting rows of one layout and file, in order; the next batch begins after the last id.
WAITING = text(
    """
    select q.id, q.payload, q.row_no, q.layout_id, q.file_id, l.columns, f.name, f.sha256, f.bytes
    from quarantine q
    left join layout l on l.id = q.layout_id join source_file f on f.id = q.file_id
    where q.source_id = :source and upper_inf(q.recorded) and not q.reasons && cast(:incurable as text[])
      and (q.file_id, coalesce(q.layout_id, 0), q.id) > (:file, :layout, :id)
    order by q.file_id, coalesce(q.layout_id, 0), q.id limit :most
    """
)
CURED = "create temp table redrive_cured (ordinal bigint, row_no int) on commit drop"
LEAVE = text(
    """
    update quarantine set recorded = tstzrange(lower(recorded), :at) where id = any (cast(:ids as bigint[]))
    """
)
# Rows that were refused before refused rows had an area, or while the list of areas was another.
PLACE = text(
    """
    update quarantine q set event_area_key = p.area_key, home_area_key = p.area_key
    from unnest(cast(:ids as bigint[]), cast(:areas as bigint[])) as p (id, area_key)
    where q.id = p.id and q.event_area_key <> p.area_key
    """
)
ROW_NUMBERS = text(
    "update stage_row s set row_no = c.row_no from redrive_cured c where c.ordinal = s.ordinal"
)
# A source that sends what changed may have sent a key again since, in a later file: its newer word stands, and the
# older one, which waited, adds nothing.
OUTDATED = text(
    f"""
    update stage_row s set verdict = {Verdict.REPEAT:d}
    where s.verdict = {Verdict.FRESH:d} and (
        exists (select from source_record r where r.source_id = :source and r.record_key = s.record_key
                and upper_inf(r.recorded) and (r.file_id, r.row_no) > (s.file_id, s.row_no))
        or exists (select from stage_row n where n.record_key = s.record_key
                  and (n.file_id, n.row_no) > (s.file_id, s.row_no)))
    """
)
# What stands under the same keys came with the list, as the cured rows did: it is not replaced by them.
BESIDE = text(
    f"""
    insert into stage_row (ordinal, record_key, scope, content_hash, file_id, row_no, verdict, record_id)
    select -row_number() over (order by r.id), r.record_key, r.scope, r.content_hash, r.file_id, r.row_no,
           {Verdict.SAME:d}, r.id
    from source_record r
    where r.source_id = :source and upper_inf(r.recorded)
      and r.record_key in (select record_key from stage_row where verdict = {Verdict.FRESH:d})
      and not exists (select from stage_row s where s.record_id = r.id)
    """
)


@dataclass
class Trial:
    """Tries the waiting rows of one source; those that are cured leave quarantine and go to the stage.

    The others are told anew which area they name.

    Args:
        connection: In the run's transaction, with the stage open.
        config: Entry of the source.
        reference: Areas and code lists.
        stager: Of the run.
        at: Instant of recording, UTC.
    """

    connection: AsyncConnection
    config: SourceConfig
    reference: Reference
    stager: Stager
    at: datetime
    tried: int = 0
    cured: int = 0

    async def run(self) -> None:
        """Tries every waiting row, in batches, and stages those that are cured."""
        await self.connection.execute(text(CURED))
        async for rows in waiting(self.connection, self.config.number):
            await self.batch(rows)
        if self.cured:
            await self.settle()

    async def batch(self, rows: list[Any]) -> None:
        """Rows of one file and layout."""
        connector, first = connector_of(self.config.read_by), rows[0]
        self.tried += len(rows)
        payloads = pl.Series("payload", [row.payload for row in rows], dtype=pl.String)
        columns = tuple(first.columns or ())
        frame = unfold(payloads, columns, connector)
        file = FileSeen(first.name, first.sha256, first.bytes)
        page = Page(file, 1, columns, frame, complete=False, payloads=payloads)
        sound = prepare(page, connector)["refused"].is_null()
        claims = connector.claims(Rows(frame.with_row_index(ROW).filter(sound), self.config, self.reference))
        again = pl.Series(range(len(rows)), dtype=pl.Int64).is_in(claims.rejects["row"].implode())
        await self._place([row.id for row in rows], claims.places)
        kept = sound & ~again
        if not kept.any():
            return
        numbers = [row for row, good in zip(rows, kept, strict=True) if good]
        await self._leave([row.id for row in numbers], [row.row_no for row in numbers])
        given = Page(file, 1, columns, frame.filter(kept), complete=False, payloads=payloads.filter(kept))
        await self.stager.add(given)

    async def _place(self, ids: list[int], places: pl.DataFrame | None) -> None:
        """Tells of the rows that stay refused which area they name."""
        if places is not None and not places.is_empty():
            placed = {"ids": [ids[at] for at in places[ROW]], "areas": places["area_key"].to_list()}
            await self.connection.execute(PLACE, placed)

    async def _leave(self, ids: list[int], row_numbers: list[int]) -> None:
        """Takes rows out of quarantine, before the stage asks whether they were refused before."""
        await self.connection.execute(LEAVE, {"at": self.at, "ids": ids})
        begins = self.stager.rows
        told = pl.DataFrame({"ordinal": range(begins, begins + len(ids)), "row_no": row_numbers})
        await stage_frame(self.connection, "redrive_cured", ("ordinal", "row_no"), told)
        self.cured += len(ids)

    async def settle(self) -> None:
        """Stages what waits, under the numbers that the rows had in their files."""
        await self.stager.flush()
        await self.connection.execute(ROW_NUMBERS)
        beside = BESIDE if self.config.full_list else OUTDATED
        await self.connection.execute(beside, {"source": self.config.number})


async def waiting(connection: AsyncConnection, source: int) -> AsyncIterator[list[Any]]:
    """Batches of waiting rows, each of one file and layout; rows that no one can lay out are left out."""
    reached: dict[str, Any] = {"file": -1, "layout": 0, "id": 0}
    while True:
        asked = {"source": source, "incurable": list(INCURABLE), "most": BATCH, **reached}
        rows = (await connection.execute(WAITING, asked)).all()
        if not rows:
            return
        first = (rows[0].file_id, rows[0].layout_id)
        batch = [row for row in rows if (row.file_id, row.layout_id) == first]
        last = batch[-1]
        reached = {"file": last.file_id, "layout": last.layout_id or 0, "id": last.id}
        yield batch
