"""Erases what is over and past its time: counted, written down, and never what evidence needs.

The text of a closed version goes first (`raw`); later the versions between the first of a record and the one that
stands go with all that they said, and corrected states of the graph (`versions`). The last word of a record that
vanished stays, for the graph rests on it, and the first version stays, for it tells since when. Row-level security
lets the writing role take away nothing that stands or ended less than 90 days ago, nor any text younger than that.
It holds the lock of the one sync, so that nothing that is erased is being written, closed or taken back.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from hub.domain import clock
from hub.ingest import runs
from hub.registry.retention import Retention, load_retention
from hub.registry.sources import load_sources
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text
from hub.store.tables.claims import CLAIMS

EVERY = timedelta(days=1)
"""How often the worker enforces it."""
STATES = (
    "person_state", "family_card", "membership", "household", "household_member", "enrollment", "benefit",
    "benefit_event", "status", "social_group", "group_member", "institution", "score", "person_attributes",
    "family_attributes", "observation",
)  # fmt: skip
"""Tables of the graph, whose rows are states with a time of recording."""

ALONE = text("select pg_advisory_xact_lock(hashtext('hub retention'))")
SOURCES = text("select id, code from source")
LAST = text("select max(at) from retention_run")
KEEP = text(
    "insert into retention_run (at, actor, edition, erased) values (:at, :actor, :edition, cast(:erased as jsonb))"
)
PAST = text("select at, actor, edition, erased from retention_run order by id")

_PAST = "not upper_inf(t.recorded) and upper(t.recorded) < c.cutoff"
_CUTS = "unnest(cast(:sources as smallint[]), cast(:cutoffs as timestamptz[])) as c (source_id, cutoff)"
# What the newest run of a source closed may have to stand again, when that run is taken back.
_SETTLED = """
    upper(t.recorded) < coalesce((select n.started from run n where n.source_id = t.source_id
                                  and n.status in ('complete', 'partial')
                                  and n.detail ->> 'kind' is distinct from 'revert'
                                  order by n.id desc limit 1), '-infinity')
"""
# By the clock of the database, which no setting moves; what is deleted is held to the same by its policies.
_OLD = "upper(t.recorded) < clock_timestamp() - interval '90 days'"
_NO_EVIDENCE = "not exists (select from retention_evidence e where e.record_id = t.id)"

# Records that a finding rests on, a row each; made once a run.
EVIDENCE = text("create temp table retention_evidence (record_id bigint primary key) on commit drop")
HAS_FINDINGS = text("select to_regclass('hub.finding') is not null")
HELD = text("insert into retention_evidence select distinct unnest(f.record_ids) from finding f")

# The text of closed versions, by source.
RAW = text(
    f"""
    with erased as (
      update source_record t set payload = '{{}}', layout_id = null from {_CUTS}
      where t.source_id = c.source_id and {_PAST} and {_OLD} and {_SETTLED} and {_NO_EVIDENCE} and t.payload <> '{{}}'
      returning t.source_id)
    select s.code, count(*) as rows from erased e join source s on s.id = e.source_id group by s.code
    """
)
# Versions between the first and the one that stands, which no row of the graph and no report back points at.
_POINTED = " and ".join(
    f"not exists (select from {table} g where g.record_id = t.id)"
    for table in ("enrollment", "benefit", "benefit_event", "status", "social_group", "institution", "score",
                  "observation", "usage_feedback")
)  # fmt: skip
VERSIONS = text(
    f"""
    create temp table retention_version on commit drop as
    select t.id, t.source_id from source_record t join {_CUTS} on c.source_id = t.source_id
    where {_PAST} and {_SETTLED} and t.id <> t.entry_id and {_NO_EVIDENCE}
      and exists (select from source_record n where n.entry_id = t.entry_id and upper_inf(n.recorded)) and {_POINTED}
    """
)
SAID = {
    table.name: text(
        f"with gone as (delete from {table.name} t using retention_version v where t.record_id = v.id returning 1)"
        " select count(*) from gone"
    )
    for table in CLAIMS
}
SUPERSEDED = text(
    """
    with gone as (delete from source_record t using retention_version v where t.id = v.id returning t.source_id)
    select s.code, count(*) as rows from gone g join source s on s.id = g.source_id group by s.code
    """
)
#: By what lines of the ledger are found to tell of a person: the last row of each number, card and household stays.
NAMING = {"person_state": "nik", "membership": "card_id", "household_member": "household_id"}
_TOLD_LATER = """
    and exists (select from {table} n where n.person_id = t.person_id and n.{key} is not distinct from t.{key}
                and (coalesce(upper(n.recorded), 'infinity'), n.ctid) > (upper(t.recorded), t.ctid))
