from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from hub.domain.grades import Grade
from hub.domain.kk import parse_kk
from hub.domain.reasons import Reason

TODAY = date(2026, 11, 1)


@given(st.dates(date(1990, 1, 1), TODAY), st.integers(9000, 9999))
def test_a_well_written_no_kk_gives_back_its_day_of_issue(day: date, serial: int) -> None:
    verdict = parse_kk(f"332001{day:%d%m%y}{serial}", TODAY)
    assert (verdict.grade, verdict.issued, verdict.area_code) == (Grade.WELL_FORMED, day, "33.20.01")


@given(st.text())
def test_any_text_gets_a_verdict(text: str) -> None:
    verdict = parse_kk(text, TODAY)
    assert (verdict.kk is None) == (verdict.grade < Grade.DOUBTFUL)


def test_a_womans_nik_in_the_column_of_no_kk_is_refused() -> None:
    assert parse_kk("3320014101909001", TODAY).reasons == (Reason.DAY,)


def test_an_issue_ahead_is_doubted_and_serial_zero_refused() -> None:
    assert parse_kk("3320013112269001", TODAY).reasons == (Reason.FUTURE_ISSUE,)
    assert parse_kk("332001010120" + "0000", TODAY).reasons == (Reason.SERIAL_ZERO,)
