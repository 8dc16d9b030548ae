"""Enrollments: what lists of single periods say, put together into intervals.

Periods that touch are one enrollment. Whoever is on the last list that the hub holds for a program and a
kecamatan is held enrolled still (open end); whoever is not has left when his last period ended. A list
without periods speaks of now: who vanished from it left on the day it was seen.
"""

from hub.graph.telling import BY_KEY, STANDS, lasting
from hub.graph.timeline import Fold
from hub.store.tables.graph import enrollment

CLAIMS = f"""
    select c.person_id, c.source_id, p.id as program_id, k.id as component_id, c.role, c.no_kk, c.number, c.status,
           c.record_id, {lasting("c.period")} as period, c.event_area_key, c.home_area_key,
           case when upper_inf(r.recorded) then h.until end as horizon, r.scope, r.record_key, r.content_hash
    from fold_touched t
    join claim_enrollment c on c.person_id = t.person_id
    join source_record r on r.id = c.record_id and {STANDS}
    join program p on p.code = c.program
    left join component k on k.program_id = p.id and k.code = c.component
    left join list_horizon h on h.source_id = c.source_id and h.program = c.program
         and h.kecamatan_key = c.event_area_key / 10000 * 10000
"""
_KEY = "person_id, source_id, program_id, component_id"
_OF_LATEST = ("role", "no_kk", "number", "status", "record_id", "event_area_key", "home_area_key")
# What the latest period of an island says; that list's horizon decides whether the island is open.
LATEST = ", ".join(
    f"(array_agg({name} order by period desc, {BY_KEY.replace('r.', '')}))[1] as {name}"
    for name in (*_OF_LATEST, "horizon")
)
ISLANDS = f"""
    with told as (
      select *, coalesce(lower(period), '-infinity') as starts, coalesce(upper(period), 'infinity') as ends
      from fold_enrollment_claim where not isempty(period)),
    marked as (
      select *, case when starts <= max(ends) over (
                    partition by {_KEY} order by starts, record_id
                    rows between unbounded preceding and 1 preceding) then 0 else 1 end as begins
      from told),
    numbered as (
      select *, sum(begins) over (partition by {_KEY} order by starts, record_id) as island from marked),
    grouped as (
      select {_KEY}, min(starts) as starts, max(ends) as ends, {LATEST},
             island = max(island) over (partition by {_KEY}) as is_last
      from numbered group by {_KEY}, island)
    select {_KEY}, {", ".join(_OF_LATEST)}, nullif(starts, '-infinity') as starts,
           case when ends < 'infinity' and not (is_last and status <> 'ended' and coalesce(ends >= horizon, false))
                then ends end as ends
    from grouped
"""
# An island goes on under the number of the enrollment that it overlaps; where one falls apart, its first part does.
WANTED = """
    with island as materialized (
      select *, daterange(starts, ends) as valid, row_number() over () as place from fold_island),
    known as (
      select i.*, e.enrollment_id, e.uid,
             row_number() over (partition by e.enrollment_id order by e.own desc, i.starts nulls first) as n
      from island i left join {before})
    select coalesce(case when n = 1 then enrollment_id end, nextval('enrollment_ids')) as enrollment_id,
           coalesce(case when n = 1 then uid end, gen_random_uuid()) as uid, person_id, program_id, component_id,
           role, no_kk, number, status, source_id, record_id, valid, event_area_key, home_area_key
    from known
"""
_SAME = """
    e.source_id = i.source_id and e.program_id = i.program_id and e.component_id is not distinct from i.component_id
    and e.valid && i.valid
"""
OWN = f"""
    lateral (
      select e.enrollment_id, e.uid, true as own from enrollment e
      where e.person_id = i.person_id and upper_inf(e.recorded) and {_SAME}
      order by lower(e.valid) nulls first limit 1) e on true
"""
_BEFORE = "i.place, e.enrollment_id, e.uid, e.person_id = i.person_id as own, e.recorded, e.valid"
# After a judgement the person's own goes first, also one that ended with a merge; then that of the others concerned.
# No index finds by its person what has ended, so that it is read once for all islands.
KIN = f"""
    (select distinct on (b.place) b.* from (
       select {_BEFORE} from island i
       join (select person_id, person_id as other from fold_touched union select person_id, other from fold_kin) k
            on k.person_id = i.person_id
       join enrollment e on e.person_id = k.other and upper_inf(e.recorded) and {_SAME}
       union all
       select {_BEFORE} from island i
       join enrollment e on e.person_id = i.person_id and not upper_inf(e.recorded) and {_SAME}) b
     order by b.place, b.own desc, upper_inf(b.recorded) desc, upper(b.recorded) desc, lower(b.valid) nulls first) e
    on e.place = i.place
"""
# Whose enrollment contradicts the list: held enrolled although the next period has come without him, or ended
# where the list, which was longer by mistake, ends now.
LEFT_OUT = """
    with listed as (
      select e.person_id, e.program_id, e.component_id, e.valid, h.until
      from enrollment e
      join program p on p.id = e.program_id
      join stage_horizon_moved h on h.source_id = e.source_id and h.program = p.code
           and h.kecamatan_key = e.event_area_key / 10000 * 10000
      where upper_inf(e.recorded)),
    standing as (
      select c.person_id, p.id as program_id, coalesce(k.id, 0) as component_id,
             max(coalesce(upper(c.period), 'infinity')) as until
      from claim_enrollment c
      join source_record r on r.id = c.record_id and upper_inf(r.recorded)
      join program p on p.code = c.program
      left join component k on k.program_id = p.id and k.code = c.component
      where (c.source_id, c.program) in (select source_id, program from stage_horizon_moved)
      group by 1, 2, 3)
    insert into fold_touched
    select person_id from listed l where upper(l.valid) >= l.until
    union
    select l.person_id
    from listed l
    left join standing s on s.person_id = l.person_id and s.program_id = l.program_id
         and s.component_id = coalesce(l.component_id, 0)
    where upper_inf(l.valid) and (s.until is null or s.until < l.until)
    except
    select person_id from fold_touched
"""


async def touch_left_out(fold: Fold) -> None:
    """Adds to `fold_touched` whom the run concerns without naming them; costs nothing when no list reaches further."""
    if (await fold.script.ask("select exists (select from stage_horizon_moved)")).scalar_one():
        await fold.run(LEFT_OUT)
        await fold.script.counted("fold_touched")


async def fold_enrollments(fold: Fold) -> None:
    """Folds the enrollment claims of `fold_touched`; leaves `wanted_enrollment` for the benefits."""
    await fold.make("fold_enrollment_claim", CLAIMS)
    await fold.make("fold_island", ISLANDS)
    wanted = WANTED.format(before=KIN if fold.kin else OWN)
    await fold.make("wanted_enrollment", wanted)
    await fold.write(enrollment, "wanted_enrollment", "fold_touched")
