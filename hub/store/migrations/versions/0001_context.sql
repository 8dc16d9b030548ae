-- HMAC-SHA-256 by RFC 2104 from the built-in sha256, so that no extension is needed. Key: 32 bytes.
create function hub.hmac_sha256(message bytea, secret bytea) returns bytea
language sql immutable strict parallel safe
set search_path = pg_catalog
as $$
  with pads as (
    select decode(string_agg(lpad(to_hex(get_byte(k, i) # 54), 2, '0'), '' order by i), 'hex') as inner_pad,
           decode(string_agg(lpad(to_hex(get_byte(k, i) # 92), 2, '0'), '' order by i), 'hex') as outer_pad
    from (select secret || decode(repeat('00', 64 - length(secret)), 'hex') as k) padded,
         generate_series(0, 63) i
  )
  select sha256(outer_pad || sha256(inner_pad || message)) from pads
$$
--;
-- Lets a caller in for this transaction: true when the context is signed by the hub's key, not expired, and
-- made for this backend or for any (pid 0). Context: "<lo>:<hi>:<expires>:<pid>:<caller>:<purpose>.<hex MAC>";
-- lo and hi are inclusive 10-digit area keys, expires is in Unix seconds. Anything else: false, and nothing set.
create function hub.enter(context text) returns boolean
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  payload text := left(context, length(context) - 65);
  mac text := right(context, 64);
  part text[] := string_to_array(payload, ':');
  secret bytea;
begin
  perform set_config('hub.lo', '', true), set_config('hub.hi', '', true);
  if context is null or array_length(part, 1) is distinct from 6
     or substr(context, length(context) - 64, 1) <> '.' then
    return false;
  end if;
  select k.secret into secret from hub.context_key k where k.id = 1;
  if encode(hub.hmac_sha256(convert_to(payload, 'UTF8'), secret), 'hex') <> mac
     or part[3]::bigint < extract(epoch from clock_timestamp())
     or part[4]::int not in (0, pg_backend_pid()) then
    return false;
  end if;
  perform set_config('hub.lo', part[1], true), set_config('hub.hi', part[2], true),
          set_config('hub.caller', part[5], true), set_config('hub.purpose', part[6], true);
  return true;
end
$$
--;
-- Bounds of the areas that the entered context reaches, inclusive; null (which admits no row) without one.
create function hub.area_lo() returns bigint language sql stable parallel safe
as $$ select nullif(current_setting('hub.lo', true), '')::bigint $$
--;
create function hub.area_hi() returns bigint language sql stable parallel safe
as $$ select nullif(current_setting('hub.hi', true), '')::bigint $$
--;
revoke all on function hub.enter(text), hub.hmac_sha256(bytea, bytea) from public
--;
grant execute on function hub.enter(text) to {app}
--;
-- Fresh statistics within the transaction that filled the tables: only an owner may analyse, and a plan made
-- for an empty table takes hours on a full one.
create function hub.refresh_statistics(names text[]) returns void
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  name text;
begin
  foreach name in array names loop
    execute format('analyze hub.%I', name);
  end loop;
end
$$
--;
revoke all on function hub.refresh_statistics(text[]) from public
--;
grant execute on function hub.refresh_statistics(text[]) to {ingest}
