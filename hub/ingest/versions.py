"""Which staged row becomes which version of which record; which records close.

Rows of one key that differ from each other are kept apart by an occurrence number. They are matched to what
is stored first by content, then in the order of content hash and occurrence, so that the order in which rows
arrive decides nothing.
"""

from hub.ingest.stage import Verdict
from hub.store.script import Script

MARK_REFUSED = (
    f"update stage_row s set verdict = {Verdict.REFUSED:d} from stage_reject r where r.ordinal = s.ordinal"
)
# Fresh rows, numbered within their key by content, and the identical ones among them.
_NUMBERED = f"""
    select ordinal, record_key, content_hash,
           row_number() over (partition by record_key, content_hash order by ordinal) as n,
           dense_rank() over (partition by record_key order by content_hash) as k
    from stage_row where verdict = {Verdict.FRESH:d}
"""
# Of identical ones the first alone.
FRESH = f"""
    create temp table stage_fresh on commit drop as
    select ordinal, record_key, k from ({_NUMBERED}) d where n = 1
"""


def _mark_repeats(kept: str) -> str:
    """SQL that marks the fresh rows which are not in a table; where all are, mostly, none is looked up."""
    fresh = f"verdict = {Verdict.FRESH:d}"
    return f"""
        update stage_row s set verdict = {Verdict.REPEAT:d}
        where {fresh} and (select count(*) from {kept}) < (select count(*) from stage_row where {fresh})
          and not exists (select from {kept} f where f.ordinal = s.ordinal)
        """


# Open records of the source whose content this run did not bring, numbered within their key; of what is no whole list,
# those of the keys that came.
DISPLACED = """
    create temp table stage_displaced on commit drop as
    select r.id, r.entry_id, r.record_key, r.occurrence, r.version, r.scope,
           row_number() over (partition by r.record_key order by r.occurrence) as k
    from source_record r
    where r.source_id = :source and upper_inf(r.recorded)
      and not exists (select from stage_row s where s.record_id = r.id)
      and {of}
"""
OF_CAME = "r.record_key in (select record_key from stage_fresh)"
# The latest version of every record of the fresh keys.
LATEST = """
    create temp table stage_latest on commit drop as
    select distinct on (r.record_key, r.occurrence)
           r.entry_id, r.record_key, r.occurrence, r.version, upper_inf(r.recorded) as is_open
    from source_record r
    where r.source_id = :source and r.record_key in (select record_key from stage_fresh)
    order by r.record_key, r.occurrence, r.version desc
"""
# Those that were closed before and may come back, numbered within their key.
GONE = """
    create temp table stage_gone on commit drop as
    select *, row_number() over (partition by record_key order by occurrence) as k from stage_latest where not is_open
"""
HIGHEST = """
    create temp table stage_highest on commit drop as
    select record_key, max(occurrence) as highest from stage_latest group by record_key
"""
# One new version a fresh row: of the record it displaces, else of one that comes back, else of a new record.
# Ids are given in the order of key and content, for the fold lets the later record win where all else is equal.
VERSIONS = """
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
# The same for a source that has nothing stored, from one sort: ids follow the order in which the window has the rows.
FIRST_VERSIONS = f"""
    create temp table stage_version on commit drop as
    select ordinal, record_id, record_id as entry_id, null::bigint as replaces, k::smallint as occurrence, 1 as version
    from (
      select ordinal, k, nextval('record_ids') as record_id from ({_NUMBERED}) d
      where n = 1 order by record_key, content_hash) given
"""
# Records that this run no longer brings: only of scopes (periods) that it brought, or of a list without periods.
CLOSING = """
    create temp table stage_closing on commit drop as
    select d.id as record_id, d.entry_id from stage_displaced d
    where not exists (select from stage_version v where v.replaces = d.id)
      and d.scope in (select distinct scope from stage_row)
"""
NO_CLOSING = "create temp table stage_closing (record_id bigint, entry_id bigint) on commit drop"


async def settle_versions(script: Script, full_list: bool, known: bool) -> None:
    """Fills `stage_version` (a row a version to write) and `stage_closing` (records to close).

    Args:
        script: In the run's transaction, given `source`.
        full_list: A record that is missing from the list is closed.
        known: The source has stored records before.
    """
    await script.run(MARK_REFUSED)
    if known:
        await _settle_known(script, full_list)
    else:
        await _settle_first(script)
    await script.counted("stage_version", "stage_closing")


async def _settle_known(script: Script, full_list: bool) -> None:
    await script.run(FRESH)
    await script.counted("stage_fresh")
    await script.run(_mark_repeats("stage_fresh"))
    await script.counted("stage_row")
    await script.run(DISPLACED.format(of="true" if full_list else OF_CAME), LATEST, GONE, HIGHEST, VERSIONS)
    await script.run(CLOSING if full_list else NO_CLOSING)


async def _settle_first(script: Script) -> None:
    await script.run(FIRST_VERSIONS, _mark_repeats("stage_version"))
    await script.counted("stage_row")
    await script.run(NO_CLOSING)
