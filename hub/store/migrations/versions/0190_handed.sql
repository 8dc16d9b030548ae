CREATE TABLE hub.handed_file (
  request UUID NOT NULL,
  agency TEXT NOT NULL,
  agreement TEXT NOT NULL,
  purpose TEXT NOT NULL,
  operation TEXT NOT NULL,
  form TEXT NOT NULL,
  root TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  sha256 TEXT NOT NULL,
  made TIMESTAMP WITH TIME ZONE NOT NULL,
  actor TEXT NOT NULL,
  until DATE NOT NULL,
  code BYTEA,
  fetched INTEGER NOT NULL,
  ended TIMESTAMP WITH TIME ZONE,
  CONSTRAINT pk_handed_file PRIMARY KEY (request),
  CONSTRAINT uq_handed_file_code UNIQUE (code)
)
--;
COMMENT ON TABLE hub.handed_file IS 'Files that were handed over under an agreement'
--;
COMMENT ON COLUMN hub.handed_file.request IS 'id of its lines in the ledger'
--;
COMMENT ON COLUMN hub.handed_file.agreement IS 'code@version'
--;
COMMENT ON COLUMN hub.handed_file.operation IS 'SHA-256 of its document without values, as in the ledger'
--;
COMMENT ON COLUMN hub.handed_file.form IS 'xlsx, parquet, csv, ndjson'
--;
COMMENT ON COLUMN hub.handed_file.root IS 'list that it holds'
--;
COMMENT ON COLUMN hub.handed_file.bytes IS 'of the ZIP'
--;
COMMENT ON COLUMN hub.handed_file.sha256 IS 'of the ZIP, in hex'
--;
COMMENT ON COLUMN hub.handed_file.made IS 'hub clock, UTC'
--;
COMMENT ON COLUMN hub.handed_file.actor IS 'who made it, by name of account'
--;
COMMENT ON COLUMN hub.handed_file.until IS 'day after the last on which it may be used (WIB)'
--;
COMMENT ON COLUMN hub.handed_file.code IS 'SHA-256 of the code that fetches it; null: no door gives it out'
--;
COMMENT ON COLUMN hub.handed_file.fetched IS 'times that it was fetched'
--;
COMMENT ON COLUMN hub.handed_file.ended IS 'taken back, UTC; null: it was not'
--;
-- The reading role sees none of it.
alter table hub.handed_file enable row level security
--;
alter table hub.handed_file force row level security
--;
create policy ingest_notes on hub.handed_file for all to {ingest} using (true) with check (true)
--;
grant select, insert, update on hub.handed_file to {ingest}
