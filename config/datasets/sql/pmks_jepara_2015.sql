-- The published table as the hub holds it now; its total row too.
select '2015' as periode, w.code as kode_kemendagri, b.code as kode_bps, w.name as nama_wilayah,
  case w.level when 2 then 'kabupaten' else 'kecamatan' end as tingkat, o.value::bigint as jumlah
from hub.observation o
join hub.wilayah w on w.system = 'kemendagri' and w.area_key = o.area_key and upper_inf(w.valid)
left join hub.wilayah b on b.system = 'bps' and b.area_key = o.area_key and b.level = w.level and upper_inf(b.valid)
where o.dataset = 'pmks_jepara' and o.measure = 'pmks_count' and upper_inf(o.recorded)
  and o.valid = daterange('2015-01-01', '2016-01-01') and not o.dimensions ? 'pmks'
order by w.code
