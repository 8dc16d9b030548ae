-- One number of a person under several persons, of whom the identity of the hub is unsure and at least one holds a program.
with doubt as materialized (
  select distinct e.mention_a, e.mention_b from hub.edge e
  where e.judgement = 'unsure' and e.method = 'identifier_conflict' and {recorded[e]}),
scheme as (
  select x.called, x.scheme from jsonb_to_recordset({p[schemes]}) as x(called text, scheme text)),
number as (
  select distinct s.scheme, i.value
  from doubt d
  join hub.source_record r on r.entry_id = d.mention_a / 16 and {recorded[r]}
  join hub.claim_identifier i on i.record_id = r.id and i.mention_id = d.mention_a
  join scheme s on s.called = i.scheme
  where exists (
    select from hub.source_record o
    join hub.claim_identifier n on n.record_id = o.id and n.mention_id = d.mention_b and n.value = i.value
    join scheme t on t.called = n.scheme and t.scheme = s.scheme
    where o.entry_id = d.mention_b / 16 and {recorded[o]})),
bearer as materialized (
  select n.scheme, n.value, i.person_id, i.record_id, i.source_id, r.content_hash, r.record_key, r.occurrence
  from number n join scheme s using (scheme)
  join hub.claim_identifier i on i.scheme = s.called and i.value = n.value and i.person_id is not null
  join hub.source_record r on r.id = i.record_id and {recorded[r]}),
shared as (
  select b.scheme, b.value, array_agg(distinct b.person_id) as bearers from bearer b
  group by b.scheme, b.value
  having min(b.person_id) < max(b.person_id) and bool_or({touched[b]}))
select h.scheme || ':' || h.value as subject, h.bearers[1] as person_id, null::bigint as card_id,
       null::smallint as program_id, range_merge(range_agg(e.valid)) as span,
       jsonb_build_array(jsonb_build_object('fact', 'shared_identifier', 'scheme', h.scheme,
         'persons', cardinality(h.bearers))) as said,
       array_agg(distinct e.enrollment_id) as enrollment_ids, null::bigint[] as benefit_ids,
       (select array_agg(l.record_id) from (
          select (array_agg(b.record_id order by b.content_hash, b.record_key collate "C", b.occurrence))[1] as record_id
          from bearer b where b.scheme = h.scheme and b.value = h.value group by b.person_id, b.source_id) l) as record_ids,
       h.bearers as person_ids, min(e.event_area_key) as event_area_key
from shared h
join hub.enrollment e on e.person_id = any(h.bearers) and {recorded[e]}
join hub.program g on g.id = e.program_id and g.code = any({p[programs]})
group by h.scheme, h.value, h.bearers
