"""Families and members of DTSEN, the single national socio-economic register, by quarterly edition.

Source: columns of three development repositories of 2025-26 that agree (single-source evidence by column for
    families); the edition stands in the file's name, `dtsen_keluarga_332001_2026Q4.csv`.
Key: edition and No KK; with NIK and birth date for members.
"""

import polars as pl

from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.mixed import MixedReader
from hub.toolkit.pmt import Survey, desils, family_number, quarters, relations
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows
from hub.toolkit.xlsx_files import XlsxReader

KK, NIK, EDITION = "nomor_kartu_keluarga", "nomor_induk_kependudukan", "EDISI"
AREA = ("kode_provinsi", "kode_kabupaten_kota", "kode_kecamatan", "kode_kelurahan_desa")
#: Whose area codes: BPS by inference; the option `area_codes` of the entry says otherwise.
SYSTEMS = {"bps": Reference.by_bps, "kemendagri": Reference.by_numbers}
_GOODS = (
    "tabung_gas", "lemari_es", "ac", "pemanas_air", "telepon_rumah", "tv_datar", "emas_perhiasan",
    "komputer_laptop_tablet", "sepeda_motor", "sepeda", "mobil", "perahu", "kapal_perahu_motor",
    "smartphone",
)  # fmt: skip

FAMILIES = Layout(
    taken={
        **dict.fromkeys(
            (
                KK, *AREA, "luas_lantai_bangunan", "id_dinding_terluas", "id_atap_terluas",
                "id_sumber_airminum", "id_sumberpenerangan", "id_dayapenerangan", "id_bb_utama",
                "id_fasilitas_bab", "id_jenis_kloset", "id_pembuangan_tinja",
                *(f"aset_bergerak_{name}" for name in _GOODS), "desil_nasional", "cut_off_keluarga", EDITION,
            ),
            (),
        ),
        "id_status_penguasaan_bangunan": ("status_kepemilikan_rumah",),
        "id_lantai_terluas": ("jenis_lantai_terluas",),
    },
    # Land, houses and livestock are beside the set; the address and the count of members follow the population
    # register; the codes of a family's presence were not found.
    ignored=frozenset(
        {
            "alamat", "jumlah_anggota_keluarga", "id_status_keberadaan_keluarga", "lahan_tempat_lain",
            "rumah_tempat_lain", "jml_sapi", "jml_kerbau", "jml_kuda", "jml_babi", "jml_kambing_domba",
        }
    ),
    required=frozenset({KK, "desil_nasional"}),
)  # fmt: skip

MEMBERS = Layout(
    taken=dict.fromkeys(
        (
            KK, NIK, "nama_anggota_keluarga", "tempat_lahir", "tanggal_lahir", "id_jenis_kelamin",
            "id_hub_kepala_keluarga", "id_status_perkawinan", "id_partisipasi_sekolah",
            "id_jenjang_pendidikan_dukcapil", "membantu_bekerja", "id_lapangan_usaha_dari_usaha_utama",
            "id_status_kedudukan_pekerjaan_utama", "id_omset_usaha_utama", "id_kepemilikan_izin_usaha",
            "jumlah_pekerja_dibayar", "id_disabilitas", "id_kondisi_gizi", "id_penyakit_menahun", "pbi_nas",
            "bansos", "kemiskinan_ekstrem", "desil_nasional", *AREA, EDITION,
        ),
        (),
    ),
    # Single difficulties of the body and the mind are specific personal data without a purpose yet; the codes of
    # occupations and of status_dtsen were not found.
    ignored=frozenset(
        {
            "id_pekerjaan_utama", "jumlah_pekerja_tidak_dibayar", "id_penglihatan", "id_pendengaran",
            "id_berjalan_atau_naik_tangga", "id_menggunakan_tangan_jari", "id_belajar_kemampuan_intelektual",
            "id_pengendalian_perilaku", "id_berbicara_komunikasi", "id_mengurus_diri",
            "id_mengingat_berkonsentrasi", "id_kesedihan_depresi", "status_dtsen",
        }
    ),
    required=frozenset({KK, NIK, "nama_anggota_keluarga", "desil_nasional"}),
)  # fmt: skip


def _survey(rows: Rows, name: str) -> Survey:
    survey = Survey(rows, name)
    survey.edition, survey.valid = quarters(rows, EDITION)
    return survey


def _area(rows: Rows) -> Columns:
    return rows.area(SYSTEMS[str(rows.option("area_codes", "bps"))], *AREA)


def _families(rows: Rows) -> Claims:
    survey, number, area = _survey(rows, "dtsen_families"), family_number(rows, KK), _area(rows)["area_key"]
    own = {"unit": "family", "unit_number": number, "event_area_key": area}
    ranks = {**desils(rows, "desil_nasional"), "label": rows.text("cut_off_keluarga")}
    return rows.claims(
        score=[{**survey.rank("dtsen", **ranks), **own}],
        attribute=[survey.attributes("family", **own)],
    )


def _since(valid: pl.Series) -> pl.Series:
    """The first day of an edition: since when its word holds."""
    return valid.str.extract(r"^\[([0-9-]{10}),", 1).str.to_date("%Y-%m-%d", strict=False)


def _members(rows: Rows) -> Claims:
    survey, sex, family = _survey(rows, "dtsen_members"), rows.code("id_jenis_kelamin", "sex"), rows.kk(KK)
    own = {"unit": "family", "unit_number": family["no_kk"]}
    return rows.claims(
        person={
            **rows.nik(NIK),
            **rows.name("nama_anggota_keluarga"),
            **family,
            **rows.birth("tanggal_lahir"),
            **_area(rows),
            "birth_place": rows.text("tempat_lahir"),
            "sex": sex,
            "relation": relations(rows.text("id_hub_kepala_keluarga"), sex),
            "marital": rows.code("id_status_perkawinan", "marital"),
            "education": rows.code("id_jenjang_pendidikan_dukcapil", "education"),
            "effective_on": _since(survey.valid),
        },
        score=[{**survey.rank("dtsen", **desils(rows, "desil_nasional")), **own}],
        attribute=[survey.attributes("person")],
        status=survey.statuses(),
    )


def _reader(*numbers: str) -> MixedReader:
    return MixedReader(
        (CsvReader(delimiters=";,|"), XlsxReader(number_columns=numbers)),
        name_pattern=r"_(?P<EDISI>20[0-9]{2}Q[1-4])\b",
    )


connectors = (
    Connector(
        name="dtsen_families",
        layout=FAMILIES,
        key=(EDITION, KK),
        claims=_families,
        reader=_reader(KK),
        scope=EDITION,
    ),
    Connector(
        name="dtsen_members",
        layout=MEMBERS,
        key=(EDITION, KK, NIK, "tanggal_lahir"),
        claims=_members,
        reader=_reader(KK, NIK),
        scope=EDITION,
    ),
)
