"""Verification by Dukcapil: whether the values that lists give of a person agree with the population register.

Source: verification service (field guide 2.2, S->V, 2026). Nothing of the register comes back: a record holds what
    was asked, on which day, and the verdicts.
Key: NIK and name as asked.
"""

import polars as pl

from hub.domain.grades import Grade
from hub.domain.reasons import Reason
from hub.toolkit.claims import Claims
from hub.toolkit.connector import Connector
from hub.toolkit.layout import Layout
from hub.toolkit.rows import Columns, Rows
from hub.toolkit.verification import EXACT, SCORED, agrees, scores

VERDICTS = ("NIK", *SCORED, *EXACT)
#: RESPONSE_CODE to how the bearer of the NIK fares: 00 found, 11 dead, 14 inactive; the others say nothing of it.
VITAL = {"00": "hidup", "11": "meninggal", "14": "tidak_aktif"}
#: 12 one NIK of several people, 13 a NIK in no register, 15 a NIK that is none: it proves nobody's identity.
CODES = {code: code for code in ("00", "11", "12", "13", "14", "15")}
UNFIT = ("12", "13", "15")
#: What the office says of a list row whose NIK the register does not have.
NOT_MATCHED = "NIK_TIDAK_PADAN"

LAYOUT = Layout(
    taken=dict.fromkeys(
        (*VERDICTS, "RESPONSE_CODE", "NIK_DITANYA", "NAMA_DITANYA", "TANGGAL", "TRESHOLD"), ()
    ),
    # The values asked are there to know when they have changed; the text repeats the code in words.
    ignored=frozenset({"RESPON", "DITANYA"}),
)


def _refuse_unknown_verdicts(rows: Rows) -> None:
    for field in VERDICTS:
        texts = rows.text(field)
        rows.refuse(texts.is_not_null() & agrees(texts).is_null(), Reason.CODE_UNKNOWN, field)


def _detail(rows: Rows) -> pl.Series:
    """The verdicts of each row as JSON: `{"threshold": 90, "fields": {"NAMA_LGKP": {"agrees": true, "score": 97}}}`."""
    parts = []
    for field in VERDICTS:
        texts = rows.text(field)
        said = pl.DataFrame({"agrees": agrees(texts), "score": scores(texts)})
        score = pl.format(',"score":{}', "score").fill_null("")
        word = pl.when("agrees").then(pl.lit("true")).when(~pl.col("agrees")).then(pl.lit("false"))
        parts.append(
            said.select(
                pl.concat_str(pl.lit(f'"{field}":{{"agrees":'), word, score, pl.lit("}")).alias(field)
            )[field]
        )
    threshold = rows.text("TRESHOLD").str.extract(r"^([0-9]{1,3})$").fill_null("null")
    return pl.DataFrame([*parts, threshold.alias("threshold")]).select(
        pl.concat_str(
            pl.lit('{"threshold":'),
            "threshold",
            pl.lit(',"fields":{'),
            pl.concat_str(*VERDICTS, separator=",", ignore_nulls=True),
            pl.lit("}}"),
        ).alias("detail")
    )["detail"]


def _claims(rows: Rows) -> Claims:
    _refuse_unknown_verdicts(rows)
    codes = rows.code("RESPONSE_CODE", "verifikasi", CODES, required=True)
    asked_on = rows.day("TANGGAL")
    person = rows.nik("NIK_DITANYA")
    said = pl.DataFrame(
        {
            "code": codes,
            "name": agrees(rows.text("NAMA_LGKP")),
            "nik": agrees(rows.text("NIK")),
            "grade": person["nik_grade"],
            "day": asked_on.dt.to_string("%Y-%m-%d"),
        }
    )
    other = ~pl.col("name").fill_null(value=True) | ~pl.col("nik").fill_null(value=True)
    own = said.select(
        pl.when(pl.col("code").is_in(UNFIT) | other)
        .then(pl.min_horizontal("grade", pl.lit(int(Grade.DOUBTFUL))))
        .when((pl.col("code") == "00") & pl.col("name"))
        .then(int(Grade.CONFIRMED))
        .otherwise("grade")
        .alias("nik_grade"),
        # A death or an inactive card is a person's own only where the name agrees too: a mistyped NIK may be a
        # dead stranger's.
        pl.when("name").then(pl.col("code").replace_strict(VITAL, default=None)).alias("vital"),
        pl.when(pl.col("day").is_not_null()).then(pl.format("[{},)", "day")).alias("valid"),
        pl.when(pl.col("code").is_in(["13", "15"])).then(pl.lit(NOT_MATCHED)).alias("note"),
    )
    status = {
        "scheme": "verifikasi",
        "code": codes,
        "detail": _detail(rows),
        **_columns(own, "valid", "note"),
    }
    name = {"name_key": rows.name("NAMA_DITANYA")["name_key"]}
    return rows.claims(
        person={**person, **name, **_columns(own, "nik_grade", "vital")},
        status=[{**status, "where": own["valid"].is_not_null()}],
    )


def _columns(frame: pl.DataFrame, *names: str) -> Columns:
    return {name: frame[name] for name in names}


connector = Connector(
    name="dukcapil_verify", layout=LAYOUT, key=("NIK_DITANYA", "NAMA_DITANYA"), claims=_claims
)
