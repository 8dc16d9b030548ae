"""Writes what a run brings: record versions, their claims, closings and quarantine. All in the run's transaction.

The persons are settled before (`stage_link`), so that every row is written once, with its subject and areas.
"""

from hub.ingest.stage import Verdict, stage_name, staged_columns
from hub.store.script import Script
from hub.store.sql import Table
from hub.store.tables.claims import CLAIMS, MENTION_SLOTS, PERSONLESS

CLOSE_REPLACED = """
    update source_record r set recorded = tstzrange(lower(r.recorded), :at)
    from (select replaces as id from stage_version where replaces is not null
          union all select record_id from stage_closing) gone
    where r.id = gone.id
"""
WRITE_VERSIONS = """
    insert into source_record (id, entry_id, source_id, record_key, occurrence, version, scope, layout_id, payload,
        content_hash, file_id, row_no, run_id, recorded, person_id, event_area_key, home_area_key)
    select v.record_id, v.entry_id, :source, s.record_key, v.occurrence, v.version, s.scope, b.layout_id, b.payload,
        s.content_hash, s.file_id, s.row_no, :run, tstzrange(:at, null), l.person_id,
        coalesce(l.event_area_key, a.area_key, 0), coalesce(l.home_area_key, a.area_key, 0)
    from stage_version v
    join stage_row s on s.ordinal = v.ordinal
    join stage_body b on b.ordinal = v.ordinal
    left join stage_link l on l.ordinal = v.ordinal and l.slot = 0
    left join stage_area a on a.ordinal = v.ordinal
"""
# In the order of their ids, rows touch every index in order too; without indices that order is not worth its sort.
IN_ORDER = "order by 1"
# Where a record that names no person belongs: the area of what it does claim, 0 where its claims differ.
_PERSONLESS = " union all ".join(
    f"select ordinal, event_area_key from stage_{name}" for name in sorted(PERSONLESS)
)
AREAS = f"""
    create temp table stage_area on commit drop as
    select ordinal, case when min(event_area_key) = max(event_area_key) then min(event_area_key) else 0 end as area_key
    from ({_PERSONLESS}) c group by ordinal
"""
WRITE_QUARANTINE = f"""
    insert into quarantine (source_id, content_hash, occurrence, scope, layout_id, payload, reasons, fields,
        file_id, row_no, run_id, recorded, event_area_key, home_area_key, record_key)
    select cast(:source as smallint), s.content_hash,
        row_number() over (partition by s.content_hash order by s.ordinal), s.scope, b.layout_id, b.payload, r.reasons,
        r.fields, s.file_id, s.row_no, :run, tstzrange(:at, null), coalesce(r.area_key, 0), coalesce(r.area_key, 0),
        nullif(s.record_key, '')
    from stage_row s
    join stage_body b on b.ordinal = s.ordinal
    join stage_reject r on r.ordinal = s.ordinal
    where s.verdict = {Verdict.REFUSED:d}
"""
# Refused rows that the source no longer sends, in the scopes that it sent.
CLOSE_QUARANTINE = f"""
    update quarantine q set recorded = tstzrange(lower(q.recorded), :at)
    where q.source_id = :source and upper_inf(q.recorded) and q.run_id <> :run
      and q.scope in (select distinct scope from stage_row)
      and not exists (select from stage_row s where s.content_hash = q.content_hash
                      and s.verdict in ({Verdict.REFUSED_BEFORE:d}, {Verdict.REFUSED:d}))
"""
COUNTS = f"""
    select count(*) as rows_in,
           count(*) filter (where verdict = {Verdict.FRESH:d}) as stored,
           count(*) filter (where verdict in ({Verdict.SAME:d}, {Verdict.REPEAT:d})) as unchanged,
           count(*) filter (where verdict in ({Verdict.REFUSED_BEFORE:d}, {Verdict.REFUSED:d})) as quarantined,
           (select count(*) from stage_closing) as closed,
           (select count(*) from stage_version where occurrence > 1) as conflicting
    from stage_row
"""
HORIZON = """
    insert into list_horizon (source_id, program, kecamatan_key, until)
    select cast(:source as smallint), e.program, e.event_area_key / 10000 * 10000, max(upper(e.period))
    from stage_claim_enrollment e join stage_version v on v.ordinal = e.ordinal
    where upper(e.period) is not null
    group by 1, 2, 3
    on conflict (source_id, program, kecamatan_key) do update set until = excluded.until
        where list_horizon.until < excluded.until
"""
# A horizon that rested on records which are gone moves back to what is still listed, so that a period that was
# listed by mistake does not end a whole kecamatan's enrollments for good. Nothing listed leaves no horizon.
LOST_HORIZON = """
    create temp table stage_lost_horizon on commit drop as
    select h.program, h.kecamatan_key
    from (select replaces as id from stage_version where replaces is not null
          union all select record_id from stage_closing) gone
    join claim_enrollment c on c.record_id = gone.id
    join list_horizon h on h.source_id = :source and h.program = c.program
         and h.kecamatan_key = c.event_area_key / 10000 * 10000 and h.until = upper(c.period)
    where not exists (
        select from stage_claim_enrollment e join stage_version v on v.ordinal = e.ordinal
        where e.program = h.program and e.event_area_key / 10000 * 10000 = h.kecamatan_key
          and upper(e.period) >= h.until)
    group by h.program, h.kecamatan_key
"""
HORIZON_BEFORE = """
    create temp table stage_horizon_before on commit drop as select * from list_horizon where source_id = :source
"""
# Lists that reach further, or less far, than before this run.
HORIZON_MOVED = """
    create temp table stage_horizon_moved on commit drop as
    select * from list_horizon where source_id = :source except select * from stage_horizon_before
"""
DROP_HORIZON = """
    delete from list_horizon h using stage_lost_horizon l
    where h.source_id = :source and h.program = l.program and h.kecamatan_key = l.kecamatan_key
"""
MOVE_BACK = """
    insert into list_horizon (source_id, program, kecamatan_key, until)
    select cast(:source as smallint), c.program, l.kecamatan_key, max(upper(c.period))
    from stage_lost_horizon l
    join claim_enrollment c on c.source_id = :source and c.program = l.program
         and c.event_area_key / 10000 * 10000 = l.kecamatan_key
    join source_record r on r.id = c.record_id and upper_inf(r.recorded)
    where upper(c.period) is not null
    group by 2, 3
"""
# Tables of the claims that the run's new rows make.
CLAIMED = " union all ".join(
    f"select '{table.name}' where exists (select from {stage_name(table)})" for table in CLAIMS
)
# Records that speak no longer: replaced or closed by the run, or the last version of one that came back.
_GONE = """
    select replaces as record_id from stage_version where replaces is not null
    union all select record_id from stage_closing
    union all
    select r.id from stage_version v join source_record r on r.entry_id = v.entry_id and r.version = v.version - 1
    where v.replaces is null and v.version > 1
"""
KINDS = f"with gone as materialized ({_GONE}) " + " union all ".join(
    f"select '{table.name.removeprefix('claim_')}' where exists (select from {stage_name(table)})"
    f" or exists (select from gone join {table.name} c on c.record_id = gone.record_id)"
    for table in CLAIMS
)


