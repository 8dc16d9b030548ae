"""Names of a whole column at once: the display form and the match key, by the tables of `hub.domain`.

Each distinct name is worked out once; a property test holds the keys equal to `hub.domain.names.match_key`.
"""

import polars as pl

from hub.domain.name_tables import BARE_RULES, DISPLAY_RULES, KEY_RULES, Rules


def _applied(text: pl.Expr, rules: Rules) -> pl.Expr:
    for pattern, replacement in rules:
        text = text.str.replace_all(pattern, replacement)
    return text


def keyed_names(texts: pl.Series) -> pl.DataFrame:
    """Columns `shown` and `key` for each text; both empty where the text is blank or null."""
    distinct = (
        pl.DataFrame({"text": texts})
        .unique()
        .with_columns(
            _applied(pl.col("text").fill_null("").str.to_uppercase(), DISPLAY_RULES)
            .str.strip_chars(" ")
            .alias("shown")
        )
    )
    keyed = distinct.with_columns(_applied(pl.col("shown"), KEY_RULES).alias("key")).with_columns(
        pl.when(pl.col("key") == "").then(_applied(pl.col("shown"), BARE_RULES)).otherwise("key").alias("key")
    )
    rows = pl.DataFrame({"text": texts})
    return rows.join(keyed, on="text", how="left", nulls_equal=True, maintain_order="left").select(
        "shown", "key"
    )
