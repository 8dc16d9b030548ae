"""Unfit houses (RTLH): which families' houses were found unfit, and which agency mended them, a row a house.

Source: list of houses of the dinas (inference: no layout is published; Permensos 20/2017 tells the stages). The
    dinas sosial validates, another agency builds: both are named.
Key: year, No KK and NIK as received.
"""

import polars as pl

from hub.domain.dates import DateForm
from hub.domain.money import parse_rupiah
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.composed import quantity, since
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.details import detail
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows

LAYOUT = Layout(
    taken=dict.fromkeys(
        (
            "TAHUN", "NIK", "NAMA", "NO KK", "ALAMAT", "RT", "RW", "DESA", "KECAMATAN", "KABUPATEN",
            "TANGGAL VALIDASI", "INSTANSI VALIDASI", "TANGGAL SELESAI", "INSTANSI PEMBANGUN", "BENTUK BANTUAN",
            "NOMINAL", "JUMLAH", "SATUAN",
        ),
        (),
    ),
    required=frozenset({"TAHUN", "NIK", "NAMA", "NO KK", "TANGGAL VALIDASI"}),
)  # fmt: skip


def _stage(rows: Rows, code: str, on: pl.Series, agency: str, no_kk: pl.Series) -> Columns:
    """One stage of a house, from the day it was reached on."""
    return {
        "scheme": "rtlh",
        "code": code,
        "valid": since(on),
        "unit": "family",
        "unit_number": no_kk,
        "detail": detail(len(on), agency=rows.text(agency)),
        "where": on.is_not_null(),
    }


def _grant(rows: Rows, share: Columns, built: pl.Series) -> Columns:
    """What the building agency gave, on the day the house was ready."""
    given = rows.code("BENTUK BANTUAN", "benefit_kind")
    return {
        **share,
        "kind": given,
        "amount_idr": rows.parsed("NOMINAL", parse_rupiah, pl.Int64, Reason.AMOUNT_INVALID),
        "quantity": quantity(rows, "JUMLAH"),
        "unit": rows.text("SATUAN"),
        "event": "paid",
        "event_on": built,
        "where": built.is_not_null() & given.is_not_null(),
    }


def _claims(rows: Rows) -> Claims:
    form = DateForm(rows.option("date_form", "iso"))
    family, year = rows.kk("NO KK"), rows.period("TAHUN")
    validated, built = rows.day("TANGGAL VALIDASI", form), rows.day("TANGGAL SELESAI", form)
    rows.refuse(rows.text("TANGGAL VALIDASI").is_null(), Reason.FIELD_MISSING, "TANGGAL VALIDASI")
    rows.refuse(
        built.is_not_null() & rows.text("BENTUK BANTUAN").is_null(), Reason.FIELD_MISSING, "BENTUK BANTUAN"
    )
    share = {"program": "RTLH", "period": year}
    holder = {**share, "role_in_program": "holder", "no_kk": family["no_kk"]}
    return rows.claims(
        person={
            **rows.nik("NIK"),
            **rows.name("NAMA"),
            **family,
            **rows.area(Reference.by_names_of_kabupaten, "KABUPATEN", "KECAMATAN", "DESA"),
            "address": rows.text("ALAMAT"),
            "rt": rows.text("RT"),
            "rw": rows.text("RW"),
        },
        enrollment=[
            {**holder, "status": "proposed", "where": built.is_null()},
            {**holder, "status": "active", "where": built.is_not_null()},
        ],
        status=[
            _stage(rows, "validated", validated, "INSTANSI VALIDASI", family["no_kk"]),
            _stage(rows, "built", built, "INSTANSI PEMBANGUN", family["no_kk"]),
        ],
        benefit=[_grant(rows, share, built)],
    )


connector = Connector(
    name="rtlh",
    layout=LAYOUT,
    key=("TAHUN", "NO KK", "NIK"),
    claims=_claims,
    reader=CsvReader(delimiters=";,", encodings=("utf-8", "cp1252")),
    scope="TAHUN",
)
