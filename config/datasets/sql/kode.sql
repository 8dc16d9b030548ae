select scheme as daftar, code as kode, label_id as arti, label_en as arti_inggris from hub.code order by scheme, sort, code
