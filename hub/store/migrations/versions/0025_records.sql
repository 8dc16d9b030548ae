-- Records as a list: of a source, of a run, of an area, each in the order of recording.
create index ix_source_record_source_id on hub.source_record (source_id, id)
--;
create index ix_source_record_run_id on hub.source_record (run_id, id)
--;
create index ix_source_record_area on hub.source_record (event_area_key, id)
--;
create index ix_quarantine_record_key on hub.quarantine (source_id, record_key)
