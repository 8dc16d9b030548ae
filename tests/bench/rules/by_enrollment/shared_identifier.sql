select * from (
  with doubt as materialized (
    select mention_a, mention_b from edge
    where upper_inf(recorded) and judgement = 'unsure' and method = 'identifier_conflict'),
  doubted as (
    select distinct i.scheme, i.value
    from (select mention_a as mention_id from doubt union select mention_b from doubt) d
    join claim_identifier i on i.record_id in (select r.id from source_record r where r.entry_id = d.mention_id / 16
                                               and upper_inf(r.recorded)) and i.mention_id = d.mention_id),
  bearer as materialized (
    select case i.scheme when 'psnoka_bpjs' then 'psnoka' else i.scheme end as scheme, i.value, i.person_id, i.mention_id
    from claim_identifier i join source_record r on r.id = i.record_id and upper_inf(r.recorded)
    where i.scheme in ('nisn', 'idartbdt', 'idsemesta', 'iddtks', 'psnoka', 'psnoka_bpjs') and i.person_id is not null
      and i.value in (select value from doubted)),
  shared as (
    select scheme, value, array_agg(distinct person_id) as bearers, array_agg(distinct mention_id) as mentions
    from bearer group by 1, 2 having min(person_id) < max(person_id))
  select h.scheme || ':' || h.value as subject, h.bearers[1] as person_id,
         range_merge(range_agg(e.valid)) * daterange('2017-01-01', null) as span, array_agg(distinct e.enrollment_id) as ids
  from shared h join enrollment e on e.person_id = any(h.bearers) and upper_inf(e.recorded)
  where e.program_id in (select id from program where code in ('PKH', 'BPNT', 'BLT-DD', 'BST', 'PBI-JK', 'PIP', 'KUBE', 'UEP', 'RTLH'))
    and exists (select from doubt d where d.mention_a = any(h.mentions) and d.mention_b = any(h.mentions))
  group by h.scheme, h.value, h.bearers) x where not isempty(span)
