with twin as materialized (
  select b.person_id, b.program_id, b.benefit_id, b.amount_idr, b.period * c.period as period
  from benefit b join benefit c on c.person_id = b.person_id and upper_inf(c.recorded) and c.program_id = b.program_id
    and c.source_id = b.source_id and c.component_id is not distinct from b.component_id and c.entry_id <> b.entry_id
    and c.period && b.period
  join source_record rb on rb.id = b.record_id
  join source_record rc on rc.id = c.record_id and (rc.content_hash, rc.record_key collate "C", rc.occurrence,
    c.entry_id) < (rb.content_hash, rb.record_key collate "C", rb.occurrence, b.entry_id)
  where upper_inf(b.recorded) and b.program_id in (select id from program where code in ('PKH', 'BPNT', 'BLT-DD', 'BST', 'PBI-JK', 'PIP', 'KUBE', 'UEP', 'RTLH')))
select 'person:' || t.person_id || ':' || t.program_id as subject, t.person_id,
       greatest(min(lower(t.period)), '2017-01-01') as since, upper(range_merge(range_agg(t.period))) as until,
       (select sum(x.amount_idr)::bigint from (select distinct d.benefit_id, d.amount_idr from twin d
         where d.person_id = t.person_id and d.program_id = t.program_id) x) as amount_idr
from twin t group by t.person_id, t.program_id
having range_merge(range_agg(t.period)) && daterange('2017-01-01', null)
