select * from (
  select 'person:' || e.person_id || ':' || e.program_id as subject, e.person_id,
         range_merge(range_agg(e.valid)) * daterange('2017-01-01', null) as span, array_agg(distinct e.enrollment_id) as ids
  from enrollment e join family_card c on c.no_kk = e.no_kk and upper_inf(c.recorded)
  where upper_inf(e.recorded) and e.role = 'holder' and e.program_id in (select id from program where code in ('PKH', 'BPNT', 'BLT-DD', 'BST'))
    and not exists (select from membership m where m.card_id = c.card_id and m.person_id = e.person_id
      and upper_inf(m.recorded))
    and exists (select from membership m where m.card_id = c.card_id and upper_inf(m.recorded))
  group by e.person_id, e.program_id) x where not isempty(span)
