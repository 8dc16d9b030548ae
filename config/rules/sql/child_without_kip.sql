-- A pupil whom the school finds eligible, and who has neither a card nor a term of the program.
select 'person:' || s.person_id as subject, s.person_id, null::bigint as card_id,
       (select g.id from hub.program g where g.code = {p[program]}) as program_id,
       range_merge(range_agg(s.valid)) as span,
       jsonb_agg(distinct jsonb_build_object('fact', 'status', 'scheme', s.scheme, 'code', s.code, 'note', s.note)) as said,
       null::bigint[] as enrollment_ids, null::bigint[] as benefit_ids, array_agg(distinct s.record_id) as record_ids,
       array_agg(distinct s.person_id) as person_ids, min(s.event_area_key) as event_area_key
from hub.status s
where {recorded[s]} and {touched[s]} and s.scheme = {p[scheme]} and s.code = {p[code]} and s.person_id is not null
  and not exists (
    select from hub.claim_identifier i join hub.source_record r on r.id = i.record_id and {recorded[r]}
    where i.person_id = s.person_id and i.scheme = {p[card]})
  and not exists (
    select from hub.enrollment e join hub.program g on g.id = e.program_id and g.code = {p[program]}
    where e.person_id = s.person_id and {recorded[e]} and e.valid && s.valid)
group by s.person_id
