from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import InputError
from hub.simulator.plan import Plan, quarter_of, shares


@pytest.mark.parametrize(
    ("base", "second"),
    [
        (date(2026, 11, 21), date(2026, 12, 21)),
        (date(2026, 12, 5), date(2027, 1, 5)),
        (date(2027, 1, 31), date(2027, 2, 28)),
    ],
)
def test_month_two_is_one_calendar_month_later(base: date, second: date) -> None:
    plan = Plan(seed=1, base_date=base)
    assert (plan.extract_date(1), plan.extract_date(2)) == (base, second)


@pytest.mark.parametrize(
    "wrong",
    [{"preset": "2031"}, {"persons": 12}, {"seed": -1}, {"months": 3}],
    ids=lambda each: next(iter(each)),
)
def test_an_impossible_plan_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError):
        Plan(**{"seed": 1, **wrong})  # type: ignore[arg-type]  # the values are wrong on purpose


def test_quarter_is_written_as_pkh_lists_write_it() -> None:
    assert quarter_of(date(2026, 11, 21)) == ("TW4 2026", "OKTOBER-DESEMBER 2026")


@given(st.integers(0, 10**7), st.lists(st.floats(0.01, 100), min_size=1, max_size=50))
def test_shares_sum_to_the_total(total: int, weights: list[float]) -> None:
    found = shares(total, weights)
    assert sum(found) == total
    assert min(found) >= 0
