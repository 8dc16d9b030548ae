-- One NIK under several persons, of whom at least one holds a program.
select 'nik:' || b.nik as subject, b.bearers[1] as person_id, null::bigint as card_id, null::smallint as program_id,
       range_merge(range_agg(e.valid)) as span,
       jsonb_build_array(jsonb_build_object('fact', 'shared_nik', 'persons', cardinality(b.bearers))) as said,
       array_agg(distinct e.enrollment_id) as enrollment_ids, null::bigint[] as benefit_ids,
       (select array_agg(l.record_id) from (
          select (array_agg(c.record_id order by r.content_hash, r.record_key collate "C", r.occurrence))[1] as record_id
          from hub.claim_person c
          join hub.source_record r on r.id = c.record_id and {recorded[r]}
          where c.person_id = any(b.bearers) and c.nik = b.nik group by c.person_id, c.source_id) l) as record_ids,
       b.bearers as person_ids, min(e.event_area_key) as event_area_key
from (
  select s.nik, array_agg(distinct s.person_id) as bearers from hub.person_state s
  where {recorded[s]} and {niks[s]} and s.nik is not null
  group by s.nik having min(s.person_id) < max(s.person_id)) b
join hub.enrollment e on e.person_id = any(b.bearers) and {recorded[e]}
join hub.program g on g.id = e.program_id and g.code = any({p[programs]})
group by b.nik, b.bearers
