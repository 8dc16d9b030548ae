from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from hub.domain.grades import Grade
from hub.domain.nik import Sex, beside_areas, beside_record, is_usual_nik, parse_nik
from hub.domain.reasons import Reason
from hub.domain.sixteen import share_ending_in_zero

TODAY = date(2026, 11, 1)
MAN = "3320010101909001"
WOMAN = "3320014101909001"


def written(day: date, sex: Sex = Sex.MALE, serial: int = 9001, area: str = "332001") -> str:
    return f"{area}{day.day + 40 * (sex is Sex.FEMALE):02d}{day:%m%y}{serial:04d}"


@given(
    st.dates(date(1927, 1, 1), TODAY),
    st.sampled_from(Sex),
    st.integers(9000, 9999),
    st.integers(110101, 979999),
)
def test_a_well_written_nik_gives_back_what_went_in(day: date, sex: Sex, serial: int, area: int) -> None:
    verdict = parse_nik(written(day, sex, serial, str(area)), TODAY)
    assert (verdict.grade, verdict.birth_date, verdict.sex) == (Grade.WELL_FORMED, day, sex)
    assert (verdict.area_code or "").replace(".", "") == str(area)


@given(
    st.text()
    | st.from_regex(r"[0-9' .,Ee+]{0,20}", fullmatch=True)
    | st.from_regex(r"[0-9]{16}", fullmatch=True)
)
def test_any_text_gets_a_verdict_and_a_number_only_when_it_is_usable(text: str) -> None:
    verdict = parse_nik(text, TODAY)
    assert (verdict.nik is None) == (verdict.grade < Grade.DOUBTFUL)
    assert verdict.raw == text
    assert verdict.nik is None or (len(verdict.nik) == 16 and verdict.birth_date is not None)
    assert len(set(verdict.reasons)) == len(verdict.reasons)


@given(
    st.from_regex(r"[0-9]{6}([0-7][0-9])(0[1-9]|1[0-9])[0-9]{6}|([0-9])\2{15}|[0-9]{14,17}", fullmatch=True)
)
@example("12345678" * 2)
@example("1" * 16)
@example(MAN[:12] + "0000")
def test_what_looks_like_a_usual_nik_is_one_without_a_fault(text: str) -> None:
    assert not is_usual_nik(text) or parse_nik(text, TODAY).nik == text


@given(
    st.dates(date(1927, 1, 1), TODAY).filter(lambda day: day.day < 29),
    st.sampled_from(Sex),
    st.integers(9000, 9999),
)
def test_a_well_written_nik_is_a_usual_one(day: date, sex: Sex, serial: int) -> None:
    assert is_usual_nik(written(day, sex, serial))


@given(st.from_regex(r"[0-9]{16}", fullmatch=True), st.sampled_from([" ", "\u00a0", "\ufeff", "\t"]))
def test_tidying_keeps_every_digit_in_its_place(digits: str, blank: str) -> None:
    tidied = parse_nik(f"{blank}'{digits}{blank}", TODAY)
    assert tidied.nik in (None, digits)
    assert (tidied.nik is None) == (parse_nik(digits, TODAY).nik is None)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.BLANK),
        (None, Reason.BLANK),
        (" - ", Reason.BLANK),
        ("#N/A", Reason.BLANK),
        (MAN[:15], Reason.NOT_16_DIGITS),
        (MAN + "1", Reason.NOT_16_DIGITS),
        (MAN[:15] + "O", Reason.NON_DIGIT),
        ("٣" * 16, Reason.NON_DIGIT),
        ("3.57301E+15", Reason.SCIENTIFIC),
        ("3,57E+15", Reason.SCIENTIFIC),
        ("1" * 16, Reason.ALL_SAME_DIGIT),
        ("0", Reason.ALL_SAME_DIGIT),
        ("12345678" * 2, Reason.PLACEHOLDER),
        (MAN[:12] + "0000", Reason.SERIAL_ZERO),
        ("3320010001909001", Reason.DAY),
        ("3320013201909001", Reason.DAY),
        ("3320014001909001", Reason.DAY),
        ("3320017201909001", Reason.DAY),
        ("3320010113909001", Reason.MONTH),
        ("3320010100909001", Reason.MONTH),
        ("3320013002909001", Reason.IMPOSSIBLE_DATE),
        ("3320012902909001", Reason.IMPOSSIBLE_DATE),
        ("9471010101909001.0", Reason.PRECISION_LOST),
    ],
)
def test_a_damaged_nik_is_refused_with_its_reason(text: str | None, reason: Reason) -> None:
    verdict = parse_nik(text, TODAY)
    assert reason in verdict.reasons
    assert verdict.nik is None
    assert verdict.grade is (Grade.MISSING if reason is Reason.BLANK else Grade.INVALID)


