"""Families that received rice (Rastra, before it Raskin), a row a family and year, as the lists of 2016-2017 tell.

Source: list of beneficiaries of Rastra (DPM; inference: no layout is published, the columns are the least that the
    general guide asks a village to write down).
Key: period, No KK and NIK as received.
"""

from hub.toolkit.claims import Claims
from hub.toolkit.composed import quantity
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows

LAYOUT = Layout(
    taken={
        "PERIODE": ("TAHUN",),
        "NO KK": (),
        "NIK": (),
        "NAMA": ("NAMA PENERIMA", "NAMA KEPALA KELUARGA"),
        "ALAMAT": (),
        "DESA": ("DESA/KEL", "KELURAHAN"),
        "KECAMATAN": (),
        "KABUPATEN": (),
        "JUMLAH KG": ("KG",),
    },
    # What the family paid for the rice is no benefit.
    ignored=frozenset({"HARGA TEBUS"}),
    required=frozenset({"PERIODE", "NO KK", "NIK", "NAMA"}),
)


def _claims(rows: Rows) -> Claims:
    family = rows.kk("NO KK")
    share = {"program": "RASTRA", "period": rows.period("PERIODE")}
    return rows.claims(
        person={
            **rows.nik("NIK"),
            **rows.name("NAMA"),
            **family,
            **rows.area(Reference.by_names_of_kabupaten, "KABUPATEN", "KECAMATAN", "DESA"),
            "address": rows.text("ALAMAT"),
        },
        # The program is over: BPNT took its place until 2019.
        enrollment=[{**share, "role_in_program": "holder", "no_kk": family["no_kk"], "status": "ended"}],
        benefit=[
            {**share, "kind": "goods", "quantity": quantity(rows, "JUMLAH KG"), "unit": "kg", "event": "paid"}
        ],
    )


connector = Connector(
    name="rastra",
    layout=LAYOUT,
    key=("PERIODE", "NO KK", "NIK"),
    claims=_claims,
    reader=CsvReader(delimiters=";,", encodings=("utf-8", "cp1252")),
    scope="PERIODE",
)
