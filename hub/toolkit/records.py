"""Records: the payload, key, scope and hash of each row of a page, vectorised.

A payload is exactly valid JSON and exactly what was received: an array of the values (names live once in the
layout) or, from a JSON source, an object. Two rows with equal payloads are the same content to the hub.
"""

from hashlib import blake2b, sha256

import orjson
import polars as pl

from hub.domain.reasons import Reason
from hub.toolkit.connector import Connector, Key
from hub.toolkit.json_text import object_cells
from hub.toolkit.layout import Layout
from hub.toolkit.pages import Page

_TO_ESCAPE = r'["\\\x00-\x1f]'
#: A NUL as JSON writes it; one preceded by an odd number of backslashes is none.
_NUL_TEXT = "\\u0000"
_NUL = r"(?:^|[^\\])(?:\\\\)*\\u0000"
_ESCAPES = {
    "\\": "\\\\",
    '"': '\\"',
    **{chr(code): f"\\u{code:04x}" for code in range(0x20)},
}


def prepare(page: Page, connector: Connector) -> pl.DataFrame:
    """One row a row of the page: row_no, record_key, scope, payload, content_hash, refused, refused_field.

    `refused` has the reason code of a row that can be no record (ragged, a NUL character, a blank key) and
    is null for all others; `record_key` of a refused row may be blank. `content_hash` is BLAKE2b-128 of the
    payload, 32 hex digits; `scope` is blank where the source has no periods.
    """
    frame = with_all_columns(page.frame, connector.layout)
    received = page.frame.columns
    payload = page.payloads if page.payloads is not None else array_texts(frame.select(received))
    key, scope = record_keys(frame, connector.key), _scopes(frame, connector)
    records = pl.DataFrame(
        {
            "row_no": pl.int_range(page.first_row, page.first_row + frame.height, dtype=pl.Int32, eager=True),
            "record_key": key,
            "scope": scope,
            "payload": payload.cast(pl.String),
        }
    )
    records = _with_refusals(records, page)
    return records.with_columns(content_hashes(records["payload"]).alias("content_hash")).select(
        "row_no", "record_key", "scope", "payload", "content_hash", "refused", "refused_field"
    )


def with_all_columns(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """The frame with a null column for each name of the layout that was not received."""
    lacking = [name for name in (*layout.taken, *sorted(layout.ignored)) if name not in frame.columns]
    if not frame.width:
        return pl.DataFrame(schema=dict.fromkeys(lacking, pl.String))
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in lacking)


def record_keys(frame: pl.DataFrame, key: Key) -> pl.Series:
    """The key of each row: its parts without outer blanks, joined by `|`; blank where every part is."""
    if callable(key):
        return frame.select(key(frame).fill_null("").alias("record_key"))["record_key"]
    parts = [pl.col(name).fill_null("").str.strip_chars() for name in key]
    joined = pl.concat_str(parts, separator="|")
    all_blank = pl.all_horizontal(part == "" for part in parts)
    return frame.select(pl.when(all_blank).then(pl.lit("")).otherwise(joined).alias("record_key"))[
        "record_key"
    ]


def _scopes(frame: pl.DataFrame, connector: Connector) -> pl.Series:
    if connector.scope is None:
        return pl.Series("scope", [""], dtype=pl.String).new_from_index(0, frame.height)
    stated = pl.col(connector.scope) if isinstance(connector.scope, str) else connector.scope(frame)
    tidy = stated.fill_null("").str.strip_chars().str.to_uppercase()
    return frame.select(tidy.alias("scope"))["scope"]


_NAMES = ("record_key", "scope")
"""What names a record; of one that the database can't take they may hold the sign that it can't."""


def _with_refusals(records: pl.DataFrame, page: Page) -> pl.DataFrame:
    """The reader's refusals first, then rows with a NUL (the database takes none), then those without key."""
    reason = pl.coalesce(
        "reason",
        pl.when(_has_nul(records["payload"])).then(pl.lit(Reason.ENCODING.value)),
        pl.when(pl.col("record_key") == "").then(pl.lit(Reason.KEY_MISSING.value)),
    )
    return _with_given(records, page.refused).with_columns(
        reason.alias("refused"),
        pl.when(reason.is_not_null()).then(pl.col("field").fill_null("")).alias("refused_field"),
        pl.coalesce("given", "payload").alias("payload"),
        *(
            pl.when(reason == Reason.ENCODING.value).then(pl.lit("")).otherwise(name).alias(name)
            for name in _NAMES
        ),
    )


