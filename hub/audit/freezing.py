"""The evidence of all that the rules hit in one run, frozen at once: each enrollment, benefit and record is told once.

What comes out is what the statement of each rule would say of its hits (`hub.audit.statement`), to the last byte: that
one makes the evidence of a subject for itself, so that a finding can be found again alone; this one joins sets by keys.
The evidence is the text that PostgreSQL gives of a JSON object, put together from the texts of its parts.
"""

import json
from datetime import datetime

from hub.audit.editions import Edition
from hub.audit.statement import ENDED, FOUND, FRESH, PAID, TOLD_BENEFIT, TOLD_ENROLLMENT, TOLD_RECORD, Sight
from hub.store.sql import AsyncConnection, text

#: Findings to be, as `finding` will have them.
ASIDE = text(
    "create temp table audit_found on commit drop as"
    " select cast(0 as integer) as rule_id, array[]::integer[] as editions, ''::text as rule,"
    f" {', '.join('f.' + n for n in FOUND)}"
    " from finding f limit 0"
)
HITS = text(
    """
    create temp table audit_hit (hit integer generated always as identity, rule_id integer, editions integer[],
      rule text, subject text, person_id bigint, card_id bigint, program_id smallint, said jsonb,
      enrollment_ids bigint[], benefit_ids bigint[], record_ids bigint[], person_ids bigint[], event_area_key bigint,
      span daterange) on commit drop
    """
)
_TAKEN = (
    "subject, person_id, card_id, program_id, said, enrollment_ids, benefit_ids, record_ids, person_ids,"
    " event_area_key, span"
)
#: A table of its own first, for it may be filled by several processes at once.
EVALUATE = "create temp table audit_rule on commit drop as "
TAKE = (
    f"insert into audit_hit (rule_id, editions, rule, {_TAKEN})"
    f" select :number, cast(:alike as integer[]), :code, {_TAKEN} from audit_rule"
)
#: Which enrollments and which benefits each hit names; a benefit by the days of the hit where the rule names none.
NAMED = """
    create temp table audit_named on commit drop as
    select h.hit, n.id as enrollment_id from audit_hit h cross join lateral unnest(h.enrollment_ids) n(id)
"""
ENROLLMENTS = f"""
    create temp table audit_enrollment on commit drop as
    select e.enrollment_id, e.record_id, e.program_id, {TOLD_ENROLLMENT}::text collate "C" as told
    from (select distinct enrollment_id from audit_named) n
    join hub.enrollment e on e.enrollment_id = n.enrollment_id and {{recorded[e]}}
    join hub.program g on g.id = e.program_id join hub.source o on o.id = e.source_id
    left join hub.component k on k.id = e.component_id
"""
_ROWS = (
    f"b.benefit_id, b.record_id, b.program_id, b.amount_idr, {PAID} as paid,"
    f' {TOLD_BENEFIT}::text collate "C" as told'
)
_OF_BENEFITS = (
    " join hub.program g on g.id = b.program_id join hub.source o on o.id = b.source_id"
    " left join hub.component k on k.id = b.component_id"
)
GIVEN = """
    create temp table audit_given on commit drop as
    select n.hit, b.benefit_id from audit_named n join audit_hit h on h.hit = n.hit and h.benefit_ids is null
    join hub.benefit b on b.enrollment_id = n.enrollment_id and {recorded[b]} and b.period && h.span
    union all
    select h.hit, n.id from audit_hit h cross join lateral unnest(h.benefit_ids) n(id)
"""
BENEFITS = f"""
    create temp table audit_benefit on commit drop as
    select {_ROWS} from (select distinct benefit_id from audit_given) n
    join hub.benefit b on b.benefit_id = n.benefit_id and {{recorded[b]}} {_OF_BENEFITS}
"""
HELD = """
    create temp table audit_held on commit drop as
    select n.hit, '[' || string_agg(e.told, ', ' order by e.told) || ']' as told,
           array_agg(distinct e.program_id) as program_ids
    from audit_named n join audit_enrollment e on e.enrollment_id = n.enrollment_id group by n.hit
"""
PAYMENTS = """
    create temp table audit_payment on commit drop as
    select n.hit, '[' || string_agg(b.told, ', ' order by b.told) || ']' as told,
           sum(b.amount_idr)::bigint as amount_idr, sum(b.paid)::bigint as paid_idr,
           array_agg(b.benefit_id order by b.benefit_id) as benefit_ids,
           array_agg(b.amount_idr order by b.benefit_id) as amounts, array_agg(b.paid order by b.benefit_id) as paids,
           array_agg(distinct b.program_id) as program_ids
    from audit_given n join audit_benefit b on b.benefit_id = n.benefit_id group by n.hit
"""
RECORDS = """
    create temp table audit_record on commit drop as
    select h.hit, n.id as record_id from audit_hit h cross join lateral unnest(h.record_ids) n(id)
    union select n.hit, e.record_id from audit_named n join audit_enrollment e on e.enrollment_id = n.enrollment_id
    union select n.hit, b.record_id from audit_given n join audit_benefit b on b.benefit_id = n.benefit_id
"""
TOLD = f"""
    create temp table audit_told on commit drop as
    select r.id as record_id, r.source_id, {TOLD_RECORD}::text collate "C" as told
    from (select distinct record_id from audit_record) n
    join hub.source_record r on r.id = n.record_id join hub.source o on o.id = r.source_id
"""
BEHIND = """
    create temp table audit_behind on commit drop as
    select n.hit, array_agg(r.record_id order by r.record_id) as record_ids,
           '[' || string_agg(r.told, ', ' order by r.told) || ']' as told, array_agg(distinct r.source_id) as sources
    from audit_record n join audit_told r on r.record_id = n.record_id group by n.hit
"""
FRESHNESS = f"""
    create temp table audit_fresh on commit drop as
    with ended as ({ENDED})
    select s.sources, jsonb_object_agg(o.code, {FRESH}) as freshness
    from (select distinct sources from audit_behind) s cross join lateral unnest(s.sources) n(id)
    join hub.source o on o.id = n.id left join ended d on d.source_id = n.id
    group by s.sources
"""
_DISTINCT = "array(select distinct n.id from unnest({0}) n(id) where n.id is not null order by 1)"
_DAY = "coalesce(to_jsonb({0}(h.span))::text, 'null')"
#: The members of the object in the order in which PostgreSQL has them: by length, then by bytes.
_PROOF = " || ".join(
    f"'{before}' || {part}"
    for before, part in (
        ('{"to": ', _DAY.format("upper")),
        (', "from": ', _DAY.format("lower")),
        (', "paid": ', "coalesce(v.paid_idr::text, 'null')"),
        (', "facts": ', "coalesce(h.said::text, 'null')"),
        (', "amount": ', "coalesce(v.amount_idr::text, 'null')"),
        (', "records": ', "coalesce(b.told, '[]')"),
        (', "payments": ', "coalesce(v.told, '[]')"),
        (', "enrollments": ', "coalesce(e.told, '[]') || '}'"),
    )
)
FREEZE = f"""
    insert into audit_found (rule_id, editions, rule, {", ".join(FOUND)})
    select h.rule_id, h.editions, h.rule, h.subject, h.person_id, h.card_id, h.program_id,
           {_DISTINCT.format("e.program_ids || v.program_ids || h.program_id")}, lower(h.span), upper(h.span),
           v.amount_idr, v.paid_idr, {_DISTINCT.format("h.person_ids || h.person_id")},
           {_DISTINCT.format("h.enrollment_ids")}, coalesce(v.benefit_ids, '{{}}'), coalesce(v.amounts, '{{}}'),
           coalesce(v.paids, '{{}}'), coalesce(b.record_ids, '{{}}'), {_PROOF}, coalesce(f.freshness, '{{}}'),
           h.event_area_key, coalesce(nullif(w.home_area_key, 0), h.event_area_key)
    from audit_hit h
    left join audit_held e on e.hit = h.hit
    left join audit_payment v on v.hit = h.hit
    left join audit_behind b on b.hit = h.hit
    left join audit_fresh f on f.sources = b.sources
    left join hub.person w on w.id = h.person_id
"""
#: In the order in which one rests on the other, each with the table that it makes.
STEPS = (
    (NAMED, "audit_named"), (ENROLLMENTS, "audit_enrollment"), (GIVEN, "audit_given"), (BENEFITS, "audit_benefit"),
    (HELD, "audit_held"), (PAYMENTS, "audit_payment"), (RECORDS, "audit_record"), (TOLD, "audit_told"),
    (BEHIND, "audit_behind"), (FRESHNESS, "audit_fresh"),
)  # fmt: skip


async def begin(connection: AsyncConnection) -> None:
    """Makes the tables into which a run puts what its rules hit and what they find."""
    for statement in (ASIDE, HITS):
        await connection.execute(statement)


async def hit(connection: AsyncConnection, edition: Edition, sight: Sight) -> int:
    """Adds what one rule hits to `audit_hit`; returns how many subjects."""
    statement = sight.fill(edition.hits, edition.parameters)
    await connection.execute(text(EVALUATE + statement), {"parameters": json.dumps(dict(edition.parameters))})
    given = {"number": edition.id, "alike": list(edition.alike), "code": edition.code}
    taken = await connection.execute(text(TAKE), given)
    await connection.execute(text("drop table audit_rule"))
    return int(taken.rowcount)


async def freeze(connection: AsyncConnection, at: datetime) -> None:
    """Puts all that was hit into `audit_found`, with its evidence.

    Args:
        connection: In the transaction of the run.
        at: Its instant of recording, UTC.
    """
    await connection.execute(text("analyze audit_hit"))
    for statement, table in STEPS:
        filled = Sight().fill(statement, {})
        await connection.execute(text(filled), {"at": at} if ":at " in filled else {})
        await connection.execute(text(f"analyze {table}"))
    await connection.execute(text(FREEZE))
