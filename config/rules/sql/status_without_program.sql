-- A person with a status of which some program should know, in whose family, by family card, nobody holds any of the
-- programs while the status lasts.
with borne as (
  select s.person_id, s.valid, s.scheme, s.code, s.record_id, s.event_area_key from hub.status s
  where {recorded[s]} and {touched[s]} and s.person_id is not null and s.scheme = {p[scheme]} and s.code = any({p[codes]})),
relative as (
  select b.person_id, n.person_id as other, b.valid * m.valid * n.valid as valid
  from borne b
  join hub.membership m on m.person_id = b.person_id and {recorded[m]} and m.valid && b.valid
  join hub.membership n on n.card_id = m.card_id and {recorded[n]} and n.valid && (b.valid * m.valid)
  union select b.person_id, b.person_id, b.valid from borne b),
served as (
  select t.person_id from relative t
  join hub.enrollment e on e.person_id = t.other and {recorded[e]} and e.valid && t.valid
  join hub.program g on g.id = e.program_id and g.code = any({p[programs]}))
select 'person:' || b.person_id as subject, b.person_id, null::bigint as card_id, null::smallint as program_id,
       range_merge(range_agg(b.valid)) as span,
       jsonb_agg(distinct jsonb_build_object('fact', 'status', 'scheme', b.scheme, 'code', b.code,
         'from', lower(b.valid), 'to', upper(b.valid))) as said,
       null::bigint[] as enrollment_ids, null::bigint[] as benefit_ids, array_agg(distinct b.record_id) as record_ids,
       array_agg(distinct b.person_id) as person_ids, min(b.event_area_key) as event_area_key
from borne b
where b.person_id not in (select person_id from served)
group by b.person_id
