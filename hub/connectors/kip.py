"""Pupils of Dapodik with their KIP cards, and the terms of PIP money they were granted.

Source: Dapodik pupil export (66 columns, two agreeing sources) as paged JSON; list of PIP recipients (2026).
Key: `dapodik|nisn` for a pupil, `pip|nisn|tahun|termin` for a term.
"""

import polars as pl

from hub.domain.grades import Grade
from hub.domain.money import parse_rupiah
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims, joined
from hub.toolkit.connector import Connector, Listing
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows

COMPONENTS = {"SD": "sd", "SMP": "smp", "SMA": "sma", "SMK": "sma"}
#: A nominated pupil has no money yet: the account must be activated first.
ENROLLED = {"SK NOMINASI": "proposed", "SK PEMBERIAN": "active", "CAIR": "active"}
#: Day of which the state of a term speaks: a payment's own, else the decree's.
YES_NO = {"YA": "ya", "TIDAK": "tidak"}
#: Dapodik writes this faith in other words than Dukcapil.
FAITHS = {
    "ISLAM": "1", "KRISTEN": "2", "KATHOLIK": "3", "HINDU": "4", "BUDHA": "5", "KHONGHUCU": "6",
    "KEPERCAYAAN KPD TUHAN YME": "7",
}  # fmt: skip

LAYOUT = Layout(
    taken=dict.fromkeys(
        (
            "nama", "jk", "nisn", "tempat_lahir", "tanggal_lahir", "nik", "agama", "alamat", "rt", "rw",
            "kelurahan", "kecamatan", "nama_ayah", "nama_ibu", "nomor_kip", "nomor_kks", "layak_pip",
            "alasan_layak_pip", "no_kk", "jenjang", "tahun", "termin", "nominal", "tanggal_sk", "status",
            "tanggal_cair",
        ),
        (),
    ),
    ignored=frozenset(
        {
            "nipd", "dusun", "kode_pos", "jenis_tinggal", "alat_transportasi", "telepon", "hp", "e_mail",
            "skhun", "penerima_kps", "no_kps", "tahun_lahir_ayah", "jenjang_pendidikan_ayah",
            "pekerjaan_ayah", "penghasilan_ayah", "nik_ayah", "tahun_lahir_ibu", "jenjang_pendidikan_ibu",
            "pekerjaan_ibu", "penghasilan_ibu", "nik_ibu", "nama_wali", "tahun_lahir_wali",
            "jenjang_pendidikan_wali", "pekerjaan_wali", "penghasilan_wali", "nik_wali",
            "rombel_saat_ini", "no_peserta_ujian_nasional", "no_seri_ijazah", "penerima_kip",
            "nama_di_kip", "no_registrasi_akta_lahir", "bank", "nomor_rekening", "rekening_atas_nama",
            "kebutuhan_khusus", "sekolah_asal", "anak_keberapa", "lintang", "bujur", "berat_badan",
            "tinggi_badan", "lingkar_kepala", "jml_saudara_kandung", "jarak_rumah_ke_sekolah", "sekolah",
            "npsn", "tingkat",
        }
    ),
)  # fmt: skip


def _key(_: pl.DataFrame) -> pl.Expr:
    nisn = pl.col("nisn").str.strip_chars()
    term = pl.concat_str(pl.lit("pip"), nisn, "tahun", "termin", separator="|")
    return (
        pl.when(pl.col("tahun").is_null())
        .then(pl.concat_str(pl.lit("dapodik"), nisn, separator="|"))
        .otherwise(term)
    )


def _identifiers(rows: Rows, area: object) -> list[Columns]:
    numbers = {
        scheme: rows.text(column)
        for scheme, column in (("nisn", "nisn"), ("kip", "nomor_kip"), ("kks", "nomor_kks"))
    }
    shaped = numbers["nisn"].str.contains(r"^\d{10}$")
    grades = {
        "nisn": shaped.replace_strict(
            {True: int(Grade.WELL_FORMED), False: int(Grade.INVALID)}, default=None, return_dtype=pl.Int16
        )
    }
    return [
        {
            "scheme": scheme,
            "value": number,
            "grade": grades.get(scheme, int(Grade.WELL_FORMED)),
            "event_area_key": area,
            "where": number.is_not_null(),
        }
        for scheme, number in numbers.items()
    ]


def _pupils(rows: Rows) -> Claims:
    area, eligible = (
        rows.area(Reference.by_names_of_kecamatan, "kecamatan", "kelurahan"),
        rows.code("layak_pip", "ya/tidak", YES_NO),
    )
    return rows.claims(
        person={
            **rows.nik("nik"),
            **rows.name("nama"),
            **rows.kk("no_kk"),
            **rows.birth("tanggal_lahir"),
            **area,
            "birth_place": rows.text("tempat_lahir"),
            "sex": rows.code("jk", "sex"),
            "religion": rows.code("agama", "religion", FAITHS),
            "mother_name": rows.text("nama_ibu"),
            "father_name": rows.text("nama_ayah"),
            "address": rows.text("alamat"),
            "rt": rows.text("rt"),
            "rw": rows.text("rw"),
        },
        identifier=_identifiers(rows, area["event_area_key"]),
        status=[
            {
                "scheme": "layak_pip",
                "code": eligible,
                "valid": "(,)",
                "note": rows.text("alasan_layak_pip"),
                "where": eligible.is_not_null(),
            }
        ],
    )


def _terms(rows: Rows) -> Claims:
    share = {
        "program": "PIP",
        "component": rows.code("jenjang", "pip component", COMPONENTS),
        "period": rows.period("tahun"),
    }
    event, paid = rows.code("status", "benefit_event", required=True), rows.day("tanggal_cair")
    return rows.claims(
        person={**rows.nik("nik"), **rows.name("nama")},
        identifier=_identifiers(rows, 0),
        enrollment=[
            {
                **share,
                "role_in_program": "holder",
                "number": rows.text("nisn"),
                "status": rows.code("status", "enrollment_status", ENROLLED, required=True),
            }
        ],
        benefit=[
            {
                **share,
                "kind": "money",
                "amount_idr": rows.parsed("nominal", parse_rupiah, pl.Int64, Reason.AMOUNT_INVALID),
                "event": event,
                "event_on": paid.zip_with(paid.is_not_null(), rows.day("tanggal_sk")),
            }
        ],
    )


def _claims(rows: Rows) -> Claims:
    year = rows.text("tahun")
    return joined([_pupils(rows.only(year.is_null())), _terms(rows.only(year.is_not_null()))])


connector = Connector(
    name="kip",
    layout=LAYOUT,
    key=_key,
    claims=_claims,
    scope="tahun",
    listings=(("dapodik", Listing("/dapodik/peserta-didik")), ("pip", Listing("/pip/penerima"))),
)
