-- Who was withheld after a thing of theirs had ended, or had left a caller's reach, hid that end too: whoever had not
-- read that far kept the thing for good. A withdrawal tells now of what was held before as well, to whoever stands
-- before its end.
ALTER TABLE hub.withdrawal ADD COLUMN left_at TIMESTAMP WITH TIME ZONE
--;
COMMENT ON COLUMN hub.withdrawal.left_at IS 'when the thing had ended, or left this area, before: who has read beyond knows; null: it was held here, UTC'
--;
-- Notes everything of some persons that is or was held, as what is seen no longer or again. Groups of theirs are seen before
-- and after: their members differ. Who came of age (of_age, since infinity) is seen from now on: of what ended the feed tells.
create or replace function hub.withdraw(persons bigint[], of_age boolean, since timestamptz) returns void
language sql
set search_path = pg_catalog
as $$
  insert into hub.withdrawal (kind, key, ref, age, program_id, listed_area_key, at, person_id, event_area_key, home_area_key, left_at)
  select x.kind, x.key, x.ref, of_age, x.program_id, x.listed_area_key, clock_timestamp(), x.person_id,
         x.event_area_key, x.home_area_key,
         case when not bool_or(x.ended is null or x.ended > since) then max(x.ended) end
  from (
    select 'PERSON' as kind, t.person_id as key, t.uid::text as ref, null::smallint as program_id, t.person_id,
           t.event_area_key as listed_area_key, t.event_area_key, t.home_area_key, upper(t.recorded) as ended
    from hub.person_state t where t.person_id = any(persons)
    union all
    select 'FAMILY_CARD', t.card_id, t.uid::text, null, t.person_id, t.event_area_key, t.event_area_key, t.home_area_key, upper(t.recorded)
    from hub.family_card t where t.person_id = any(persons)
    union all
    select 'HOUSEHOLD', t.household_id, t.uid::text, null, t.person_id, t.event_area_key, t.event_area_key, t.home_area_key, upper(t.recorded)
    from hub.household t where t.person_id = any(persons)
    union all
    select 'ENROLLMENT', t.enrollment_id, t.uid::text, t.program_id, t.person_id, t.event_area_key, t.event_area_key, t.home_area_key, upper(t.recorded)
    from hub.enrollment t where t.person_id = any(persons)
    union all
    select 'PAYMENT', t.benefit_id, t.uid::text, t.program_id, t.person_id, t.event_area_key, t.event_area_key, t.home_area_key, upper(t.recorded)
    from hub.benefit t where t.person_id = any(persons)
    union all
    select 'INSTITUTION', t.institution_id, t.uid::text, null, t.person_id, t.event_area_key, t.event_area_key, t.home_area_key, upper(t.recorded)
    from hub.institution t where t.person_id = any(persons)
    union all
    select 'GROUP', g.group_id, g.uid::text, g.program_id, null, g.event_area_key, g.event_area_key, g.home_area_key, null
    from hub.group_member t join hub.social_group g on g.group_id = t.group_id and upper_inf(g.recorded)
    where t.person_id = any(persons) and upper_inf(t.recorded)
    union all
    select 'RECORD', t.id, t.id::text, null, t.person_id, t.event_area_key, t.event_area_key, t.home_area_key, upper(t.recorded)
    from hub.source_record t
    where (t.person_id = any(persons) or t.entry_id in (
      select m.mention_id >> 4 from hub.cluster_member m where m.person_id = any(persons)))
    union all
    select r.kind, r.key, r.ref, r.program_id, r.person_id, r.listed_area_key, r.event_area_key, r.home_area_key, r.at
    from hub.relocation r where r.person_id = any(persons)
  ) x
  where x.ended is null or x.ended > since or not of_age or since < 'infinity'
  group by x.kind, x.key, x.ref, x.program_id, x.listed_area_key, x.person_id, x.event_area_key, x.home_area_key
$$
