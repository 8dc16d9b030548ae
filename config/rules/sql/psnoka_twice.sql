-- One number of the health insurance billed more than once for one month.
with bill as (
  select i.value, i.valid, i.person_id, i.record_id, r.entry_id, i.event_area_key
  from hub.claim_identifier i
  join hub.source_record r on r.id = i.record_id and {recorded[r]}
  join hub.source o on o.id = i.source_id and o.code = any({p[sources]})
  where i.scheme = {p[scheme]} and i.valid is not null and i.person_id is not null
    and i.value in (select t.value from hub.claim_identifier t where t.scheme = {p[scheme]} and {touched[t]})),
twice as (
  select value, valid, count(distinct entry_id) as bills from bill group by value, valid
  having count(distinct entry_id) > 1)
select 'psnoka:' || b.value as subject, min(b.person_id) as person_id, null::bigint as card_id,
       (select g.id from hub.program g where g.code = {p[program]}) as program_id,
       range_merge(range_agg(b.valid)) as span,
       jsonb_agg(distinct jsonb_build_object('fact', 'billed_twice', 'from', lower(b.valid), 'to', upper(b.valid),
         'bills', t.bills)) as said,
       null::bigint[] as enrollment_ids,
       coalesce((select array_agg(distinct f.benefit_id) from hub.benefit f
         where f.person_id = any(array_agg(b.person_id)) and {recorded[f]}
           and f.program_id = (select g.id from hub.program g where g.code = {p[program]})
           and f.period && range_merge(range_agg(b.valid))), '{}') as benefit_ids,
       array_agg(distinct b.record_id) as record_ids, array_agg(distinct b.person_id) as person_ids,
       min(b.event_area_key) as event_area_key
from twice t join bill b on b.value = t.value and b.valid = t.valid
group by b.value
