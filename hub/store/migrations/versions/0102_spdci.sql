CREATE TABLE hub.spdci_message (
  sender TEXT NOT NULL,
  digest BYTEA NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  CONSTRAINT pk_spdci_message PRIMARY KEY (sender, digest)
)
--;
CREATE INDEX ix_spdci_message_at ON hub.spdci_message (at)
--;
COMMENT ON TABLE hub.spdci_message IS 'Messages that came, so that none is taken twice; forgotten once their time stamp is too old by itself'
--;
COMMENT ON COLUMN hub.spdci_message.sender IS 'sender_id'
--;
COMMENT ON COLUMN hub.spdci_message.digest IS 'SHA-256 of its message_id'
--;
COMMENT ON COLUMN hub.spdci_message.at IS 'when it came, hub clock, UTC'
--;
-- The reading role sees none of it.
alter table hub.spdci_message enable row level security
--;
alter table hub.spdci_message force row level security
--;
create policy ingest_notes on hub.spdci_message for all to {ingest} using (true) with check (true)
--;
grant select, insert, delete on hub.spdci_message to {ingest}
--;
COMMENT ON COLUMN hub.key_event.name IS 'context, tokens, subjects, checkpoints, pseudonyms, spdci'
