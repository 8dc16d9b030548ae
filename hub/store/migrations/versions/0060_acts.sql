CREATE TABLE hub.act (
  caller TEXT NOT NULL,
  key TEXT NOT NULL,
  field TEXT NOT NULL,
  digest BYTEA NOT NULL,
  ref TEXT NOT NULL,
  agreement TEXT NOT NULL,
  purpose TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_act PRIMARY KEY (caller, key)
)
--;
COMMENT ON TABLE hub.act IS 'Acts of callers; only ever added'
--;
COMMENT ON COLUMN hub.act.caller IS 'agency/client'
--;
COMMENT ON COLUMN hub.act.key IS 'chosen by the caller: the same act twice is one'
--;
COMMENT ON COLUMN hub.act.field IS 'field of the mutation'
--;
COMMENT ON COLUMN hub.act.digest IS 'HMAC-SHA-256 of its arguments under a key of the hub'
--;
COMMENT ON COLUMN hub.act.ref IS 'public id of what came of it'
--;
COMMENT ON COLUMN hub.act.agreement IS 'that it was done under; blank: at the machine of the hub'
--;
COMMENT ON COLUMN hub.act.purpose IS 'what for; blank likewise'
--;
COMMENT ON COLUMN hub.act.at IS 'hub clock, UTC'
--;
-- The reading role sees none of it: what a caller did is its own business and that of the hub. Nobody changes a row.
alter table hub.act enable row level security
--;
alter table hub.act force row level security
--;
create policy ingest_notes on hub.act for all to {ingest} using (true) with check (true)
--;
grant select, insert on hub.act to {ingest}
