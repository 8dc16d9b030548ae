-- Every table that grows with people: enabled and forced, one range on either area key, written out flat
-- because a range costs nothing measurable where LIKE, EXISTS and functions cost 100 to 10,000 times.
do $$
declare
  name text;
begin
  foreach name in array array[
    'claim_person',
    'claim_identifier',
    'claim_enrollment',
    'claim_benefit',
    'claim_status',
    'person_state',
    'family_card',
    'membership',
    'household',
    'household_member',
    'enrollment',
    'benefit',
    'benefit_event',
    'status',
    'social_group',
    'group_member',
    'institution',
    'person',
    'cluster_member',
    'edge',
    'source_record',
    'quarantine'
  ] loop
    execute format('alter table hub.%I enable row level security', name);
    execute format('alter table hub.%I force row level security', name);
    execute format($p$create policy area_read on hub.%I for select to {app} using (
      home_area_key between (select hub.area_lo()) and (select hub.area_hi())
      or event_area_key between (select hub.area_lo()) and (select hub.area_hi()))$p$, name);
    execute format('create policy ingest_writes on hub.%I for all to {ingest} using (true) with check (true)', name);
    execute format('grant select on hub.%I to {app}', name);
    execute format('grant select, insert, update on hub.%I to {ingest}', name);
  end loop;
end
$$
--;
-- The ledger's inbox takes lines and gives none back.
alter table hub.ledger_inbox enable row level security
--;
alter table hub.ledger_inbox force row level security
--;
create policy app_writes on hub.ledger_inbox for insert to {app} with check (true)
--;
grant insert on hub.ledger_inbox to {app}
--;
-- Reference and bookkeeping hold no person.
grant select on hub.source, hub.run, hub.source_state, hub.list_horizon, hub.source_file, hub.layout, hub.wilayah, hub.wilayah_successor, hub.wilayah_bridge, hub.code, hub.code_crosswalk, hub.program, hub.component, hub.program_amount, hub.program_exclusion, hub.reference_load to {app}
--;
grant select, insert, update, delete on hub.source, hub.run, hub.source_state, hub.list_horizon, hub.source_file, hub.layout, hub.wilayah, hub.wilayah_successor, hub.wilayah_bridge, hub.code, hub.code_crosswalk, hub.program, hub.component, hub.program_amount, hub.program_exclusion, hub.reference_load to {ingest}
--;
grant usage on all sequences in schema hub to {ingest}
