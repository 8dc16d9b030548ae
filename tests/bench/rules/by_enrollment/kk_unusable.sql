select * from (
  select 'person:' || s.person_id || ':' || s.program_id as subject, s.person_id,
         range_merge(range_agg(s.valid)) * daterange('2017-01-01', null) as span, array_agg(distinct s.enrollment_id) as ids
  from (
    select e.person_id, e.program_id, e.enrollment_id, e.valid * l.period as valid
    from claim_person c join source_record r on r.id = c.record_id and upper_inf(r.recorded)
    join claim_enrollment l on l.record_id = c.record_id and l.mention_id = c.mention_id
    join program g on g.code = l.program
    join enrollment e on e.person_id = l.person_id and upper_inf(e.recorded) and e.program_id = g.id
      and e.source_id = l.source_id and e.valid && l.period
    where c.no_kk_grade <= 1
    union all
    select e.person_id, e.program_id, e.enrollment_id, e.valid
    from claim_person c join source_record r on r.id = c.record_id and upper_inf(r.recorded)
    join enrollment e on e.person_id = c.person_id and upper_inf(e.recorded)
    where c.no_kk_grade = 1) s
  where s.program_id in (select id from program where code in ('PKH', 'BPNT', 'BLT-DD', 'BST', 'PBI-JK', 'RASTRA', 'KKS', 'KUBE', 'UEP', 'RTLH'))
  group by s.person_id, s.program_id) x where not isempty(span)
