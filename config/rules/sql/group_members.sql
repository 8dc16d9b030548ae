-- A group that has another number of members than its program asks for, or members whom the program does not serve.
select 'group:' || g.group_id as subject, coalesce(min(m.person_id) filter (where m.role = 'chair'), min(m.person_id))
         as person_id,
       null::bigint as card_id, g.program_id, range_merge(range_agg(g.valid)) as span,
       jsonb_build_array(jsonb_build_object('fact', 'group', 'kind', g.kind, 'members', count(distinct m.person_id),
         'stated', max(g.size), 'others', count(distinct m.person_id) filter (where s.sex <> {p[sex]}))) as said,
       array_agg(distinct e.enrollment_id) filter (where e.enrollment_id is not null) as enrollment_ids,
       null::bigint[] as benefit_ids, array_agg(distinct g.record_id) as record_ids,
       array_agg(distinct m.person_id) as person_ids, min(g.event_area_key) as event_area_key
from hub.social_group g
join hub.program w on w.id = g.program_id and w.code = any({p[programs]})
join hub.group_member m on m.group_id = g.group_id and {recorded[m]} and m.valid && g.valid
left join lateral (
  select t.sex from hub.person_state t where t.person_id = m.person_id and {recorded[t]}
  order by lower(t.valid) desc nulls last limit 1) s on true
left join hub.enrollment e on e.person_id = m.person_id and {recorded[e]} and e.program_id = g.program_id
     and e.number = g.number and e.valid && g.valid
where {recorded[g]} and g.group_id in (select t.group_id from hub.group_member t where {touched[t]})
group by g.group_id, g.program_id, g.kind
having count(distinct m.person_id) <> all({p[sizes]})
    or {p[sex]} <> '' and count(distinct m.person_id) filter (where s.sex <> {p[sex]}) > 0
