from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from hub.simulator.numbers import NumberOffice, SerialBook, days, iso_dates, texts


@given(st.lists(st.integers(332001_010170, 332001_010180), max_size=300))
def test_serials_of_a_stem_are_never_given_twice(stems: list[int]) -> None:
    book = SerialBook(9000, 9800)
    given_numbers = [
        (s, n) for s, n in zip(stems, book.take(np.array(stems, np.int64)).tolist(), strict=True)
    ]
    assert len(set(given_numbers)) == len(stems)
    assert all(9000 <= serial < 9800 for _, serial in given_numbers)


def test_a_used_up_band_says_so() -> None:
    book = SerialBook(9000, 9003)
    assert sorted(book.take(np.full(5, 7, np.int64)).tolist()) == [-1, -1, 9000, 9001, 9002]


@given(st.integers(1, 400), st.integers(0, 1))
def test_niks_stay_unique_and_beyond_real_serials_when_a_date_is_full(count: int, woman: int) -> None:
    office = NumberOffice(332001, 3, 16)
    prefix = np.full(count, 332005, np.int64)
    birth = np.full(count, days(date(1990, 5, 17)), np.int64)
    niks, births = office.niks(prefix, birth, np.full(count, 1 + woman, np.int64))
    assert len(set(niks.tolist())) == count
    assert all(9000 <= nik % 10_000 <= 9999 for nik in niks.tolist())
    for nik, day in zip(niks.tolist(), iso_dates(births), strict=True):
        assert f"{nik:016d}"[6:12] == f"{int(day[8:]) + 40 * woman:02d}{day[5:7]}{day[2:4]}"


def test_two_kecamatan_never_give_one_number_for_a_third() -> None:
    prefix, birth = np.full(60, 332009, np.int64), np.full(60, 7_000, np.int64)
    offices = [NumberOffice(332001, 0, 16), NumberOffice(332002, 1, 16)]
    found = [
        nik for office in offices for nik in office.niks(prefix, birth, np.ones(60, np.int64))[0].tolist()
    ]
    assert len(set(found)) == 120


def test_nobody_has_no_number() -> None:
    assert texts([0, 3320011705909001]) == ["", "3320011705909001"]
