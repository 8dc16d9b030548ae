-- A text without signs and case under the key of contexts: how words are compared whose wording must not be told.
create function hub.word(given text) returns text
language sql stable parallel safe strict security definer
set search_path = pg_catalog
as $$
  select left(encode(sha256(k.outer_pad || sha256(k.inner_pad
    || convert_to('refused ' || upper(regexp_replace(given, '[^[:alnum:]]', '', 'g')), 'UTF8'))), 'hex'), 32)
  from hub.context_key k where k.id = 1
$$
--;
create policy owner_judges on hub.claim_person for select to {owner} using (true)
--;
-- Numbers and names of those who are withheld from the entered context, in every form in which a list or the hub holds
-- them; null where nobody is, and "*" where it cannot be told who.
create function hub.withheld_words() returns jsonb
language plpgsql stable parallel safe security definer
set search_path = pg_catalog
as $$
declare
  persons int8multirange := hub.withheld('persons');
begin
  if persons is null then
    return null;
  elsif lower_inf(persons) or upper_inf(persons) then
    return '{"*": 1}';
  end if;
  return (
    select coalesce(jsonb_object_agg(hub.word(w.given), 1), '{}')
    from (
      select t.given from unnest(persons) r
      join hub.claim_person c on c.person_id >= lower(r) and c.person_id < upper(r)
      cross join lateral (values (c.nik), (c.nik_raw), (c.no_kk), (c.no_kk_raw), (c.name), (c.name_raw)) t(given)
      union
      select t.given from unnest(persons) r
      join hub.person_state s on s.person_id >= lower(r) and s.person_id < upper(r)
      cross join lateral (values (s.nik), (s.no_kk), (s.name)) t(given)) w
    where w.given ~ '[[:alnum:]]');
end
$$
--;
-- 1 where a cell of a row as it was received, or sixteen digits within one, is such a number or name. A refused row makes no
-- claims, so that its text is all there is to judge it by.
create function hub.speaks_of(payload text, words jsonb) returns integer
language plpgsql stable parallel safe strict security definer
set search_path = pg_catalog
as $$
begin
  return case when words ? '*'
    or exists (select from string_to_table(replace(payload, '\"', ''), '"') as t(cell) where words ? hub.word(cell))
    or exists (select from regexp_matches(payload, '\d{16}', 'g') as m(digits) where words ? hub.word(m.digits[1]))
    then 1 else 0 end;
end
$$
--;
revoke all on function hub.word(text), hub.withheld_words(), hub.speaks_of(text, jsonb) from public
--;
grant execute on function hub.withheld_words(), hub.speaks_of(text, jsonb) to {app}
--;
create policy withheld_words on hub.quarantine as restrictive for select to {app} using (
  (hub.speaks_of(payload, (select hub.withheld_words())) = 1) is not true)
--;
-- Of whom it speaks, which status it states and of which program nobody knows: it is for those who may see any.
create policy statuses on hub.quarantine as restrictive for select to {app} using ((select hub.status_bits()) is null)
--;
create policy children_unknown on hub.quarantine as restrictive for select to {app} using (
  person_id is not null or (select hub.grown_since()) is null)
--;
create policy programs on hub.quarantine as restrictive for select to {app} using ((select hub.program_codes()) is null)
