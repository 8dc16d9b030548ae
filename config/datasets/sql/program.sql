select code as kode, name_id as nama, name_en as nama_inggris, owner as pemilik, unit as satuan, kind as bentuk, legal_basis as dasar_hukum
from hub.program order by id
