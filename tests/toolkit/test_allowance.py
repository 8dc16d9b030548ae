"""Calls are written down before they are made, some at a time, and never beyond what is left of the day."""

import asyncio

import pytest

from hub.errors import RetriableError
from hub.toolkit.allowance import AHEAD, Allowance


def booked(left: int | None) -> tuple[Allowance, list[int]]:
    """An allowance and what it has written down."""
    written: list[int] = []

    async def book(calls: int) -> None:
        await asyncio.sleep(0)
        written.append(calls)

    return Allowance(left, book=book), written


async def test_at_any_moment_no_more_calls_were_made_than_are_written_down() -> None:
    allowance, written = booked(None)
    for _ in range(2 * AHEAD + 1):
        await allowance.take("x")
        assert allowance.calls <= sum(written) == allowance.booked <= allowance.calls + AHEAD
    assert written == [AHEAD] * 3


async def test_calls_at_once_share_what_is_written_down() -> None:
    allowance, written = booked(None)
    await asyncio.gather(*(allowance.take("x") for _ in range(AHEAD)))
    assert (allowance.calls, written) == (AHEAD, [AHEAD])


async def test_what_is_written_down_never_exceeds_the_quota() -> None:
    allowance, written = booked(AHEAD + 3)
    for _ in range(AHEAD + 3):
        await allowance.take("x")
    with pytest.raises(RetriableError, match="quota of the day"):
        await allowance.take("x")
    assert written == [AHEAD, 3]


async def test_nothing_is_called_when_it_cannot_be_written_down() -> None:
    async def refuse(calls: int) -> None:
        raise ConnectionError(calls)

    allowance = Allowance(book=refuse)
    with pytest.raises(ConnectionError):
        await allowance.take("x")
    assert allowance.calls == 0
