with due as materialized (
  select g.id as program_id, k.id as component_id, daterange(a."from", a."to") as valid, a.amount_idr, a.per
  from jsonb_to_recordset(cast(:amounts as jsonb))
    as a(program text, component text, "from" date, "to" date, amount_idr bigint, per text)
  join program g on g.code = a.program and g.code in ('PKH', 'BPNT', 'BLT-DD', 'BST', 'PIP', 'KUBE')
  left join component k on k.program_id = g.id and k.code = a.component
  where a.amount_idr is not null),
kind as materialized (
  select b.program_id, b.component_id, b.period, d.due, (g.code = 'PIP')::int as halves from (
    select distinct program_id, component_id, period,
      (extract(year from upper(period)) - extract(year from lower(period))) * 12
        + extract(month from upper(period)) - extract(month from lower(period)) as months
    from benefit where upper_inf(recorded) and kind in ('money', 'service') and amount_basis = 'stated'
      and program_id in (select program_id from due) and not upper_inf(period) and not lower_inf(period)) b
  join program g on g.id = b.program_id
  cross join lateral (
    select round(case a.per when 'month' then a.amount_idr * b.months when 'quarter' then a.amount_idr * b.months / 3
      when 'year' then a.amount_idr * b.months / 12 else a.amount_idr end)::bigint as due
    from due a where a.program_id = b.program_id and a.valid @> lower(b.period)
      and (a.component_id is null or a.component_id = b.component_id)
    order by a.component_id nulls last limit 1) d)
select 'person:' || b.person_id || ':' || b.program_id as subject, b.person_id,
       greatest(min(lower(b.period)), '2017-01-01') as since, max(upper(b.period)) as until,
       sum(b.amount_idr)::bigint as amount_idr
from kind k join benefit b on b.program_id = k.program_id and b.component_id is not distinct from k.component_id
  and b.period = k.period and upper_inf(b.recorded) and b.kind in ('money', 'service') and b.amount_basis = 'stated'
  and b.amount_idr <> k.due and (k.halves = 0 or b.amount_idr <> round(k.due / 2.0))
group by b.person_id, b.program_id having max(upper(b.period)) > '2017-01-01'
