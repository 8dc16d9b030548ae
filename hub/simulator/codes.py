"""Labels of the Dukcapil codes that the simulated register uses.

Kept apart from the hub's own code lists on purpose: a registry and its reader must not share a table,
or a fault in it would go unseen.
"""

SEX = {"1": "LAKI-LAKI", "2": "PEREMPUAN"}
FAITH = {"1": "ISLAM", "2": "KRISTEN", "3": "KATHOLIK", "4": "HINDU", "5": "BUDHA", "6": "KHONGHUCU"}
MARRIED = {"1": "BELUM KAWIN", "2": "KAWIN", "3": "CERAI HIDUP", "4": "CERAI MATI"}
RELATION = {
    "1": "KEPALA KELUARGA",
    "2": "SUAMI",
    "3": "ISTRI",
    "4": "ANAK",
    "5": "MENANTU",
    "6": "CUCU",
    "7": "ORANGTUA",
    "8": "MERTUA",
    "9": "FAMILI LAIN",
    "10": "PEMBANTU",
    "11": "LAINNYA",
}
BLOOD = {"1": "A", "2": "B", "3": "AB", "4": "O", "13": "TIDAK TAHU"}
SCHOOLING = {
    "1": "TIDAK / BELUM SEKOLAH",
    "2": "BELUM TAMAT SD/SEDERAJAT",
    "3": "TAMAT SD/SEDERAJAT",
    "4": "SLTP/SEDERAJAT",
    "5": "SLTA/SEDERAJAT",
    "6": "DIPLOMA I/II",
    "7": "AKADEMI/DIPLOMA III/S. MUDA",
    "8": "DIPLOMA IV/STRATA I",
    "9": "STRATA II",
    "10": "STRATA III",
}
WORK = {
    "1": "BELUM/TIDAK BEKERJA",
    "2": "MENGURUS RUMAH TANGGA",
    "3": "PELAJAR/MAHASISWA",
    "4": "PENSIUNAN",
    "5": "PEGAWAI NEGERI SIPIL (PNS/ASN)",
    "6": "TENTARA NASIONAL INDONESIA (TNI)",
    "7": "KEPOLISIAN RI (POLRI)",
    "9": "PETANI/PEKEBUN",
    "11": "NELAYAN/PERIKANAN",
    "12": "INDUSTRI",
    "13": "KONSTRUKSI",
    "14": "TRANSPORTASI",
    "15": "KARYAWAN SWASTA",
    "16": "KARYAWAN BUMN",
    "19": "BURUH HARIAN LEPAS",
    "20": "BURUH TANI/PERKEBUNAN",
    "27": "TUKANG KAYU",
    "30": "TUKANG JAHIT",
    "65": "GURU",
    "73": "BIDAN",
    "81": "SOPIR",
    "84": "PEDAGANG",
    "85": "PERANGKAT DESA",
    "88": "WIRASWASTA",
}
