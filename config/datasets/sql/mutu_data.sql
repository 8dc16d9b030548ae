-- The latest whole pull of each source, up to the day.
select :period as periode, s.code as sumber, s.title_id as nama_sumber, r.rows_in as masuk, r.stored as disimpan,
  r.quarantined as dikarantina, round(1 - r.quarantined::numeric / nullif(r.rows_in, 0), 4) as skor
from hub.source s
join lateral (select * from hub.run r where r.source_id = s.id and r.status = 'complete'
  and r.started < cast(:day as date) + interval '1 day' order by r.id desc limit 1) r on true
order by s.code
