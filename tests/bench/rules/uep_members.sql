with hit as materialized (
  select 'group:' || g.group_id as subject, g.program_id,
         coalesce(min(m.person_id) filter (where m.role = 'chair'), min(m.person_id)) as person_id,
         range_merge(range_agg(g.valid)) * daterange('2017-01-01', null) as span,
         array_agg(distinct e.enrollment_id) as ids
  from social_group g
  join group_member m on m.group_id = g.group_id and upper_inf(m.recorded) and m.valid && g.valid
  left join lateral (select t.sex from person_state t where t.person_id = m.person_id and upper_inf(t.recorded)
    order by lower(t.valid) desc nulls last limit 1) s on true
  left join enrollment e on e.person_id = m.person_id and upper_inf(e.recorded) and e.program_id = g.program_id
    and e.number = g.number and e.valid && g.valid
  where upper_inf(g.recorded) and g.program_id in (select id from program where code in ('UEP'))
  group by g.group_id, g.program_id
  having count(distinct m.person_id) not in (1, 5) or count(distinct m.person_id) filter (where s.sex <> 'P') > 0)
select h.subject, h.person_id, lower(h.span) as since, upper(h.span) as until,
       (select sum(b.amount_idr)::bigint from benefit b where b.enrollment_id = any(h.ids)
        and upper_inf(b.recorded) and b.period && h.span) as amount_idr
from hit h
