"""Programs and flags of persons by quarter, and how many carry each combination: counted after every run of the audit.

What a person holds in a quarter is a function of the enrollments held true, what he is flagged with of the findings
that stand: a count for those looked at leaves what a count of all would (`tests/audit/test_overlaps.py`). A person has
one family a quarter, the card on which he stands on its last day, and a benefit has one receiver: so nothing is counted
twice in an area. Of a family whose members live in several areas each of these counts what is carried there.

A sync rewrites the home of whoever moves in place (`hub.graph.homes`), also here; `event_area_key` stays the area under
which he was counted, and it is from there that he is taken away.
"""

from datetime import date, datetime

from hub.audit.touched import forget, touch
from hub.domain import clock
from hub.store.meeting import meets
from hub.store.sql import AsyncConnection, text

QUARTERS = 8
"""Quarters that are counted, the last one being that of the run."""
MARK = text("select quarter, at from overlap_mark")
_CHANGED = (
    "select unnest(f.person_ids || f.person_id) from finding f"
    " where lower(f.recorded) > :since or not upper_inf(f.recorded) and upper(f.recorded) > :since"
)
WHO = {
    True: "select person_id from audit_person"
    " union select person_id from overlap_person where home_area_key <> event_area_key union " + _CHANGED,
    False: "select person_id from enrollment where upper_inf(recorded)"
    " union select unnest(person_ids || person_id) from finding where upper_inf(recorded)",
}
QUARTER = """
    create temp table overlap_quarter on commit drop as
    select q::date as quarter, daterange(q::date, (q + interval '3 months')::date) as days,
           (q + interval '3 months')::date - 1 as last_day
    from generate_series(cast(:last as date) - interval '{months} months', cast(:last as date), interval '3 months') q
"""
# The one card of each person in each quarter.
STOOD = """
    create temp table overlap_stood on commit drop as
    select distinct on (m.person_id, q.quarter) m.person_id, q.quarter, m.card_id, c.no_kk
    from overlap_who w join membership m on m.person_id = w.person_id and upper_inf(m.recorded)
    join overlap_quarter q on m.valid @> q.last_day
    join family_card c on c.card_id = m.card_id and upper_inf(c.recorded)
    order by m.person_id, q.quarter, lower(m.valid) desc nulls last, c.no_kk, m.card_id
"""
# The latest rank of each person, or of the card, whose days meet the quarter.
RANKED = """
    create temp table overlap_rank on commit drop as
    select distinct on (r.person_id, r.quarter) r.person_id, r.quarter, r.desil from (
      select w.person_id, q.quarter, s.desil, s.valid, s.register, s.edition
      from overlap_who w join score s on s.person_id = w.person_id and upper_inf(s.recorded) and s.desil is not null
      join overlap_quarter q on q.days && s.valid
      union all
      select t.person_id, t.quarter, s.desil, s.valid, s.register, s.edition
      from overlap_stood t join overlap_quarter q on q.quarter = t.quarter
      join score s on s.unit_number = t.no_kk and s.unit = 'family' and s.person_id is null and upper_inf(s.recorded)
        and s.desil is not null and s.valid && q.days) r
    order by r.person_id, r.quarter, lower(r.valid) desc nulls last, r.edition desc, r.register, r.desil
"""
# A flag is carried by the person concerned, and by whoever of its evidence receives a benefit in it.
FLAGGED = """
    create temp table overlap_flag on commit drop as
    select p.person_id, q.quarter, f.rule, f.program_ids, f.person_ids, f.benefit_ids
    from finding f join overlap_quarter q on q.days && daterange(f.since, f.until)
    cross join lateral (
      select f.person_id union
      select b.person_id from benefit b where b.benefit_id = any(f.benefit_ids) and upper_inf(b.recorded)
        and b.person_id = any(f.person_ids)) p
    where upper_inf(f.recorded) and {among} and p.person_id in (select person_id from overlap_who)
"""
NEW = """
    create temp table overlap_new on commit drop as
    with held as (
      select 'program'::text as kind, e.person_id, q.quarter, array_agg(distinct g.code order by g.code) as codes,
             array_agg(distinct g.id order by g.id)::smallint[] as program_ids, array[]::bigint[] as person_ids
      from overlap_who w join enrollment e on e.person_id = w.person_id and upper_inf(e.recorded)
      join overlap_quarter q on q.days && e.valid join program g on g.id = e.program_id
      group by e.person_id, q.quarter),
    given as (
      select b.person_id, q.quarter, sum(b.amount_idr)::bigint as amount
      from overlap_who w join benefit b on b.person_id = w.person_id and upper_inf(b.recorded)
      join overlap_quarter q on q.days @> lower(b.period)
      group by b.person_id, q.quarter),
    flagged as (
      select 'flag'::text, f.person_id, f.quarter, array_agg(distinct f.rule order by f.rule),
             array(select distinct n::smallint from unnest(string_to_array(
                     string_agg(array_to_string(f.program_ids, ','), ','), ',')) n(n) where n <> '' order by 1),
             array(select distinct n::bigint from unnest(string_to_array(
                     string_agg(array_to_string(f.person_ids, ','), ','), ',')) n(n) where n <> '' order by 1)
      from overlap_flag f group by f.person_id, f.quarter),
    risked as (
      select b.person_id, d.quarter, sum(b.amount_idr)::bigint as amount
      from (select distinct f.person_id, f.quarter, n.id
            from overlap_flag f cross join lateral unnest(f.benefit_ids) n(id)) d
      join overlap_quarter q on q.quarter = d.quarter
      join benefit b on b.benefit_id = d.id and b.person_id = d.person_id and upper_inf(b.recorded)
        and q.days @> lower(b.period)
      group by b.person_id, d.quarter)
    select u.kind, u.quarter, u.person_id, t.card_id, u.codes, u.program_ids, u.person_ids,
           coalesce(u.amount, 0) as amount_idr, coalesce(r.desil, 0)::smallint as desil,
           p.home_area_key as event_area_key, p.home_area_key
    from (select h.*, g.amount from held h left join given g using (person_id, quarter)
          union all
          select f.*, k.amount from flagged f left join risked k using (person_id, quarter)) u
    join person p on p.id = u.person_id
    left join overlap_stood t on t.person_id = u.person_id and t.quarter = u.quarter
    left join overlap_rank r on r.person_id = u.person_id and r.quarter = u.quarter
"""
_COLUMNS = (
    "kind, quarter, person_id, card_id, codes, program_ids, person_ids, amount_idr, desil, event_area_key,"
    " home_area_key"
)
# What stays as it was is left alone, on both sides.
OLD = f"""
    create temp table overlap_old on commit drop as
    select {_COLUMNS} from overlap_person where person_id in (select person_id from overlap_who)
    except all select {_COLUMNS} from overlap_new
"""
STAYED = f"""
    delete from overlap_new n using overlap_person o
    where o.person_id = n.person_id and o.kind = n.kind and o.quarter = n.quarter
      and ({", ".join(f"o.{c.strip()}" for c in _COLUMNS.split(","))})
          is not distinct from ({", ".join(f"n.{c.strip()}" for c in _COLUMNS.split(","))})
"""
CARDS = """
    create temp table overlap_card on commit drop as
    select distinct kind, quarter, card_id from (
      select kind, quarter, card_id from overlap_old union all select kind, quarter, card_id from overlap_new) c
    where card_id is not null
"""
# What the families carry together in each area; `sign` is -1 before the change and 1 after it. Where everybody is
# counted from nothing, the rows are those just made, of which the planner knows how many they are.
FAMILIES = """
    insert into overlap_shift
    select r.kind, 'family', r.quarter, coalesce(min(nullif(r.desil, 0)), 0),
           array(select distinct n from unnest(string_to_array(
                   string_agg(array_to_string(r.codes, '+'), '+'), '+')) n(n) order by n),
           array(select distinct n::smallint from unnest(string_to_array(
                   string_agg(array_to_string(r.program_ids, ','), ','), ',')) n(n) where n <> '' order by 1),
           {sign}, {sign} * sum(r.amount_idr)::bigint, r.event_area_key
    from {rows}
    group by r.kind, r.quarter, r.card_id, r.event_area_key
"""
OF_CARDS = "overlap_card c join overlap_person r on r.card_id = c.card_id and r.kind = c.kind and r.quarter = c.quarter"
OF_ALL = "overlap_new r where r.card_id is not null"
SHIFT = """
    create temp table overlap_shift (kind text, unit text, quarter date, desil smallint, codes text[],
      program_ids smallint[], units bigint, amount_idr bigint, area_key bigint) on commit drop
"""
PERSONS = """
    insert into overlap_shift
    select kind, 'person', quarter, desil, codes, program_ids, {sign}, {sign} * amount_idr, event_area_key from {table}
"""
DROP_OLD = """
    delete from overlap_person o using overlap_old n
    where o.person_id = n.person_id and o.kind = n.kind and o.quarter = n.quarter
"""
ADD_NEW = f"insert into overlap_person ({_COLUMNS}) select {_COLUMNS} from overlap_new"
DELTA = """
    create temp table overlap_delta on commit drop as
    select kind, unit, quarter, desil, codes, program_ids, area_key, sum(units)::bigint as units,
           sum(amount_idr)::bigint as amount_idr
    from overlap_shift group by kind, unit, quarter, desil, codes, program_ids, area_key
    having sum(units) <> 0 or sum(amount_idr) <> 0
"""
_CELL_OF_DELTA = (
    "c.kind = d.kind and c.quarter = d.quarter and c.home_area_key = d.area_key and c.unit = d.unit"
    " and c.desil = d.desil and c.codes = d.codes and c.program_ids = d.program_ids"
)
# No upsert: the check of the table would look at a row that takes away, before it meets the one that it takes from.
ADDED = f"""
    update overlap_cell c set units = c.units + d.units, amount_idr = c.amount_idr + d.amount_idr
    from overlap_delta d where {_CELL_OF_DELTA}
"""
BEGUN = """
    insert into overlap_cell (kind, unit, quarter, desil, codes, program_ids, units, amount_idr, event_area_key,
        home_area_key)
    select kind, unit, quarter, desil, codes, program_ids, units, amount_idr, area_key, area_key
    from overlap_delta d
"""
FURTHER = f"{BEGUN} where not exists (select from overlap_cell c where {_CELL_OF_DELTA})"
EMPTY = "delete from overlap_cell where units = 0"
KEEP_MARK = "insert into overlap_mark (quarter, at) values (:quarter, :at)"


