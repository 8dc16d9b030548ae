select 'person:' || s.person_id as subject, s.person_id, greatest(min(lower(s.valid)), '2020-01-01') as since,
       upper(range_merge(range_agg(s.valid))) as until, null::bigint as amount_idr
from status s
where upper_inf(s.recorded) and s.scheme = 'layak_pip' and s.code = 'ya' and s.person_id is not null
  and not exists (select from claim_identifier i join source_record r on r.id = i.record_id and upper_inf(r.recorded)
    where i.person_id = s.person_id and i.scheme = 'kip')
  and not exists (select from enrollment e where e.person_id = s.person_id and upper_inf(e.recorded)
    and e.program_id in (select id from program where code in ('PIP')) and e.valid && s.valid)
group by s.person_id
