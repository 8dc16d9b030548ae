-- The evidence of a finding speaks of everybody in it: of no child to a caller without the scope `children`. Whom the policy
-- `children` looked at already is left out, so that a finding of one person costs nothing more.
create policy children_others on hub.finding as restrictive for select to {app} using (
  (case when (select hub.grown_since()) is not null and exists (select from unnest(person_ids) p
     where p is distinct from person_id and hub.child(p, (select hub.grown_since())) = 1) then 1 end = 1) is not true)
--;
-- A case speaks of whom its findings speak, those of before included. Both are strict: never called for who may see all.
create policy owner_judges on hub.finding for select to {owner} using (true)
--;
create function hub.withheld_case(of_rule text, of_subject text, persons int8multirange) returns integer
language plpgsql stable parallel safe strict security definer
set search_path = pg_catalog
as $$
begin
  return case when exists (select from hub.finding f, unnest(f.person_ids) p
    where f.rule = of_rule and f.subject = of_subject and p <@ persons) then 1 else 0 end;
end
$$
--;
create function hub.child_case(of_rule text, of_subject text, grown_since date) returns integer
language plpgsql stable parallel safe strict security definer
set search_path = pg_catalog
as $$
begin
  return case when exists (select from hub.finding f, unnest(f.person_ids) p
    where f.rule = of_rule and f.subject = of_subject and hub.child(p, grown_since) = 1) then 1 else 0 end;
end
$$
--;
revoke all on function hub.withheld_case(text, text, int8multirange), hub.child_case(text, text, date) from public
--;
grant execute on function hub.withheld_case(text, text, int8multirange), hub.child_case(text, text, date) to {app}
--;
create policy withheld_others on hub.audit_case as restrictive for select to {app} using (
  (hub.withheld_case(rule, subject, (select hub.withheld('persons'))) = 1) is not true)
--;
create policy children_others on hub.audit_case as restrictive for select to {app} using (
  (hub.child_case(rule, subject, (select hub.grown_since())) = 1) is not true)
