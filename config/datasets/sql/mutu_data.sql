-- The latest whole pull of each source, up to the day. Rows of a list may be people: told is no number below a hundred,
-- and a score in hundredths where one hundredth is k rows or more.
select :period as periode, s.code as sumber, s.title_id as nama_sumber,
  case when r.rows_in >= 100 then round(r.rows_in, -2) end as masuk,
  case when r.rows_in >= 100 * cast(:k as integer) then round(1 - r.quarantined::numeric / r.rows_in, 2) end as skor
from hub.source s
join lateral (select * from hub.run r where r.source_id = s.id and r.status = 'complete'
  and r.started < cast(:day as date) + interval '1 day' order by r.id desc limit 1) r on true
order by s.code
