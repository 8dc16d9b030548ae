"""How many requests are worked on at one time; those beyond wait a moment, and are then told to come again."""

import asyncio
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
        self._free = asyncio.Semaphore(self.places)
        self._waiting = 0

    async def __aenter__(self) -> None:
        """Takes a place.

        Raises:
            RetriableError: `overloaded`.
        """
        if not self._free.locked():
            await self._free.acquire()
            return
        if self._waiting >= QUEUE * self.places:
            raise _overloaded()
        self._waiting += 1
        try:
            async with asyncio.timeout(self.patience):
                await self._free.acquire()
        except TimeoutError:
            raise _overloaded() from None
        finally:
            self._waiting -= 1

    async def __aexit__(self, *failure: object) -> None:
        """Gives the place back."""
        self._free.release()


def _overloaded() -> RetriableError:
    return RetriableError("overloaded", "too many requests are being answered; come again in a second", 1)
