with pair as materialized (
  select a.id as program_a, b.id as program_b, y.id as program_by, x.unit, daterange(x."from", x."to") as valid
  from jsonb_to_recordset(cast(:exclusions as jsonb)) as x(a text, b text, by text, unit text, "from" date, "to" date)
  join program a on a.code = x.a join program b on b.code = x.b join program y on y.code = x.by),
card as materialized (
  select m.card_id, array_agg(e.person_id) as persons, array_agg(e.program_id) as programs,
         array_agg(e.valid * m.valid) as spans, array_agg(e.enrollment_id) as ids
  from enrollment e join membership m on m.person_id = e.person_id and upper_inf(m.recorded) and m.valid && e.valid
  where upper_inf(e.recorded) and e.program_id in (select program_a from pair union select program_b from pair)
  group by m.card_id having min(e.program_id) < max(e.program_id)),
hit as materialized (
  select concat_ws(':', 'card', c.card_id, x.program_a, x.program_b, x.unit) as subject, x.program_by,
         min(least(a.person_id, b.person_id)) as person_id,
         range_merge(range_agg(a.span * b.span * x.valid)) * daterange('2017-01-01', null) as span,
         array_agg(a.id) || array_agg(b.id) as ids
  from card c
  cross join lateral unnest(c.persons, c.programs, c.spans, c.ids) a(person_id, program_id, span, id)
  join pair x on x.program_a = a.program_id
  join lateral unnest(c.persons, c.programs, c.spans, c.ids) b(person_id, program_id, span, id)
    on b.program_id = x.program_b and b.span && a.span
  where a.span * b.span && x.valid and (x.unit = 'family' or b.person_id = a.person_id)
  group by c.card_id, x.program_a, x.program_b, x.program_by, x.unit)
select h.subject, h.person_id, lower(h.span) as since, upper(h.span) as until,
       (select sum(b.amount_idr)::bigint from benefit b where b.enrollment_id = any(h.ids) and upper_inf(b.recorded)
        and b.program_id = h.program_by and b.period && h.span) as amount_idr
from hit h where not isempty(h.span)
