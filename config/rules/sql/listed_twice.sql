-- One person with two rows of one list for one program, component and days; at risk is all but the first of equals.
select 'person:' || b.person_id || ':' || b.program_id as subject, b.person_id, null::bigint as card_id, b.program_id,
       range_merge(range_agg(b.period * c.period)) as span,
       jsonb_agg(distinct jsonb_build_object('fact', 'listed_twice', 'source', o.code, 'from', lower(b.period * c.period),
         'to', upper(b.period * c.period))) as said,
       array_agg(distinct b.enrollment_id) filter (where b.enrollment_id is not null) as enrollment_ids,
       array_agg(distinct b.benefit_id) as benefit_ids, array_agg(distinct c.record_id) as record_ids,
       array_agg(distinct b.person_id) as person_ids, min(b.event_area_key) as event_area_key
from hub.benefit b
join hub.program g on g.id = b.program_id and g.code = any({p[programs]})
join hub.benefit c on c.person_id = b.person_id and {recorded[c]} and c.program_id = b.program_id
     and c.source_id = b.source_id and c.component_id is not distinct from b.component_id and c.entry_id <> b.entry_id
     and c.period && b.period
join hub.source_record rb on rb.id = b.record_id
join hub.source_record rc on rc.id = c.record_id
     and (rc.content_hash, rc.record_key collate "C", rc.occurrence, c.entry_id)
         < (rb.content_hash, rb.record_key collate "C", rb.occurrence, b.entry_id)
join hub.source o on o.id = b.source_id
where {recorded[b]} and {touched[b]}
group by b.person_id, b.program_id
