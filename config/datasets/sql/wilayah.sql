-- Areas in force on the day.
select w.code as kode_kemendagri, min(b.code) as kode_bps, w.name as nama_wilayah, w.level as tingkat, w.type as jenis,
  w.parent_code as kode_induk
from hub.wilayah w
left join hub.wilayah b on b.system = 'bps' and b.area_key = w.area_key and b.level = w.level
  and b.valid @> cast(:day as date)
where w.system = 'kemendagri' and w.valid @> cast(:day as date)
group by w.code, w.name, w.level, w.type, w.parent_code order by w.code
