-- A family of which so large a share of the welfare attributes is stated nowhere that it cannot be ranked soundly, by
-- the latest state of them: what was missing once and is stated since is missing no longer.
with latest as (
  select distinct on (c.card_id) c.card_id, a.valid, a.vocabulary, a.missing, a.expected, a.event_area_key
  from hub.family_attributes a
  join hub.family_card c on c.no_kk = a.no_kk and {recorded[c]} and {cards[c]}
  where {recorded[a]}
  order by c.card_id, lower(a.valid) desc nulls last, a.vocabulary, a.family_key)
select 'card:' || a.card_id as subject, coalesce(min(m.person_id) filter (where m.relation = '1'), min(m.person_id))
         as person_id,
       a.card_id, null::smallint as program_id, a.valid as span,
       jsonb_build_array(jsonb_build_object('fact', 'attributes_missing', 'vocabulary', a.vocabulary,
         'missing', to_jsonb(a.missing), 'expected', a.expected)) as said,
       null::bigint[] as enrollment_ids, null::bigint[] as benefit_ids, null::bigint[] as record_ids,
       array_agg(distinct m.person_id) as person_ids, a.event_area_key
from latest a
join hub.membership m on m.card_id = a.card_id and {recorded[m]} and m.valid && a.valid
where a.expected > 0 and cardinality(a.missing) * 100 >= a.expected * {p[share]}
group by a.card_id, a.valid, a.vocabulary, a.missing, a.expected, a.event_area_key
