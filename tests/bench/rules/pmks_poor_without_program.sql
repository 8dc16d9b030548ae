with borne as materialized (select person_id, valid from status where upper_inf(recorded) and person_id is not null and scheme = 'pmks' and code in ('24')),
near as (
  select b.person_id, n.person_id as other, b.valid * m.valid * n.valid as valid from borne b
  join membership m on m.person_id = b.person_id and upper_inf(m.recorded) and m.valid && b.valid
  join membership n on n.card_id = m.card_id and upper_inf(n.recorded) and n.valid && (b.valid * m.valid)
  union all select person_id, person_id, valid from borne),
served as (
  select distinct t.person_id from near t join enrollment e on e.person_id = t.other and upper_inf(e.recorded)
    and e.valid && t.valid and e.program_id in
      (select id from program where code in ('PKH', 'BPNT', 'BLT-DD', 'PBI-JK', 'PIP', 'KUBE', 'UEP', 'RTLH')))
select 'person:' || b.person_id as subject, b.person_id, greatest(min(lower(b.valid)), '2017-01-01') as since,
       upper(range_merge(range_agg(b.valid))) as until, null::bigint as amount_idr
from borne b where b.person_id not in (select person_id from served) group by b.person_id
