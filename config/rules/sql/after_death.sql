-- A program, or benefits of it, for periods that begin after the person's death. Lists that touch are one enrollment,
-- which then may have begun in life, so the periods of the lists are looked at one by one.
-- Whoever is told as alive again by the latest of his states is not dead.
with latest as (
  select distinct on (s.person_id) s.person_id, s.died_on, s.event_area_key
  from hub.person_state s
  where {recorded[s]} and {touched[s]}
  order by s.person_id, lower(s.valid) desc nulls last),
dead as (
  select s.*, (select (min(lower(t.recorded)) at time zone 'Asia/Jakarta')::date from hub.person_state t
               where t.person_id = s.person_id and t.died_on is not null and {told[t]}) as known_on
  from latest s where s.died_on is not null),
late as (
  select s.*, e.enrollment_id, e.program_id, e.event_area_key as listed_in,
         least(case when lower(e.valid) > s.died_on then lower(e.valid) end, f.first_on, l.first_on) as first_on
  from dead s
  join hub.enrollment e on e.person_id = s.person_id and {recorded[e]}
  join hub.program g on g.id = e.program_id and g.code = any({p[programs]})
  cross join lateral (
    select min(lower(b.period)) as first_on from hub.benefit b
    where b.enrollment_id = e.enrollment_id and {recorded[b]} and lower(b.period) > s.died_on) f
  cross join lateral (
    select min(lower(c.period)) as first_on from hub.claim_enrollment c
    join hub.source_record r on r.id = c.record_id and {recorded[r]}
    left join hub.component k on k.program_id = g.id and k.code = c.component
    where c.person_id = e.person_id and c.source_id = e.source_id and c.program = g.code
      and k.id is not distinct from e.component_id and lower(c.period) > s.died_on and c.period && e.valid) l
  where lower(e.valid) > s.died_on or f.first_on is not null or l.first_on is not null),
person as (
  select t.person_id, t.program_id, t.died_on, t.known_on, min(t.first_on) as first_on,
         array_agg(distinct t.enrollment_id) as enrollment_ids, min(t.listed_in) as listed_in
  from late t group by t.person_id, t.program_id, t.died_on, t.known_on)
select 'person:' || t.person_id || ':' || t.program_id as subject, t.person_id, null::bigint as card_id, t.program_id,
       daterange(t.first_on, null) as span,
       jsonb_build_array(jsonb_build_object('fact', 'died', 'died_on', t.died_on, 'known_on', t.known_on,
         'paid_knowing', b.paid_knowing)) as said,
       t.enrollment_ids, coalesce(b.benefit_ids, '{}') as benefit_ids,
       (select array_agg(distinct c.record_id) from hub.claim_person c
        join hub.source_record r on r.id = c.record_id and {recorded[r]}
        where c.person_id = t.person_id and c.vital = 'meninggal') as record_ids,
       array[t.person_id] as person_ids, t.listed_in as event_area_key
from person t
left join lateral (
  select array_agg(b.benefit_id) as benefit_ids, sum(b.amount_idr) filter (where b.paid_on >= t.known_on) as paid_knowing
  from hub.benefit b
  where b.enrollment_id = any(t.enrollment_ids) and {recorded[b]} and lower(b.period) > t.died_on) b on true
