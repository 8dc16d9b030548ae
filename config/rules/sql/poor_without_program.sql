-- A family in the poorest desil of the latest edition in which nobody holds any of the programs while the rank holds.
with rank as (
  select m.card_id, s.valid, s.edition, s.desil, s.record_id, s.event_area_key
  from hub.score s join hub.membership m on m.person_id = s.person_id and {recorded[m]} and {cards[m]} and m.valid && s.valid
  where {recorded[s]} and s.register = {p[register]} and s.desil is not null
  union all
  select c.card_id, s.valid, s.edition, s.desil, s.record_id, s.event_area_key
  from hub.score s join hub.family_card c on c.no_kk = s.unit_number and {recorded[c]} and {cards[c]}
  where {recorded[s]} and s.register = {p[register]} and s.desil is not null and s.person_id is null and s.unit = 'family'),
latest as (
  select distinct on (card_id) card_id, valid, edition, desil, record_ids, event_area_key
  from (select card_id, valid, edition, desil, array_agg(record_id) as record_ids, min(event_area_key) as event_area_key
        from rank group by card_id, valid, edition, desil) r
  order by card_id, lower(valid) desc nulls last, edition desc, desil),
member as materialized (
  select l.*, m.person_id, m.relation from latest l
  join hub.membership m on m.card_id = l.card_id and {recorded[m]} and m.valid && l.valid where l.desil <= {p[most]})
select 'card:' || l.card_id as subject, coalesce(min(l.person_id) filter (where l.relation = '1'), min(l.person_id))
         as person_id,
       l.card_id, null::smallint as program_id, l.valid as span,
       jsonb_build_array(jsonb_build_object('fact', 'poor_without_program', 'register', {p[register]},
         'edition', l.edition, 'desil', l.desil, 'members', count(distinct l.person_id))) as said,
       null::bigint[] as enrollment_ids, null::bigint[] as benefit_ids, l.record_ids,
       array_agg(distinct l.person_id) as person_ids, l.event_area_key
from member l
where l.card_id not in (
  select t.card_id from member t join hub.enrollment e on e.person_id = t.person_id and {recorded[e]} and e.valid && t.valid
  join hub.program g on g.id = e.program_id and g.code = any({p[programs]}))
group by l.card_id, l.valid, l.edition, l.desil, l.record_ids, l.event_area_key
