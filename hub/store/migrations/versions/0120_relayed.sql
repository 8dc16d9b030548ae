CREATE TABLE hub.this_hub (
	id INTEGER NOT NULL,
	code UUID NOT NULL,
	CONSTRAINT pk_this_hub PRIMARY KEY (id)
)
--;
COMMENT ON TABLE hub.this_hub IS 'What this hub is called among hubs: one row'
--;
COMMENT ON COLUMN hub.this_hub.code IS 'drawn once; a copy of the database that goes its own way draws another'
--;
insert into hub.this_hub (id, code) values (1, gen_random_uuid())
--;
CREATE TABLE hub.relayed (
	entry_id BIGINT NOT NULL,
	source_id SMALLINT NOT NULL,
	entry BIGINT NOT NULL,
	origin UUID NOT NULL,
	origin_entry BIGINT NOT NULL,
	CONSTRAINT pk_relayed PRIMARY KEY (entry_id)
)
--;
CREATE UNIQUE INDEX uq_relayed_entry ON hub.relayed (source_id, entry)
--;
CREATE INDEX ix_relayed_origin ON hub.relayed (origin, origin_entry)
--;
COMMENT ON TABLE hub.relayed IS 'Records that came from another hub: its number for each, and who said it first'
--;
COMMENT ON COLUMN hub.relayed.entry_id IS 'source_record.entry_id, the record over all its versions'
--;
COMMENT ON COLUMN hub.relayed.source_id IS 'source that states it'
--;
COMMENT ON COLUMN hub.relayed.entry IS 'number of the record at the hub that it came from'
--;
COMMENT ON COLUMN hub.relayed.origin IS 'code of the hub that said it first'
--;
COMMENT ON COLUMN hub.relayed.origin_entry IS 'number of the record at that hub'
--;
grant select on hub.this_hub, hub.relayed to {app}
--;
grant select on hub.this_hub to {ingest}
--;
grant select, insert, update, delete on hub.relayed to {ingest}
--;
-- A withdrawal names a version that its reader may see no longer; the number of the record, which says no more, he has.
create policy owner_numbers on hub.source_record for select to {owner} using (true)
--;
-- By place, for an argument that is named as a column of the table is that column.
create function hub.entry_of(record bigint) returns bigint
language sql stable security definer
set search_path = pg_catalog
as $$ select r.entry_id from hub.source_record r where r.id = $1 $$
--;
revoke all on function hub.entry_of(bigint) from public
--;
grant execute on function hub.entry_of(bigint) to {app}
--;
COMMENT ON COLUMN hub.relocation.kind IS 'ENROLLMENT, PAYMENT, INSTITUTION, RECORD, MENTION'
