CREATE TABLE hub.index_aside (
	table_name TEXT NOT NULL,
	statement TEXT NOT NULL
)
--;
COMMENT ON TABLE hub.index_aside IS 'Indices that a running first load has set aside; empty outside of its transaction'
--;
COMMENT ON COLUMN hub.index_aside.statement IS 'makes one of them again'
--;
-- Drops the indices of those of the named tables that hold nothing, and keeps how to make them again: rows are then
-- written in half the time, and an index over all of them takes a tenth of what entry by entry would have taken.
-- Nothing at all is done once a record is stored: the tables are locked against readers until the transaction ends,
-- which is bearable only while there is nothing to read. Nor is anything done where a lock is not to be had at once.
create function hub.set_indices_aside(names text[]) returns setof text
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  found record;
  relation regclass;
  name text;
  ours text[] := array(select n from unnest(names) n where has_table_privilege(session_user, format('hub.%I', n), 'insert'));
begin
  if pg_relation_size('hub.source_record') > 0 then
    return;
  end if;
  foreach name in array ours loop
    execute format('lock table hub.%I in access exclusive mode nowait', name);
  end loop;
  foreach name in array ours loop
    relation := format('hub.%I', name)::regclass;
    continue when pg_relation_size(relation) > 0;
    for found in
      select c.conname, i.indexrelid::regclass as index, pg_get_indexdef(i.indexrelid) as made,
             pg_get_constraintdef(c.oid) as held
      from pg_index i left join pg_constraint c on c.conindid = i.indexrelid and c.conrelid = i.indrelid
      where i.indrelid = relation
    loop
      if found.conname is null then
        insert into hub.index_aside values (name, found.made);
        execute format('drop index %s', found.index);
      else
        insert into hub.index_aside
        values (name, format('alter table hub.%I add constraint %I %s', name, found.conname, found.held));
        execute format('alter table hub.%I drop constraint %I', name, found.conname);
      end if;
    end loop;
    return next name;
  end loop;
exception when lock_not_available then
  return;
end
$$
--;
-- Makes the indices of the named tables again that were set aside, and takes their statistics: making an index tells
-- the planner how large its table is, so that nothing else would ask for them.
create function hub.put_indices_back(names text[]) returns void
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  found record;
  name text;
begin
  foreach name in array names loop
    for found in delete from hub.index_aside where table_name = name returning statement loop
      execute found.statement;
    end loop;
    if pg_relation_size(format('hub.%I', name)) > 0 then
      execute format('analyze hub.%I', name);
    end if;
  end loop;
end
$$
--;
revoke all on function hub.set_indices_aside(text[]), hub.put_indices_back(text[]) from public
--;
grant execute on function hub.set_indices_aside(text[]), hub.put_indices_back(text[]) to {ingest}
