CREATE TABLE hub.overlap_person (
  kind TEXT NOT NULL,
  quarter DATE NOT NULL,
  person_id BIGINT,
  card_id BIGINT,
  codes TEXT[] NOT NULL,
  program_ids SMALLINT[] NOT NULL,
  person_ids BIGINT[] NOT NULL,
  amount_idr BIGINT NOT NULL,
  desil SMALLINT NOT NULL,
  event_area_key BIGINT NOT NULL,
  home_area_key BIGINT NOT NULL
)
--;
CREATE INDEX ix_overlap_person_card_id ON hub.overlap_person (card_id)
--;
CREATE INDEX ix_overlap_person_home ON hub.overlap_person (kind, quarter, home_area_key)
--;
CREATE INDEX ix_overlap_person_person_id ON hub.overlap_person (person_id)
--;
COMMENT ON TABLE hub.overlap_person IS 'What each person holds or is flagged with in a quarter'
--;
COMMENT ON COLUMN hub.overlap_person.kind IS 'program: what is held; flag: rules that found something'
--;
COMMENT ON COLUMN hub.overlap_person.quarter IS 'first day (WIB) of the quarter'
--;
COMMENT ON COLUMN hub.overlap_person.person_id IS 'the person concerned'
--;
COMMENT ON COLUMN hub.overlap_person.card_id IS 'family card on the last day of the quarter; null: none'
--;
COMMENT ON COLUMN hub.overlap_person.codes IS 'codes of the programs or rules, in order'
--;
COMMENT ON COLUMN hub.overlap_person.program_ids IS 'every program that these speak of'
--;
COMMENT ON COLUMN hub.overlap_person.person_ids IS 'everybody the evidence of flags speaks of'
--;
COMMENT ON COLUMN hub.overlap_person.amount_idr IS 'whole rupiah for periods that begin in the quarter'
--;
COMMENT ON COLUMN hub.overlap_person.desil IS '1 to 10 by the latest rank; 0: not ranked'
--;
COMMENT ON COLUMN hub.overlap_person.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.overlap_person.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.overlap_cell (
  kind TEXT NOT NULL,
  unit TEXT NOT NULL,
  quarter DATE NOT NULL,
  desil SMALLINT NOT NULL,
  codes TEXT[] NOT NULL,
  program_ids SMALLINT[] NOT NULL,
  units BIGINT NOT NULL,
  amount_idr BIGINT NOT NULL,
  event_area_key BIGINT NOT NULL,
  home_area_key BIGINT NOT NULL
)
--;
CREATE UNIQUE INDEX uq_overlap_cell ON hub.overlap_cell (kind, quarter, home_area_key, unit, desil, codes, program_ids)
--;
COMMENT ON TABLE hub.overlap_cell IS 'How many persons and families of a desa carry exactly a combination in a quarter'
--;
COMMENT ON COLUMN hub.overlap_cell.kind IS 'as overlap_person'
--;
COMMENT ON COLUMN hub.overlap_cell.unit IS 'person, family'
--;
COMMENT ON COLUMN hub.overlap_cell.quarter IS 'first day (WIB) of the quarter'
--;
COMMENT ON COLUMN hub.overlap_cell.desil IS 'of the person, or the poorest of the family; 0: not ranked'
--;
COMMENT ON COLUMN hub.overlap_cell.codes IS 'exactly these, in order'
--;
COMMENT ON COLUMN hub.overlap_cell.program_ids IS 'every program that these speak of'
--;
COMMENT ON COLUMN hub.overlap_cell.units IS 'persons or families'
--;
COMMENT ON COLUMN hub.overlap_cell.amount_idr IS 'whole rupiah of these units in the quarter'
--;
COMMENT ON COLUMN hub.overlap_cell.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.overlap_cell.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.overlap_mark (
  quarter DATE NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_overlap_mark PRIMARY KEY (quarter)
)
--;
COMMENT ON TABLE hub.overlap_mark IS 'How far overlaps are counted; one row'
--;
COMMENT ON COLUMN hub.overlap_mark.quarter IS 'first day (WIB) of the last quarter counted'
--;
COMMENT ON COLUMN hub.overlap_mark.at IS 'instant of the audit that counted, UTC'
--;
-- Under the scope `exclusion` (256), in the caller's areas and of the caller's programs alone.
do $$
declare
  name text;
begin
  foreach name in array array['overlap_person', 'overlap_cell'] loop
    execute format('alter table hub.%I enable row level security', name);
    execute format('alter table hub.%I force row level security', name);
    execute format($p$create policy area_read on hub.%I for select to {app} using (
      width_bucket(home_area_key, (select hub.reach(256))) & 1 = 1
      or width_bucket(event_area_key, (select hub.reach(256))) & 1 = 1)$p$, name);
    execute format($p$create policy programs on hub.%I as restrictive for select to {app} using (
      (case when not program_ids <@ (select hub.program_ids())::smallint[] then 1 end = 1) is not true)$p$, name);
    execute format('create policy ingest_writes on hub.%I for all to {ingest} using (true) with check (true)', name);
    execute format('grant select on hub.%I to {app}', name);
    execute format('grant select, insert, update, delete on hub.%I to {ingest}', name);
  end loop;
end
$$
--;
create policy withheld on hub.overlap_person as restrictive for select to {app} using (
  (person_id <@ (select hub.withheld('persons'))) is not true)
--;
create policy children on hub.overlap_person as restrictive for select to {app} using (
  (hub.child(person_id, (select hub.grown_since())) = 1) is not true)
--;
create policy withheld_others on hub.overlap_person as restrictive for select to {app} using (
  (case when (select hub.withheld('persons')) is not null and exists (select from unnest(person_ids) p
     where p <@ (select hub.withheld('persons'))) then 1 end = 1) is not true)
--;
create policy children_others on hub.overlap_person as restrictive for select to {app} using (
  (case when (select hub.grown_since()) is not null and exists (select from unnest(person_ids) p
     where p is distinct from person_id and hub.child(p, (select hub.grown_since())) = 1) then 1 end = 1) is not true)
--;
-- Counts hold everybody: whoever may not see a child or somebody withheld reads none, and is counted for from the persons.
create policy everybody on hub.overlap_cell as restrictive for select to {app} using (
  (select hub.withheld('persons')) is null and (select hub.grown_since()) is null)
--;
grant select on hub.overlap_mark to {app}
--;
grant select, insert, delete on hub.overlap_mark to {ingest}
