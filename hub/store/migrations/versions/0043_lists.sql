-- Retired codes get their days: `hub init` loads them anew.
delete from hub.wilayah_successor
--;
delete from hub.reference_load where name = 'reference/wilayah_retired.csv.gz'
--;
alter table hub.wilayah_successor add column valid daterange not null
--;
comment on column hub.wilayah_successor.valid is '[from, to), by the years of the tables that have it'
--;
create index ix_wilayah_successor_successor_code on hub.wilayah_successor (successor_code)
--;
create index ix_wilayah_name on hub.wilayah (system, lower(name), code)
--;
create index ix_social_group_kind on hub.social_group (kind, number) where upper_inf(recorded)
--;
create index ix_social_group_number on hub.social_group (number) where upper_inf(recorded)
--;
create index ix_social_group_program on hub.social_group (program_id) where upper_inf(recorded)
--;
create index ix_social_group_area on hub.social_group (event_area_key, group_id) where upper_inf(recorded)
--;
create index ix_institution_area on hub.institution (event_area_key, institution_id) where upper_inf(recorded)
