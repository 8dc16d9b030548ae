-- A row of a list that names no usable family card, for the days that it tells, and a row of any source that states a
-- number which is none, of whoever holds one of the programs. Each row counts, also where a later one came right.
with held as (
  select e.*, g.code as program
  from hub.enrollment e join hub.program g on g.id = e.program_id and g.code = any({p[programs]})
  where {recorded[e]} and {touched[e]}),
stated as (
  select e.person_id, e.program_id, e.valid * l.period as valid, e.enrollment_id, e.event_area_key, c.record_id,
         c.source_id, c.no_kk_grade
  from held e
  join hub.claim_enrollment l on l.person_id = e.person_id and l.source_id = e.source_id and l.program = e.program
       and l.period && e.valid
  join hub.claim_person c on c.record_id = l.record_id and c.mention_id = l.mention_id and c.no_kk_grade <= {p[grade]}
  join hub.source_record r on r.id = c.record_id and {recorded[r]}
  union all
  select e.person_id, e.program_id, e.valid, e.enrollment_id, e.event_area_key, c.record_id, c.source_id, c.no_kk_grade
  from held e
  join hub.claim_person c on c.person_id = e.person_id and c.no_kk_grade = {p[grade]}
  join hub.source_record r on r.id = c.record_id and {recorded[r]})
select 'person:' || s.person_id || ':' || s.program_id as subject, s.person_id, null::bigint as card_id, s.program_id,
       range_merge(range_agg(s.valid)) as span,
       jsonb_agg(distinct jsonb_build_object('fact', 'no_kk', 'source', o.code, 'grade', s.no_kk_grade)) as said,
       array_agg(distinct s.enrollment_id) as enrollment_ids, null::bigint[] as benefit_ids,
       array_agg(distinct s.record_id) as record_ids, array_agg(distinct s.person_id) as person_ids,
       min(s.event_area_key) as event_area_key
from stated s join hub.source o on o.id = s.source_id
group by s.person_id, s.program_id
