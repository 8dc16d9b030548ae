-- The same policy as on every table that grows with people.
do $$
declare
  name text;
begin
  foreach name in array array[
    'claim_score',
    'claim_attribute',
    'claim_dwelling',
    'claim_group',
    'claim_institution',
    'claim_observation',
    'score',
    'person_attributes',
    'family_attributes',
    'observation'
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
-- Bookkeeping holds no person.
grant select on hub.source_health, hub.source_schedule to {app}
--;
grant select, insert, update, delete on hub.source_health, hub.source_schedule, hub.usage_feedback to {ingest}
--;
grant usage on all sequences in schema hub to {ingest}
