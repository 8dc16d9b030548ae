ALTER TABLE hub.turned ADD COLUMN whole_since TIMESTAMP WITH TIME ZONE
--;
COMMENT ON COLUMN hub.turned.whole_since IS 'what happened before is no longer told whole, UTC; null: all of it is'
--;
COMMENT ON TABLE hub.turned IS 'Up to where coming of age is told of, and since when the feed is whole: one row'
--;
-- As with the rest of what is over: nothing that is younger than 90 days goes, whatever the writing role is told to do.
create policy old_alone on hub.relocation as restrictive for delete to {ingest} using (
  at < clock_timestamp() - interval '90 days')
--;
grant delete on hub.relocation to {ingest}
--;
create policy old_alone on hub.withdrawal as restrictive for delete to {ingest} using (
  at < clock_timestamp() - interval '90 days')
--;
grant delete on hub.withdrawal to {ingest}
--;
-- A cursor of before the feed is whole would miss what was forgotten since, and its holder keep what was withdrawn.
create or replace function hub.feed_position(parts bigint[]) returns bigint[]
language plpgsql stable security definer
set search_path = pg_catalog
as $$
declare
  key integer;
begin
  if cardinality(parts) < 11 then
    return parts[1:6] || array[hub.last_withdrawal(), hub.last_withdrawal()];
  end if;
  select k.id into key from hub.context_key k
  cross join lateral (select encode(hub.cursor_mac(array_to_string(parts[1:9], ',') || ' '
    || split_part(current_setting('hub.caller'), '/', 1), k.id), 'hex') as mac) m
  where ('x' || left(m.mac, 16))::bit(64)::bigint = parts[10] and ('x' || substr(m.mac, 17, 16))::bit(64)::bigint = parts[11]
  limit 1;
  if key is null then
    perform hub.refuse('cursor_forged');
  end if;
  if parts[9] <> hub.reach_mark() then
    perform hub.refuse('reach_changed');
  end if;
  -- Of the feed between hubs the fourth part is the instant, once a window was read to its end.
  if greatest(parts[2], parts[4]) < (select extract(epoch from t.whole_since) * 1000000 from hub.turned t where t.id = 1) then
    perform hub.refuse('cursor_past');
  end if;
  return parts[1:6] || array[parts[7] # ('x' || left(encode(hub.cursor_mac('hides ' || parts[8], key), 'hex'), 16))::bit(64)::bigint,
    hub.last_withdrawal()];
end
$$
