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
