-- A stated amount of money that is not what the decree gives for its component, day and months, nor one of the shares
-- of it (in percent) that its own program pays beside the whole.
with due as materialized (
  select g.id as program_id, k.id as component_id, daterange(a."from", a."to") as valid, a.amount_idr, a.per
  from jsonb_to_recordset({p[amounts]})
    as a(program text, component text, "from" date, "to" date, amount_idr bigint, per text)
  join hub.program g on g.code = a.program and g.code = any({p[programs]})
  left join hub.component k on k.program_id = g.id and k.code = a.component
  where a.amount_idr is not null)
select 'person:' || b.person_id || ':' || b.program_id as subject, b.person_id, null::bigint as card_id, b.program_id,
       range_merge(range_agg(b.period)) as span,
       jsonb_agg(distinct jsonb_build_object('fact', 'amount', 'stated', b.amount_idr, 'due', d.due,
         'from', lower(b.period), 'to', upper(b.period))) as said,
       array_agg(distinct b.enrollment_id) filter (where b.enrollment_id is not null) as enrollment_ids,
       array_agg(distinct b.benefit_id) as benefit_ids, null::bigint[] as record_ids,
       array_agg(distinct b.person_id) as person_ids, min(b.event_area_key) as event_area_key
from hub.benefit b
cross join lateral (
  select round(case a.per when 'month' then a.amount_idr * m.months when 'quarter' then a.amount_idr * m.months / 3
                    when 'year' then a.amount_idr * m.months / 12 else a.amount_idr end)::bigint as due
  from due a
  cross join (select (extract(year from upper(b.period)) - extract(year from lower(b.period))) * 12
    + extract(month from upper(b.period)) - extract(month from lower(b.period)) as months) m
  where a.program_id = b.program_id and a.valid @> lower(b.period)
    and (a.component_id is null or a.component_id = b.component_id)
  order by a.component_id nulls last limit 1) d
where {recorded[b]} and {touched[b]} and b.kind in ('money', 'service') and b.amount_basis = 'stated'
  and not upper_inf(b.period) and not lower_inf(b.period)
  and d.due <> b.amount_idr
  and not exists (
    select from jsonb_to_recordset({p[shares]}) as s(program text, share bigint)
    join hub.program g on g.code = s.program
    where g.id = b.program_id and round(d.due * s.share / 100.0) = b.amount_idr)
group by b.person_id, b.program_id
