"""Families that receive food assistance (BPNT / Sembako), a row a family and month.

Source: BST/BPNT distribution list (single source, 2026); CSV with `,` or `;`, UTF-8 with or without a mark.
Key: stage, kind of assistance and idsemesta, or the NIK where idsemesta is blank.
"""

import re

import polars as pl

from hub.domain.grades import Grade
from hub.domain.periods import Period, month
from hub.domain.reasons import Reason
from hub.errors import SkippableError
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows

PROGRAMS = {"SEMBAKO": "BPNT", "BPNT": "BPNT", "BST": "BST"}
_STAGE = re.compile(r"^TAHAP (1[0-2]|[1-9]) TAHUN (20\d\d)$")

LAYOUT = Layout(
    taken=dict.fromkeys(
        (
            "NAMA PENERIMA", "NIK KTP", "TAHAP", "BANSOS", "IDSEMESTA", "NO KEL", "NM PROV", "NM KAB",
            "NM KEC", "NM KEL", "ALAMAT",
        ),
        (),
    ),
    required=frozenset({"NAMA PENERIMA", "NIK KTP", "TAHAP", "BANSOS", "NO KEL"}),
)  # fmt: skip


def stage_month(text: str) -> Period:
    """The month of a stage: food assistance numbers its stages by the months of the year.

    Raises:
        SkippableError: PERIOD_INVALID.
    """
    found = _STAGE.match(" ".join(text.upper().split()))
    if found is None:
        raise SkippableError(Reason.PERIOD_INVALID, "the stage is not written as TAHAP 10 TAHUN 2026")
    return month(int(found[2]), int(found[1]))


def _key(_: pl.DataFrame) -> pl.Expr:
    person = pl.coalesce(
        pl.col("IDSEMESTA").str.strip_chars().replace("", None), pl.col("NIK KTP").str.strip_chars()
    )
    return pl.concat_str(
        pl.col("TAHAP").str.strip_chars(),
        pl.col("BANSOS").str.strip_chars(),
        person,
        separator="|",
        ignore_nulls=False,
    )


def _claims(rows: Rows) -> Claims:
    family, register = rows.kk("NO KEL"), rows.text("IDSEMESTA")
    share = {
        "program": rows.code("BANSOS", "program", PROGRAMS, required=True),
        "period": rows.period("TAHAP", stage_month),
    }
    return rows.claims(
        person={
            **rows.nik("NIK KTP"),
            **rows.name("NAMA PENERIMA"),
            **family,
            **rows.area(Reference.by_names, "NM PROV", "NM KAB", "NM KEC", "NM KEL"),
            "address": rows.text("ALAMAT"),
        },
        identifier=[
            {
                "scheme": "idsemesta",
                "value": register,
                "grade": int(Grade.WELL_FORMED),
                "where": register.is_not_null(),
            }
        ],
        enrollment=[{**share, "role_in_program": "holder", "no_kk": family["no_kk"], "status": "active"}],
        benefit=[{**share, "kind": "money", "event": "paid"}],
    )


connector = Connector(
    name="bpnt",
    layout=LAYOUT,
    key=_key,
    claims=_claims,
    reader=CsvReader(delimiters=",;", encodings=("utf-8", "cp1252")),
    scope="TAHAP",
)
