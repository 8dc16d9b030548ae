"""The distribution list that BPNT and BST share: a row a family and stage, who has been paid.

Source: BST/BPNT distribution list (single source, 2026); CSV with `,` or `;`, UTF-8 with or without a mark.
What a stage (`TAHAP 3 TAHUN 2021`) means is told by each program.
"""

import re
from collections.abc import Callable, Mapping

import polars as pl

from hub.domain.periods import Period, month
from hub.domain.reasons import Reason
from hub.errors import SkippableError
from hub.toolkit.claims import Claims
from hub.toolkit.composed import numbered
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows

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

READER = CsvReader(delimiters=",;", encodings=("utf-8", "cp1252"))


def stage(text: str, first_months: Mapping[int, int] | None = None) -> Period:
    """The month of a stage.

    Args:
        text: As lists write it, `TAHAP 10 TAHUN 2026`.
        first_months: Month (1 to 12) of the first stage by year; January for a year that is not there.

    Raises:
        SkippableError: PERIOD_INVALID, no such text, or a stage after the end of its year.
    """
    found = _STAGE.match(" ".join(text.upper().split()))
    number = int(found[1]) + (first_months or {}).get(int(found[2]), 1) - 1 if found else 0
    if found is None or number > 12:
        raise SkippableError(Reason.PERIOD_INVALID, "the stage is not written as TAHAP 10 TAHUN 2026")
    return month(int(found[2]), number)


def key(_: pl.DataFrame) -> pl.Expr:
    """Stage, kind of assistance and idsemesta, or the NIK where idsemesta is blank."""
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


def claims(rows: Rows, programs: Mapping[str, str], stages: Callable[[str], Period], status: str) -> Claims:
    """The claims of a distribution list: its families are enrolled and were paid.

    Args:
        rows: Of the list.
        programs: Our program for what stands in BANSOS; any other refuses the row.
        stages: The period of a stage.
        status: Of the enrollments, code list `enrollment_status`.
    """
    family = rows.kk("NO KEL")
    share = {
        "program": rows.code("BANSOS", "program", programs, required=True),
        "period": rows.period("TAHAP", stages),
    }
    return rows.claims(
        person={
            **rows.nik("NIK KTP"),
            **rows.name("NAMA PENERIMA"),
            **family,
            **rows.area(Reference.by_names, "NM PROV", "NM KAB", "NM KEC", "NM KEL"),
            "address": rows.text("ALAMAT"),
        },
        identifier=[numbered(rows, "idsemesta", "IDSEMESTA")],
        enrollment=[{**share, "role_in_program": "holder", "no_kk": family["no_kk"], "status": status}],
        benefit=[{**share, "kind": "money", "event": "paid"}],
    )
