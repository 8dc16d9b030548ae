with bill as materialized (
  select i.value, i.valid, i.person_id, r.entry_id from claim_identifier i
  join source_record r on r.id = i.record_id and upper_inf(r.recorded)
  where i.scheme = 'psnoka_bpjs' and i.valid is not null and i.person_id is not null
    and i.source_id in (select id from source where code = 'bpjs_segments')),
hit as materialized (
  select b.value, array_agg(distinct b.person_id) as persons, range_merge(range_agg(b.valid)) as span
  from bill b join (select value, valid from bill group by 1, 2 having count(distinct entry_id) > 1) t
    using (value, valid) group by b.value)
select 'psnoka:' || h.value as subject, h.persons[1] as person_id, greatest(lower(h.span), '2020-01-01') as since,
       upper(h.span) as until,
       (select sum(f.amount_idr)::bigint from benefit f where f.person_id = any(h.persons) and upper_inf(f.recorded)
        and f.program_id in (select id from program where code in ('PBI-JK')) and f.period && h.span) as amount_idr
from hit h where h.span && daterange('2020-01-01', null)
