CREATE TABLE hub.status_scope (
  scheme TEXT NOT NULL,
  code TEXT NOT NULL,
  bits BIGINT NOT NULL,
  CONSTRAINT pk_status_scope PRIMARY KEY (scheme, code)
)
--;
COMMENT ON TABLE hub.status_scope IS 'Scopes that open statuses; one that stands nowhere here is sensitive'
--;
COMMENT ON COLUMN hub.status_scope.code IS 'code of the list; *: every other one'
--;
COMMENT ON COLUMN hub.status_scope.bits IS 'scopes of which one opens it, a bit each'
--;
-- No person stands in it.
grant select on hub.status_scope to {app}
--;
grant select, insert, update, delete on hub.status_scope to {ingest}
--;
-- What follows judges rows by others of the same person, record or payment, whoever asks: the owner reads these, and tells
-- the reading role a yes or no.
do $$
declare
  name text;
begin
  foreach name in array array['person_state', 'claim_status', 'claim_enrollment', 'claim_benefit', 'claim_group', 'benefit']
  loop
    execute format('create policy owner_judges on hub.%I for select to {owner} using (true)', name);
  end loop;
end
$$
--;
-- STATUSES. What opens each, by "scheme code"; null where every scope of theirs (bits 6, 7 and 8) is granted.
create function hub.status_bits() returns jsonb language plpgsql stable parallel safe
set search_path = pg_catalog
as $$
begin
  if hub.scopes() & 448 = 448 then
    return null;
  end if;
  return (select coalesce(jsonb_object_agg(s.scheme || ' ' || s.code, s.bits), '{}') from hub.status_scope s);
end
$$
--;
-- 1 where none of the scopes that open a status is granted; what stands nowhere is opened by that of the sensitive ones.
create function hub.closed_status(scheme text, code text, opens jsonb, scopes bigint) returns integer
language plpgsql immutable parallel safe strict
set search_path = pg_catalog
as $$
begin
  return case when coalesce(opens ->> (scheme || ' ' || code), opens ->> (scheme || ' *'), '128')::bigint & scopes = 0
    then 1 else 0 end;
end
$$
--;
-- 1 where a record states a status that none of the granted scopes opens.
create function hub.closed_record(record bigint, opens jsonb, scopes bigint) returns integer
language plpgsql stable parallel safe strict security definer
set search_path = pg_catalog
as $$
begin
  return case when exists (select from hub.claim_status c where c.record_id = record
    and hub.closed_status(c.scheme, c.code, opens, scopes) = 1) then 1 else 0 end;
end
$$
--;
-- CHILDREN. Narrows the entered context to the day that is asked for, where that is before today: who was a child then is
-- one. It never widens.
create function hub.looks_on(day date) returns boolean
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  was text;
begin
  was := set_config('hub.day', least(day, nullif(current_setting('hub.day', true), '')::date)::text, true);
  return true;
end
$$
--;
revoke all on function hub.looks_on(date) from public
--;
grant execute on function hub.looks_on(date) to {app}
--;
-- Who was born later is a child on the day in force (WIB); null where the scope of children (bit 9) is granted.
create function hub.grown_since() returns date language sql stable parallel safe
as $$ select case when hub.scopes() & 512 = 0 then (least(nullif(current_setting('hub.day', true), '')::date,
  (now() at time zone 'Asia/Jakarta')::date) - interval '18 years')::date end $$
--;
-- 1 where a person is a child, or it is not known when they were born.
create function hub.child(person bigint, grown_since date) returns integer
language plpgsql stable parallel safe strict security definer
set search_path = pg_catalog
as $$
begin
  return case when (select bool_and(coalesce(s.birth_date <= grown_since, false)) from hub.person_state s
    where s.person_id = person and upper_inf(s.recorded) and upper_inf(s.valid)) then 0 else 1 end;
end
$$
--;
-- PROGRAMS. Codes and numbers of those that the entered context reaches; null: every one.
create function hub.program_codes() returns text[] language sql stable parallel safe
as $$ select case when current_setting('hub.programs', true) is distinct from '*'
  then string_to_array(coalesce(current_setting('hub.programs', true), ''), ',') end $$
--;
create function hub.program_ids() returns smallint[] language plpgsql stable parallel safe
set search_path = pg_catalog
as $$
begin
  if hub.program_codes() is null then
    return null;
  end if;
  return array(select p.id from hub.program p where p.code = any(hub.program_codes()));
end
$$
--;
-- 1 where a payment is of another program.
create function hub.foreign_payment(payment bigint, programs smallint[]) returns integer
language plpgsql stable parallel safe strict security definer
set search_path = pg_catalog
as $$
begin
  return case when exists (select from hub.benefit b where b.benefit_id = payment and b.program_id <> all(programs))
    then 1 else 0 end;