def quarter_of(day: date) -> date:
    """The first day of the quarter in which a day lies."""
    return date(day.year, day.month - (day.month - 1) % 3, 1)


async def count_overlaps(connection: AsyncConnection, at: datetime, *, full: bool = False) -> int:
    """Brings the counts to what stands, in the transaction of the run whose findings were just written.

    Args:
        connection: In that transaction.
        at: Its instant of recording, UTC.
        full: Count everybody from nothing, as with a new quarter, also where those touched would do.

    Returns:
        How many persons were counted anew.
    """
    quarter = quarter_of(clock.day_of(at))
    mark = (await connection.execute(MARK)).one_or_none()
    since = None if full or mark is None or mark.quarter != quarter else mark.at
    await _begin(connection, since)
    given = {"last": quarter} | ({} if since is None else {"since": since})
    await _make(connection, "overlap_who(person_id)", f"({WHO[since is not None]})", given)
    await _run(connection, QUARTER.format(months=3 * (QUARTERS - 1)), given)
    who = int(await connection.scalar(text("select count(*) from overlap_who")) or 0)
    flagged = FLAGGED.format(among="true" if since is None else meets("overlap_who", who))
    for statement, table in ((STOOD, "overlap_stood"), (RANKED, "overlap_rank"), (flagged, "overlap_flag")):
        await _run(connection, statement, given)
        await _run(connection, f"analyze {table}", given)
    for statement in (NEW, SHIFT):
        await _run(connection, statement, given)
    await (_begun(connection) if since is None else _changed(connection))
    await _run(connection, "delete from overlap_mark", given)
    await connection.execute(text(KEEP_MARK), {"quarter": quarter, "at": at})
    return who