def _write_claims(table: Table) -> str:
    """Insert-select of one kind of claim: stated columns from the stage, keys from the link, or from the version."""
    stated = [name for name in staged_columns(table)[2:] if name != "event_area_key"]
    columns = ", ".join(stated)
    values = ", ".join(f"c.{name}" for name in stated)
    if table.name in PERSONLESS:
        keys = f"v.record_id, v.entry_id * {MENTION_SLOTS} + c.slot"
        home = "coalesce(l.home_area_key, c.event_area_key)"
        joins = (
            "join stage_version v on v.ordinal = c.ordinal"
            " left join stage_link l on l.ordinal = c.ordinal and l.slot = c.slot"
        )
    else:
        keys, home = "l.record_id, l.mention_id", "l.home_area_key"
        joins = "join stage_link l on l.ordinal = c.ordinal and l.slot = c.slot"
    return f"""
        insert into {table.name} (record_id, mention_id, source_id, person_id, {columns}, event_area_key, home_area_key)
        select {keys}, :source, l.person_id, {values}, c.event_area_key, {home}
        from {stage_name(table)} c {joins}
    """


async def land(script: Script, full_list: bool, indexed: bool = True) -> dict[str, int]:
    """Writes versions, claims and quarantine from the stage and returns the run's counts.

    Args:
        script: In the run's transaction, with versions and links settled; given `source`, `run` and the instant of
            recording `at` (UTC), the same for every row of the run.
        full_list: Whether the stage holds the whole list, so that what is missing from it has gone.
        indexed: Whether the tables have their indices while they are written.
    """
    order = IN_ORDER if indexed else ""
    claimed = set((await script.ask(CLAIMED)).scalars())
    await script.run(CLOSE_REPLACED, AREAS, WRITE_VERSIONS + order)
    await script.run(*(_write_claims(table) + order for table in CLAIMS if table.name in claimed))
    await _move_horizons(script)
    return await land_refusals(script, full_list)


async def land_refusals(script: Script, full_list: bool) -> dict[str, int]:
    """Writes what the run refused and returns its counts: all there is to land where no record is new or gone.

    Args: as `land` has them.
    """
    await script.run(WRITE_QUARANTINE)
    if full_list:
        await script.run(CLOSE_QUARANTINE)
    counts = (await script.ask(COUNTS)).mappings().one()
    return {name: int(value) for name, value in counts.items()}


async def kinds_of_run(script: Script) -> frozenset[str]:
    """Kinds of claims that the run's records make, or that those made which speak no longer."""
    return frozenset((await script.ask(KINDS)).scalars())


async def _move_horizons(script: Script) -> None:
    """Keeps how far the periodic lists of the source reach; leaves `stage_horizon_moved`."""
    await script.run(HORIZON_BEFORE)
    if (await script.ask(LOST_HORIZON)).rowcount:
        await script.run(DROP_HORIZON, MOVE_BACK)
    await script.run(HORIZON, HORIZON_MOVED)
    await script.counted("stage_horizon_moved")
