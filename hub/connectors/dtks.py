"""Households and persons of DTKS, the register of social welfare between BDT 2015 and DTSEN.

Source: staging tables of one ministry-made application (106 columns of a household, 74 of a person; single
    source); verdicts of duplicate cleaning from its own list of 12 columns.
Key: IDBDT of a household; IDARTBDT of a person.
"""

import polars as pl

from hub.domain.dates import DateForm
from hub.domain.grades import Grade
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.mixed import MixedReader
from hub.toolkit.pmt import Survey, percentiles, relations, same_where_both
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows
from hub.toolkit.xlsx_files import XlsxReader

VERDICTS = {"CLEAN": "clean", "UNCLEAN": "unclean", "NONAKTIF": "nonaktif"}
#: Our column beside the column of the Dukcapil copy that it is compared with, by the word in the evidence.
COMPARED = {
    "nik": ("NIK", "DUK_NIK"),
    "no_kk": ("NoKK", "DUK_NO_KK"),
    "nama": ("Nama", "DUK_NAMA_LGKP"),
    "tanggal_lahir": ("TglLahir", "DUK_TGL_LHR"),
    "jenis_kelamin": ("JnsKel", "DUK_JENIS_KLMIN"),
    "nama_ibu": ("namagadis_ibukandung", "DUK_NAMA_LGKP_IBU"),
}

_AREAS = tuple(
    tuple(f"{part}{age}" for part in ("KDPROP", "KDKAB", "KDKEC", "KDDESA")) for age in ("", "_2017", "_OLD")
)

HOUSEHOLDS = Layout(
    taken=dict.fromkeys(
        (
            "IDBDT", *(name for names in _AREAS for name in names), "AdaPKH", "AdaKKS2016", "AdaKKS2017",
            "AdaPBI", "AdaBPNT", "sta_bangunan", "luas_lantai", "lantai", "dinding", "atap",
            "sumber_airminum", "sumber_penerangan", "daya", "bb_masak", "fasbab", "kloset", "buang_tinja",
            "ada_tabung_gas", "ada_lemari_es", "ada_ac", "ada_pemanas", "ada_telepon", "ada_laptop",
            "ada_sepeda", "ada_motor", "ada_mobil", "ada_perahu", "sta_kks", "sta_kip", "sta_kis",
            "sta_bpjs_mandiri", "sta_jamsostek", "sta_asuransi", "sta_pkh", "sta_rastra", "sta_kur",
            "percentile", "status_kesejahteraan",
        ),
        (),
    ),
    # Numbers and names that the person list has too, columns whose codes were not found, and working columns of
    # the application; the payload keeps them.
    ignored=frozenset(
        {
            "RUTA6", "NoPesertaPBDT", "NoPBDTKemsos", "Vector1", "Vector2", "Vector3", "Vector4",
            "KDGabungan4", "Alamat", "AdaPBDT", "AdaDapodik", "NoPesertaPKH", "NoPesertaKKS2016",
            "NoPesertaPBI", "PesertaKIP", "NoKartuDebit", "Nama_SLS", "Nama_KRT", "Jumlah_ART",
            "Jumlah_Keluarga", "sta_lahan", "kondisi_dinding", "kondisi_atap", "jumlah_kamar",
            "nomor_meter_air", "cara_peroleh_airminum", "nomor_pln", "nomor_gas", "ada_tv", "ada_emas",
            "ada_motor_tempel", "ada_perahu_motor", "ada_kapal", "aset_tak_bergerak", "luas_atb",
            "rumah_lain", "jumlah_sapi", "jumlah_kerbau", "jumlah_kuda", "jumlah_babi", "jumlah_kambing",
            "sta_art_usaha", "sta_keberadaan_RT", "no_kks", "NOKK", "kodewilayah", "kode_sls", "id_periode",
            "tgl_pindah", "PERBAIKAN", "EXISTING", "NONAKTIF", "lat", "long", "flag_sk",
        }
    ),
    required=frozenset({"IDBDT", "percentile"}),
)  # fmt: skip

