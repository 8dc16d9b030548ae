"""What is awaited for a while, and for as long as somebody waits for it."""

import asyncio
from typing import Any

import pytest
from starlette.requests import Request

from hub.schema import awaiting
from hub.schema.admission import Admission
from hub.schema.awaiting import Left, promptly, while_awaited


async def later(steps: int, found: str) -> str:
    for _ in range(steps):
        await asyncio.sleep(0)
    return found


@pytest.mark.parametrize("steps", [0, 1, 3])
async def test_what_comes_in_time_is_handed_on(steps: int) -> None:
    assert await promptly(later(steps, "here"), 60) == "here"


async def test_what_never_comes_ends_as_late_and_is_told_so() -> None:
    told = []

    async def never() -> None:
        try:
            await asyncio.get_running_loop().create_future()
        finally:
            told.append("ended")

    with pytest.raises(TimeoutError):
        await promptly(never(), 0.001)
    assert told == ["ended"]


async def test_what_fails_fails_at_once_and_later() -> None:
    async def failing(steps: int) -> None:
        await later(steps, "")
        raise ValueError(steps)

    for steps in (0, 2):
        with pytest.raises(ValueError, match=str(steps)):
            await promptly(failing(steps), 60)


async def test_who_cancels_cancels_what_is_awaited() -> None:
    work = asyncio.ensure_future(promptly_forever())
    await asyncio.sleep(0)
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work


async def promptly_forever() -> None:
    await promptly(later(10**9, ""), 60)


async def test_work_ends_when_its_client_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(awaiting, "ROUND", 0.001)

    async def gone() -> Any:
        return {"type": "http.disconnect"}

    with pytest.raises(Left), while_awaited(Request({"type": "http"}, gone), 0.001):
        await asyncio.get_running_loop().create_future()


async def test_a_place_goes_to_who_has_waited_longest_and_to_nobody_who_left() -> None:
    places, order = Admission(1, patience=60), []

    async def come(name: str) -> None:
        async with places:
            order.append(name)
            await asyncio.sleep(0)

    async with places:
        waiting = [asyncio.ensure_future(come(name)) for name in "abc"]
        await asyncio.sleep(0)
        waiting[1].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    async with places:
        assert order == ["a", "c"]
