"""JSON details of a claim: what a list states beside the code, a column of objects from columns of values."""

import polars as pl


def detail(height: int, **cells: "pl.Series | str | int | None") -> pl.Series:
    """One JSON object text a row; what is null is left out, and a row with nothing to say gives null.

    Args:
        height: Number of rows.
        cells: Values by key, a series of texts, numbers or Booleans, or one value for all rows.
    """
    frame = pl.DataFrame(
        [
            value.alias(key)
            if isinstance(value, pl.Series)
            else pl.repeat(value, height, eager=True).alias(key)
            for key, value in cells.items()
        ]
    )
    members = [
        pl.when(pl.col(key).is_not_null()).then(
            pl.concat_str(pl.lit(f'"{key}":'), _encoded(key)),
        )
        for key in frame.columns
    ]
    told = pl.any_horizontal(pl.col(key).is_not_null() for key in frame.columns)
    body = pl.concat_str(members, separator=",", ignore_nulls=True)
    return frame.select(pl.when(told).then(pl.concat_str(pl.lit("{"), body, pl.lit("}"))).alias("detail"))[
        "detail"
    ]


def _encoded(key: str) -> pl.Expr:
    """A cell as JSON: the encoder takes objects alone, so each goes in as one with a single key."""
    whole = pl.struct(pl.col(key).alias("v")).struct.json_encode()
    return whole.str.slice(5).str.head(-1)