end
$$
--;
-- 1 where a record speaks of programs, and of none of these.
create function hub.foreign_record(record bigint, programs text[]) returns integer
language plpgsql stable parallel safe strict security definer
set search_path = pg_catalog
as $$
begin
  return case when (
    select bool_and(c.program <> all(programs)) from (
      select e.program from hub.claim_enrollment e where e.record_id = record
      union all select b.program from hub.claim_benefit b where b.record_id = record
      union all select g.program from hub.claim_group g where g.record_id = record and g.program is not null) c
  ) then 1 else 0 end;
end
$$
--;
revoke all on function hub.closed_record(bigint, jsonb, bigint), hub.child(bigint, date),
  hub.foreign_payment(bigint, smallint[]), hub.foreign_record(bigint, text[]) from public
--;
grant execute on function hub.closed_record(bigint, jsonb, bigint), hub.child(bigint, date),
  hub.foreign_payment(bigint, smallint[]), hub.foreign_record(bigint, text[]) to {app}
--;
-- Each function is strict and its last arguments are initplans, null for who may see all: then it is never called. Compared
-- with a number, a condition is held for one that hides next to nothing, so that plans are made as without it.
do $$
declare
  name text;
  hides text;
  record text;
begin
  -- Of whom a row is.
  for name, hides in values
    ('person', 'id'), ('person_state', ''), ('cluster_member', ''), ('family_card', ''), ('membership', ''),
    ('household', ''), ('household_member', ''), ('group_member', ''), ('institution', ''), ('enrollment', ''),
    ('benefit', ''), ('benefit_event', ''), ('score', ''), ('person_attributes', ''), ('family_attributes', ''),
    ('status', ''), ('claim_status', ''), ('claim_person', ''), ('claim_identifier', ''), ('claim_enrollment', ''),
    ('claim_benefit', ''), ('claim_score', ''), ('claim_attribute', ''), ('claim_dwelling', ''), ('claim_group', ''),
    ('claim_institution', ''), ('claim_observation', ''), ('source_record', ''), ('quarantine', '')
  loop
    execute format('create policy children on hub.%I as restrictive for select to {app} using (
      (hub.child(%s, (select hub.grown_since())) = 1) is not true)', name, coalesce(nullif(hides, ''), 'person_id'));
  end loop;
  -- Statuses, and the records that state them.
  foreach name in array array['status', 'claim_status'] loop
    execute format($p$create policy statuses on hub.%I as restrictive for select to {app} using (
      (hub.closed_status(scheme, code, (select hub.status_bits()), (select hub.scopes())) = 1) is not true)$p$, name);
  end loop;
  execute $p$create policy statuses on hub.source_record as restrictive for select to {app} using (
    (hub.closed_record(id, (select hub.status_bits()), (select hub.scopes())) = 1) is not true)$p$;
  drop policy area_read on hub.status;
  create policy area_read on hub.status for select to {app} using (
    home_area_key between (select hub.area_lo(448)) and (select hub.area_hi())
    or event_area_key between (select hub.area_lo(448)) and (select hub.area_hi()));
  -- Programs by number and by code, payments by theirs, and every claim of a record by the record's.
  foreach name in array array['enrollment', 'benefit', 'social_group'] loop
    execute format($p$create policy programs on hub.%I as restrictive for select to {app} using (
      (case when program_id is not null and program_id <> all((select hub.program_ids())::smallint[]) then 1 end = 1) is not true)$p$, name);
  end loop;
  create policy programs on hub.benefit_event as restrictive for select to {app} using (
    (hub.foreign_payment(benefit_id, (select hub.program_ids())) = 1) is not true);
  create policy programs on hub.status as restrictive for select to {app} using (
    (case when scheme = 'siks_ng_program' and code <> all((select hub.program_codes())::text[]) then 1 end = 1) is not true);
  for name, record in values ('source_record', 'id'), ('claim_person', ''), ('claim_identifier', ''),
    ('claim_enrollment', 'program'), ('claim_benefit', 'program'), ('claim_status', ''), ('claim_score', ''),
    ('claim_attribute', ''), ('claim_dwelling', ''), ('claim_group', 'program'), ('claim_institution', '')
  loop
    execute format('create policy programs on hub.%I as restrictive for select to {app} using (
      (hub.foreign_record(%s, (select hub.program_codes())) = 1) is not true %s)',
      name, case record when 'id' then 'id' else 'record_id' end, case record when 'program'
        then 'and (case when program is not null and program <> all((select hub.program_codes())::text[]) then 1 end = 1) is not true' else '' end);
  end loop;
end
$$
