from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain import clock
from hub.errors import InputError

NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def test_an_unpinned_clock_runs_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)


def test_a_pinned_clock_stands_still_and_is_released() -> None:
    with clock.pin(NOON):
        assert clock.now() == NOON
        with clock.pin(NOON + timedelta(days=30)):
            assert clock.now() == NOON + timedelta(days=30)
        assert clock.now() == NOON
    assert clock.now() != NOON


def test_a_process_pin_reaches_other_threads_and_a_block_pin_wins_over_it() -> None:
    clock.pin_process(NOON)
    try:
        with ThreadPoolExecutor(1) as threads:
            assert threads.submit(clock.now).result() == NOON
        with clock.pin(NOON + timedelta(hours=1)):
            assert clock.now() == NOON + timedelta(hours=1)
    finally:
        clock.pin_process(None)


def test_today_is_the_day_in_western_indonesia() -> None:
    with clock.pin(datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC)):
        assert clock.today() == date(2026, 10, 31)
    with clock.pin(datetime(2026, 10, 31, 17, tzinfo=UTC)):
        assert clock.today() == date(2026, 11, 1)


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_a_day_starts_on_itself_and_not_a_moment_earlier(day: date) -> None:
    assert clock.day_of(clock.start_of(day)) == day
    assert clock.day_of(clock.start_of(day) - timedelta(microseconds=1)) == day - timedelta(days=1)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(InputError), clock.pin(datetime(2026, 1, 1)):  # noqa: DTZ001
        pass
