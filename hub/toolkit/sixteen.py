"""NIK and No KK of a whole column at once, with the verdicts of `hub.domain`.

The numbers that are plainly well formed, nearly all, are judged by arithmetic on columns; every other text
goes to the domain's own function, once for each distinct text. A property test holds the two ways equal.
"""

from collections.abc import Callable
from datetime import date

import polars as pl

from hub.domain.grades import Grade
from hub.domain.kk import parse_kk
from hub.domain.nik import OLDEST_AGE, parse_nik
from hub.domain.reasons import Reason, Severity
from hub.domain.sixteen import PLACEHOLDERS, full_year, grade_of

_SIXTEEN = r"^[0-9]{16}$"


def _years(digits: pl.Expr, today: date) -> pl.Expr:
    """The year that two digits stand for, as the domain has it."""
    years = pl.Series([full_year(two, today) for two in range(100)], dtype=pl.Int32)
    return digits.cast(pl.Int32).replace_strict(pl.Series(range(100), dtype=pl.Int32), years, default=None)


def _inside(today: date, *, women: bool) -> list[pl.Expr]:
    """From a column `text` of 16 digits: the day inside (null where there is none) and the sex inside."""
    day = pl.col("text").str.slice(6, 2).cast(pl.Int32, strict=False)
    female = (day > 40) if women else pl.lit(value=False)
    year = _years(pl.col("text").str.slice(10, 2).cast(pl.Int32, strict=False), today)
    month = pl.col("text").str.slice(8, 2).cast(pl.Int32, strict=False)
    born = (
        pl.concat_str(
            year.cast(pl.String), pl.lit("-"), month.cast(pl.String).str.zfill(2), pl.lit("-"),
            (day - pl.when(female).then(40).otherwise(0)).cast(pl.String).str.zfill(2),
        ).str.to_date("%Y-%m-%d", strict=False)
    )  # fmt: skip
    sex = pl.when(female).then(pl.lit("P")).otherwise(pl.lit("L"))
    return [born.alias("inside"), sex.alias("sex_inside")]


def _columns(texts: pl.Series, today: date, *, women: bool) -> pl.DataFrame:
    """Judgement by columns: `plain` says that the number is well formed beyond doubt and `inside` its day."""
    shaped = texts.str.contains(_SIXTEEN).fill_null(value=False)
    frame = pl.DataFrame({"text": texts, "shaped": shaped}).with_columns(
        pl.when("shaped").then("text").alias("digits")
    )
    judged = frame.with_columns(pl.col("digits").alias("text")).with_columns(_inside(today, women=women))
    return judged.select(
        texts.alias("text"),
        "inside",
        "sex_inside",
        plain=pl.col("shaped")
        & (pl.col("inside") <= today).fill_null(value=False)
        & (pl.col("digits").str.slice(12) != "0000").fill_null(value=False)
        & ~pl.col("digits").is_in(_suspects()).fill_null(value=False),
    )


def _suspects() -> list[str]:
    """Numbers that are shaped well and mean nothing."""
    return [*sorted(PLACEHOLDERS), *(digit * 16 for digit in "0123456789")]


Judged = tuple[str | None, int, str | None, date | None, str | None]


def _judge(
    texts: pl.Series, today: date, one: Callable[[str | None], Judged], *, women: bool
) -> pl.DataFrame:
    """Columns number, grade, fault, inside, sex_inside: by columns where plain, else by the domain."""
    frame = _columns(texts, today, women=women)
    odd = frame.filter(~pl.col("plain"))["text"].unique()
    verdicts = [one(text) for text in odd.to_list()]
    told = pl.DataFrame(
        [
            odd.alias("text"),
            pl.Series("number", [each[0] for each in verdicts], dtype=pl.String),
            pl.Series("grade", [each[1] for each in verdicts], dtype=pl.Int16),
            pl.Series("fault", [each[2] for each in verdicts], dtype=pl.String),
            pl.Series("born", [each[3] for each in verdicts], dtype=pl.Date),
            pl.Series("sex", [each[4] for each in verdicts], dtype=pl.String),
        ]
    )
    joined = frame.join(told, on="text", how="left", nulls_equal=True, maintain_order="left")
    plain = pl.col("plain")
    return joined.select(
        pl.when(plain).then("text").otherwise("number").alias("number"),
        pl.when(plain).then(pl.lit(Grade.WELL_FORMED, dtype=pl.Int16)).otherwise("grade").alias("grade"),
        "fault",
        pl.when(plain).then("inside").otherwise("born").alias("inside"),
        pl.when(plain).then("sex_inside").otherwise("sex").alias("sex_inside"),
    )


def judge_nik(texts: pl.Series, today: date) -> pl.DataFrame:
    """The verdict of `parse_nik` on each text.

    Columns: `number` (16 digits or null), `grade` (Int16; a birth in the future is left to `doubts`, for the
        record
    may settle the century), `fault` (reason code of an error or null), `inside` (birth date in the number),
    `sex_inside` (L, P).
    """

    def one(text: str | None) -> Judged:
        verdict = parse_nik(text, today)
        fault = next((reason for reason in verdict.reasons if reason.severity is Severity.ERROR), None)
        grade = grade_of(tuple(reason for reason in verdict.reasons if reason is not Reason.FUTURE_BIRTH))
        sex = verdict.sex.value if verdict.sex else None
        return verdict.nik, int(grade), fault.value if fault else None, verdict.birth_date, sex

    return _judge(texts, today, one, women=True)


def judge_kk(texts: pl.Series, today: date) -> pl.DataFrame:
    """The verdict of `parse_kk` on each text, in the columns of `judge_nik`; `sex_inside` is null."""

    def one(text: str | None) -> Judged:
        verdict = parse_kk(text, today)
        fault = next((reason for reason in verdict.reasons if reason.severity is Severity.ERROR), None)
        return verdict.kk, int(verdict.grade), fault.value if fault else None, verdict.issued, None

    return _judge(texts, today, one, women=False)


def doubts(frame: pl.DataFrame, today: date, prefixes: pl.Series) -> pl.Series:
    """Whether the record around a NIK disagrees with it, as `beside_record` and `beside_areas` warn.

    Args:
        frame: Columns `number`, `inside`, `sex_inside`, and the record's `birth_date`, `sex`, `no_kk` (nulls
            say nothing).
        today: The day that decides the future.
        prefixes: The six digits of every kecamatan in force since 2016; an unknown one is a doubt.
    """
    inside, stated = pl.col("inside"), pl.col("birth_date")
    same = (
        (inside.dt.day() == stated.dt.day())
        & (inside.dt.month() == stated.dt.month())
        & (inside.dt.year() % 100 == stated.dt.year() % 100)
    )
    born = pl.coalesce(stated, inside)
    oldest = _years_before(today, OLDEST_AGE + 1)
    doubt = (
        (~same).fill_null(value=False)
        | (born > today).fill_null(value=False)
        | (stated <= oldest).fill_null(value=False)
        | (pl.col("sex_inside") != pl.col("sex")).fill_null(value=False)
        | (pl.col("number") == pl.col("no_kk")).fill_null(value=False)
        | ~pl.col("number").str.slice(0, 6).is_in(prefixes.to_list())
    )
    return frame.select(doubt.fill_null(value=False).alias("doubt"))["doubt"]


def _years_before(today: date, years: int) -> date:
    """The latest birth date of those who are `years` old or more today."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)
