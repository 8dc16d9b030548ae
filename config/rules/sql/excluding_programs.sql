-- A family, by family card, with two programs that exclude each other on the same days; at risk is what the program
-- gives that says so. Every card with what its members hold, as lists side by side, so that pairs are sought within
-- each card alone.
with pair as materialized (
  select a.id as program_a, b.id as program_b, y.id as program_by, x.unit, x.legal_basis,
         daterange(x."from", x."to") as valid
  from jsonb_to_recordset({p[exclusions]}) as x(a text, b text, by text, unit text, "from" date, "to" date, legal_basis text)
  join hub.program a on a.code = x.a join hub.program b on b.code = x.b join hub.program y on y.code = x.by),
card as materialized (
  select m.card_id, array_agg(e.person_id) as persons, array_agg(e.program_id) as programs,
         array_agg(e.valid * m.valid) as spans, array_agg(e.enrollment_id) as enrollments,
         array_agg(e.event_area_key) as areas
  from hub.enrollment e
  join hub.membership m on m.person_id = e.person_id and {recorded[m]} and {cards[m]} and m.valid && e.valid
  where {recorded[e]} and e.program_id in (select program_a from pair union select program_b from pair)
  group by m.card_id having min(e.program_id) < max(e.program_id)),
hit as (
  select c.card_id, x.program_a, x.program_b, x.program_by, x.unit, min(x.legal_basis) as legal_basis,
         range_merge(range_agg(a.span * b.span * x.valid)) as span, min(least(a.person_id, b.person_id)) as person_id,
         array_agg(a.enrollment_id) || array_agg(b.enrollment_id) as enrollment_ids,
         array_agg(a.person_id) || array_agg(b.person_id) as person_ids,
         min(least(a.area_key, b.area_key)) as event_area_key
  from card c
  cross join lateral unnest(c.persons, c.programs, c.spans, c.enrollments, c.areas)
    a(person_id, program_id, span, enrollment_id, area_key)
  join pair x on x.program_a = a.program_id
  join lateral unnest(c.persons, c.programs, c.spans, c.enrollments, c.areas)
    b(person_id, program_id, span, enrollment_id, area_key) on b.program_id = x.program_b and b.span && a.span
  where a.span * b.span && x.valid and (x.unit = 'family' or b.person_id = a.person_id)
  group by c.card_id, x.program_a, x.program_b, x.program_by, x.unit)
select concat_ws(':', 'card', h.card_id, h.program_a, h.program_b, h.unit) as subject, h.person_id, h.card_id,
       h.program_by as program_id, h.span,
       jsonb_build_array(jsonb_build_object('fact', 'excluding_programs', 'unit', h.unit, 'legal_basis', h.legal_basis,
         'programs', (select jsonb_agg(g.code order by g.id) from hub.program g where g.id in (h.program_a, h.program_b)))
       ) as said,
       h.enrollment_ids,
       array(select b.benefit_id from hub.benefit b where b.enrollment_id = any(h.enrollment_ids) and {recorded[b]}
         and b.program_id = h.program_by and b.period && h.span) as benefit_ids,
       null::bigint[] as record_ids, h.person_ids, h.event_area_key
from hit h
