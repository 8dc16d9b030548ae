-- Of several persons that went with one mention the oldest keeps it; `hub identity rebuild` clusters the others.
update hub.person p set founded_by = 0
where p.founded_by <> 0 and exists (select from hub.person o where o.founded_by = p.founded_by and o.id < p.id)
--;
CREATE UNIQUE INDEX uq_person_founded_by ON hub.person (founded_by) WHERE founded_by <> 0
--;
ALTER TABLE hub.judging ADD COLUMN rests_on BIGINT
--;
COMMENT ON COLUMN hub.judging.rests_on IS 'the first reviewer''s line where two had to say the same'
--;
ALTER TABLE hub.judging ADD COLUMN account TEXT
--;
COMMENT ON COLUMN hub.judging.account IS 'account of this machine that wrote it; null: it came through the graph'
