-- What was opened and what ended since an instant, in order: the feed of changes reads them by range.
create index ix_person_state_opened on hub.person_state (lower(recorded), person_id)
--;
create index ix_person_state_ended on hub.person_state (upper(recorded), person_id) where not upper_inf(recorded)
--;
create index ix_family_card_opened on hub.family_card (lower(recorded), card_id)
--;
create index ix_family_card_ended on hub.family_card (upper(recorded), card_id) where not upper_inf(recorded)
--;
create index ix_household_opened on hub.household (lower(recorded), household_id)
--;
create index ix_household_ended on hub.household (upper(recorded), household_id) where not upper_inf(recorded)
--;
create index ix_enrollment_opened on hub.enrollment (lower(recorded), enrollment_id)
--;
create index ix_enrollment_ended on hub.enrollment (upper(recorded), enrollment_id) where not upper_inf(recorded)
--;
create index ix_benefit_opened on hub.benefit (lower(recorded), benefit_id)
--;
create index ix_benefit_ended on hub.benefit (upper(recorded), benefit_id) where not upper_inf(recorded)
--;
create index ix_social_group_opened on hub.social_group (lower(recorded), group_id)
--;
create index ix_social_group_ended on hub.social_group (upper(recorded), group_id) where not upper_inf(recorded)
--;
create index ix_institution_opened on hub.institution (lower(recorded), institution_id)
--;
create index ix_institution_ended on hub.institution (upper(recorded), institution_id) where not upper_inf(recorded)
--;
create index ix_observation_opened on hub.observation (lower(recorded), record_id)
--;
create index ix_observation_ended on hub.observation (upper(recorded), record_id) where not upper_inf(recorded)
--;
create index ix_membership_opened on hub.membership (lower(recorded), person_id)
--;
create index ix_membership_ended on hub.membership (upper(recorded), person_id) where not upper_inf(recorded)
--;
create index ix_household_member_opened on hub.household_member (lower(recorded), person_id)
--;
create index ix_household_member_ended on hub.household_member (upper(recorded), person_id) where not upper_inf(recorded)
--;
create index ix_status_opened on hub.status (lower(recorded), person_id)
--;
create index ix_status_ended on hub.status (upper(recorded), person_id) where not upper_inf(recorded)
--;
create index ix_score_opened on hub.score (lower(recorded), person_id)
--;
create index ix_score_ended on hub.score (upper(recorded), person_id) where not upper_inf(recorded)
--;
create index ix_person_attributes_opened on hub.person_attributes (lower(recorded), person_id)
--;
create index ix_person_attributes_ended on hub.person_attributes (upper(recorded), person_id) where not upper_inf(recorded)
--;
create index ix_group_member_opened on hub.group_member (lower(recorded), group_id)
--;
create index ix_group_member_ended on hub.group_member (upper(recorded), group_id) where not upper_inf(recorded)
--;
create index ix_source_record_opened on hub.source_record (lower(recorded), id)
--;
-- Ends a statement that asks for what the hub has to refuse; the code reaches the caller, who is told the rest.
create function hub.refuse(code text) returns bigint
language plpgsql
set search_path = pg_catalog
as $$
begin
  raise exception using errcode = 'HB001', message = code;
end
$$
--;
revoke all on function hub.refuse(text) from public
--;
grant execute on function hub.refuse(text) to {app}
