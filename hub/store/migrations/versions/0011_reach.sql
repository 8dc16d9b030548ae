-- Lets a caller in for this transaction: true when the context is signed by the hub's key, not expired, and
-- made for this backend or for any (pid 0). Context, with areas "<lo>-<hi>,<lo>-<hi>" of inclusive 10-digit keys and
-- expires in Unix seconds: "<areas>:<scopes>:<expires>:<pid>:<caller>:<agreement>:<purpose>.<hex MAC>". Anything else:
-- false, and none is entered. Several areas are kept as a multirange beside their outer bounds; one area is its bounds.
create or replace function hub.enter(context text) returns boolean
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  payload text := left(context, length(context) - 65);
  part text[] := string_to_array(payload, ':');
  inner_pad bytea;
  outer_pad bytea;
  areas text[];
  was text;
begin
  if cardinality(part) = 7 and substr(context, length(context) - 64, 1) = '.' then
    select k.inner_pad, k.outer_pad into inner_pad, outer_pad from hub.context_key k where k.id = 1;
    if encode(sha256(outer_pad || sha256(inner_pad || convert_to(payload, 'UTF8'))), 'hex') = right(context, 64)
       and part[3]::bigint >= extract(epoch from clock_timestamp())
       and part[4]::int in (0, pg_backend_pid()) then
      areas := string_to_array(translate(part[1], '-', ','), ',');
      was := set_config('hub.lo', coalesce(areas[1], ''), true);
      was := set_config('hub.hi', coalesce(areas[cardinality(areas)], ''), true);
      was := set_config('hub.areas', case when cardinality(areas) > 2
        then '{[' || replace(replace(part[1], ',', '],['), '-', ',') || ']}' else '' end, true);
      was := set_config('hub.scopes', part[2], true);
      was := set_config('hub.caller', part[5], true);
      was := set_config('hub.agreement', part[6], true);
      was := set_config('hub.purpose', part[7], true);
      return true;
    end if;
  end if;
  was := set_config('hub.lo', '', true);
  was := set_config('hub.hi', '', true);
  was := set_config('hub.scopes', '', true);
  return false;
end
$$
--;
-- The areas that the entered context reaches where they are several; null where one range says it.
create function hub.areas() returns int8multirange language sql stable parallel safe
as $$ select nullif(current_setting('hub.areas', true), '')::int8multirange $$
--;
-- The scopes that the entered context grants, a bit each; 0 without one.
create function hub.scopes() returns bigint language sql stable parallel safe
as $$ select coalesce(nullif(current_setting('hub.scopes', true), '')::bigint, 0) $$
--;
-- The lower bound of the areas for a table that one of some scopes opens; null, which admits no row, where none of them is
-- granted. One value answers for area and scope, so that a scope costs a policy nothing.
create function hub.area_lo(bits bigint) returns bigint language sql stable parallel safe
as $$ select case when hub.scopes() & bits <> 0 then hub.area_lo() end $$
--;
-- Every table that grows with people: the range on either area key, where one of its scopes is granted; beside it, where
-- a context reaches several areas, the areas themselves. Bits: config/access.toml; 0: speaks of no person. Statuses are not
-- told apart by row yet, so that the scope of the sensitive ones alone opens them.
do $$
declare
  name text;
  bits bigint;
begin
  for name, bits in values
    ('person', 4611686018427387903), ('person_state', 1),
    ('cluster_member', 4611686018427387903),
    ('family_card', 4), ('membership', 4), ('household', 4), ('household_member', 4),
    ('social_group', 4), ('group_member', 4), ('institution', 4),
    ('enrollment', 8), ('benefit', 16), ('benefit_event', 16),
    ('score', 32), ('person_attributes', 32), ('family_attributes', 32),
    ('status', 128), ('claim_status', 1024),
    ('claim_person', 1024), ('claim_identifier', 1025), ('claim_enrollment', 1032), ('claim_benefit', 1040),
    ('claim_score', 1024), ('claim_attribute', 1024), ('claim_dwelling', 1028), ('claim_group', 1024),
    ('claim_institution', 1024), ('edge', 1024), ('source_record', 1032), ('quarantine', 1024),
    ('observation', 0), ('claim_observation', 0)
  loop
    if bits > 0 then
      execute format('drop policy area_read on hub.%I', name);
      execute format($p$create policy area_read on hub.%I for select to {app} using (
        home_area_key between (select hub.area_lo(%2$s)) and (select hub.area_hi())
        or event_area_key between (select hub.area_lo(%2$s)) and (select hub.area_hi()))$p$, name, bits);
    end if;
    execute format($p$create policy area_exact on hub.%I as restrictive for select to {app} using (
      (select hub.areas()) is null or home_area_key <@ (select hub.areas()) or event_area_key <@ (select hub.areas()))$p$,
      name);
  end loop;
end
$$
