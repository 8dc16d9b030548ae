with latest as (
  select distinct on (c.card_id) c.card_id, a.valid, a.missing, a.expected
  from family_attributes a join family_card c on c.no_kk = a.no_kk and upper_inf(c.recorded)
  where upper_inf(a.recorded)
  order by c.card_id, lower(a.valid) desc nulls last, a.vocabulary, a.family_key)
select 'card:' || a.card_id as subject,
       coalesce(min(m.person_id) filter (where m.relation = '1'), min(m.person_id)) as person_id,
       greatest(lower(a.valid), '2017-01-01') as since, upper(a.valid) as until, null::bigint as amount_idr
from latest a join membership m on m.card_id = a.card_id and upper_inf(m.recorded) and m.valid && a.valid
where a.expected > 0 and cardinality(a.missing) * 100 >= a.expected * 50 and a.valid && daterange('2017-01-01', null)
group by a.card_id, a.valid
