with held as materialized (
  select m.card_id, e.person_id, e.program_id, e.source_id, e.enrollment_id, e.record_id, e.valid * m.valid as valid
  from enrollment e join membership m on m.person_id = e.person_id and upper_inf(m.recorded) and m.valid && e.valid
  where upper_inf(e.recorded) and e.role = 'holder' and e.program_id in (select id from program where code in ('BPNT', 'BST', 'BLT-DD', 'KKS'))),
pair as materialized (
  select a.card_id, a.program_id, a.person_id, a.enrollment_id, a.valid * b.valid as valid,
         (q.content_hash, q.record_key collate "C", q.occurrence)
           < (r.content_hash, r.record_key collate "C", r.occurrence) as later
  from (select card_id, program_id, source_id from held group by 1, 2, 3 having min(person_id) < max(person_id)) d
  join held a using (card_id, program_id, source_id)
  join held b on b.card_id = a.card_id and b.program_id = a.program_id and b.source_id = a.source_id
    and b.person_id <> a.person_id and b.valid && a.valid
  join source_record r on r.id = a.record_id join source_record q on q.id = b.record_id)
select 'card:' || p.card_id || ':' || p.program_id as subject, min(p.person_id) as person_id,
       greatest(min(lower(p.valid)), '2017-01-01') as since, upper(range_merge(range_agg(p.valid))) as until,
       g.amount_idr
from pair p left join (
  select card_id, program_id, sum(amount_idr)::bigint as amount_idr from (
    select distinct p.card_id, p.program_id, t.benefit_id, t.amount_idr from pair p
    join benefit t on t.enrollment_id = p.enrollment_id and upper_inf(t.recorded) and t.period && p.valid
    where p.later) x group by 1, 2) g on g.card_id = p.card_id and g.program_id = p.program_id
group by p.card_id, p.program_id, g.amount_idr having range_merge(range_agg(p.valid)) && daterange('2017-01-01', null)
