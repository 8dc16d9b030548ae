with span as materialized (
  select m.card_id, e.person_id, e.program_id, e.enrollment_id, e.valid * m.valid as valid
  from enrollment e join membership m on m.person_id = e.person_id and upper_inf(m.recorded) and m.valid && e.valid
  where upper_inf(e.recorded) and e.component_id is not null and e.program_id in (select id from program where code in ('PKH'))),
large as materialized (select card_id, program_id from span group by 1, 2 having count(distinct person_id) > 4),
many as materialized (select s.* from large d join span s using (card_id, program_id)),
cut as (
  select card_id, program_id, day, lead(day) over (partition by card_id, program_id order by day) as next from (
    select card_id, program_id, coalesce(lower(valid), '-infinity') as day from many
    union select card_id, program_id, coalesce(upper(valid), 'infinity') from many) n),
crowd as materialized (
  select c.card_id, c.program_id, daterange(nullif(day, '-infinity'), nullif(next, 'infinity')) as valid
  from cut c join many o on o.card_id = c.card_id and o.program_id = c.program_id and o.valid @> c.day
  where next is not null group by c.card_id, c.program_id, day, next having count(distinct o.person_id) > 4),
held as materialized (
  select c.card_id, c.program_id, o.person_id, o.enrollment_id, c.valid * o.valid as valid from crowd c
  join many o on o.card_id = c.card_id and o.program_id = c.program_id and o.valid && c.valid)
select 'card:' || h.card_id || ':' || h.program_id as subject, min(h.person_id) as person_id,
       greatest(min(lower(h.valid)), '2018-01-01') as since, upper(range_merge(range_agg(h.valid))) as until,
       g.amount_idr
from held h left join (
  select card_id, program_id, sum(amount_idr)::bigint as amount_idr from (
    select distinct h.card_id, h.program_id, b.benefit_id, b.amount_idr from held h
    join benefit b on b.enrollment_id = h.enrollment_id and upper_inf(b.recorded) and b.period && h.valid) x
  group by 1, 2) g on g.card_id = h.card_id and g.program_id = h.program_id
group by h.card_id, h.program_id, g.amount_idr having range_merge(range_agg(h.valid)) && daterange('2018-01-01', null)
