with hit as materialized (
select * from (
  select 'nik:' || b.nik as subject, b.bearers[1] as person_id, range_merge(range_agg(e.valid)) * daterange('2017-01-01', null) as span,
         array_agg(distinct e.enrollment_id) as ids
  from (select nik, array_agg(distinct person_id) as bearers from person_state where upper_inf(recorded) and nik is not null group by nik having min(person_id) < max(person_id)) b join enrollment e on e.person_id = any(b.bearers) and upper_inf(e.recorded)
  where e.program_id in (select id from program where code in ('PKH', 'BPNT', 'BLT-DD', 'BST', 'PBI-JK', 'PIP', 'KUBE', 'UEP', 'RTLH')) group by b.nik, b.bearers) x where not isempty(span)),
money as (
  select h.subject, sum(b.amount_idr)::bigint as amount_idr
  from (select subject, span, unnest(ids) as id from hit) h
  join benefit b on b.enrollment_id = h.id and upper_inf(b.recorded) and b.period && h.span
  group by h.subject)
select h.subject, h.person_id, lower(h.span) as since, upper(h.span) as until, m.amount_idr
from hit h left join money m on m.subject = h.subject
