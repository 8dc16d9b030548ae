"""Columns of claims that are composed of several cells, or of one cell and a rule: days to intervals, numbers.

Intervals are texts of PostgreSQL's daterange, half-open, days in WIB.
"""

import re

import polars as pl

from hub.domain.grades import Grade
from hub.domain.periods import parse_period
from hub.domain.reasons import Reason
from hub.errors import SkippableError
from hub.toolkit.cells import by_distinct, daterange
from hub.toolkit.rows import Columns, Rows

EVER = "(,)"
"""An interval without ends: the source does not say since when."""
BPJS_NUMBER, CARD_NUMBER = r"^[0-9]{13}$", r"^[0-9]{16}$"
"""Shape of BPJS numbers (card and participant) and of KKS cards (field guide section 8, 2026-11-21)."""
_HEADCOUNT = re.compile(r"^[1-9][0-9]{0,3}$")
#: A separator before three digits may group thousands, so that such a text is no plain number.
_QUANTITY = re.compile(r"^[0-9]{1,9}(?:[.,][0-9]{1,2})?$")


def since(days: pl.Series) -> pl.Series:
    """From each day on, `[2026-11-01,)`; `(,)` where there is no day."""
    text = pl.format("[{},)", days.name or "day")
    named = pl.DataFrame({days.name or "day": days.dt.to_string("%Y-%m-%d")})
    return named.select(pl.coalesce(text, pl.lit(EVER)).alias("since"))["since"]


def month_of(rows: Rows, month: str, year: str) -> pl.Series:
    """The month that two columns name, a number 1 to 12 or a name and a year; else the row is refused.

    Args:
        rows: The rows.
        month: Column of the month.
        year: Column of the year, four digits.
    """
    parts = pl.DataFrame([rows.text(month).alias("m"), rows.text(year).alias("y")])
    texts = parts.select(pl.format("{}-{}", "m", "y").alias("text"))["text"]
    found, bad = by_distinct(texts, lambda text: daterange(parse_period(text)), pl.String)
    rows.refuse(bad, Reason.PERIOD_INVALID, month)
    for column, blank in ((month, parts["m"].is_null()), (year, parts["y"].is_null())):
        rows.refuse(blank, Reason.FIELD_MISSING, column)
    return found


def numbered(rows: Rows, scheme: str, column: str, shape: str | None = None) -> Columns:
    """An identifier of a scheme, where there is one.

    Args:
        rows: The rows.
        scheme: Of the identifier.
        column: Where it stands.
        shape: Regular expression of a well-formed number; another text is kept with the grade INVALID.
    """
    value = rows.text(column)
    shaped = pl.col("value").str.contains(shape) if shape else pl.lit(value=True)
    grade = pl.when(shaped).then(int(Grade.WELL_FORMED)).otherwise(int(Grade.INVALID)).cast(pl.Int16)
    grades = pl.DataFrame({"value": value}).with_columns(grade.alias("grade"))["grade"]
    return {"scheme": scheme, "value": value, "grade": grades, "where": value.is_not_null()}


def quantity(rows: Rows, column: str) -> pl.Series:
    """A quantity of goods, `180`, `7,5` or `7.5`, never negative; a blank is null, another text refuses the row."""
    return rows.parsed(column, _quantity, pl.Float64, Reason.NUMBER_INVALID)


def _quantity(text: str) -> float:
    if not _QUANTITY.match(text):
        raise SkippableError(Reason.NUMBER_INVALID, "the quantity is not a plain number")
    return float(text.replace(",", "."))


def headcount(rows: Rows, column: str) -> pl.Series:
    """How many members or families, 1 to 9999; a blank is null, another text refuses the row."""
    return rows.parsed(column, _headcount, pl.Int16, Reason.NUMBER_INVALID)


def _headcount(text: str) -> int:
    if not _HEADCOUNT.match(text):
        raise SkippableError(Reason.NUMBER_INVALID, "the count is not a plain whole number")
    return int(text)
