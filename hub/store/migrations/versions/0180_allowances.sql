CREATE TABLE hub.program_allowance (
  program_a SMALLINT NOT NULL,
  program_b SMALLINT NOT NULL,
  unit TEXT NOT NULL,
  valid DATERANGE NOT NULL,
  at_most SMALLINT,
  legal_basis TEXT,
  evidence TEXT NOT NULL,
  CONSTRAINT pk_program_allowance PRIMARY KEY (program_a, program_b, unit, valid)
)
--;
COMMENT ON TABLE hub.program_allowance IS 'Programs that one unit may hold beside each other, and up to how many of its persons'
--;
COMMENT ON COLUMN hub.program_allowance.program_b IS 'the same as program_a: several of one program'
--;
COMMENT ON COLUMN hub.program_allowance.unit IS 'person, family'
--;
COMMENT ON COLUMN hub.program_allowance.at_most IS 'persons of the unit at a time; null: as many as are entitled'
--;
-- No person stands in it.
grant select on hub.program_allowance to {app}
--;
grant select, insert, update, delete on hub.program_allowance to {ingest}
