-- Two persons of one family card as recipients of one program that a family is given once, in one list on the same days;
-- at risk is what all but the first of the rows give.
with held as (
  select m.card_id, e.person_id, e.program_id, e.source_id, e.enrollment_id, e.valid * m.valid as valid,
         e.event_area_key, (r.content_hash, r.record_key collate "C", r.occurrence) as place
  from hub.enrollment e
  join hub.program g on g.id = e.program_id and g.code = any({p[programs]})
  join hub.membership m on m.person_id = e.person_id and {recorded[m]} and {cards[m]} and m.valid && e.valid
  join hub.source_record r on r.id = e.record_id
  where {recorded[e]} and e.role = 'holder')
select 'card:' || a.card_id || ':' || a.program_id as subject, min(a.person_id) as person_id, a.card_id, a.program_id,
       range_merge(range_agg(a.valid * b.valid)) as span,
       jsonb_build_array(jsonb_build_object('fact', 'family_twice', 'persons', count(distinct a.person_id))) as said,
       array_agg(distinct a.enrollment_id) as enrollment_ids,
       coalesce(array_agg(distinct t.benefit_id) filter (where t.benefit_id is not null), '{}') as benefit_ids,
       null::bigint[] as record_ids, array_agg(distinct a.person_id) as person_ids,
       min(a.event_area_key) as event_area_key
from (select card_id, program_id, source_id from held group by card_id, program_id, source_id
      having min(person_id) < max(person_id)) d
join held a on a.card_id = d.card_id and a.program_id = d.program_id and a.source_id = d.source_id
join held b on b.card_id = d.card_id and b.program_id = d.program_id and b.source_id = d.source_id
     and b.person_id <> a.person_id and b.valid && a.valid
left join hub.benefit t on t.enrollment_id = a.enrollment_id and {recorded[t]} and t.period && (a.valid * b.valid)
     and b.place < a.place
group by a.card_id, a.program_id
