"""Takes back what the runs of one source wrote since an instant: records, claims, quarantine, horizons, cursor.

Nothing is rewritten: what those runs opened is closed, and what they closed stands again as new versions, both
at the instant of the revert. Leaves the temporary tables that the fold reads after a landing (`stage_version`,
`stage_closing`, `stage_horizon_moved`) and `revert_span`, the instants at which those runs recorded.
"""

from dataclasses import dataclass
from datetime import datetime

from hub.ingest import states
from hub.store.sql import AsyncConnection, Table, text
from hub.store.tables import provenance
from hub.store.tables.claims import CLAIMS, MENTION_SLOTS


@dataclass(frozen=True)
class Back:
    """One revert.

    Args:
        source: Id of the source.
        run: The run that is taken back.
        by: The run that takes it back and writes what stands again.
        at: Instant of the revert, UTC.
    """

    source: int
    run: int
    by: int
    at: datetime


SPANS = text(
    """
    create temp table revert_span on commit drop as
    select tstzrange(started, finished, '[]') as span from run
    where source_id = :source and id >= :run and finished is not null
    """
)
_BEFORE = "(select min(lower(span)) from revert_span)"
#: Rows that were held true just before the first of those runs.
HELD = f"lower({{row}}.recorded) < {_BEFORE} and (upper_inf({{row}}.recorded) or upper({{row}}.recorded) >= {_BEFORE})"
# Records that stand now with content that did not stand before.
CLOSING = text(
    f"""
    create temp table stage_closing on commit drop as
    select n.id as record_id, n.entry_id from source_record n
    where n.source_id = :source and upper_inf(n.recorded) and not exists (
        select from source_record h where h.entry_id = n.entry_id and h.content_hash = n.content_hash
        and {HELD.format(row="h")})
    """
)
# Records that stood before with content that does not stand now: each gets a version that says the same.
VERSIONS = text(
    f"""
    create temp table stage_version on commit drop as
    select row_number() over (order by h.id) as ordinal, nextval('record_ids') as record_id, h.id as stood,
           h.entry_id, c.record_id as replaces, h.occurrence,
           (select max(v.version) + 1 from source_record v where v.entry_id = h.entry_id) as version
    from source_record h left join stage_closing c on c.entry_id = h.entry_id
    where h.source_id = :source and {HELD.format(row="h")} and not exists (
        select from source_record n where n.entry_id = h.entry_id and n.content_hash = h.content_hash
        and upper_inf(n.recorded))
    order by h.id
    """
)
CLOSE = text(
    """
    update source_record r set recorded = tstzrange(lower(r.recorded), :at)
    from stage_closing c where r.id = c.record_id
    """
)
CLOSE_QUARANTINE = text(
    f"""
    update quarantine q set recorded = tstzrange(lower(q.recorded), :at)
    where q.source_id = :source and upper_inf(q.recorded) and not exists (
        select from quarantine h where h.source_id = :source and h.content_hash = q.content_hash
        and h.occurrence = q.occurrence and {HELD.format(row="h")})
    """
)
_REFUSED = [column.name for column in provenance.quarantine.columns if column.name not in ("id", "recorded")]
OPEN_QUARANTINE = text(
    f"""
    insert into quarantine ({", ".join(_REFUSED)}, recorded)
    select {", ".join("h." + name for name in _REFUSED)}, tstzrange(:at, null) from quarantine h
    where h.source_id = :source and {HELD.format(row="h")} and not exists (
        select from quarantine q where q.source_id = :source and q.content_hash = h.content_hash
        and q.occurrence = h.occurrence and upper_inf(q.recorded))
    """
)
HORIZON_BEFORE = text(
    "create temp table revert_horizon on commit drop as select * from list_horizon where source_id = :source"
)
DROP_HORIZON = text("delete from list_horizon where source_id = :source")
# How far the lists that stand now reach.
HORIZON = text(
    """
    insert into list_horizon (source_id, program, kecamatan_key, until)
    select cast(:source as smallint), c.program, c.event_area_key / 10000 * 10000, max(upper(c.period))
    from claim_enrollment c join source_record r on r.id = c.record_id and upper_inf(r.recorded)
    where c.source_id = :source and upper(c.period) is not null
    group by 2, 3
    """
)
HORIZON_MOVED = text(
    """
    create temp table stage_horizon_moved on commit drop as
    select * from list_horizon where source_id = :source except select * from revert_horizon
    """
)
COUNTS = text(
    "select (select count(*) from stage_version) as stored, (select count(*) from stage_closing) as closed"
)


def _write_versions() -> str:
    """The versions that stand again, each as it stood; its subject is whom its first mention stands for."""
    told = {"id": "v.record_id", "version": "v.version", "run_id": ":by", "recorded": "tstzrange(:at, null)"}
    told["person_id"] = "coalesce(m.person_id, h.person_id)"
    columns = [column.name for column in provenance.source_record.columns if column.computed is None]
    return f"""
        insert into source_record ({", ".join(columns)})
        select {", ".join(told.get(name, f"h.{name}") for name in columns)}
        from stage_version v join source_record h on h.id = v.stood
        left join cluster_member m on m.mention_id = v.entry_id * {MENTION_SLOTS} and upper_inf(m.recorded)
        order by v.record_id
    """


def _write_claims(table: Table) -> str:
    """The claims of those versions."""
    told = {"record_id": "v.record_id", "person_id": "coalesce(m.person_id, c.person_id)"}
    columns = [column.name for column in table.columns]
    return f"""
        insert into {table.name} ({", ".join(columns)})
        select {", ".join(told.get(name, f"c.{name}") for name in columns)}
        from stage_version v join {table.name} c on c.record_id = v.stood
        left join cluster_member m on m.mention_id = c.mention_id and upper_inf(m.recorded)
        order by v.record_id
    """


async def settle(connection: AsyncConnection, back: Back) -> None:
    """Finds what closes and what stands again, and closes; the mentions are to be set right before `restore`."""
    await connection.execute(SPANS, {"source": back.source, "run": back.run})
    await connection.execute(CLOSING, {"source": back.source})
    await connection.execute(VERSIONS, {"source": back.source})
    await connection.execute(text("analyze stage_version"))
    await connection.execute(text("analyze stage_closing"))
    await connection.execute(CLOSE, {"at": back.at})


async def restore(connection: AsyncConnection, back: Back) -> dict[str, int]:
    """Writes what stands again with its claims, quarantine, horizons and cursor; returns `stored` and `closed`."""
    await connection.execute(text(_write_versions()), {"by": back.by, "at": back.at})
    for table in CLAIMS:
        await connection.execute(text(_write_claims(table)))
    keys = {"source": back.source, "at": back.at}
    await connection.execute(CLOSE_QUARANTINE, keys)
    await connection.execute(OPEN_QUARANTINE, keys)
    for statement in (HORIZON_BEFORE, DROP_HORIZON, HORIZON, HORIZON_MOVED):
        await connection.execute(statement, {"source": back.source})
    # A source that is pulled from where it stopped is read again from its beginning; what stands costs nothing.
    await states.forget(connection, back.source)
    found = (await connection.execute(COUNTS)).mappings().one()
    return {name: int(value) for name, value in found.items()}
