-- What each benefit in the evidence came to; null in findings that a hub of before wrote, which its next audit ends.
alter table hub.finding add column amounts BIGINT[], add column paids BIGINT[]
--;
comment on column hub.finding.amounts is 'whole rupiah of each benefit as it was found'
--;
comment on column hub.finding.paids is 'what was paid of each of them; null: nothing'
--;
create index ix_finding_person_ids on hub.finding using gin (person_ids) where upper_inf(recorded)
