with paid as materialized (
  select m.card_id, b.benefit_id, b.person_id, b.program_id, b.period, b.amount_idr, c.no_kk
  from benefit b
  join claim_enrollment c on c.record_id = b.record_id and c.person_id = b.person_id and c.no_kk is not null
  join membership m on m.person_id = b.person_id and upper_inf(m.recorded) and m.valid && b.period
  where upper_inf(b.recorded) and b.program_id in (select id from program where code in ('BPNT', 'BLT-DD', 'BST', 'RASTRA'))),
pair as materialized (
  select a.card_id, a.program_id, a.person_id, a.benefit_id, a.amount_idr, a.period * b.period as period,
         a.no_kk > b.no_kk as second
  from (select card_id, program_id from paid group by 1, 2 having min(no_kk) < max(no_kk)) d
  join paid a using (card_id, program_id)
  join paid b on b.card_id = a.card_id and b.program_id = a.program_id and b.no_kk <> a.no_kk and b.period && a.period)
select 'card:' || p.card_id || ':' || p.program_id as subject, min(p.person_id) as person_id,
       greatest(min(lower(p.period)), '2017-01-01') as since, upper(range_merge(range_agg(p.period))) as until,
       (select sum(x.amount_idr)::bigint from (select distinct s.benefit_id, s.amount_idr from pair s
         where s.card_id = p.card_id and s.program_id = p.program_id and s.second) x) as amount_idr
from pair p group by p.card_id, p.program_id having range_merge(range_agg(p.period)) && daterange('2017-01-01', null)
