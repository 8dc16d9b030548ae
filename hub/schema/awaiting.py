"""Work that ends when nobody waits for it any more."""

import asyncio
from collections.abc import Coroutine, Generator
from types import TracebackType
from typing import Any, Generic, TypeVar

from starlette.requests import Request

PATIENCE = 0.1
"""Seconds before anyone looks whether the client is still there: most answers are out by then, and looking costs."""
ROUND = 0.05
"""Seconds from one look at what has lasted that long to the next."""

T = TypeVar("T")


class Left(Exception):  # noqa: N818  # it is nobody's failure
    """The client has closed its connection."""


class within:  # noqa: N801  # it stands behind `with`
    """Cancels the block after so many seconds, which then raises TimeoutError.

    As `asyncio.timeout`, for blocks that wait once and mostly not at all; that costs as much as reading a small body.

    Args:
        seconds: After which the block is cancelled.
    """

    __slots__ = ("_before", "_late", "_seconds", "_timer", "_work")

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._late = False

    def __enter__(self) -> None:
        work = asyncio.current_task()
        if work is None:
            raise RuntimeError("no task is under way")
        self._work, self._before = work, work.cancelling()
        self._timer = asyncio.get_running_loop().call_later(self._seconds, self._end)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        if self._late and self._work.uncancel() <= self._before and isinstance(error, asyncio.CancelledError):
            raise TimeoutError from error

    def _end(self) -> None:
        self._late = True
        self._work.cancel()


class promptly(Generic[T]):  # noqa: N801  # it stands behind `await`
    """Awaits what mostly is there already, for so many seconds; a timer runs only where it isn't.

    Raises TimeoutError where it lasts longer. To begin a timer and to end it costs more than reading a small body.

    Args:
        work: What is awaited.
        seconds: After which it is cancelled.
    """

    __slots__ = ("_seconds", "_work")

    def __init__(self, work: Coroutine[Any, Any, T], seconds: float) -> None:
        self._work = work
        self._seconds = seconds

    def __await__(self) -> Generator[Any, Any, T]:
        """The first step is made at once, and all others under the timer."""
        try:
            waits_for = self._work.send(None)
        except StopIteration as done:
            found: T = done.value
            return found
        with within(self._seconds):
            return (yield from self._rest(waits_for))

    def _rest(self, waits_for: Any) -> Generator[Any, Any, T]:
        while True:
            try:
                try:
                    told = yield waits_for
                except BaseException as error:  # noqa: BLE001  # whatever ends the wait is the work's to hear
                    waits_for = self._work.throw(error)
                else:
                    waits_for = self._work.send(told)
            except StopIteration as done:
                found: T = done.value
                return found


class _Rounds:
    """Looks after the blocks of one loop by one timer: one of its own costs each of them as much as its headers do."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._due: dict[while_awaited, float] = {}
        self._going = False

    def join(self, block: "while_awaited", patience: float) -> None:
        """Looks after a block once it has lasted so long."""
        self._due[block] = self.loop.time() + patience
        if not self._going:
            self._going = True
            self.loop.call_later(ROUND, self._go)

    def leave(self, block: "while_awaited") -> None:
        """The block has ended."""
        self._due.pop(block, None)

    def _go(self) -> None:
        now = self.loop.time()
        for block in [one for one, due in self._due.items() if due <= now]:
            del self._due[block]
            block.look()
        self._going = bool(self._due)
        if self._going:
            self.loop.call_later(ROUND, self._go)


_last: list[_Rounds] = []


def _rounds() -> _Rounds:
    """Those of the loop that runs; a process mostly has one."""
    loop = asyncio.get_running_loop()
    if not _last or _last[0].loop is not loop:
        _last[:] = [_Rounds(loop)]
    return _last[0]


class while_awaited:  # noqa: N801  # it stands behind `with`
    """Cancels the block, and with it the statement under way, once the client has closed its connection.

    The body of the request has to be read before: what arrives while someone looks is lost. The block raises Left when
    the client left first.

    Args:
        http: The request that the block answers.
        patience: Seconds before the first look.
    """

    __slots__ = ("_http", "_left", "_looking", "_patience", "_rounds", "_work")

    def __init__(self, http: Request, patience: float = PATIENCE) -> None:
        self._http = http
        self._patience = patience
        self._left = False
        self._looking: asyncio.Task[None] | None = None

    def __enter__(self) -> None:
        work = asyncio.current_task()
        if work is None:
            raise RuntimeError("no task is under way")
        self._work = work
        self._rounds = _rounds()
        self._rounds.join(self, self._patience)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._rounds.leave(self)
        if self._looking:
            self._looking.cancel()
        if self._left and isinstance(error, asyncio.CancelledError):
            self._work.uncancel()
            raise Left from None

    def look(self) -> None:
        """Begins to look for the client."""
        self._looking = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        while (await self._http.receive())["type"] != "http.disconnect":
            pass
        self._left = True
        self._work.cancel()
