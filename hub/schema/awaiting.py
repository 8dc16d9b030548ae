"""Work that ends when nobody waits for it any more."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from starlette.requests import Request

PATIENCE = 0.1
"""Seconds before anyone looks whether the client is still there: most answers are out by then, and looking costs."""


class Left(Exception):  # noqa: N818  # it is nobody's failure
    """The client has closed its connection."""


@dataclass
class _Watch:
    """Looks out for the end of one connection."""

    http: Request
    work: "asyncio.Task[object]"
    left: bool = False
    _looking: "list[asyncio.Task[None]]" = field(default_factory=list)

    def begin(self) -> None:
        self._looking.append(asyncio.ensure_future(self._look()))

    def end(self) -> None:
        for task in self._looking:
            task.cancel()

    async def _look(self) -> None:
        while (await self.http.receive())["type"] != "http.disconnect":
            pass
        self.left = True
        self.work.cancel()


@contextmanager
def while_awaited(http: Request, patience: float = PATIENCE) -> Iterator[None]:
    """Cancels the block, and with it the statement under way, once the client has closed its connection.

    The body of the request has to be read before: what arrives while someone looks is lost.

    Args:
        http: The request that the block answers.
        patience: Seconds before the first look.

    Raises:
        Left: The client left first.
    """
    work = asyncio.current_task()
    if work is None:
        raise RuntimeError("no task is under way")
    watch = _Watch(http, work)
    start = asyncio.get_running_loop().call_later(patience, watch.begin)
    try:
        yield
    except asyncio.CancelledError:
        if not watch.left:
            raise
        work.uncancel()
        raise Left from None
    finally:
        start.cancel()
        watch.end()
