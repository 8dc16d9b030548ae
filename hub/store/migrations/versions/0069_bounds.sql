-- What every table of a statement asks of the context is settled once, at entry, so that a policy reads one value and
-- computes next to nothing: beginning a plan costs for each function in it, whether it is called or not.
--
-- Lets a caller in for this transaction: true when the context is signed by a key that the hub believes, not expired, and
-- made for this backend or for any (pid 0). Context, with areas "<lo>-<hi>,<lo>-<hi>" of inclusive 10-digit keys,
-- programs "*" (every one) or codes joined by commas, and expires in Unix seconds:
-- "<areas>:<scopes>:<programs>:<expires>:<pid>:<caller>:<agreement>:<purpose>.<hex MAC>". Anything else: false, and none is
-- entered. Areas are kept as bounds, lower inclusive and upper exclusive by turns, ascending. One MAC is computed, by
-- assignment (without the executor), and more only of what the newest key did not sign: what another key signed that is
-- believed still, and what was forged.
create or replace function hub.enter(context text) returns boolean
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  payload text := left(context, -65);
  part text[] := string_to_array(payload, ':');
  inner_pad bytea;
  outer_pad bytea;
  believed boolean;
  nobody boolean;
  scopes bigint;
  was text;
begin
  if cardinality(part) = 8 then
    select k.inner_pad, k.outer_pad, w.nobody into inner_pad, outer_pad, nobody
    from hub.context_key k left join hub.withheld w on w.id = 1 order by k.id desc limit 1;
    believed := payload || '.' || encode(sha256(outer_pad || sha256(inner_pad || convert_to(payload, 'UTF8'))), 'hex') = context;
    if believed is not true then
      believed := exists (select from hub.context_key k where payload || '.'
        || encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(payload, 'UTF8'))), 'hex') = context);
    end if;
    if believed
       and part[4]::bigint >= extract(epoch from clock_timestamp())
       and part[5]::int in (0, pg_backend_pid()) then
      scopes := part[2];
      -- As PostgreSQL writes a multirange, {[lo,hi),[lo,hi)} with neighbours joined, without its brackets.
      was := set_config('hub.reach', case part[1] when '' then '{}' else translate(
          ('{[' || replace(replace(part[1], ',', '],['), '-', ',') || ']}')::int8multirange::text, '[)', '') end, true)
        || set_config('hub.scopes', part[2], true)
        || set_config('hub.programs', part[3], true)
        || set_config('hub.caller', part[6], true)
        || set_config('hub.agreement', part[7], true)
        || set_config('hub.purpose', part[8], true);
      -- Nobody is covered, or bit 62: a purpose that may see those who are.
      was := set_config('hub.withheld', case when nobody or scopes & 4611686018427387904 <> 0
        then 'nobody' else 'some' end, true);
      -- Bit 9: children.
      if scopes & 512 <> 0 then
        was := set_config('hub.grown', 'all', true);
      else
        was := set_config('hub.grown', hub.born_before(null)::text, true);
      end if;
      return true;
    end if;
  end if;
  was := set_config('hub.reach', '', true);
  was := set_config('hub.scopes', '', true);
  was := set_config('hub.programs', '', true);
  was := set_config('hub.withheld', '', true);
  was := set_config('hub.grown', '', true);
  return false;
end
$$
--;
-- The last birth date of who is grown on a day, on today (WIB) and on each day that this transaction has looked from.
create function hub.born_before(day date) returns date language sql stable
set search_path = pg_catalog
as $$ select (least(day, nullif(current_setting('hub.day', true), '')::date,
  (now() at time zone 'Asia/Jakarta')::date) - interval '18 years')::date $$
--;
revoke all on function hub.born_before(date) from public
--;
-- Narrows the entered context to the day that is asked for, where that is before today: who was a child then is one. It
-- never widens.
create or replace function hub.looks_on(day date) returns boolean
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  was text;
begin
  was := set_config('hub.day', least(day, nullif(current_setting('hub.day', true), '')::date)::text, true);
  if current_setting('hub.grown', true) not in ('', 'all') then
    was := set_config('hub.grown', hub.born_before(day)::text, true);
  end if;
  return true;
end
$$
--;
-- The areas that the entered context reaches, as bounds for `width_bucket`: a key lies in one of them where it counts an odd
-- number of bounds at or below it. Null, which admits no row, without a context.
create function hub.reach() returns bigint[] language sql stable parallel safe
as $$ select nullif(current_setting('hub.reach', true), '')::bigint[] $$
--;
-- The same for a table that one of some scopes opens; null where none of them is granted.
create function hub.reach(bits bigint) returns bigint[] language sql stable parallel safe
as $$ select case when nullif(current_setting('hub.scopes', true), '')::bigint & bits <> 0
  then nullif(current_setting('hub.reach', true), '')::bigint[] end $$
--;
-- Outer bounds of the areas, inclusive, and the areas themselves where they are several.
create or replace function hub.area_lo() returns bigint language sql stable parallel safe
as $$ select (hub.reach())[1] $$
--;
create or replace function hub.area_hi() returns bigint language sql stable parallel safe
as $$ select (hub.reach())[cardinality(hub.reach())] - 1 $$
--;
create or replace function hub.areas() returns int8multirange language sql stable parallel safe
as $$ select case when cardinality(hub.reach()) > 2 then
  (select range_agg(int8range(r[n], r[n + 1])) from (select hub.reach() as r) b, generate_series(1, cardinality(r), 2) n) end $$
--;
-- Who was born later is a child; null where the scope of children is granted, and everybody is one without a context.
create or replace function hub.grown_since() returns date language sql stable parallel safe
as $$ select case when current_setting('hub.grown', true) = 'all' then null
  else coalesce(nullif(current_setting('hub.grown', true), ''), '-infinity')::date end $$
--;
-- Persons, mentions or entries that are withheld; null, which withholds nothing, where the context says so.
create or replace function hub.withheld(what text) returns int8multirange language sql stable parallel safe
as $$ select case when current_setting('hub.withheld', true) = 'nobody' then null else hub.withheld_set(what) end $$
--;
-- Numbers of the programs that the entered context reaches; null: every one.
create function hub.programs_reached() returns smallint[] language plpgsql stable parallel safe
set search_path = pg_catalog
as $$
begin
  return array(select p.id from hub.program p where p.code = any(hub.program_codes()));
end
$$
--;
create or replace function hub.program_ids() returns smallint[] language sql stable parallel safe
as $$ select case when current_setting('hub.programs', true) is distinct from '*' then hub.programs_reached() end $$
--;
-- One condition on the areas a table, where it is one range as where they are several. Compared by equality it is held for
-- one that hides much, as the ranges were.
do $$
declare
  found record;
  bits text;
begin
  for found in
    select p.tablename, p.qual, q.policyname is not null as exact from pg_policies p
    left join pg_policies q on q.schemaname = p.schemaname and q.tablename = p.tablename and q.policyname = 'area_exact'
    where p.schemaname = 'hub' and p.policyname = 'area_read'
  loop
    bits := (regexp_match(found.qual, 'area_lo\(\W*(\d*)'))[1];
    if bits is null or not found.exact then
      raise exception 'the policies on the areas of % are of another form', found.tablename;
    end if;
    execute format($p$alter policy area_read on hub.%1$I using (
      width_bucket(home_area_key, (select hub.reach(%2$s))) & 1 = 1
      or width_bucket(event_area_key, (select hub.reach(%2$s))) & 1 = 1)$p$, found.tablename, bits);
    execute format('drop policy area_exact on hub.%I', found.tablename);
  end loop;
end
$$
