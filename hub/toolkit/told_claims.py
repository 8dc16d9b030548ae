"""Claims that another hub has made already, as texts of JSON: typed anew, checked, and taken as they were said.

The form is that of `shareFeed`: an object of kinds, each a list of objects, every value a text. What could not have
been a claim of a hub (a day that is none, a period that ends before it begins) refuses its whole record.
"""

from collections.abc import Mapping

import orjson
import polars as pl

from hub.domain.reasons import Reason
from hub.errors import SkippableError
from hub.toolkit.cells import ROW, by_distinct
from hub.toolkit.claims import SCHEMAS, Claims, Schema, completed
from hub.toolkit.rows import Rows

#: Columns without which a claim of a kind says nothing.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "person": (),
    "identifier": ("scheme", "value", "grade"),
    "enrollment": ("program", "role_in_program", "status", "period"),
    "benefit": ("program", "kind", "period", "event"),
    "status": ("scheme", "code", "valid"),
    "score": ("register", "unit", "edition", "valid"),
    "attribute": ("unit", "vocabulary", "edition", "given", "valid"),
    "dwelling": ("scheme", "number", "valid"),
    "group": ("kind", "number", "valid"),
    "institution": ("kind", "number", "name", "valid"),
    "observation": ("dataset", "measure", "unit", "dimensions", "valid"),
}
SLOTS = 16
NUL = "\\u0000"
_PERIODS, _OBJECTS, _SIXTEEN = ("period", "valid"), ("detail", "given", "dimensions"), ("nik", "no_kk")
_DAY = "([0-9]{4}-[0-9]{2}-[0-9]{2})?"
_RANGE = rf"^[\[(]{_DAY},{_DAY}\)$"


def _columns(schema: Schema) -> list[str]:
    return [name for name in schema if name != ROW]


FORM = pl.Struct(
    {kind: pl.List(pl.Struct(dict.fromkeys(_columns(schema), pl.String))) for kind, schema in SCHEMAS.items()}
)


def told_claims(rows: Rows, column: str) -> Claims:
    """The claims that a column of JSON texts holds, a row of claims for each; a blank text claims nothing.

    Args:
        rows: Of the feed; its transport has seen to the shape of the texts.
        column: Where they stand.
    """
    texts = rows.text(column)
    rows.refuse(texts.str.contains(NUL, literal=True), Reason.ENCODING, column)
    decoded = pl.DataFrame({ROW: rows.numbers, "claims": texts}).with_columns(
        pl.col("claims").str.json_decode(FORM)
    )
    frames = {kind: _said(rows, column, kind, decoded) for kind in SCHEMAS}
    rejects = rows.claims().rejects
    refused = rejects["row"].unique().implode()
    places = (
        frames["person"]
        .filter(pl.col(ROW).is_in(refused) & (pl.col("event_area_key") > 0))
        .select(ROW, pl.col("event_area_key").alias("area_key"))
    )
    return Claims(
        rejects=rejects,
        places=places.unique(ROW, keep="first", maintain_order=True),
        **{kind: frame.filter(~pl.col(ROW).is_in(refused)) for kind, frame in frames.items()},
    )


def _said(rows: Rows, column: str, kind: str, decoded: pl.DataFrame) -> pl.DataFrame:
    """The claims of one kind in their types; records with one that is none are refused."""
    schema = SCHEMAS[kind]
    texts = (
        decoded.select(ROW, pl.col("claims").struct.field(kind).alias("said"))
        .explode("said")
        .drop_nulls("said")
        .unnest("said")
    )
    for reason, where in _faults(kind, schema).items():
        _refuse(rows, texts.filter(where), reason, column)
    for name in set(_OBJECTS) & set(schema):
        _refuse(
            rows, texts.filter(by_distinct(texts[name], _object, pl.String)[1]), Reason.ROW_UNREADABLE, column
        )
    typed = texts.with_columns(_typed(name, schema[name]) for name in _columns(schema))
    return completed(typed, schema)


def _refuse(rows: Rows, found: pl.DataFrame, reason: Reason, column: str) -> None:
    if found.height:
        rows.refuse(rows.numbers.is_in(found[ROW].unique().implode()), reason, column)


def _typed(name: str, dtype: "pl.DataType | type[pl.DataType]") -> pl.Expr:
    if dtype == pl.Date:
        return pl.col(name).str.to_date("%Y-%m-%d", strict=False)
    return pl.col(name).cast(dtype, strict=False)


def _faults(kind: str, schema: Schema) -> Mapping[Reason, pl.Expr]:
    """Where a claim is none, by reason."""
    days = [name for name in _columns(schema) if schema[name] == pl.Date]
    numbers = [name for name in _columns(schema) if schema[name] not in (pl.Date, pl.String)]
    lacking = [pl.col(name).is_null() for name in REQUIRED[kind]]
    return {
        Reason.FIELD_MISSING: _any(lacking),
        Reason.NUMBER_INVALID: _any([_no_number(name, schema[name]) for name in numbers]),
        Reason.DATE_INVALID: _any([_no_day(pl.col(name)) for name in days]),
        Reason.PERIOD_INVALID: _any([_no_period(name) for name in _PERIODS if name in schema]),
        Reason.NOT_16_DIGITS: _any(
            [~pl.col(name).str.contains("^[0-9]{16}$") for name in _SIXTEEN if name in schema]
        ),
    }


def _any(faults: list[pl.Expr]) -> pl.Expr:
    return pl.any_horizontal([pl.lit(value=False), *(fault.fill_null(value=False) for fault in faults)])


def _no_number(name: str, dtype: "pl.DataType | type[pl.DataType]") -> pl.Expr:
    text, number = pl.col(name), pl.col(name).cast(dtype, strict=False)
    odd = number.is_null() if dtype != pl.Float64 else (number.is_null() | ~number.is_finite())
    return text.is_not_null() & ((odd | ~number.is_between(0, SLOTS - 1)) if name == "role" else odd)


def _no_day(text: pl.Expr) -> pl.Expr:
    plain = text.str.contains("^[0-9]{4}-[0-9]{2}-[0-9]{2}$") & ~text.str.starts_with("0000")
    return text.is_not_null() & ~(plain & text.str.to_date("%Y-%m-%d", strict=False).is_not_null())


def _no_period(name: str) -> pl.Expr:
    """Not the text of a range of days; `empty` is one."""
    text = pl.col(name)
    begin, end = text.str.extract(_RANGE, 1), text.str.extract(_RANGE, 2)
    bounds = _no_day(begin) | _no_day(end) | (begin > end).fill_null(value=False)
    return (text != "empty") & (~text.str.contains(_RANGE) | bounds)


def _object(text: str) -> str:
    """The text of a JSON object, as it is.

    Raises:
        SkippableError: ROW_UNREADABLE.
    """
    try:
        if isinstance(orjson.loads(text), dict):
            return text
    except ValueError:
        pass
    raise SkippableError(Reason.ROW_UNREADABLE, "no JSON object")
