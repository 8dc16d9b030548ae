with rank as (
  select m.card_id, s.valid, s.edition, s.desil from score s
  join membership m on m.person_id = s.person_id and upper_inf(m.recorded) and m.valid && s.valid
  where upper_inf(s.recorded) and s.register = 'dtsen' and s.desil is not null
  union all
  select c.card_id, s.valid, s.edition, s.desil from score s
  join family_card c on c.no_kk = s.unit_number and upper_inf(c.recorded)
  where upper_inf(s.recorded) and s.register = 'dtsen' and s.desil is not null and s.person_id is null
    and s.unit = 'family'),
latest as (
  select * from (select distinct on (card_id) card_id, valid, desil from rank
    order by card_id, lower(valid) desc nulls last, edition desc, desil) l where desil <= 2),
member as materialized (
  select l.card_id, l.valid, m.person_id, m.relation from latest l
  join membership m on m.card_id = l.card_id and upper_inf(m.recorded) and m.valid && l.valid),
served as (
  select t.card_id from member t join enrollment e on e.person_id = t.person_id and upper_inf(e.recorded)
    and e.valid && t.valid and e.program_id in
      (select id from program where code in ('PKH', 'BPNT', 'BLT-DD', 'PBI-JK', 'PIP', 'KUBE', 'UEP', 'RTLH')))
select 'card:' || t.card_id as subject,
       coalesce(min(t.person_id) filter (where t.relation = '1'), min(t.person_id)) as person_id,
       greatest(lower(t.valid), '2025-02-05') as since, upper(t.valid) as until, null::bigint as amount_idr
from member t
where t.card_id not in (select card_id from served) and t.valid && daterange('2025-02-05', null)
group by t.card_id, t.valid
