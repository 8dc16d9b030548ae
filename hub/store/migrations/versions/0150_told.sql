CREATE TABLE hub.agreement_told (
  agreement TEXT NOT NULL,
  day DATE NOT NULL,
  person BIGINT NOT NULL,
  CONSTRAINT pk_agreement_told PRIMARY KEY (agreement, day, person)
)
--;
COMMENT ON TABLE hub.agreement_told IS 'Whom each agreement that has a quota was told of today; gone with the first answer of the next day'
--;
COMMENT ON COLUMN hub.agreement_told.day IS 'WIB, by the machine''s clock'
--;
COMMENT ON COLUMN hub.agreement_told.person IS 'person.id'
--;
COMMENT ON COLUMN hub.agreement_use.persons IS 'over all answers; each person once'
--;
-- Counts persons against the quota of the agreement that was entered, each once a day; refuses, and with it the whole
-- statement, where they are too many. Callers of one agreement wait for each other here, so that together they never pass it.
create function hub.spend(persons bigint[], quota bigint) returns boolean
language plpgsql security definer
set search_path = pg_catalog
as $$
declare
  of_ text := split_part(current_setting('hub.agreement'), '@', 1);
  today date := (clock_timestamp() at time zone 'Asia/Jakarta')::date;
  more bigint;
  spent bigint;
begin
  insert into hub.agreement_use as u (agreement, day, persons) values (of_, today, 0)
  on conflict (agreement, day) do update set persons = u.persons;
  delete from hub.agreement_told t where t.agreement = of_ and t.day < today;
  insert into hub.agreement_told (agreement, day, person) select of_, today, p from unnest(persons) p
  on conflict (agreement, day, person) do nothing;
  get diagnostics more = row_count;
  update hub.agreement_use u set persons = u.persons + more where u.agreement = of_ and u.day = today
  returning u.persons into spent;
  if spent > quota then
    perform hub.refuse('quota_spent');
  end if;
  return true;
end
$$
--;
revoke all on function hub.spend(bigint[], bigint) from public
--;
grant execute on function hub.spend(bigint[], bigint) to {app}
--;
drop function hub.spend(bigint, bigint)
