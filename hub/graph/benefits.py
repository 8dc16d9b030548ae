"""Benefits and the event log of each: one benefit a source record, its amount as stated or from the decree.

A list that says who is paid but not how much (PKH, BPNT) gets the amount of the program's table for the
period; `amount_basis` tells the two apart. The log keeps every event that any version of the record told.
"""

from hub.graph.telling import withdrawn
from hub.graph.timeline import Fold
from hub.store.tables.graph import benefit, benefit_event

MONTHS = """
    ((extract(year from upper(c.period)) - extract(year from lower(c.period))) * 12
     + extract(month from upper(c.period)) - extract(month from lower(c.period)))
"""
# Rupiah for a period of whole months: a year's or a quarter's amount in proportion, a single amount whole.
DUE = f"""
    round(case a.per when 'month' then a.amount_idr * {MONTHS} when 'quarter' then a.amount_idr * {MONTHS} / 3
          when 'year' then a.amount_idr * {MONTHS} / 12 else a.amount_idr end)::bigint
"""
CLAIMS = """
    select c.*, r.entry_id, p.id as program_id, k.id as component_id, row_number() over () as place
    from fold_touched t
    join claim_benefit c on c.person_id = t.person_id
    join source_record r on r.id = c.record_id and upper_inf(r.recorded)
    join program p on p.code = c.program
    left join component k on k.program_id = p.id and k.code = c.component
"""
# The enrollment that a benefit is of: looked for by all together, for what few rows are folded has no index.
WANTED = f"""
    with enrolled as (
      select distinct on (c.place) c.place, w.enrollment_id
      from fold_benefit_claim c
      join wanted_enrollment w on w.person_id = c.person_id and w.program_id = c.program_id
           and (c.component_id is null or w.component_id is not distinct from c.component_id) and w.valid && c.period
      order by c.place, (w.source_id = c.source_id) desc, lower(w.valid) desc, w.component_id nulls first, w.source_id)
    select coalesce(b.benefit_id, nextval('benefit_ids')) as benefit_id, coalesce(b.uid, gen_random_uuid()) as uid,
           e.enrollment_id, c.entry_id, c.person_id, c.program_id, c.component_id, c.kind, c.quantity, c.unit,
           coalesce(c.amount_idr, a.due) as amount_idr,
           case when c.amount_idr is not null then 'stated' when a.due is not null then 'table' end as amount_basis,
           c.period, c.event as status,
           case when c.event in ('paid', 'cashed') then c.event_on end as paid_on,
           c.source_id, c.record_id, c.event_area_key, c.home_area_key
    from fold_benefit_claim c
    left join lateral (
      select b.benefit_id, b.uid from benefit b
      where {{of}} and upper_inf(b.recorded) and b.entry_id = c.entry_id
        and b.period = c.period and b.component_id is not distinct from c.component_id limit 1) b on true
    left join enrolled e on e.place = c.place
    left join lateral (
      select {DUE} as due from program_amount a
      where a.program_id = c.program_id and a.valid @> lower(c.period) and not upper_inf(c.period)
        and (a.component_id is null or a.component_id = c.component_id) and a.amount_idr is not null
      order by a.component_id nulls last limit 1) a on c.kind in ('money', 'service') and c.amount_idr is null
"""
OWN = "b.person_id = c.person_id"
# After a judgement a payment keeps its number, whoever is paid now.
KIN = """
    b.person_id = any (array(
      select c.person_id union all select k.other from fold_kin k where k.person_id = c.person_id))
"""
# Every event that any version of the record told, as first told; not those of a run that was taken back.
EVENTS = f"""
    select distinct on (w.benefit_id, c.event)
           w.benefit_id, w.person_id, c.event, c.event_on as happened_on, c.record_id, c.source_id,
           w.event_area_key, w.home_area_key
    from wanted_benefit w
    join claim_benefit c on c.person_id = w.person_id and c.period = w.period
    join source_record r on r.id = c.record_id and r.entry_id = w.entry_id and not {withdrawn("r")}
    order by w.benefit_id, c.event, r.version
"""


async def fold_benefits(fold: Fold) -> None:
    """Folds the benefit claims of `fold_touched` and their event logs."""
    await fold.make("fold_benefit_claim", CLAIMS)
    await fold.make("wanted_benefit", WANTED.format(of=KIN if fold.kin else OWN))
    await fold.write(benefit, "wanted_benefit", "fold_touched")
    await fold.make("wanted_event", EVENTS)
    await fold.write(benefit_event, "wanted_event", "fold_touched")
