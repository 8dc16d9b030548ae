alter table hub.ledger_inbox alter column subjects type text[] using subjects::text[]
--;
alter table hub.ledger_inbox
  add column scopes text[] not null default '{}',
  add column asked text[] not null default '{}',
  alter column caller set default current_setting('hub.caller', true),
  alter column agreement set default current_setting('hub.agreement', true),
  alter column purpose set default current_setting('hub.purpose', true)
--;
COMMENT ON COLUMN hub.ledger_inbox.subjects IS 'whom it tells of: person.id, c and a card, h and a household; n: a number'
--;
COMMENT ON COLUMN hub.ledger_inbox.scopes IS 'scopes of what was selected'
--;
COMMENT ON COLUMN hub.ledger_inbox.asked IS 'keyed tokens of the numbers and ids that were asked for, found or not'
--;
COMMENT ON COLUMN hub.ledger_inbox.answers IS 'things told; 0: none was, or a count alone'
--;
-- A line is of whoever entered: the reading role can neither sign it for another nor choose its instant.
revoke insert on hub.ledger_inbox from {app}
--;
grant insert (request, operation, fields, scopes, subjects, answers, asked) on hub.ledger_inbox to {app}
--;
drop policy app_writes on hub.ledger_inbox
--;
create policy app_writes on hub.ledger_inbox for insert to {app} with check (
  caller <> '' and caller = current_setting('hub.caller', true)
  and agreement = current_setting('hub.agreement', true) and purpose = current_setting('hub.purpose', true))
--;
-- Since when a line waits to be sealed: the first by number, which stands for the first by instant and is found by index.
create or replace function hub.ledger_waits_since() returns timestamptz
language sql security definer stable
set search_path = pg_catalog
as $$ select i.at from hub.ledger_inbox i order by i.id limit 1 $$
--;
CREATE TABLE hub.agreement_use (
  agreement TEXT NOT NULL,
  day DATE NOT NULL,
  persons BIGINT NOT NULL,
  CONSTRAINT pk_agreement_use PRIMARY KEY (agreement, day)
)
--;
COMMENT ON TABLE hub.agreement_use IS 'Persons that were told of under each agreement that has a quota, by day'
--;
COMMENT ON COLUMN hub.agreement_use.day IS 'WIB, by the machine''s clock'
--;
COMMENT ON COLUMN hub.agreement_use.persons IS 'over all answers; a person in two answers counts twice'
--;
-- Counts persons against the quota of the agreement that was entered; refuses, and with it the whole statement, where
-- they are too many. Callers of one agreement wait for each other here, so that together they never pass it.
create function hub.spend(told bigint, quota bigint) returns boolean
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  spent bigint;
begin
  insert into hub.agreement_use as u (agreement, day, persons)
  values (split_part(current_setting('hub.agreement'), '@', 1), (clock_timestamp() at time zone 'Asia/Jakarta')::date, told)
  on conflict (agreement, day) do update set persons = u.persons + excluded.persons
  returning u.persons into spent;
  if spent > quota then
    perform hub.refuse('quota_spent');
  end if;
  return true;
end
$$
--;
revoke all on function hub.spend(bigint, bigint) from public
--;
grant execute on function hub.spend(bigint, bigint) to {app}
