"""How many requests are worked on at one time; those beyond wait a moment, and are then told to come again."""

import asyncio
from collections import deque
from dataclasses import dataclass

from hub.errors import RetriableError

PATIENCE = 1.0
"""Seconds that a request waits for its turn: who waits longer has gone, and the queue would grow for nobody."""
QUEUE = 32
"""Requests that wait for each one that is worked on; more than these can't have their turn in that time."""


@dataclass
class Admission:
    """The places of one process, taken in the order of asking.

    Args:
        places: Requests at one time.
        patience: Seconds that one waits.
    """

    places: int
    patience: float = PATIENCE

    def __post_init__(self) -> None:
        """All places are free."""
        self._free = self.places
        self._queue: deque[asyncio.Future[None]] = deque()

    async def __aenter__(self) -> None:
        """Takes a place.

        Raises:
            RetriableError: `overloaded`.
        """
        if self._free:
            self._free -= 1
            return
        if len(self._queue) >= QUEUE * self.places:
            raise _overloaded()
        turn = asyncio.get_running_loop().create_future()
        self._queue.append(turn)
        try:
            async with asyncio.timeout(self.patience):
                await turn
        except BaseException as error:
            if turn.done() and not turn.cancelled():
                self._pass_on()
            elif turn in self._queue:
                self._queue.remove(turn)
            if isinstance(error, TimeoutError):
                raise _overloaded() from None
            raise

    async def __aexit__(self, *failure: object) -> None:
        """Gives the place back."""
        self._pass_on()

    def _pass_on(self) -> None:
        """Gives a place to who waits longest; to nobody where none waits."""
        while self._queue:
            turn = self._queue.popleft()
            if not turn.done():
                turn.set_result(None)
                return
        self._free += 1


def _overloaded() -> RetriableError:
    return RetriableError("overloaded", "too many requests are being answered; come again in a second", 1)
