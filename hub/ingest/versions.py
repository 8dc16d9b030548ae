"""Which staged row becomes which version of which record; which records close.

Rows of one key that differ from each other are kept apart by an occurrence number. They are matched to what
is stored first by content, then in the order of content hash and occurrence, so that the order in which rows
arrive decides nothing.
"""

from hub.ingest.stage import Verdict
from hub.store.sql import AsyncConnection, text

MARK_REFUSED = text(
    f"update stage_row s set verdict = {Verdict.REFUSED:d} from stage_reject r where r.ordinal = s.ordinal"
)
# Fresh rows, numbered within their key by content; of identical ones the first alone.
FRESH = text(
    f"""
    create temp table stage_fresh on commit drop as
    select ordinal, record_key, k from (
      select ordinal, record_key,
             row_number() over (partition by record_key, content_hash order by ordinal) as n,
             dense_rank() over (partition by record_key order by content_hash) as k
      from stage_row where verdict = {Verdict.FRESH:d}) d
    where n = 1
    """
)
MARK_REPEATS = text(
    f"""
    update stage_row s set verdict = {Verdict.REPEAT:d}
    where verdict = {Verdict.FRESH:d} and not exists (select from stage_fresh f where f.ordinal = s.ordinal)
    """
)
# Open records of the source whose content this run did not bring, numbered within their key.
DISPLACED = text(
    """
    create temp table stage_displaced on commit drop as
    select r.id, r.entry_id, r.record_key, r.occurrence, r.version, r.scope,
           row_number() over (partition by r.record_key order by r.occurrence) as k
    from source_record r
    where r.source_id = :source and upper_inf(r.recorded)
      and not exists (select from stage_row s where s.record_id = r.id)
      and (:full_list or exists (select from stage_fresh f where f.record_key = r.record_key))
    """
)
# Records of fresh keys that were closed before and may come back, numbered within their key.
GONE = text(
    """
    create temp table stage_gone on commit drop as
    with latest as (
      select distinct on (r.record_key, r.occurrence)
             r.entry_id, r.record_key, r.occurrence, r.version, upper_inf(r.recorded) as is_open
      from source_record r
      where r.source_id = :source and r.record_key in (select record_key from stage_fresh)
      order by r.record_key, r.occurrence, r.version desc)
    select *, row_number() over (partition by record_key order by occurrence) as k from latest where not is_open
    """
)
HIGHEST = text(
    """
    create temp table stage_highest on commit drop as
    select record_key, max(occurrence) as highest from source_record
    where source_id = :source and record_key in (select record_key from stage_fresh) group by record_key
    """
)
# One new version a fresh row: of the record it displaces, else of one that comes back, else of a new record.
# Ids are given in the order of key and content, for the fold lets the later record win where all else is equal.
VERSIONS = text(
    """
    create temp table stage_version on commit drop as
    with replaced as (
      select f.ordinal, f.record_key, f.k, d.id as replaces, d.entry_id, d.occurrence, d.version
      from stage_fresh f left join stage_displaced d using (record_key, k)),
    returned as (
      select r.*, row_number() over (partition by record_key order by k) as k2 from replaced r where replaces is null),
    settled as (
      select ordinal, record_key, replaces, entry_id, occurrence, version, 0 as k3
      from replaced where replaces is not null
      union all
      select r.ordinal, r.record_key, null, g.entry_id, g.occurrence, g.version,
             row_number() over (partition by r.record_key, g.entry_id is null order by r.k)
      from returned r left join stage_gone g on g.record_key = r.record_key and g.k = r.k2)
    select ordinal, record_id, coalesce(entry_id, record_id) as entry_id, replaces, occurrence, version
    from (
      select s.ordinal, nextval('record_ids') as record_id, s.entry_id, s.replaces,
             coalesce(s.occurrence, coalesce(h.highest, 0) + s.k3)::smallint as occurrence,
             coalesce(s.version + 1, 1) as version
      from settled s
      join stage_fresh f on f.ordinal = s.ordinal
      left join stage_highest h on h.record_key = s.record_key
      order by f.record_key, f.k) given
    """
)
FIRST_VERSIONS = text(
    """
    create temp table stage_version on commit drop as
    select ordinal, record_id, record_id as entry_id, null::bigint as replaces, k::smallint as occurrence, 1 as version
    from (select ordinal, k, nextval('record_ids') as record_id from stage_fresh order by record_key, k) given
    """
)
# Records that this run no longer brings: only of scopes (periods) that it brought, or of a list without periods.
CLOSING = text(
    """
    create temp table stage_closing on commit drop as
    select d.id as record_id, d.entry_id from stage_displaced d
    where not exists (select from stage_version v where v.replaces = d.id)
      and :full_list and (d.scope in (select distinct scope from stage_row))
    """
)


async def settle_versions(connection: AsyncConnection, source_id: int, full_list: bool, known: bool) -> None:
    """Fills `stage_version` (a row a version to write) and `stage_closing` (records to close)."""
    for statement in (
        MARK_REFUSED,
        FRESH,
        text("analyze stage_fresh"),
        MARK_REPEATS,
        text("analyze stage_row"),
    ):
        await connection.execute(statement)
    if known:
        for statement in (DISPLACED, GONE, HIGHEST):
            parameters = (
                {"source": source_id, "full_list": full_list}
                if statement is DISPLACED
                else {"source": source_id}
            )
            await connection.execute(statement, parameters)
        await connection.execute(VERSIONS)
        await connection.execute(CLOSING, {"full_list": full_list})
    else:
        await connection.execute(FIRST_VERSIONS)
        await connection.execute(
            text("create temp table stage_closing (record_id bigint, entry_id bigint) on commit drop")
        )
    await connection.execute(text("analyze stage_version"))
    await connection.execute(text("analyze stage_closing"))
