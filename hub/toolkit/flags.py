"""Lists that speak against a benefit: who is a civil servant, owns a company, a car, a large meter.

They share one shape: a person by NIK and name, the day the owner's data speak of, and a few columns of their own.
Only descriptions of these lists are known, so their columns are the documented minimum (inference). A flag is an
indication and never a decision: it holds from the day of the list, and says what the list said.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from hub.domain.dates import DateForm
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Columns, Rows

SCHEME = "flag"
#: Columns of every such list; WILAYAH comes out of the file's name: the area that the list was asked for.
SHARED: Mapping[str, tuple[str, ...]] = {
    "NIK": (),
    "NAMA": ("NAMA LENGKAP",),
    "TGL LAHIR": ("TANGGAL LAHIR",),
    "NO KK": (),
    "TANGGAL DATA": ("TGL DATA",),
    "WILAYAH": (),
}


def flag_layout(own: Mapping[str, tuple[str, ...]], required: Sequence[str] = ()) -> Layout:
    """The shared columns and those of one list, with further names of each; NIK, name and day are required."""
    return Layout(taken={**SHARED, **own}, required=frozenset({"NIK", "NAMA", "TANGGAL DATA", *required}))


def flag_reader() -> CsvReader:
    """Reads `<list>_<area>.csv` or `<list>_<area>_<month>.csv`, the area as 4, 6 or 10 digits of Kemendagri."""
    return CsvReader(delimiters=";,", name_pattern=r"_(?P<WILAYAH>\d{4}|\d{6}|\d{10})(?:_\d{6})?\.csv$")


def person_of(rows: Rows) -> Columns:
    """The person of each row; the list's area says where it happened, and nothing of where the person lives."""
    return {
        **rows.nik("NIK"),
        **rows.name("NAMA"),
        **rows.birth("TGL LAHIR", DateForm.ISO),
        **rows.kk("NO KK"),
        "event_area_key": rows.area(Reference.by_code, "WILAYAH")["event_area_key"],
    }


def since(rows: Rows, column: str = "TANGGAL DATA") -> pl.Series:
    """The period from a day on, open at its end; a blank or unreadable day refuses the row."""
    day = rows.day(column)
    rows.refuse(rows.text(column).is_null(), Reason.FIELD_MISSING, column)
    return open_from(day)


def open_from(days: pl.Series) -> pl.Series:
    """`[day,)` by row, null where there is no day."""
    return days.to_frame("day").select(
        pl.concat_str(pl.lit("["), pl.col("day").dt.to_string("%Y-%m-%d"), pl.lit(",)")).alias("valid")
    )["valid"]


def flags(
    rows: Rows, code: str, stated: pl.Series, where: pl.Series | None = None, **further: Sequence[Columns]
) -> Claims:
    """The claims of a list: its persons, and the flag from the day of the data on.

    Args:
        rows: The rows.
        code: Of the code list `flag`.
        stated: What the list says beside, as JSON texts.
        where: Rows that bear the flag; all when None. The others name a person and claim no flag.
        further: Claims of other kinds, as `Rows.claims` takes them.
    """
    flag: dict[str, Any] = {"scheme": SCHEME, "code": code, "valid": since(rows), "detail": stated}
    if where is not None:
        flag["where"] = where
    return rows.claims(person=person_of(rows), status=[flag], **further)
