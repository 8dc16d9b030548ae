-- A row of a list that names no usable family card, for the days that it tells, and a row of any source that states a
-- number which is none, of whoever holds one of the programs. Each row counts, also where a later one came right.
with unusable as materialized (
  select c.person_id, c.record_id, c.mention_id, c.source_id, c.no_kk_grade
  from hub.claim_person c where c.no_kk_grade <= {p[grade]} and {touched[c]}),
listed as materialized (
  select u.*, g.id as program_id, l.period
  from unusable u join hub.claim_enrollment l on l.record_id = u.record_id and l.mention_id = u.mention_id
  join hub.program g on g.code = l.program),
stated as (
  select e.person_id, e.program_id, e.valid * l.period as valid, e.enrollment_id, e.event_area_key, l.record_id,
         l.source_id, l.no_kk_grade
  from listed l
  join hub.enrollment e on e.person_id = l.person_id and e.source_id = l.source_id and e.program_id = l.program_id
       and e.valid && l.period and {recorded[e]}
  union all
  select e.person_id, e.program_id, e.valid, e.enrollment_id, e.event_area_key, u.record_id, u.source_id, u.no_kk_grade
  from unusable u join hub.enrollment e on e.person_id = u.person_id and {recorded[e]}
  where u.no_kk_grade = {p[grade]})
select 'person:' || s.person_id || ':' || s.program_id as subject, s.person_id, null::bigint as card_id, s.program_id,
       range_merge(range_agg(s.valid)) as span,
       jsonb_agg(distinct jsonb_build_object('fact', 'no_kk', 'source', o.code, 'grade', s.no_kk_grade)) as said,
       array_agg(distinct s.enrollment_id) as enrollment_ids, null::bigint[] as benefit_ids,
       array_agg(distinct s.record_id) as record_ids, array_agg(distinct s.person_id) as person_ids,
       min(s.event_area_key) as event_area_key
from stated s join hub.source o on o.id = s.source_id
join hub.program g on g.id = s.program_id and g.code = any({p[programs]})
join hub.source_record r on r.id = s.record_id and {recorded[r]}
group by s.person_id, s.program_id
