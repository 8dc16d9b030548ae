-- A family, by family card, with more persons of one program at one time than the program allows.
with span as (
  select m.card_id, e.person_id, e.program_id, e.enrollment_id, e.valid * m.valid as valid, e.event_area_key
  from hub.enrollment e
  join hub.program g on g.id = e.program_id and g.code = any({p[programs]})
  join hub.membership m on m.person_id = e.person_id and {recorded[m]} and {cards[m]} and m.valid && e.valid
  where {recorded[e]} and e.component_id is not null),
crowd as (
  select a.card_id, a.program_id, o.person_id, o.enrollment_id, o.valid, o.event_area_key,
         coalesce(lower(a.valid), '-infinity') as on_day
  from (select card_id, program_id from span group by card_id, program_id
        having count(distinct person_id) > {p[most]}) d
  join span a on a.card_id = d.card_id and a.program_id = d.program_id
  join span o on o.card_id = a.card_id and o.program_id = a.program_id
       and o.valid @> coalesce(lower(a.valid), '-infinity')),
full_day as (
  select card_id, program_id, on_day, count(distinct person_id) as persons from crowd
  group by card_id, program_id, on_day having count(distinct person_id) > {p[most]})
select 'card:' || c.card_id || ':' || c.program_id as subject, min(c.person_id) as person_id, c.card_id, c.program_id,
       range_merge(range_agg(c.valid)) as span,
       jsonb_build_array(jsonb_build_object('fact', 'component_count', 'persons', max(f.persons), 'most', {p[most]}))
         as said,
       array_agg(distinct c.enrollment_id) as enrollment_ids, null::bigint[] as benefit_ids,
       null::bigint[] as record_ids, array_agg(distinct c.person_id) as person_ids,
       min(c.event_area_key) as event_area_key
from full_day f join crowd c on c.card_id = f.card_id and c.program_id = f.program_id and c.on_day = f.on_day
group by c.card_id, c.program_id
