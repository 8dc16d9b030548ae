"""Names of a whole column at once: the display form and the match key, by the tables of `hub.domain`.

Each distinct name is worked out once; a property test holds the keys equal to `hub.domain.names.match_key`.
"""

import polars as pl

from hub.domain.name_tables import BARE_RULES, DISPLAY_RULES, KEY_STEPS, Rules
from hub.domain.names import match_key, normalise


def _applied(text: pl.Expr, rules: Rules) -> pl.Expr:
    for pattern, replacement in rules:
        text = text.str.replace_all(pattern, replacement)
    return text


def keyed_names(texts: pl.Series, few: int = 300) -> pl.DataFrame:
    """Columns `shown` and `key` for each text; both empty where the text is blank or null.

    Args:
        texts: As received.
        few: Up to so many distinct names the domain's own functions are quicker than setting up the rules.
    """
    rows = pl.DataFrame({"text": texts})
    distinct = rows.unique()
    keyed = _by_domain(distinct) if distinct.height <= few else _by_rules(distinct)
    return rows.join(keyed, on="text", how="left", nulls_equal=True, maintain_order="left").select(
        "shown", "key"
    )


def _by_domain(distinct: pl.DataFrame) -> pl.DataFrame:
    names = distinct["text"].to_list()
    return distinct.with_columns(
        pl.Series("shown", [normalise(name) for name in names], dtype=pl.String),
        pl.Series("key", [match_key(name) for name in names], dtype=pl.String),
    )


def _by_rules(distinct: pl.DataFrame) -> pl.DataFrame:
    upper = pl.col("text").fill_null("").str.to_uppercase()
    shown = distinct.with_columns(_applied(upper, DISPLAY_RULES).str.strip_chars(" ").alias("shown"))
    keyed = shown.with_columns(pl.col("shown").alias("key"))
    for step in KEY_STEPS:
        keyed = _where_any(keyed, step)
    bare = keyed["key"] == ""
    again = keyed.filter(bare).with_columns(_applied(pl.col("shown"), BARE_RULES).alias("key"))
    return pl.concat([keyed.filter(~bare), again])


def _where_any(keyed: pl.DataFrame, rules: Rules) -> pl.DataFrame:
    """The keys after some rules, in another order; asking once spares most names most rules."""
    hit = keyed["key"].str.contains("|".join(f"(?:{pattern})" for pattern, _ in rules))
    changed = keyed.filter(hit).with_columns(_applied(pl.col("key"), rules).alias("key"))
    return pl.concat([keyed.filter(~hit), changed])