"""


def _later(table: str) -> str:
    return _TOLD_LATER.format(table=table, key=NAMING[table]) if table in NAMING else ""


CORRECTED = {
    table: text(
        f"with gone as (delete from {table} t where not upper_inf(t.recorded) and upper(t.recorded) < :cutoff"
        f"{_later(table)} returning 1) select count(*) from gone"
    )
    for table in STATES
}
REFUSED = text(
    f"""
    with gone as (
      delete from quarantine t using {_CUTS} where t.source_id = c.source_id and {_PAST} and {_SETTLED}
      returning t.source_id)
    select s.code, count(*) as rows from gone g join source s on s.id = g.source_id group by s.code
    """
)

# Behind the newest withdrawal the feed goes on; what was told before a day is gone for whoever has not read it by then.
FORGOTTEN = {
    "relocation": text(
        "with gone as (delete from relocation t where t.at < :cutoff returning 1) select count(*) from gone"
    ),
    "withdrawal": text(
        "with gone as (delete from withdrawal t where t.at < :cutoff and t.seq < (select max(seq) from withdrawal)"
        " returning 1) select count(*) from gone"
    ),
}
BEGINS = text("update turned set whole_since = greatest(whole_since, :cutoff) where id = 1")

Erased = dict[str, dict[str, int]]
"""Rows by class (`raw`, `versions`, `claims`, `states`, `quarantine`, `feed`) and within it by source or table."""


class Past(NamedTuple):
    """One time that retention was enforced: when (UTC), by whom, by which edition of the file, and what was erased."""

    at: datetime
    actor: str
    edition: str
    erased: Erased


async def enforce(database: Database, settings: Settings, actor: str, *, dry_run: bool = False) -> Erased:
    """Erases what is past its time, in one transaction, and writes down what was; with `dry_run` only counts it.

    Raises:
        FatalError: `config_invalid`.
        RetriableError: `sync_running`: a sync, a revert or an audit works on what would be erased.
    """
    sources = load_sources(settings.config_dir / "sources")
    retention = load_retention(settings.config_dir, sources)
    async with runs.only_sync(database, mend=False), database.connect() as connection:
        await connection.execute(ALONE)
        numbers = {row.code: row.id for row in await connection.execute(SOURCES)}
        erased = await _erased(connection, retention, numbers, clock.now())
        if dry_run:
            await connection.rollback()
            return erased
        told = {"at": clock.now(), "actor": actor, "edition": retention.version, "erased": json.dumps(erased)}
        await connection.execute(KEEP, told)
        await connection.commit()
    return erased


async def is_due(database: Database) -> bool:
    """Whether a day has passed since it was enforced last."""
    async with database.connect() as connection:
        last: datetime | None = await connection.scalar(LAST)
    return last is None or clock.now() - last >= EVERY


async def past(database: Database) -> list[Past]:
    """Every time it was enforced, in order."""
    async with database.connect() as connection:
        return [Past(*row) for row in await connection.execute(PAST)]


async def _erased(
    connection: AsyncConnection, retention: Retention, numbers: Mapping[str, int], now: datetime
) -> Erased:
    def cuts(what: str) -> dict[str, Any]:
        cutoffs = [now - timedelta(days=retention.days(what, code)) for code in numbers]
        return {"sources": list(numbers.values()), "cutoffs": cutoffs}

    await connection.execute(EVIDENCE)
    if await connection.scalar(HAS_FINDINGS):
        await connection.execute(HELD)
    raw = await _by_source(connection, RAW, cuts("raw"))
    await connection.execute(VERSIONS, cuts("versions"))
    said = {table: int(await connection.scalar(statement) or 0) for table, statement in SAID.items()}
    versions = await _by_source(connection, SUPERSEDED, {})
    cutoff = {"cutoff": now - timedelta(days=retention.versions.days)}
    states = {table: int(await connection.scalar(each, cutoff) or 0) for table, each in CORRECTED.items()}
    refused = await _by_source(connection, REFUSED, cuts("quarantine"))
    told = await _forgotten(connection, now - timedelta(days=retention.feed.days))
    found = {
        "raw": raw,
        "versions": versions,
        "claims": said,
        "states": states,
        "quarantine": refused,
        "feed": told,
    }
    return {what: {name: rows for name, rows in sorted(by.items()) if rows} for what, by in found.items()}


async def _forgotten(connection: AsyncConnection, cutoff: datetime) -> dict[str, int]:
    """What the feed forgets, by table; who read it last before that instant has to begin anew."""
    await connection.execute(BEGINS, {"cutoff": cutoff})
    return {
        table: int(await connection.scalar(each, {"cutoff": cutoff}) or 0)
        for table, each in FORGOTTEN.items()
    }


async def _by_source(connection: AsyncConnection, statement: Any, given: dict[str, Any]) -> dict[str, int]:
    return {row.code: row.rows for row in await connection.execute(statement, given)}
