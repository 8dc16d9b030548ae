-- A row of a list that names no usable family card where the program is given to families.
select 'person:' || e.person_id || ':' || e.program_id as subject, e.person_id, null::bigint as card_id, e.program_id,
       range_merge(range_agg(e.valid)) as span,
       jsonb_build_array(jsonb_build_object('fact', 'no_kk', 'grade', min(c.no_kk_grade))) as said,
       array_agg(distinct e.enrollment_id) as enrollment_ids, null::bigint[] as benefit_ids,
       null::bigint[] as record_ids, array_agg(distinct e.person_id) as person_ids,
       min(e.event_area_key) as event_area_key
from hub.enrollment e
join hub.program g on g.id = e.program_id and g.code = any({p[programs]})
join hub.claim_person c on c.record_id = e.record_id and c.person_id = e.person_id and c.no_kk_grade <= {p[grade]}
where {recorded[e]} and {touched[e]} and e.no_kk is null
group by e.person_id, e.program_id
