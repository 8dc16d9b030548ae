"""Work that ends when nobody waits for it any more."""

import asyncio
from types import TracebackType

from starlette.requests import Request

PATIENCE = 0.1
"""Seconds before anyone looks whether the client is still there: most answers are out by then, and looking costs."""


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


class while_awaited:  # noqa: N801  # it stands behind `with`
    """Cancels the block, and with it the statement under way, once the client has closed its connection.

    The body of the request has to be read before: what arrives while someone looks is lost. The block raises Left when
    the client left first.

    Args:
        http: The request that the block answers.
        patience: Seconds before the first look.
    """

    __slots__ = ("_http", "_left", "_looking", "_patience", "_start", "_work")

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
        self._start = asyncio.get_running_loop().call_later(self._patience, self._begin)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._start.cancel()
        if self._looking:
            self._looking.cancel()
        if self._left and isinstance(error, asyncio.CancelledError):
            self._work.uncancel()
            raise Left from None

    def _begin(self) -> None:
        self._looking = asyncio.ensure_future(self._look())

    async def _look(self) -> None:
        while (await self._http.receive())["type"] != "http.disconnect":
            pass
        self._left = True
        self._work.cancel()
