-- One NIK of several persons who hold one program on the same days.
select 'nik:' || b.nik || ':' || e.program_id as subject, min(e.person_id) as person_id, null::bigint as card_id,
       e.program_id, range_merge(range_agg(e.valid * o.valid)) as span,
       jsonb_build_array(jsonb_build_object('fact', 'shared_nik', 'persons', count(distinct e.person_id))) as said,
       array_agg(distinct e.enrollment_id) as enrollment_ids, null::bigint[] as benefit_ids,
       null::bigint[] as record_ids, array_agg(distinct e.person_id) as person_ids,
       min(e.event_area_key) as event_area_key
from (
  select s.nik, array_agg(distinct s.person_id) as bearers from hub.person_state s
  where {recorded[s]} and {niks[s]} and s.nik is not null
  group by s.nik having min(s.person_id) < max(s.person_id)) b
join hub.enrollment e on e.person_id = any(b.bearers) and {recorded[e]}
join hub.program g on g.id = e.program_id and g.code = any({p[programs]})
join hub.enrollment o on o.person_id = any(b.bearers) and {recorded[o]} and o.program_id = e.program_id
     and o.person_id <> e.person_id and o.valid && e.valid
group by b.nik, e.program_id
