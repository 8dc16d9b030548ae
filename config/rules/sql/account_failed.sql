-- A benefit whose account failed or whose money came back, and which is told as paid all the same: on that day or later,
-- or on a day that is not told. What came back after it was paid is settled.
select 'person:' || b.person_id || ':' || b.program_id as subject, b.person_id, null::bigint as card_id, b.program_id,
       range_merge(range_agg(b.period)) as span,
       jsonb_agg(distinct jsonb_build_object('fact', 'account_failed', 'event', f.event, 'on', f.happened_on,
         'paid', p.event, 'paid_on', p.happened_on)) as said,
       array_agg(distinct b.enrollment_id) filter (where b.enrollment_id is not null) as enrollment_ids,
       array_agg(distinct b.benefit_id) as benefit_ids,
       array_agg(distinct f.record_id) || array_agg(distinct p.record_id) as record_ids,
       array_agg(distinct b.person_id) as person_ids, min(b.event_area_key) as event_area_key
from hub.benefit b
join hub.benefit_event f on f.benefit_id = b.benefit_id and {recorded[f]} and f.event = any({p[failed]})
join hub.benefit_event p on p.benefit_id = b.benefit_id and {recorded[p]} and p.event = any({p[paid]})
  and (f.happened_on <= p.happened_on) is not false
where {recorded[b]} and {touched[b]}
  and not exists (
    select from hub.benefit_event r
    where r.benefit_id = b.benefit_id and {recorded[r]} and r.event = any({p[failed]}) and r.happened_on > p.happened_on)
group by b.person_id, b.program_id
