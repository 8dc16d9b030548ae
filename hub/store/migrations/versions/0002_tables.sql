-- What the further sources state: welfare ranks and attributes, dwellings, groups, institutions, aggregates;
-- and what the hub keeps of each source's health, schedule and reported use.
--;
CREATE SEQUENCE hub.group_ids
--;
CREATE SEQUENCE hub.institution_ids
--;
-- The later object over the earlier: as a window function, what is known after each word.
CREATE AGGREGATE hub.overlaid(jsonb) (sfunc = pg_catalog.jsonb_concat, stype = jsonb, initcond = '{}')
--;
ALTER TABLE hub.claim_identifier ADD COLUMN valid DATERANGE
--;
COMMENT ON COLUMN hub.claim_identifier.valid IS '[from, to) the number was in use, days in WIB; null when not told'
--;
ALTER TABLE hub.claim_status ADD COLUMN unit TEXT
--;
COMMENT ON COLUMN hub.claim_status.unit IS 'person (when null), family, group, community: whose status it is'
--;
ALTER TABLE hub.claim_status ADD COLUMN unit_number TEXT
--;
COMMENT ON COLUMN hub.claim_status.unit_number IS 'No KK or group number of that unit'
--;
ALTER TABLE hub.claim_status ADD COLUMN detail JSONB
--;
COMMENT ON COLUMN hub.claim_status.detail IS 'what the list states beside the code: wage, power in VA, fields compared'
--;
ALTER TABLE hub.status ALTER COLUMN person_id DROP NOT NULL
--;
COMMENT ON COLUMN hub.status.person_id IS 'the person concerned'
--;
ALTER TABLE hub.status ADD COLUMN unit TEXT
--;
COMMENT ON COLUMN hub.status.unit IS 'person (when null), family, group, community: whose status it is'
--;
ALTER TABLE hub.status ADD COLUMN unit_number TEXT
--;
ALTER TABLE hub.status ADD COLUMN detail JSONB
--;
CREATE INDEX ix_status_unit_number ON hub.status (unit_number) WHERE upper_inf(recorded) and person_id is null
--;
ALTER TABLE hub.household_member ADD COLUMN scheme TEXT
--;
COMMENT ON COLUMN hub.household_member.scheme IS 'numbering of the survey that found it so; null: where the person lives'
--;
ALTER TABLE hub.household_member ADD COLUMN family_no TEXT
--;
COMMENT ON COLUMN hub.household_member.family_no IS 'which family of the household, where a survey says'
--;
ALTER TABLE hub.household_member ADD COLUMN relation TEXT
--;
COMMENT ON COLUMN hub.household_member.relation IS 'relation to the head of the household, code list shdk'
--;
ALTER TABLE hub.social_group ADD COLUMN number TEXT DEFAULT '' NOT NULL
--;
COMMENT ON COLUMN hub.social_group.number IS 'number by which the list knows the group'
--;
ALTER TABLE hub.social_group ADD COLUMN size SMALLINT
--;
COMMENT ON COLUMN hub.social_group.size IS 'members or families as stated'
--;
ALTER TABLE hub.social_group ADD COLUMN program_id SMALLINT
--;
COMMENT ON COLUMN hub.social_group.program_id IS 'program that serves the group'
--;
ALTER TABLE hub.institution ADD COLUMN number TEXT DEFAULT '' NOT NULL
--;
ALTER TABLE hub.institution ADD COLUMN address TEXT
--;
ALTER TABLE hub.institution ADD COLUMN detail JSONB
--;
CREATE TABLE hub.claim_score (
    record_id BIGINT NOT NULL,
    mention_id BIGINT NOT NULL,
    source_id SMALLINT NOT NULL,
    person_id BIGINT,
    register TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_number TEXT,
    edition TEXT NOT NULL,
    desil SMALLINT,
    percentile SMALLINT,
    label TEXT,
    valid DATERANGE NOT NULL,
    event_area_key BIGINT NOT NULL,
    home_area_key BIGINT NOT NULL
)
--;
CREATE INDEX ix_claim_score_person_id ON hub.claim_score (person_id)
--;
CREATE INDEX ix_claim_score_record_id ON hub.claim_score (record_id)
--;
COMMENT ON TABLE hub.claim_score IS 'How a register ranks a person, family or household by welfare'
--;
COMMENT ON COLUMN hub.claim_score.record_id IS 'source_record.id'
--;
COMMENT ON COLUMN hub.claim_score.mention_id IS 'entry_id * 16 + slot: node of the identity graph'
--;
COMMENT ON COLUMN hub.claim_score.source_id IS 'source that states it'
--;
COMMENT ON COLUMN hub.claim_score.person_id IS 'the person concerned'
--;
COMMENT ON COLUMN hub.claim_score.register IS 'bdt2015, dtks, regsosek, dtsen'
--;
COMMENT ON COLUMN hub.claim_score.unit IS 'person, family, household: what was ranked'
--;
COMMENT ON COLUMN hub.claim_score.unit_number IS 'No KK, or number of the household in the register'
--;
COMMENT ON COLUMN hub.claim_score.edition IS 'version of the register: 2015, 2025-Q1'
--;
COMMENT ON COLUMN hub.claim_score.desil IS '1 (poorest) to 10'
--;
COMMENT ON COLUMN hub.claim_score.percentile IS '1 (poorest) to 100'
--;
COMMENT ON COLUMN hub.claim_score.label IS 'welfare status in the register''s own words'
--;
COMMENT ON COLUMN hub.claim_score.valid IS '[from, to) the rank held, days in WIB'
--;
COMMENT ON COLUMN hub.claim_score.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.claim_score.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.claim_attribute (
    record_id BIGINT NOT NULL,
    mention_id BIGINT NOT NULL,
    source_id SMALLINT NOT NULL,
    person_id BIGINT,
    unit TEXT NOT NULL,
    unit_number TEXT,
    vocabulary TEXT NOT NULL,
    edition TEXT NOT NULL,
    given JSONB NOT NULL,
    valid DATERANGE NOT NULL,
    event_area_key BIGINT NOT NULL,
    home_area_key BIGINT NOT NULL
)
--;
CREATE INDEX ix_claim_attribute_person_id ON hub.claim_attribute (person_id)
--;
CREATE INDEX ix_claim_attribute_record_id ON hub.claim_attribute (record_id)
--;
CREATE INDEX ix_claim_attribute_unit_number ON hub.claim_attribute (unit_number) WHERE unit <> 'person'
--;
COMMENT ON TABLE hub.claim_attribute IS 'Welfare attributes (PMT variables) of a person, family or household, in the words of the hub''s set'
--;
COMMENT ON COLUMN hub.claim_attribute.record_id IS 'source_record.id'
--;
COMMENT ON COLUMN hub.claim_attribute.mention_id IS 'entry_id * 16 + slot: node of the identity graph'
--;
COMMENT ON COLUMN hub.claim_attribute.source_id IS 'source that states it'
--;
COMMENT ON COLUMN hub.claim_attribute.person_id IS 'the person concerned'
--;
COMMENT ON COLUMN hub.claim_attribute.unit IS 'person, family, household'
--;
COMMENT ON COLUMN hub.claim_attribute.unit_number IS 'No KK, or number of the household in the register'
--;
COMMENT ON COLUMN hub.claim_attribute.vocabulary IS 'version of the attribute set: pmt-1'
--;
COMMENT ON COLUMN hub.claim_attribute.edition IS 'version of the register'
--;
COMMENT ON COLUMN hub.claim_attribute.given IS 'harmonised values by attribute; what is missing is left out'
--;
COMMENT ON COLUMN hub.claim_attribute.valid IS '[from, to), days in WIB'
--;
COMMENT ON COLUMN hub.claim_attribute.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.claim_attribute.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.claim_dwelling (
    record_id BIGINT NOT NULL,
    mention_id BIGINT NOT NULL,
    source_id SMALLINT NOT NULL,
    person_id BIGINT,
    scheme TEXT NOT NULL,
    number TEXT NOT NULL,
    family_no TEXT,
    relation TEXT,
    address TEXT,
    valid DATERANGE NOT NULL,
    event_area_key BIGINT NOT NULL,
    home_area_key BIGINT NOT NULL
)
--;
CREATE INDEX ix_claim_dwelling_number ON hub.claim_dwelling (scheme, number)
--;
CREATE INDEX ix_claim_dwelling_person_id ON hub.claim_dwelling (person_id)
--;
CREATE INDEX ix_claim_dwelling_record_id ON hub.claim_dwelling (record_id)
--;
COMMENT ON TABLE hub.claim_dwelling IS 'Who a survey found living in which household (ruta), apart from family cards'
--;
COMMENT ON COLUMN hub.claim_dwelling.record_id IS 'source_record.id'
--;
COMMENT ON COLUMN hub.claim_dwelling.mention_id IS 'entry_id * 16 + slot: node of the identity graph'
--;
COMMENT ON COLUMN hub.claim_dwelling.source_id IS 'source that states it'
--;
COMMENT ON COLUMN hub.claim_dwelling.person_id IS 'the person concerned'
--;
COMMENT ON COLUMN hub.claim_dwelling.scheme IS 'numbering: idbdt, regsosek, ...'
--;
COMMENT ON COLUMN hub.claim_dwelling.number IS 'number of the household (ruta) in the register'
--;
COMMENT ON COLUMN hub.claim_dwelling.family_no IS 'which family of the household'
--;
COMMENT ON COLUMN hub.claim_dwelling.relation IS 'relation to the head of the household, code list shdk'
--;
COMMENT ON COLUMN hub.claim_dwelling.valid IS '[from, to) as surveyed, days in WIB'
--;
COMMENT ON COLUMN hub.claim_dwelling.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.claim_dwelling.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.claim_group (
    record_id BIGINT NOT NULL,
    mention_id BIGINT NOT NULL,
    source_id SMALLINT NOT NULL,
    person_id BIGINT,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    name TEXT,
    role TEXT,
    size SMALLINT,
    program TEXT,
    valid DATERANGE NOT NULL,
    event_area_key BIGINT NOT NULL,
    home_area_key BIGINT NOT NULL
)
--;
CREATE INDEX ix_claim_group_number ON hub.claim_group (kind, number)
--;
CREATE INDEX ix_claim_group_person_id ON hub.claim_group (person_id)
--;
CREATE INDEX ix_claim_group_record_id ON hub.claim_group (record_id)
--;
COMMENT ON TABLE hub.claim_group IS 'Groups and who belongs to them; the person is null where none is named'
--;
COMMENT ON COLUMN hub.claim_group.record_id IS 'source_record.id'
--;
COMMENT ON COLUMN hub.claim_group.mention_id IS 'entry_id * 16 + slot: node of the identity graph'
--;
COMMENT ON COLUMN hub.claim_group.source_id IS 'source that states it'
--;
COMMENT ON COLUMN hub.claim_group.person_id IS 'the person concerned'
--;
COMMENT ON COLUMN hub.claim_group.kind IS 'kube, uep, community, ...'
--;
COMMENT ON COLUMN hub.claim_group.number IS 'number or name by which the list knows the group'
--;
COMMENT ON COLUMN hub.claim_group.role IS 'chair, member; null where the record tells of the group alone'
--;
COMMENT ON COLUMN hub.claim_group.size IS 'members or families as stated'
--;
COMMENT ON COLUMN hub.claim_group.program IS 'program that serves the group'
--;
COMMENT ON COLUMN hub.claim_group.valid IS '[from, to), days in WIB'
--;
COMMENT ON COLUMN hub.claim_group.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.claim_group.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.claim_institution (
    record_id BIGINT NOT NULL,
    mention_id BIGINT NOT NULL,
    source_id SMALLINT NOT NULL,
    person_id BIGINT,
    kind TEXT NOT NULL,
    number TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT,
    detail JSONB,
    valid DATERANGE NOT NULL,
    event_area_key BIGINT NOT NULL,
    home_area_key BIGINT NOT NULL
)
--;
CREATE INDEX ix_claim_institution_person_id ON hub.claim_institution (person_id)
--;
CREATE INDEX ix_claim_institution_record_id ON hub.claim_institution (record_id)
--;
COMMENT ON TABLE hub.claim_institution IS 'Institutions of social welfare; the person is whoever answers for it, null where none is named'
--;
COMMENT ON COLUMN hub.claim_institution.record_id IS 'source_record.id'
--;
COMMENT ON COLUMN hub.claim_institution.mention_id IS 'entry_id * 16 + slot: node of the identity graph'
--;
COMMENT ON COLUMN hub.claim_institution.source_id IS 'source that states it'
--;
COMMENT ON COLUMN hub.claim_institution.person_id IS 'the person concerned'
--;
COMMENT ON COLUMN hub.claim_institution.kind IS 'PSKS code: LKS, karang_taruna, LK3, WKSBM, company'
--;
COMMENT ON COLUMN hub.claim_institution.number IS 'registration number, or name and desa where there is none'
--;
COMMENT ON COLUMN hub.claim_institution.detail IS 'what the list states beside: chair''s role, accreditation, field of work'
--;
COMMENT ON COLUMN hub.claim_institution.valid IS '[from, to), days in WIB'
--;
COMMENT ON COLUMN hub.claim_institution.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.claim_institution.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.claim_observation (
    record_id BIGINT NOT NULL,
    mention_id BIGINT NOT NULL,
    source_id SMALLINT NOT NULL,
    person_id BIGINT,
    dataset TEXT NOT NULL,
    measure TEXT NOT NULL,
    value NUMERIC,
    unit TEXT NOT NULL,
    dimensions JSONB NOT NULL,
    area_key BIGINT,
    area_raw TEXT,
    valid DATERANGE NOT NULL,
    event_area_key BIGINT NOT NULL,
    home_area_key BIGINT NOT NULL
)
--;
CREATE INDEX ix_claim_observation_dataset ON hub.claim_observation (dataset, measure, area_key)
--;
CREATE INDEX ix_claim_observation_record_id ON hub.claim_observation (record_id)
--;
COMMENT ON TABLE hub.claim_observation IS 'Published aggregates by area and period; never about one person'
--;
COMMENT ON COLUMN hub.claim_observation.record_id IS 'source_record.id'
--;
COMMENT ON COLUMN hub.claim_observation.mention_id IS 'entry_id * 16 + slot: node of the identity graph'
--;
COMMENT ON COLUMN hub.claim_observation.source_id IS 'source that states it'
--;
COMMENT ON COLUMN hub.claim_observation.person_id IS 'the person concerned'
--;
COMMENT ON COLUMN hub.claim_observation.dataset IS 'name of the data set at its publisher'
--;
COMMENT ON COLUMN hub.claim_observation.measure IS 'what is counted'
--;
COMMENT ON COLUMN hub.claim_observation.value IS 'null where the publisher gives none'
--;
COMMENT ON COLUMN hub.claim_observation.unit IS 'orang, keluarga, persen, rupiah, ...'
--;
COMMENT ON COLUMN hub.claim_observation.dimensions IS 'further dimensions by name'
--;
COMMENT ON COLUMN hub.claim_observation.area_key IS 'area observed, 10-digit key'
--;
COMMENT ON COLUMN hub.claim_observation.valid IS 'period observed, [from, to)'
--;
COMMENT ON COLUMN hub.claim_observation.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.claim_observation.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.score (
    person_id BIGINT,
    register TEXT NOT NULL,
    unit TEXT NOT NULL,
    unit_number TEXT,
    edition TEXT NOT NULL,
    desil SMALLINT,
    percentile SMALLINT,
    label TEXT,
    source_id SMALLINT NOT NULL,
    record_id BIGINT NOT NULL,
    valid DATERANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    event_area_key BIGINT NOT NULL,
    home_area_key BIGINT NOT NULL
)
--;
CREATE INDEX ix_score_desil ON hub.score (register, desil, event_area_key) WHERE upper_inf(recorded)
--;
CREATE INDEX ix_score_person_id ON hub.score (person_id) WHERE upper_inf(recorded)
--;
CREATE INDEX ix_score_unit_number ON hub.score (unit_number) WHERE upper_inf(recorded) and person_id is null
--;
COMMENT ON TABLE hub.score IS 'How registers rank a person by welfare, edition by edition'
--;
COMMENT ON COLUMN hub.score.person_id IS 'the person concerned'
--;
COMMENT ON COLUMN hub.score.register IS 'bdt2015, dtks, regsosek, dtsen'
--;
COMMENT ON COLUMN hub.score.unit IS 'person, family, household'
--;
COMMENT ON COLUMN hub.score.source_id IS 'source that states it'
--;
COMMENT ON COLUMN hub.score.valid IS 'true in the world, [from, to), days in WIB'
--;
COMMENT ON COLUMN hub.score.recorded IS 'held true by the hub, [from, to), UTC'
--;
COMMENT ON COLUMN hub.score.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.score.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.person_attributes (
    person_id BIGINT NOT NULL,
    vocabulary TEXT NOT NULL,
    given JSONB NOT NULL,
    stated_by JSONB NOT NULL,
    missing TEXT[] NOT NULL,
    expected SMALLINT NOT NULL,
    valid DATERANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    event_area_key BIGINT NOT NULL,
    home_area_key BIGINT NOT NULL
)
--;
CREATE INDEX ix_person_attributes_home ON hub.person_attributes (home_area_key, person_id) WHERE upper_inf(recorded)
--;
CREATE INDEX ix_person_attributes_person_id ON hub.person_attributes (person_id) WHERE upper_inf(recorded)
--;
COMMENT ON TABLE hub.person_attributes IS 'Welfare attributes of persons over all registers, with what is missing'
--;
COMMENT ON COLUMN hub.person_attributes.given IS 'value by attribute: the latest word of the most believed source'
--;
COMMENT ON COLUMN hub.person_attributes.stated_by IS 'source id by attribute'
--;
COMMENT ON COLUMN hub.person_attributes.missing IS 'attributes that no source states, in the set''s order'
--;
COMMENT ON COLUMN hub.person_attributes.expected IS 'attributes that the set asks of this person'
--;
COMMENT ON COLUMN hub.person_attributes.valid IS 'true in the world, [from, to), days in WIB'
--;
COMMENT ON COLUMN hub.person_attributes.recorded IS 'held true by the hub, [from, to), UTC'
--;
COMMENT ON COLUMN hub.person_attributes.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.person_attributes.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.family_attributes (
    family_key TEXT NOT NULL,
    no_kk TEXT,
    vocabulary TEXT NOT NULL,
    given JSONB NOT NULL,
    stated_by JSONB NOT NULL,
    missing TEXT[] NOT NULL,
    expected SMALLINT NOT NULL,
    person_id BIGINT,
    valid DATERANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    event_area_key BIGINT NOT NULL,
    home_area_key BIGINT NOT NULL
)
--;
CREATE INDEX ix_family_attributes_family_key ON hub.family_attributes (family_key) WHERE upper_inf(recorded)
--;
CREATE INDEX ix_family_attributes_home ON hub.family_attributes (home_area_key, family_key) WHERE upper_inf(recorded)
--;
CREATE INDEX ix_family_attributes_no_kk ON hub.family_attributes (no_kk) WHERE upper_inf(recorded)
--;
CREATE INDEX ix_family_attributes_person_id ON hub.family_attributes (person_id)
--;
CREATE INDEX ix_institution_person_id ON hub.institution (person_id)
--;
COMMENT ON TABLE hub.family_attributes IS 'Welfare attributes of families over all registers; the subject is whom the record is about'
--;
COMMENT ON COLUMN hub.family_attributes.family_key IS 'No KK, else register and number of the household'
--;
COMMENT ON COLUMN hub.family_attributes.person_id IS 'the person concerned'
--;
COMMENT ON COLUMN hub.family_attributes.valid IS 'true in the world, [from, to), days in WIB'
--;
COMMENT ON COLUMN hub.family_attributes.recorded IS 'held true by the hub, [from, to), UTC'
--;
COMMENT ON COLUMN hub.family_attributes.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.family_attributes.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.observation (
    record_id BIGINT NOT NULL,
    dataset TEXT NOT NULL,
    measure TEXT NOT NULL,
    value NUMERIC,
    unit TEXT NOT NULL,
    dimensions JSONB NOT NULL,
    area_key BIGINT,
    source_id SMALLINT NOT NULL,
    valid DATERANGE NOT NULL,
    recorded TSTZRANGE NOT NULL,
    event_area_key BIGINT NOT NULL,
    home_area_key BIGINT NOT NULL
)
--;
CREATE INDEX ix_observation_dataset ON hub.observation (dataset, measure, area_key) WHERE upper_inf(recorded)
--;
CREATE INDEX ix_observation_record_id ON hub.observation (record_id)
--;
COMMENT ON TABLE hub.observation IS 'Published aggregates by area and period'
--;
COMMENT ON COLUMN hub.observation.source_id IS 'source that states it'
--;
COMMENT ON COLUMN hub.observation.valid IS 'true in the world, [from, to), days in WIB'
--;
COMMENT ON COLUMN hub.observation.recorded IS 'held true by the hub, [from, to), UTC'
--;
COMMENT ON COLUMN hub.observation.event_area_key IS 'area where it happened, 10 digits, 0 unknown'
--;
COMMENT ON COLUMN hub.observation.home_area_key IS 'area where the person lives now, 0 unknown'
--;
CREATE TABLE hub.source_health (
    source_id SMALLSERIAL NOT NULL,
    quota_day DATE,
    calls INTEGER DEFAULT '0' NOT NULL,
    failures INTEGER DEFAULT '0' NOT NULL,
    open_until TIMESTAMP WITH TIME ZONE,
    detail JSONB DEFAULT '{}' NOT NULL,
    CONSTRAINT pk_source_health PRIMARY KEY (source_id)
)
--;
COMMENT ON TABLE hub.source_health IS 'Quota used today, and the circuit that opens on repeated failure'
--;
COMMENT ON COLUMN hub.source_health.quota_day IS 'day (WIB) that `calls` counts'
--;
COMMENT ON COLUMN hub.source_health.calls IS 'calls made on that day'
--;
COMMENT ON COLUMN hub.source_health.failures IS 'runs failed in a row by the upstream'
--;
COMMENT ON COLUMN hub.source_health.open_until IS 'the source is not called before this instant (UTC)'
--;
COMMENT ON COLUMN hub.source_health.detail IS 'code of the last failure'
--;
CREATE TABLE hub.source_schedule (
    source_id SMALLSERIAL NOT NULL,
    due TIMESTAMP WITH TIME ZONE NOT NULL,
    started TIMESTAMP WITH TIME ZONE,
    finished TIMESTAMP WITH TIME ZONE,
    outcome TEXT,
    worker TEXT,
    beat TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_source_schedule PRIMARY KEY (source_id)
)
--;
COMMENT ON TABLE hub.source_schedule IS 'When each source is due, for the worker'
--;
COMMENT ON COLUMN hub.source_schedule.due IS 'next instant the worker runs it, UTC'
--;
COMMENT ON COLUMN hub.source_schedule.started IS 'when the worker last began a run'
--;
COMMENT ON COLUMN hub.source_schedule.outcome IS 'status of that run'
--;
COMMENT ON COLUMN hub.source_schedule.worker IS 'host and process that holds it; null while idle'
--;
COMMENT ON COLUMN hub.source_schedule.beat IS 'last sign of life of that worker'
--;
CREATE TABLE hub.usage_feedback (
    id BIGINT GENERATED BY DEFAULT AS IDENTITY,
    source_id SMALLINT NOT NULL,
    record_id BIGINT NOT NULL,
    customer TEXT NOT NULL,
    sent TIMESTAMP WITH TIME ZONE,
    outcome TEXT,
    CONSTRAINT pk_usage_feedback PRIMARY KEY (id)
)
--;
CREATE UNIQUE INDEX uq_usage_feedback_record_id ON hub.usage_feedback (record_id)
--;
COMMENT ON TABLE hub.usage_feedback IS 'Use of the population register reported back (data balikan)'
--;
COMMENT ON COLUMN hub.usage_feedback.source_id IS 'source that states it'
--;
COMMENT ON COLUMN hub.usage_feedback.record_id IS 'answer whose use is reported'
--;
COMMENT ON COLUMN hub.usage_feedback.customer IS 'pseudonym under which the use is reported; no NIK'
--;
COMMENT ON COLUMN hub.usage_feedback.sent IS 'accepted by the registry, UTC; null while it waits'
--;
COMMENT ON COLUMN hub.usage_feedback.outcome IS 'accepted, known, refused'
--;
CREATE INDEX ix_source_record_ended ON hub.source_record (upper(recorded), id) WHERE not upper_inf(recorded)
