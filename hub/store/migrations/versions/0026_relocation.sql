CREATE TABLE hub.relocation (
	kind TEXT NOT NULL,
	key BIGINT NOT NULL,
	ref TEXT NOT NULL,
	at TIMESTAMP WITH TIME ZONE NOT NULL,
	program_id SMALLINT,
	listed_area_key BIGINT NOT NULL,
	person_id BIGINT,
	event_area_key BIGINT NOT NULL,
	home_area_key BIGINT NOT NULL
)
--;
COMMENT ON TABLE hub.relocation IS 'Things that followed a person to another home: event_area_key is the old one, home_area_key the new'
--;
COMMENT ON COLUMN hub.relocation.kind IS 'ENROLLMENT, PAYMENT, INSTITUTION, RECORD'
--;
COMMENT ON COLUMN hub.relocation.key IS 'number of the thing'
--;
COMMENT ON COLUMN hub.relocation.ref IS 'part of its global id behind the type'
--;
COMMENT ON COLUMN hub.relocation.at IS 'instant of the move, UTC'
--;
COMMENT ON COLUMN hub.relocation.program_id IS 'program that the thing is of'
--;
COMMENT ON COLUMN hub.relocation.listed_area_key IS 'area as listed, which stays'
--;
COMMENT ON COLUMN hub.relocation.person_id IS 'the person concerned'
--;
COMMENT ON COLUMN hub.relocation.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.relocation.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE INDEX ix_relocation_at ON hub.relocation (kind, at, key)
--;
-- Who reaches the home before or the home since is told; the policies by row are those of the things themselves.
alter table hub.relocation enable row level security
--;
alter table hub.relocation force row level security
--;
create policy area_read on hub.relocation for select to {app} using (
  home_area_key between (select hub.area_lo(4611686018427387903)) and (select hub.area_hi())
  or event_area_key between (select hub.area_lo(4611686018427387903)) and (select hub.area_hi()))
--;
create policy area_exact on hub.relocation as restrictive for select to {app} using (
  (select hub.areas()) is null or home_area_key <@ (select hub.areas()) or event_area_key <@ (select hub.areas()))
--;
create policy withheld on hub.relocation as restrictive for select to {app} using (
  person_id <@ (select hub.withheld('persons')) is not true)
--;
create policy children on hub.relocation as restrictive for select to {app} using (
  (hub.child(person_id, (select hub.grown_since())) = 1) is not true)
--;
create policy programs on hub.relocation as restrictive for select to {app} using (
  (case when program_id is not null and program_id <> all((select hub.program_ids())::smallint[]) then 1 end = 1) is not true
  and (hub.foreign_record(case when kind = 'RECORD' then key end, (select hub.program_codes())) = 1) is not true)
--;
create policy statuses on hub.relocation as restrictive for select to {app} using (
  (hub.closed_record(case when kind = 'RECORD' then key end, (select hub.status_bits()), (select hub.scopes())) = 1) is not true)
--;
create policy ingest_writes on hub.relocation for all to {ingest} using (true) with check (true)
--;
grant select on hub.relocation to {app}
--;
grant select, insert, update on hub.relocation to {ingest}
