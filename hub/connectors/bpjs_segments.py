"""Participants whom BPJS Kesehatan bills, with the segment that pays, a row a participant and month.

Source: segment CSV of BPJS (single source, 2026), UTF-8 with a byte-order mark.
Key: year, month, PSNOKA, NIK and segment as received, so that a PSNOKA billed twice in a month keeps both its rows;
    each line of a file is a bill, also one that is equal to another to the last byte.
"""

import polars as pl

from hub.toolkit.claims import Claims
from hub.toolkit.composed import BPJS_NUMBER, month_of, numbered
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.details import detail
from hub.toolkit.layout import Layout
from hub.toolkit.rows import Rows

LAYOUT = Layout(
    taken=dict.fromkeys(("PSNOKA", "NIK", "NAMA", "SEGMEN", "BULAN", "TAHUN"), ()),
    required=frozenset({"PSNOKA", "NIK", "NAMA", "SEGMEN", "BULAN", "TAHUN"}),
)


def _claims(rows: Rows) -> Claims:
    month = month_of(rows, "BULAN", "TAHUN")
    number = rows.text("PSNOKA")
    return rows.claims(
        person={**rows.nik("NIK"), **rows.name("NAMA")},
        identifier=[{**numbered(rows, "psnoka_bpjs", "PSNOKA", BPJS_NUMBER), "valid": month}],
        # The premium itself is told by the list of PBI-JK; here is who was billed under which segment.
        status=[
            {
                "scheme": "bpjs_segment",
                "code": rows.code("SEGMEN", "bpjs_segment", required=True),
                "valid": month,
                "detail": detail(len(number), psnoka=number),
            }
        ],
    )


def _month(_: pl.DataFrame) -> pl.Expr:
    return pl.concat_str(pl.col("TAHUN").str.strip_chars(), pl.col("BULAN").str.strip_chars(), separator="-")


connector = Connector(
    name="bpjs_segments",
    layout=LAYOUT,
    key=("TAHUN", "BULAN", "PSNOKA", "NIK", "SEGMEN"),
    claims=_claims,
    reader=CsvReader(delimiters=",;"),
    scope=_month,
    repeats=True,
)
