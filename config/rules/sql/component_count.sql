-- A family, by family card, with more persons of one program, or of two together, at one time than these allow; at risk
-- is what was given for the days on which they are too many. Where a program has components, who bears none is not counted.
-- Days are cut where anybody begins or ends, and counted between two cuts.
with cap as materialized (
  select a.id as program_a, b.id as program_b, y.id as program_by, x.at_most, x.legal_basis,
         daterange(x."from", x."to") as valid
  from jsonb_to_recordset({p[caps]}) as x(a text, b text, by text, at_most integer, "from" date, "to" date, legal_basis text)
  join hub.program a on a.code = x.a join hub.program b on b.code = x.b join hub.program y on y.code = x.by),
span as materialized (
  select m.card_id, c.program_a, c.program_b, c.program_by, c.at_most, c.legal_basis, e.person_id, e.enrollment_id,
         e.valid * m.valid * c.valid as valid, e.event_area_key
  from cap c
  join hub.enrollment e on e.program_id in (c.program_a, c.program_b) and {recorded[e]} and e.valid && c.valid
  join hub.membership m on m.person_id = e.person_id and {recorded[m]} and {cards[m]} and m.valid && (e.valid * c.valid)
  where e.component_id is not null or not exists (select from hub.component k where k.program_id = e.program_id)),
large as materialized (
  select card_id, program_a, program_b from span
  group by card_id, program_a, program_b, at_most having count(distinct person_id) > at_most),
many as materialized (
  select s.* from large d
  join span s on s.card_id = d.card_id and s.program_a = d.program_a and s.program_b = d.program_b),
cut as (
  select n.*, lead(n.on_day) over (partition by n.card_id, n.program_a, n.program_b order by n.on_day) as next_day
  from (
    select card_id, program_a, program_b, coalesce(lower(valid), '-infinity') as on_day from many
    union select card_id, program_a, program_b, coalesce(upper(valid), 'infinity') from many) n),
full_days as (
  select c.card_id, c.program_a, c.program_b, o.at_most,
         daterange(nullif(c.on_day, '-infinity'), nullif(c.next_day, 'infinity')) as valid,
         count(distinct o.person_id) as persons
  from cut c
  join many o on o.card_id = c.card_id and o.program_a = c.program_a and o.program_b = c.program_b
    and o.valid @> c.on_day
  where c.next_day is not null
  group by c.card_id, c.program_a, c.program_b, o.at_most, c.on_day, c.next_day
  having count(distinct o.person_id) > o.at_most),
crowd as materialized (
  select o.card_id, o.program_a, o.program_b, o.program_by, o.at_most, o.legal_basis, o.person_id, o.enrollment_id,
         o.event_area_key, o.valid * f.valid as valid, f.persons
  from full_days f
  join many o on o.card_id = f.card_id and o.program_a = f.program_a and o.program_b = f.program_b
    and o.at_most = f.at_most and o.valid && f.valid),
given as (
  select c.card_id, c.program_a, c.program_b, array_agg(distinct b.benefit_id) as benefit_ids
  from crowd c
  join hub.benefit b on b.enrollment_id = c.enrollment_id and {recorded[b]} and b.period && c.valid
  group by c.card_id, c.program_a, c.program_b)
select concat_ws(':', 'card', c.card_id, c.program_a, nullif(c.program_b, c.program_a)) as subject,
       min(c.person_id) as person_id, c.card_id, min(c.program_by) as program_id,
       range_merge(range_agg(c.valid)) as span,
       jsonb_build_array(jsonb_strip_nulls(jsonb_build_object('fact', 'component_count', 'persons', max(c.persons),
         'most', min(c.at_most), 'legal_basis', min(c.legal_basis)))) as said,
       array_agg(distinct c.enrollment_id) as enrollment_ids, coalesce(g.benefit_ids, '{}') as benefit_ids,
       null::bigint[] as record_ids, array_agg(distinct c.person_id) as person_ids,
       min(c.event_area_key) as event_area_key
from crowd c
left join given g on g.card_id = c.card_id and g.program_a = c.program_a and g.program_b = c.program_b
group by c.card_id, c.program_a, c.program_b, g.benefit_ids
