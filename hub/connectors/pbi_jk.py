"""Persons whose health premium the state pays (PBI-JK), a row a person and month.

Source: PBI-JK list of the ministry (single source, 2026), one CSV a kecamatan; the month stands in the file's name.
Key: month, psnoka_bpjs and NIK as received: one participant number under two NIK is two records.
"""

from hub.domain.dates import DateForm
from hub.toolkit.claims import Claims
from hub.toolkit.composed import BPJS_NUMBER, numbered
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows

#: What `keterangan` says of taking part (inference; a blank one says nothing and the row stands on the list).
STATES = {
    "AKTIF": "active", "PADAN": "active", "BARU": "active", "REAKTIVASI": "active", "NONAKTIF": "ended",
    "NON AKTIF": "ended", "TIDAK AKTIF": "ended", "MENINGGAL": "ended",
}  # fmt: skip

LAYOUT = Layout(
    taken=dict.fromkeys(
        (
            "PERIODE", "iddtks", "provinsi", "kota", "kecamatan", "kelurahan", "rt", "rw", "alamat", "noka_bpjs",
            "psnoka_bpjs", "nama", "tanggal_lahir", "tempat_lahir", "jenis_kelamin", "nik", "nokk", "hub_keluarga",
            "nama_ibu_kandung", "keterangan",
        ),
        (),
    ),
    # The number of the row in the list; the hamlet is in no claim.
    ignored=frozenset({"id", "dusun"}),
    required=frozenset({"PERIODE", "psnoka_bpjs", "nama", "nik"}),
)  # fmt: skip


def _person(rows: Rows, family: Columns) -> Columns:
    return {
        **rows.nik("nik"),
        **rows.name("nama"),
        **family,
        **rows.birth("tanggal_lahir", DateForm(rows.option("date_form", "iso"))),
        **rows.area(Reference.by_names, "provinsi", "kota", "kecamatan", "kelurahan"),
        "birth_place": rows.text("tempat_lahir"),
        "sex": rows.code("jenis_kelamin", "sex"),
        "relation": rows.code("hub_keluarga", "shdk"),
        "mother_name": rows.text("nama_ibu_kandung"),
        "address": rows.text("alamat"),
        "rt": rows.text("rt"),
        "rw": rows.text("rw"),
    }


def _claims(rows: Rows) -> Claims:
    family, state = rows.kk("nokk"), rows.code("keterangan", "enrollment_status", STATES)
    share = {"program": "PBI-JK", "component": "premi", "period": rows.period("PERIODE")}
    blank = rows.text("keterangan").is_null()
    status = state.fill_null("active").zip_with(blank | state.is_not_null(), state)
    return rows.claims(
        person=_person(rows, family),
        identifier=[
            numbered(rows, "noka_bpjs", "noka_bpjs", BPJS_NUMBER),
            numbered(rows, "psnoka_bpjs", "psnoka_bpjs", BPJS_NUMBER),
            numbered(rows, "iddtks", "iddtks"),
        ],
        enrollment=[
            {
                **share,
                "role_in_program": "holder",
                "no_kk": family["no_kk"],
                "number": rows.text("psnoka_bpjs"),
                "status": status,
                "where": status.is_not_null(),
            }
        ],
        # A month of insurance, for which the state pays BPJS: never money in the person's hand.
        benefit=[
            {
                **share,
                "kind": "service",
                "quantity": 1.0,
                "unit": "bulan",
                "event": "paid",
                "where": status == "active",
            }
        ],
    )


connector = Connector(
    name="pbi_jk",
    layout=LAYOUT,
    key=("PERIODE", "psnoka_bpjs", "nik"),
    claims=_claims,
    reader=CsvReader(delimiters=",;", encodings=("utf-8", "cp1252"), name_pattern=r"_(?P<PERIODE>20\d{4})\."),
    scope="PERIODE",
)
