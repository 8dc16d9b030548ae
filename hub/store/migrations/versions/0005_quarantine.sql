-- What a refused row tells of its record.
ALTER TABLE hub.quarantine ADD COLUMN record_key TEXT
--;
COMMENT ON COLUMN hub.quarantine.record_key IS 'key of the record, null where the row does not tell it'
