-- One family of today's card whom a list that has a row a family pays under two numbers of family cards.
with paid as (
  select m.card_id, b.benefit_id, b.enrollment_id, b.person_id, b.program_id, b.period, b.record_id, b.event_area_key,
         c.no_kk
  from hub.benefit b
  join hub.program g on g.id = b.program_id and g.code = any({p[programs]})
  join hub.claim_enrollment c on c.record_id = b.record_id and c.person_id = b.person_id and c.no_kk is not null
  join hub.membership m on m.person_id = b.person_id and {recorded[m]} and {cards[m]} and m.valid && b.period
  where {recorded[b]})
select 'card:' || a.card_id || ':' || a.program_id as subject, min(a.person_id) as person_id, a.card_id, a.program_id,
       range_merge(range_agg(a.period * b.period)) as span,
       jsonb_build_array(jsonb_build_object('fact', 'two_cards', 'cards', count(distinct a.no_kk),
         'persons', count(distinct a.person_id))) as said,
       array_agg(distinct a.enrollment_id) filter (where a.enrollment_id is not null) as enrollment_ids,
       array_agg(distinct a.benefit_id) filter (where a.no_kk > b.no_kk) as benefit_ids,
       array_agg(distinct a.record_id) as record_ids, array_agg(distinct a.person_id) as person_ids,
       min(a.event_area_key) as event_area_key
from (select card_id, program_id from paid group by card_id, program_id having min(no_kk) < max(no_kk)) d
join paid a on a.card_id = d.card_id and a.program_id = d.program_id
join paid b on b.card_id = d.card_id and b.program_id = d.program_id and b.no_kk <> a.no_kk and b.period && a.period
group by a.card_id, a.program_id
