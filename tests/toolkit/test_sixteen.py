"""NIK and No KK by column agree with the domain's verdict on each."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.domain.grades import Grade
from hub.domain.kk import parse_kk
from hub.domain.nik import Sex, beside_areas, beside_record, parse_nik
from hub.domain.reasons import Severity
from hub.toolkit.sixteen import doubts, judge_kk, judge_nik

TODAY = date(2026, 11, 21)
LEAP_DAY = date(2024, 2, 29)
PREFIXES = ("332001", "919999")

_number = st.builds(
    lambda prefix, day, month, year, serial: f"{prefix}{day:02d}{month:02d}{year:02d}{serial:04d}",
    st.sampled_from((*PREFIXES, "000000", "111111")),
    st.integers(0, 75),
    st.integers(0, 13),
    st.integers(0, 99),
    st.sampled_from((0, 9000, 9001, 9999)),
)
_odd = st.sampled_from(
    (
        "", " ", "-", "NULL", "3,3200E+15", "3.32001010101901E+15", "0" * 16, "9" * 16, "1234567890123456",
        "٣٣٢٠٠١٠١٠١٩٠٩٠٠١", "33200101019x9001", "NIHIL",
    )
)  # fmt: skip
_dressed = st.builds(
    lambda number, dress: dress.format(number),
    _number,
    st.sampled_from(("'{}", "{}.0", " {} ", "\u00a0{}", "{}1")),
)
_texts = st.one_of(st.none(), _number, _odd, _dressed, st.text(max_size=18))


@given(st.lists(_texts, max_size=20))
def test_a_column_of_nik_is_judged_as_the_domain_judges_each(texts: list[str | None]) -> None:
    judged = judge_nik(pl.Series(texts, dtype=pl.String), TODAY)
    for text, row in zip(texts, judged.rows(named=True), strict=True):
        verdict = parse_nik(text, TODAY)
        faults = [reason.value for reason in verdict.reasons if reason.severity is Severity.ERROR]
        assert row["number"] == verdict.nik
        assert row["fault"] == next(iter(faults), None)
        assert row["inside"] == verdict.birth_date
        assert (row["grade"] == Grade.MISSING) is (verdict.grade is Grade.MISSING)


@given(st.lists(_texts, max_size=20))
def test_a_column_of_no_kk_is_judged_as_the_domain_judges_each(texts: list[str | None]) -> None:
    judged = judge_kk(pl.Series(texts, dtype=pl.String), TODAY)
    for text, row in zip(texts, judged.rows(named=True), strict=True):
        verdict = parse_kk(text, TODAY)
        assert (row["number"], row["grade"]) == (verdict.kk, verdict.grade)


_days = st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2030, 12, 31)))


@given(_number, _days, st.sampled_from((None, "L", "P")), st.booleans(), st.sampled_from((TODAY, LEAP_DAY)))
def test_the_record_beside_a_nik_raises_the_doubts_of_the_domain(
    text: str, birth: date | None, sex: str | None, same_kk: bool, today: date
) -> None:
    verdict = parse_nik(text, today)
    if verdict.nik is None:
        return
    inside = verdict.birth_date
    for stated in (birth, inside, inside and inside.replace(year=inside.year - 100, day=min(inside.day, 28))):
        kk = text if same_kk else None
        told = beside_areas(
            beside_record(verdict, stated, Sex(sex) if sex else None, kk, today), {"33.20.01"}, {"91.99.99"}
        )
        judged = judge_nik(pl.Series([text]), today).with_columns(
            pl.Series("birth_date", [stated], dtype=pl.Date),
            pl.Series("sex", [sex], dtype=pl.String),
            pl.Series("no_kk", [kk], dtype=pl.String),
        )
        doubt = doubts(judged, today, pl.Series(PREFIXES))[0]
        grade = Grade.DOUBTFUL if doubt else Grade(judged["grade"][0])
        assert grade is told.grade
