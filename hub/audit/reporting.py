"""`hub audit report`: what stands found, rule by rule, with the money at risk and what people found the cases to be.

Within a rule a benefit counts once, in the evidence of however many findings it stands.

A case counts as a false alarm when somebody said that a registry was wrong; the share of them is over the cases of
which anybody said anything that decides: verified, recovered, registry wrong, closed.
"""

from typing import Any

from hub.store.database import Database
from hub.store.sql import AsyncConnection, text

BY_RULE = text(
    """
    with here as materialized (
      select f.* from finding f where upper_inf(f.recorded)
        and (cast(:lo as bigint) is null or f.home_area_key between cast(:lo as bigint) and cast(:hi as bigint))),
    found as (
      select f.rule, count(*) as findings, count(distinct f.person_id) as persons from here f group by f.rule),
    given as (
      select b.rule, sum(b.amount)::bigint as amount, sum(b.paid)::bigint as paid
      from (select distinct f.rule, b.* from here f
            cross join lateral unnest(f.benefit_ids, f.amounts, f.paids) b(id, amount, paid)) b
      group by b.rule),
    standing as (select f.*, g.amount, g.paid from found f left join given g on g.rule = f.rule),
    judged as (
      select c.rule, count(*) filter (where not e.closed) as open, count(*) filter (where e.closed) as closed,
             count(*) filter (where e.decided) as decided, count(*) filter (where e.wrong) as wrong
      from audit_case c join lateral (
        select bool_or(x.event = 'closed') as closed, bool_or(x.event = 'registry_wrong') as wrong,
               bool_or(x.event in ('verified', 'recovered', 'registry_wrong', 'closed')) as decided
        from case_event x where x.case_id = c.case_id) e on true
      where cast(:lo as bigint) is null or c.home_area_key between cast(:lo as bigint) and cast(:hi as bigint)
      group by c.rule)
    select r.code as rule, r.version, r.kind, r.severity, coalesce(s.findings, 0) as findings,
           coalesce(s.persons, 0) as persons, s.amount, s.paid, coalesce(j.open, 0) as open,
           coalesce(j.closed, 0) as closed, coalesce(j.decided, 0) as decided, coalesce(j.wrong, 0) as wrong,
           round(j.wrong::numeric / nullif(j.decided, 0), 3)::float as false_share
    from (select distinct on (code) code, version, kind, severity from rule_edition order by code, id desc) r
    left join standing s on s.rule = r.code
    left join judged j on j.rule = r.code
    order by r.code
    """
)
# A case is of every source in the evidence that it was last about; a source is wrong in it where somebody said so.
BY_SOURCE = text(
    """
    with told as (
      select c.rule, k.source, e.decided, e.wrong
      from audit_case c
      join lateral (
        select bool_or(x.event in ('verified', 'recovered', 'registry_wrong', 'closed')) as decided,
               array_agg(x.registry) filter (where x.event = 'registry_wrong') as wrong, max(x.finding_id) as finding_id
        from case_event x where x.case_id = c.case_id) e on true
      left join finding f on f.finding_id = e.finding_id
      cross join lateral (
        select jsonb_object_keys(coalesce(f.freshness, '{}')) union select unnest(e.wrong)) k(source)
      where e.decided
        and (cast(:lo as bigint) is null or c.home_area_key between cast(:lo as bigint) and cast(:hi as bigint)))
    select t.source, t.rule, count(*) as decided, count(*) filter (where t.source = any(t.wrong)) as wrong,
           round((count(*) filter (where t.source = any(t.wrong)))::numeric / count(*), 3)::float as false_share
    from told t group by 1, 2 order by 4 desc, 3 desc, 1, 2
    """
)
LAST = text("select at, touched, found, gone, seconds from audit_run order by id desc limit 1")


async def report(database: Database, area: tuple[int, int] | None = None) -> dict[str, Any]:
    """The table by rule, how often the sources behind its cases were wrong, and the last run.

    Args:
        database: The hub's.
        area: First and last key of an area; None: everywhere.
    """
    lo, hi = area or (None, None)
    async with database.connect() as connection:
        rules = [dict(row) for row in (await connection.execute(BY_RULE, {"lo": lo, "hi": hi})).mappings()]
        sources = [
            dict(row) for row in (await connection.execute(BY_SOURCE, {"lo": lo, "hi": hi})).mappings()
        ]
        return {"rules": rules, "registries": sources, "last": await _last(connection)}


async def _last(connection: AsyncConnection) -> dict[str, Any] | None:
    found = (await connection.execute(LAST)).mappings().one_or_none()
    return None if found is None else dict(found)
