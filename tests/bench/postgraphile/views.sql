-- The rows of the hub that are held true now, as PostGraphile likes them: plain columns, with the keys that tell it
-- which view belongs to which.
drop schema if exists peer cascade;
create schema peer;
create view peer.person as
  select person_id, uid, nik, name, birth_date, sex, address, home_area_key
  from hub.person_state where upper_inf(recorded) and valid @> current_date;
create view peer.family_card as
  select card_id, no_kk as kk from hub.family_card where upper_inf(recorded);
create view peer.membership as
  select person_id, card_id, relation, lower(valid) as from_day
  from hub.membership where upper_inf(recorded) and valid @> current_date;
create view peer.program as select id, code, name_id as name from hub.program;
create view peer.source as select id, code from hub.source;
create view peer.enrollment as
  select enrollment_id, person_id, program_id, source_id, status, lower(valid) as from_day, upper(valid) as to_day
  from hub.enrollment where upper_inf(recorded);
create view peer.benefit as
  select benefit_id, enrollment_id, person_id, program_id, source_id, amount_idr as amount, status, paid_on,
    lower(period) as from_day, upper(period) as to_day
  from hub.benefit where upper_inf(recorded);
comment on view peer.person is E'@primaryKey person_id\n@unique nik';
comment on view peer.family_card is '@primaryKey card_id';
comment on view peer.membership is E'@primaryKey person_id,card_id\n@foreignKey (person_id) references peer.person (person_id)\n@foreignKey (card_id) references peer.family_card (card_id)';
comment on view peer.program is '@primaryKey id';
comment on view peer.source is '@primaryKey id';
comment on view peer.enrollment is E'@primaryKey enrollment_id\n@foreignKey (person_id) references peer.person (person_id)\n@foreignKey (program_id) references peer.program (id)\n@foreignKey (source_id) references peer.source (id)';
comment on view peer.benefit is E'@primaryKey benefit_id\n@foreignKey (person_id) references peer.person (person_id)\n@foreignKey (enrollment_id) references peer.enrollment (enrollment_id)\n@foreignKey (program_id) references peer.program (id)\n@foreignKey (source_id) references peer.source (id)';
-- Tables without the area on every row: where an enrolled person lives has to be looked up.
do $$
begin
  if to_regclass('plain.enrollment') is null then
    create schema plain;
    create table plain.enrollment as
      select enrollment_id, person_id, program_id, valid from hub.enrollment where upper_inf(recorded);
    create index on plain.enrollment (program_id, person_id) include (valid);
    create table plain.person as
      select person_id, home_area_key / 10000 * 10000 as kecamatan from hub.person_state where upper_inf(recorded);
    create unique index on plain.person (person_id) include (kecamatan);
    create index on plain.person (kecamatan);
  end if;
end
$$;
analyze plain.enrollment, plain.person;
create function peer.overlap(programs text[], area_from bigint, area_to bigint)
returns table (wilayah text, holders int, persons int) language sql stable as $$
  select w.code, o.holders, o.persons from (
    select h.kecamatan, count(*)::int as holders, count(*) filter (where h.held = 2)::int as persons from (
      select e.person_id, p.kecamatan, count(distinct e.program_id) as held
      from plain.enrollment e join plain.person p using (person_id)
      where e.program_id = any(array(select g.id from hub.program g where g.code = any(programs)))
        and e.valid @> current_date and p.kecamatan between area_from and area_to
      group by e.person_id, p.kecamatan) h
    group by h.kecamatan) o
  left join hub.wilayah w on w.system = 'kemendagri' and w.area_key = o.kecamatan order by o.kecamatan
$$;