def _with_given(records: pl.DataFrame, refused: pl.DataFrame) -> pl.DataFrame:
    """What the reader said of each row: reason, field, and the cells as given; null where it took the row."""
    if refused.is_empty():
        return records.with_columns(
            pl.lit(None, dtype=pl.String).alias(name) for name in ("reason", "field", "given")
        )
    told = refused.unique("row", keep="first").select(
        pl.col("row"), pl.col("reason"), pl.col("field"), pl.col("payload").alias("given")
    )
    numbered = records.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    return numbered.join(told, on="row", how="left", maintain_order="left")


def _has_nul(payloads: pl.Series) -> pl.Series:
    """Whether each payload writes a NUL; the pattern is asked of none where the plain text is nowhere."""
    if not payloads.str.contains(_NUL_TEXT, literal=True).any():
        return pl.Series("nul", [False], dtype=pl.Boolean).new_from_index(0, len(payloads))
    return payloads.str.contains(_NUL)


def array_texts(frame: pl.DataFrame) -> pl.Series:
    """The values of each row as the text of a JSON array of strings and nulls.

    Columns that need no escape and have no null, mostly all, are joined in one pass.
    """
    if not frame.width:
        return pl.Series("payload", ["[]"] * frame.height, dtype=pl.String)
    plain = {name: _is_plain(frame[name]) for name in frame.columns}
    if all(plain.values()):
        body = pl.concat_str(pl.all(), separator='","')
        text = pl.concat_str(pl.lit('["'), body, pl.lit('"]'))
    else:
        quote = pl.lit('"')
        cells = [
            (pl.concat_str(quote, pl.col(name), quote) if plain[name] else _cell(frame[name]))
            for name in frame.columns
        ]
        text = pl.concat_str(pl.lit("["), pl.concat_str(cells, separator=","), pl.lit("]"))
    return frame.select(text.alias("payload"))["payload"]


def _is_plain(values: pl.Series) -> bool:
    """Whether a column is written as it stands between quotes; one of blanks alone is not searched."""
    if values.null_count():
        return False
    return not values.str.len_bytes().max() or not values.str.contains(_TO_ESCAPE).any()


def _cell(values: pl.Series) -> pl.Expr:
    """One cell as JSON text, escaped, null where there is none."""
    text = pl.col(values.name)
    if values.str.contains(_TO_ESCAPE).any():
        text = text.str.replace_many(list(_ESCAPES), list(_ESCAPES.values()))
    quoted = pl.concat_str(pl.lit('"'), text, pl.lit('"'))
    return pl.coalesce(quoted, pl.lit("null")) if values.null_count() else quoted


def content_hashes(payloads: pl.Series) -> pl.Series:
    """BLAKE2b-128 of each text in UTF-8, as 32 hex digits."""
    texts = payloads.cast(pl.Binary).to_list()
    hashes = [blake2b(text, digest_size=16).hexdigest() for text in texts]
    return pl.Series("content_hash", hashes, dtype=pl.String)


def fingerprint(columns: tuple[str, ...]) -> str:
    """The 32 hex digits by which a layout of received names is known."""
    return sha256(orjson.dumps(columns)).hexdigest()[:32]


def unfold(payloads: pl.Series, columns: tuple[str, ...], connector: Connector) -> pl.DataFrame:
    """The frame that payloads of one layout came from, ready for `Rows`: landing can be claimed anew.

    Args:
        payloads: Texts of source records or quarantine rows.
        columns: Names as received (the layout's); empty where payloads are objects.
        connector: Of the source.
    """
    values = [orjson.loads(text) for text in payloads.to_list()]
    if columns:
        names = connector.layout.resolve(columns, connector.name, "a stored layout").columns
        rows = [dict(zip(names, value, strict=True)) for value in values]
    else:
        names = connector.layout.resolve(
            sorted({key for value in values for key in value} | connector.layout.required),
            connector.name,
            "stored objects",
        ).columns
        known = connector.layout.canonical()
        rows = [object_cells(value, known) for value in values]
    frame = pl.DataFrame(
        {name: pl.Series(name, [row.get(name) for row in rows], dtype=pl.String) for name in names}
    )
    return with_all_columns(frame, connector.layout)
