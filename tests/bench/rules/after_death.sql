with dead as materialized (
  select * from (select distinct on (s.person_id) s.person_id, s.died_on from person_state s
    where upper_inf(s.recorded) and s.person_id in (
      select person_id from person_state where upper_inf(recorded) and died_on is not null)
    order by s.person_id, lower(s.valid) desc nulls last) d where died_on is not null),
late as (
  select d.person_id, d.died_on, e.enrollment_id, e.program_id,
         least(case when lower(e.valid) > d.died_on then lower(e.valid) end, f.first_on, l.first_on) as first_on
  from dead d join enrollment e on e.person_id = d.person_id and upper_inf(e.recorded)
  join program g on g.id = e.program_id and g.code in ('PKH', 'BPNT', 'BLT-DD', 'BST', 'PBI-JK', 'PIP', 'KUBE', 'UEP', 'RTLH')
  cross join lateral (select min(lower(b.period)) as first_on from benefit b
    where b.enrollment_id = e.enrollment_id and upper_inf(b.recorded) and lower(b.period) > d.died_on) f
  cross join lateral (select min(lower(c.period)) as first_on from claim_enrollment c
    join source_record r on r.id = c.record_id and upper_inf(r.recorded)
    left join component k on k.program_id = g.id and k.code = c.component
    where c.person_id = e.person_id and c.source_id = e.source_id and c.program = g.code
      and k.id is not distinct from e.component_id and lower(c.period) > d.died_on and c.period && e.valid) l),
hit as (
  select person_id, program_id, died_on, min(first_on) as since, array_agg(enrollment_id) as ids from late
  where first_on is not null group by person_id, program_id, died_on)
select 'person:' || h.person_id || ':' || h.program_id as subject, h.person_id, greatest(h.since, '2017-01-01') as since,
       null::date as until,
       (select sum(b.amount_idr)::bigint from benefit b where b.enrollment_id = any(h.ids) and upper_inf(b.recorded)
        and lower(b.period) > h.died_on) as amount_idr
from hit h
