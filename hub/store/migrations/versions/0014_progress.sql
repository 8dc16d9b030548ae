CREATE TABLE hub.run_progress (
    run_id INTEGER NOT NULL,
    stage TEXT NOT NULL,
    rows BIGINT NOT NULL,
    refused BIGINT NOT NULL,
    at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_run_progress PRIMARY KEY (run_id)
)
--;
COMMENT ON TABLE hub.run_progress IS 'How far the run under way is, told by it about once a second, apart from its transaction'
--;
COMMENT ON COLUMN hub.run_progress.stage IS 'pull, land'
--;
COMMENT ON COLUMN hub.run_progress.rows IS 'rows staged so far'
--;
COMMENT ON COLUMN hub.run_progress.refused IS 'of these refused'
--;
COMMENT ON COLUMN hub.run_progress.at IS 'machine''s clock, UTC'
--;
-- Bookkeeping holds no person.
grant select on hub.run_progress to {app}
--;
grant select, insert, update, delete on hub.run_progress to {ingest}
