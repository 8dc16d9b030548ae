-- A record closes by an update of `recorded` alone. While that column stood in two indices, each closed record entered all
-- eight of them anew. Now none holds it: the start has a column that never changes, the ends have a table of their own,
-- and a fourth of each page is left free, so that the closed row stays on its page and no index hears of it.
drop index hub.ix_source_record_opened
--;
drop index hub.ix_source_record_ended
--;
alter table hub.source_record set (fillfactor = 75)
--;
alter table hub.source_record add column opened TIMESTAMP WITH TIME ZONE GENERATED ALWAYS AS (lower(recorded)) STORED NOT NULL
--;
COMMENT ON COLUMN hub.source_record.opened IS 'start of recorded, UTC'
--;
CREATE INDEX ix_source_record_opened ON hub.source_record (opened, id)
--;
CREATE TABLE hub.record_end (
  at TIMESTAMP WITH TIME ZONE NOT NULL,
  record_id BIGINT NOT NULL,
  CONSTRAINT pk_record_end PRIMARY KEY (at, record_id)
)
--;
COMMENT ON TABLE hub.record_end IS 'Ends of source records in order; kept by the triggers of source_record'
--;
COMMENT ON COLUMN hub.record_end.at IS 'end of recorded, UTC'
--;
COMMENT ON COLUMN hub.record_end.record_id IS 'source_record.id'
--;
-- An owner that is no superuser sees no record while its policies bind him too.
alter table hub.source_record no force row level security
--;
insert into hub.record_end select upper(recorded), id from hub.source_record where not upper_inf(recorded) order by 1, 2
--;
alter table hub.source_record force row level security
--;
grant select on hub.record_end to {app}, {ingest}
--;
-- A whole set at once: what ended and does so no more, or otherwise, leaves; what ends now comes. Mostly nothing leaves,
-- and where something else of a record changes (its home, its payload) neither happens; the first look spares the table.
create function hub.keep_record_ends() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  if tg_op = 'DELETE' then
    delete from hub.record_end e using was w
    where not upper_inf(w.recorded) and e.at = upper(w.recorded) and e.record_id = w.id;
    return null;
  end if;
  if exists (
    select upper(w.recorded), w.id from was w where not upper_inf(w.recorded)
    except select upper(n.recorded), n.id from now_is n where not upper_inf(n.recorded)) then
    delete from hub.record_end e using (
      select upper(w.recorded) as at, w.id from was w where not upper_inf(w.recorded)
      except select upper(n.recorded), n.id from now_is n where not upper_inf(n.recorded)) w
    where e.at = w.at and e.record_id = w.id;
  end if;
  insert into hub.record_end
  select upper(n.recorded), n.id from now_is n where not upper_inf(n.recorded)
  except select upper(w.recorded), w.id from was w where not upper_inf(w.recorded)
  order by 1, 2;
  return null;
end
$$
--;
create function hub.take_record_end() returns trigger
language plpgsql security definer
set search_path = pg_catalog
as $$
begin
  insert into hub.record_end values (upper(new.recorded), new.id);
  return null;
end
$$
--;
revoke all on function hub.keep_record_ends(), hub.take_record_end() from public
--;
create trigger ends_updated after update on hub.source_record referencing old table as was new table as now_is
  for each statement execute function hub.keep_record_ends()
--;
create trigger ends_deleted after delete on hub.source_record referencing old table as was
  for each statement execute function hub.keep_record_ends()
--;
create trigger ends_inserted after insert on hub.source_record for each row when (not upper_inf(new.recorded))
  execute function hub.take_record_end()
