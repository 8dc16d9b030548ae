-- `hub init` fills it, and loads the areas anew with it.
create table hub.wilayah_name (
  level smallint not null,
  name_key text collate "C" not null,
  code text not null,
  kind text not null,
  constraint pk_wilayah_name primary key (level, name_key, code)
)
--;
comment on table hub.wilayah_name is 'Names that areas in force have or had, so that lists with names alone can be resolved'
--;
comment on column hub.wilayah_name.name_key is 'the form under which spellings of one name meet (hub.domain.area_names)'
--;
comment on column hub.wilayah_name.code is 'Kemendagri code of today'
--;
comment on column hub.wilayah_name.kind is 'name, bps, former'
--;
grant select on hub.wilayah_name to {app}
--;
grant select, insert, update, delete on hub.wilayah_name to {ingest}
--;
delete from hub.reference_load
where name in ('reference/wilayah.csv.gz', 'reference/wilayah_bps.csv.gz', 'reference/wilayah_retired.csv.gz')
