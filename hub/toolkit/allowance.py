"""How many calls a source may still be sent today."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from hub.errors import RetriableError

AHEAD = 50
"""Calls that are written down before they are made: so many, at most, are counted too much when a run is killed."""


@dataclass(slots=True)
class Allowance:
    """Counts the calls of a run against what is left of the day's quota.

    Attributes:
        left: Calls that may still be made; None when the agreement sets no quota.
        calls: Calls made, repeated ones included.
        book: Writes down, for good, that so many calls are about to be made; None where nobody keeps a book.
        booked: Calls written down so far.
    """

    left: int | None = None
    calls: int = 0
    book: Callable[[int], Awaitable[None]] | None = None
    booked: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def used_up(self) -> bool:
        """Whether no call may be made."""
        return self.left is not None and self.left <= 0

    async def take(self, source: str) -> None:
        """Counts one call, which is written down before it is made.

        Raises:
            RetriableError: `quota_exhausted`.
        """
        async with self._turn:
            if self.used_up:
                raise exhausted(source)
            if self.book is not None and self.booked <= self.calls:
                ahead = AHEAD if self.left is None else min(AHEAD, self.left)
                await self.book(ahead)
                self.booked += ahead
            self.calls += 1
            if self.left is not None:
                self.left -= 1


def exhausted(source: str) -> RetriableError:
    """The error of a quota that is used up."""
    return RetriableError(
        "quota_exhausted",
        f"{source}: the quota of the day is used up; what came is kept, the rest can be asked tomorrow",
    )