PERSONS = Layout(
    taken=dict.fromkeys(
        (
            "IDARTBDT", "IDBDT", "Nama", "JnsKel", "TmpLahir", "TglLahir", "HubKRT", "NIK", "NoKK", "NUK",
            "Hubkel", "Sta_kawin", "Sta_Bekerja", "Ada_kks", "Ada_pbi", "Ada_kip", "Ada_pkh", "Ada_rastra",
            "ada_bst", "PIP_dikbud", "PIP_menag", "namagadis_ibukandung", "DUK_NIK", "DUK_NO_KK",
            "DUK_NAMA_LGKP", "DUK_TGL_LHR", "DUK_JENIS_KLMIN", "DUK_NAMA_LGKP_IBU", "NoPesertaPKH",
            "PSNOKA_BPJS_OLD", "KDWILCAPIL", "KET_TAMBAHAN", "IDSEMESTA",
        ),
        (),
    ),
    # The rest of the Dukcapil copy is that register's to say; health and pregnancy serve no purpose here; codes
    # of school and work were not found; the others are working columns of the application.
    ignored=frozenset(
        {
            "NoArtPKH", "NoPesertaPBI", "NoArtPBI", "Umur", "Ada_akta_nikah", "Ada_diKK",
            "Ada_kartu_identitas", "Sta_hamil", "Jenis_cacat", "Penyakit_kronis", "Partisipasi_sekolah",
            "Pendidikan_tertinggi", "Kelas_tertinggi", "Ijazah_tertinggi", "Jumlah_jamkerja",
            "Lapangan_usaha", "Status_pekerjaan", "Sta_keberadaan_art", "Sta_kepesertaan_pbi",
            "DUK_STAT_HBKEL", "DUK_NO_RW", "DUK_NO_RT", "DUK_NO_KEL", "DUK_ALAMAT", "DUK_TMPT_LHR",
            "DUK_STATUS_KAWIN", "DUK_NAMA_LGKP_AYAH", "DUK_JENIS_PKRJN", "DUK_PDDK_AKH", "IDPENGURUS",
            "NOREKENING", "MasukKuota", "cek_kks", "SEGMEN_BPJS", "NOKA_BPJS_OLD", "ADA_PBI_BPJS",
            "flag_nik", "flag_cleansing", "CEKNIK", "id_keluarga", "KET_PADAN_PBI", "dapodik", "proses_bst",
        }
    ),
    required=frozenset({"IDARTBDT", "IDBDT", "Nama", "NIK"}),
)  # fmt: skip


def _area(rows: Rows) -> pl.Series:
    """The area under the codes of now, else of 2017, else the old ones: the first that is known."""
    found = [rows.area(Reference.by_bps, *names)["area_key"] for names in _AREAS]
    frame = pl.DataFrame(each.alias(str(at)) for at, each in enumerate(found))
    known = [pl.when(pl.col(name) > 0).then(name) for name in frame.columns]
    return frame.select(pl.coalesce(*known, pl.lit(0)).alias("area_key"))["area_key"]


def _households(rows: Rows) -> Claims:
    survey = Survey(rows, "dtks_households")
    own = {"unit": "household", "unit_number": rows.text("IDBDT"), "event_area_key": _area(rows)}
    ranks = {**percentiles(rows, "percentile"), "label": rows.text("status_kesejahteraan")}
    return rows.claims(
        score=[{**survey.rank("dtks", **ranks), **own}],
        attribute=[survey.attributes("family", **own)],
        status=survey.statuses(unit_number=own["unit_number"], event_area_key=own["event_area_key"]),
    )


def _identifiers(rows: Rows, valid: str) -> list[Columns]:
    numbers = {
        "idartbdt": "IDARTBDT",
        "idbdt": "IDBDT",
        "idsemesta": "IDSEMESTA",
        "pkh": "NoPesertaPKH",
        "psnoka": "PSNOKA_BPJS_OLD",
    }
    found = {scheme: rows.text(column) for scheme, column in numbers.items()}
    grade = int(Grade.WELL_FORMED)
    return [
        {"scheme": scheme, "value": value, "grade": grade, "valid": valid, "where": value.is_not_null()}
        for scheme, value in found.items()
    ]


def _evidence(rows: Rows, valid: str) -> list[Columns]:
    """Whether a Dukcapil record was matched, with the fields in which it agrees; and the cleaning's verdict.

    The copy itself is no person of its own and is not repeated here.
    """
    matched = rows.text("DUK_NIK").is_not_null()
    verdict = rows.code("KET_TAMBAHAN", "dtks cleaning", VERDICTS)
    return [
        {
            "scheme": "padan",
            "code": "padan_dtks",
            "valid": valid,
            "detail": same_where_both(rows, COMPARED),
            "where": matched,
        },
        {"scheme": "dtks_cleaning", "code": verdict, "valid": valid, "where": verdict.is_not_null()},
    ]


def _persons(rows: Rows) -> Claims:
    survey, sex = Survey(rows, "dtks_persons"), rows.code("JnsKel", "sex")
    household = rows.text("IDBDT")
    return rows.claims(
        person={
            **rows.nik("NIK"),
            **rows.name("Nama"),
            **rows.kk("NoKK"),
            **rows.birth("TglLahir", DateForm(rows.option("date_form", "iso"))),
            **rows.area(Reference.by_code, "KDWILCAPIL"),
            "birth_place": rows.text("TmpLahir"),
            "sex": sex,
            "relation": relations(rows.text("Hubkel"), sex),
            "marital": rows.code("Sta_kawin", "marital"),
            "mother_name": rows.text("namagadis_ibukandung"),
        },
        identifier=_identifiers(rows, survey.valid),
        dwelling=[
            {
                "scheme": "idbdt",
                "number": household,
                "family_no": rows.text("NUK"),
                "relation": relations(rows.text("HubKRT"), sex),
                "valid": survey.valid,
                "where": household.is_not_null(),
            }
        ],
        attribute=[survey.attributes("person")],
        status=[*survey.statuses(), *_evidence(rows, survey.valid)],
    )


_READER = MixedReader(
    (CsvReader(delimiters=";,|", encodings=("utf-8", "cp1252")), XlsxReader(number_columns=("NIK", "NoKK")))
)

connectors = (
    Connector(name="dtks_households", layout=HOUSEHOLDS, key=("IDBDT",), claims=_households, reader=_READER),
    Connector(name="dtks_persons", layout=PERSONS, key=("IDARTBDT",), claims=_persons, reader=_READER),
)
