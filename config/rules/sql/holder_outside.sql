-- A holder listed with the number of a family card that others stand on, and on which he himself never stood.
select 'person:' || e.person_id || ':' || e.program_id as subject, e.person_id, null::bigint as card_id, e.program_id,
       range_merge(range_agg(e.valid)) as span,
       jsonb_build_array(jsonb_build_object('fact', 'holder_outside', 'members', max(n.members))) as said,
       array_agg(distinct e.enrollment_id) as enrollment_ids, null::bigint[] as benefit_ids,
       null::bigint[] as record_ids, array_agg(distinct e.person_id) as person_ids,
       min(e.event_area_key) as event_area_key
from hub.enrollment e
join hub.program g on g.id = e.program_id and g.code = any({p[programs]})
join hub.family_card c on c.no_kk = e.no_kk and {recorded[c]}
cross join lateral (
  select count(distinct m.person_id) as members, bool_or(m.person_id = e.person_id) as stands
  from hub.membership m where m.card_id = c.card_id and {recorded[m]}) n
where {recorded[e]} and {touched[e]} and e.role = 'holder' and n.members > 0 and not n.stands
group by e.person_id, e.program_id
