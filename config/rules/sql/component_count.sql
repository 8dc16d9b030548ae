-- A family, by family card, with more persons of one program at one time than the program allows; at risk is what was
-- given for the days on which they are too many. Days are cut where anybody begins or ends, and counted between two cuts.
with span as materialized (
  select m.card_id, e.person_id, e.program_id, e.enrollment_id, e.valid * m.valid as valid, e.event_area_key
  from hub.enrollment e
  join hub.program g on g.id = e.program_id and g.code = any({p[programs]})
  join hub.membership m on m.person_id = e.person_id and {recorded[m]} and {cards[m]} and m.valid && e.valid
  where {recorded[e]} and e.component_id is not null),
large as materialized (
  select card_id, program_id from span group by card_id, program_id having count(distinct person_id) > {p[most]}),
many as materialized (
  select s.* from large d join span s on s.card_id = d.card_id and s.program_id = d.program_id),
cut as (
  select n.*, lead(n.on_day) over (partition by n.card_id, n.program_id order by n.on_day) as next_day
  from (
    select card_id, program_id, coalesce(lower(valid), '-infinity') as on_day from many
    union select card_id, program_id, coalesce(upper(valid), 'infinity') from many) n),
full_days as (
  select c.card_id, c.program_id, daterange(nullif(c.on_day, '-infinity'), nullif(c.next_day, 'infinity')) as valid,
         count(distinct o.person_id) as persons
  from cut c
  join many o on o.card_id = c.card_id and o.program_id = c.program_id and o.valid @> c.on_day
  where c.next_day is not null
  group by c.card_id, c.program_id, c.on_day, c.next_day having count(distinct o.person_id) > {p[most]}),
crowd as materialized (
  select o.card_id, o.program_id, o.person_id, o.enrollment_id, o.event_area_key, o.valid * f.valid as valid, f.persons
  from full_days f
  join many o on o.card_id = f.card_id and o.program_id = f.program_id and o.valid && f.valid),
given as (
  select c.card_id, c.program_id, array_agg(distinct b.benefit_id) as benefit_ids
  from crowd c
  join hub.benefit b on b.enrollment_id = c.enrollment_id and {recorded[b]} and b.period && c.valid
  group by c.card_id, c.program_id)
select 'card:' || c.card_id || ':' || c.program_id as subject, min(c.person_id) as person_id, c.card_id, c.program_id,
       range_merge(range_agg(c.valid)) as span,
       jsonb_build_array(jsonb_build_object('fact', 'component_count', 'persons', max(c.persons), 'most', {p[most]}))
         as said,
       array_agg(distinct c.enrollment_id) as enrollment_ids, coalesce(g.benefit_ids, '{}') as benefit_ids,
       null::bigint[] as record_ids, array_agg(distinct c.person_id) as person_ids,
       min(c.event_area_key) as event_area_key
from crowd c
left join given g on g.card_id = c.card_id and g.program_id = c.program_id
group by c.card_id, c.program_id, g.benefit_ids
