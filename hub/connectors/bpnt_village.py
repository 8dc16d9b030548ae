"""Families of BPNT as the village keeps them: card, account, holder, mother's maiden name, PKH number.

Source: village record of the programme's general guide (17 columns, single source), one CSV a desa and month; the
    month stands in the file's name (inference), as do the values of both status columns.
Key: month, No KK, NIK pengurus and no KKS as received.
"""

import polars as pl

from hub.domain.dates import DateForm
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.composed import CARD_NUMBER, numbered
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows

#: What the village writes of taking part (inference). `none`: the family is not of that program.
STATES = {
    "AKTIF": "active", "YA": "active", "BARU": "active", "TIDAK AKTIF": "ended", "NON AKTIF": "ended",
    "NONAKTIF": "ended", "KELUAR": "ended", "GRADUASI": "ended", "DITANGGUHKAN": "suspended", "TIDAK": "none",
    "BUKAN PKH": "none", "NON PKH": "none", "-": "none",
}  # fmt: skip

LAYOUT = Layout(
    taken=dict.fromkeys(
        (
            "BULAN", "no KKS", "no rekening", "status BPNT", "nama pengurus", "ID BDT KPM", "ID pengurus", "No KK",
            "NIK pengurus", "tempat lahir", "tanggal lahir", "nama gadis ibu kandung", "no peserta PKH", "status PKH",
            "alamat", "kode wilayah",
        ),
        (),
    ),
    # Names without a number beside them name nobody; the family card tells who lives there.
    ignored=frozenset({"nama kepala keluarga", "nama ART"}),
    required=frozenset({"BULAN", "nama pengurus", "No KK", "NIK pengurus", "status BPNT"}),
)  # fmt: skip


def _enrollment(rows: Rows, program: str, column: str, number: pl.Series, share: Columns) -> Columns:
    state = rows.code(column, "enrollment_status", STATES)
    return {
        **share,
        "program": program,
        "number": number,
        "status": state,
        "where": (state != "none").fill_null(value=False),
    }


def _claims(rows: Rows) -> Claims:
    family, month = rows.kk("No KK"), rows.period("BULAN")
    share = {"period": month, "role_in_program": "holder", "no_kk": family["no_kk"]}
    rows.refuse(rows.text("status BPNT").is_null(), Reason.FIELD_MISSING, "status BPNT")
    return rows.claims(
        person={
            **rows.nik("NIK pengurus"),
            **rows.name("nama pengurus"),
            **family,
            **rows.birth("tanggal lahir", DateForm(rows.option("date_form", "day_month_year"))),
            **rows.area(Reference.by_code, "kode wilayah"),
            "birth_place": rows.text("tempat lahir"),
            "mother_name": rows.text("nama gadis ibu kandung"),
            "address": rows.text("alamat"),
        },
        identifier=[
            numbered(rows, "kks", "no KKS", CARD_NUMBER),
            numbered(rows, "rekening", "no rekening"),
            numbered(rows, "idbdt", "ID BDT KPM"),
            numbered(rows, "idartbdt", "ID pengurus"),
            numbered(rows, "no_peserta_pkh", "no peserta PKH"),
        ],
        enrollment=[
            _enrollment(rows, "BPNT", "status BPNT", rows.text("no KKS"), share),
            _enrollment(rows, "PKH", "status PKH", rows.text("no peserta PKH"), share),
        ],
    )


connector = Connector(
    name="bpnt_village",
    layout=LAYOUT,
    key=("BULAN", "No KK", "NIK pengurus", "no KKS"),
    claims=_claims,
    reader=CsvReader(delimiters=";,", encodings=("utf-8", "cp1252"), name_pattern=r"_(?P<BULAN>20\d{4})\."),
    scope="BULAN",
)
