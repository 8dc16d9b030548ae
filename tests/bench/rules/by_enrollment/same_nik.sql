select * from (
  select 'nik:' || b.nik || ':' || e.program_id as subject, min(e.person_id) as person_id,
         range_merge(range_agg(e.valid * o.valid)) * daterange('2017-01-01', null) as span, array_agg(distinct e.enrollment_id) as ids
  from (select nik, array_agg(distinct person_id) as bearers from person_state where upper_inf(recorded) and nik is not null group by nik having min(person_id) < max(person_id)) b join enrollment e on e.person_id = any(b.bearers) and upper_inf(e.recorded)
  join enrollment o on o.person_id = any(b.bearers) and upper_inf(o.recorded) and o.program_id = e.program_id
    and o.person_id <> e.person_id and o.valid && e.valid
  where e.program_id in (select id from program where code in ('PKH', 'BPNT', 'BLT-DD', 'BST', 'PBI-JK', 'PIP', 'KUBE', 'UEP', 'RTLH')) group by b.nik, e.program_id) x where not isempty(span)
