"""Family welfare cards (KKS): the debit card through which PKH and BPNT are paid, a row a card.

Source: list of cards of a channelling bank (inference: no layout is published, the columns are the least that the
    general guide of the programme and two staging tables name).
Key: card number, or No KK and NIK where there is no card yet.
"""

import polars as pl

from hub.domain.dates import DateForm
from hub.toolkit.claims import Claims
from hub.toolkit.composed import CARD_NUMBER, numbered, since
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.details import detail
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows

#: What the state of a card says of taking part (inference).
ENROLLED = {"aktif": "active", "belum_aktif": "proposed", "blokir": "suspended", "tutup": "ended"}

LAYOUT = Layout(
    taken={
        "NO KKS": ("NOMOR KKS", "NO KARTU"),
        "NIK": ("NIK PENGURUS",),
        "NAMA": ("NAMA PENGURUS", "NAMA PEMEGANG"),
        "NO KK": (),
        "BANK": (),
        "NO REKENING": (),
        "STATUS KARTU": ("STATUS",),
        "TANGGAL TERBIT": (),
        "ALAMAT": (),
        "DESA": ("DESA/KEL",),
        "KECAMATAN": (),
        "KABUPATEN": (),
    },
    required=frozenset({"NO KKS", "NIK", "NAMA", "NO KK", "BANK", "STATUS KARTU"}),
)


def _key(_: pl.DataFrame) -> pl.Expr:
    card, kk, nik = (pl.col(name).fill_null("").str.strip_chars() for name in ("NO KKS", "NO KK", "NIK"))
    nobody = (card == "") & (kk == "") & (nik == "")
    return (
        pl.when(nobody)
        .then(pl.lit(""))
        .when(card != "")
        .then(card)
        .otherwise(pl.concat_str(kk, nik, separator="|"))
    )


def _claims(rows: Rows) -> Claims:
    family = rows.kk("NO KK")
    valid = since(rows.day("TANGGAL TERBIT", DateForm(rows.option("date_form", "iso"))))
    state = rows.code("STATUS KARTU", "kks_card", required=True)
    bank = rows.code("BANK", "payout_bank", required=True)
    card = rows.text("NO KKS")
    return rows.claims(
        person={
            **rows.nik("NIK"),
            **rows.name("NAMA"),
            **family,
            **rows.area(Reference.by_names_of_kabupaten, "KABUPATEN", "KECAMATAN", "DESA"),
            "address": rows.text("ALAMAT"),
        },
        identifier=[
            {**numbered(rows, "kks", "NO KKS", CARD_NUMBER), "valid": valid},
            {**numbered(rows, "rekening", "NO REKENING"), "valid": valid},
        ],
        enrollment=[
            {
                "program": "KKS",
                "period": valid,
                "role_in_program": "holder",
                "no_kk": family["no_kk"],
                "number": card,
                "status": state.replace_strict(ENROLLED, default=None, return_dtype=pl.String),
            }
        ],
        status=[
            {
                "scheme": "kks_card",
                "code": state,
                "valid": valid,
                "unit": "family",
                "unit_number": family["no_kk"],
                "detail": detail(len(card), kks=card, bank=bank),
            }
        ],
    )


connector = Connector(
    name="kks",
    layout=LAYOUT,
    key=_key,
    claims=_claims,
    reader=CsvReader(delimiters=";,", encodings=("utf-8", "cp1252")),
)