def test_a_leap_day_stands_in_a_leap_year() -> None:
    assert parse_nik("3320012902929001", TODAY).birth_date == date(1992, 2, 29)
    assert parse_nik("3320012902009001", TODAY).birth_date == date(2000, 2, 29)


def test_a_trailing_zero_fraction_is_removed_and_doubted() -> None:
    verdict = parse_nik(f"'{MAN}.0", TODAY)
    assert verdict.nik == MAN
    assert verdict.reasons == (Reason.EXCEL_APOSTROPHE, Reason.EXCEL_FLOAT)
    assert verdict.grade is Grade.DOUBTFUL


def test_two_digits_up_to_this_year_are_of_this_century() -> None:
    assert parse_nik("3320010101269001", TODAY).birth_date == date(2026, 1, 1)
    assert parse_nik("3320010101279001", TODAY).birth_date == date(1927, 1, 1)
    ahead = parse_nik("3320013112269001", TODAY)
    assert ahead.reasons == (Reason.FUTURE_BIRTH,)
    assert ahead.grade is Grade.DOUBTFUL


def test_a_record_settles_the_century() -> None:
    verdict = beside_record(parse_nik("3320013112269001", TODAY), birth_date=date(1926, 12, 31), today=TODAY)
    assert (verdict.birth_date, verdict.reasons) == (date(1926, 12, 31), ())
    assert verdict.grade is Grade.WELL_FORMED


def test_a_record_that_disagrees_is_a_warning_and_never_an_error() -> None:
    verdict = beside_record(parse_nik(WOMAN, TODAY), date(1990, 1, 2), Sex.MALE, WOMAN, TODAY)
    assert verdict.reasons == (Reason.NIK_EQUALS_KK, Reason.SEX_DIFFERS, Reason.BIRTH_DIFFERS)
    assert (verdict.nik, verdict.grade) == (WOMAN, Grade.DOUBTFUL)


def test_a_silent_record_changes_nothing() -> None:
    verdict = parse_nik(WOMAN, TODAY)
    assert beside_record(verdict, today=TODAY) == verdict


def test_an_age_over_110_is_a_warning_from_the_birthday_on() -> None:
    nik = parse_nik(written(date(2015, 11, 1)), TODAY)
    assert beside_record(nik, date(1915, 11, 1), today=TODAY).reasons == (Reason.AGE_OVER_110,)
    assert beside_record(nik, date(1915, 11, 1), today=date(2026, 10, 31)).reasons == ()


def test_a_retired_area_is_noted_and_an_unknown_one_doubted() -> None:
    verdict = parse_nik(MAN, TODAY)
    assert beside_areas(verdict, {"33.20.01"}, set()) == verdict
    assert beside_areas(verdict, set(), {"33.20.01"}).grade is Grade.WELL_FORMED
    assert beside_areas(verdict, set(), set()).reasons == (Reason.AREA_UNKNOWN,)


def test_a_file_that_went_through_a_number_column_shows_in_its_last_digits() -> None:
    assert share_ending_in_zero([MAN, MAN[:15] + "0"]) == 0.5
    assert share_ending_in_zero([]) == 0.0
