-- The two pads of RFC 2104 are the same at every entry, so they are kept beside the key that they come from.
alter table hub.context_key add column inner_pad bytea, add column outer_pad bytea
--;
comment on column hub.context_key.inner_pad is 'secret filled with zeros to 64 bytes, each xor 0x36 (RFC 2104)'
--;
comment on column hub.context_key.outer_pad is 'secret filled with zeros to 64 bytes, each xor 0x5c (RFC 2104)'
--;
-- Lets a caller in for this transaction: true when the context is signed by the hub's key, not expired, and
-- made for this backend or for any (pid 0). Context: "<lo>:<hi>:<expires>:<pid>:<caller>:<purpose>.<hex MAC>";
-- lo and hi are inclusive 10-digit area keys, expires is in Unix seconds. Anything else: false, and none is
-- entered. Assignments, because PL/pgSQL computes them without the executor: it is a quarter of the time.
create or replace function hub.enter(context text) returns boolean
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  payload text := left(context, length(context) - 65);
  part text[] := string_to_array(payload, ':');
  inner_pad bytea;
  outer_pad bytea;
  was text;
begin
  if cardinality(part) = 6 and substr(context, length(context) - 64, 1) = '.' then
    select k.inner_pad, k.outer_pad into inner_pad, outer_pad from hub.context_key k where k.id = 1;
    if encode(sha256(outer_pad || sha256(inner_pad || convert_to(payload, 'UTF8'))), 'hex') = right(context, 64)
       and part[3]::bigint >= extract(epoch from clock_timestamp())
       and part[4]::int in (0, pg_backend_pid()) then
      was := set_config('hub.lo', part[1], true);
      was := set_config('hub.hi', part[2], true);
      was := set_config('hub.caller', part[5], true);
      was := set_config('hub.purpose', part[6], true);
      return true;
    end if;
  end if;
  was := set_config('hub.lo', '', true);
  was := set_config('hub.hi', '', true);
  return false;
end
$$
--;
drop function hub.hmac_sha256(bytea, bytea)