async def _begin(connection: AsyncConnection, since: datetime | None) -> None:
    """Makes out whom to count; for everybody nothing is kept of what was counted before."""
    if since is None:
        for statement in ("delete from overlap_cell", "delete from overlap_person"):
            await connection.execute(text(statement))
    else:
        await forget(connection)
        await touch(connection, since)


async def _begun(connection: AsyncConnection) -> None:
    """Puts down what everybody carries, where nothing is kept of what was counted before."""
    await _run(connection, ADD_NEW, {})
    await _shift(connection, 1, "overlap_new", OF_ALL)
    for statement in (DELTA, BEGUN):
        await _run(connection, statement, {})


async def _changed(connection: AsyncConnection) -> None:
    """Puts what those looked at carry in the place of what they carried, and moves the cells by it."""
    for statement in ("analyze overlap_new", OLD, STAYED, CARDS, "analyze overlap_card"):
        await _run(connection, statement, {})
    await _shift(connection, -1, "overlap_old", OF_CARDS)
    for statement in (DROP_OLD, ADD_NEW):
        await _run(connection, statement, {})
    await _shift(connection, 1, "overlap_new", OF_CARDS)
    for statement in (DELTA, "analyze overlap_delta", ADDED, FURTHER, EMPTY):
        await _run(connection, statement, {})


async def _make(connection: AsyncConnection, table: str, query: str, given: dict[str, object]) -> None:
    await _run(connection, f"create temp table {table} on commit drop as {query}", given)
    await _run(connection, f"analyze {table.partition('(')[0]}", given)


async def _run(connection: AsyncConnection, statement: str, given: dict[str, object]) -> None:
    named = {name: value for name, value in given.items() if f":{name}" in statement}
    await connection.execute(text(statement), named)


async def _shift(connection: AsyncConnection, sign: int, table: str, rows: str) -> None:
    """Adds what persons and families carry on one side of the change to what the cells move by."""
    await connection.execute(text(PERSONS.format(sign=sign, table=table)))
    await connection.execute(text(FAMILIES.format(sign=sign, rows=rows)))
