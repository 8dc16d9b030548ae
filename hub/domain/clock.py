"""The one clock of the hub.

Every instant the hub writes comes from `now()`, every "today" from `today()`. Both can be pinned: for the
whole process (the settings layer does so when `HUB_NOW` is set) or for one block of code and the tasks it
starts (the demo, replays, tests). A pinned clock stands still.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta, timezone

from hub.errors import InputError

#: Western Indonesia Time, UTC+7 all year: the zone in which Kemensos and Kemendagri count days.
WIB = timezone(timedelta(hours=7), "WIB")

_block_pin: ContextVar[datetime | None] = ContextVar("hub_clock", default=None)
_process_pin: list[datetime] = []


def now() -> datetime:
    """The present instant in UTC, aware; where pins hold, the block's, then the process's."""
    pinned = _block_pin.get()
    if pinned is not None:
        return pinned
    for instant in _process_pin:
        return instant
    return datetime.now(UTC)


def today() -> date:
    """The present day in WIB, which begins at 17:00 UTC of the day before."""
    if _process_pin or _block_pin.get() is not None:
        return day_of(now())
    return datetime.now(WIB).date()


def day_of(instant: datetime) -> date:
    """The day in WIB on which an aware instant falls."""
    return (instant if instant.tzinfo else in_utc(instant)).astimezone(WIB).date()


def start_of(day: date) -> datetime:
    """The first instant, in UTC, of a day in WIB."""
    return datetime(day.year, day.month, day.day, tzinfo=WIB).astimezone(UTC)


@contextmanager
def pin(instant: datetime) -> Iterator[datetime]:
    """The clock stands at `instant` inside the block and in the tasks and contexts that the block starts.

    Raises:
        InputError: `instant` has no time zone.
    """
    token = _block_pin.set(in_utc(instant))
    try:
        yield now()
    finally:
        _block_pin.reset(token)


def pin_process(instant: datetime | None) -> None:
    """The clock stands at `instant` in every thread until the next call; None lets it run again.

    Raises:
        InputError: `instant` has no time zone.
    """
    _process_pin[:] = [] if instant is None else [in_utc(instant)]


def in_utc(instant: datetime) -> datetime:
    """The same instant in UTC.

    Raises:
        InputError: `instant` has no time zone.
    """
    if instant.tzinfo is None:
        raise InputError(
            "instant_without_zone", "an instant needs a time zone, e.g. 2026-11-01T00:00:00+07:00"
        )
    return instant.astimezone(UTC)
