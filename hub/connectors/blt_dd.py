"""Families that receive cash from the Village Fund (BLT-DD), a row a family and month, as villages list them.

Source: form of a village office (inference, 2026): one CSV a desa and month; the desa stands in the file's
    name.
Key: desa, month, No KK and NIK as received.
"""

import polars as pl

from hub.domain.money import parse_rupiah
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows

LAYOUT = Layout(
    taken=dict.fromkeys(("NIK", "NAMA", "NO KK", "ALAMAT", "BULAN", "NOMINAL", "DESA"), ()),
    required=frozenset({"NIK", "NAMA", "NO KK", "BULAN"}),
)


def _claims(rows: Rows) -> Claims:
    family, period = rows.kk("NO KK"), rows.period("BULAN")
    share = {"program": "BLT-DD", "period": period}
    amount = rows.parsed("NOMINAL", parse_rupiah, pl.Int64, Reason.AMOUNT_INVALID)
    return rows.claims(
        person={
            **rows.nik("NIK"),
            **rows.name("NAMA"),
            **family,
            **rows.area(Reference.by_code, "DESA"),
            "address": rows.text("ALAMAT"),
        },
        enrollment=[{**share, "role_in_program": "holder", "no_kk": family["no_kk"], "status": "active"}],
        benefit=[{**share, "kind": "money", "amount_idr": amount, "event": "paid"}],
    )


connector = Connector(
    name="blt_dd",
    layout=LAYOUT,
    key=("DESA", "BULAN", "NO KK", "NIK"),
    claims=_claims,
    reader=CsvReader(delimiters=";,", encodings=("utf-8", "cp1252"), name_pattern=r"_(?P<DESA>\d{10})_"),
    scope="BULAN",
)
