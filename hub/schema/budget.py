"""What each caller may still ask for: a bucket of rows that refills all the time (token bucket)."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from math import ceil
from time import monotonic

from hub.errors import RetriableError

MOST_CALLERS = 10_000
"""Buckets kept; a caller whose bucket is forgotten begins with a full one."""


@dataclass(slots=True)
class Rest:
    """What a request leaves of a bucket.

    Args:
        requested: Rows that it asked for.
        remaining: Rows that may still be asked for now; below 0 it has to refill first.
        rate: Rows by which it refills a second.
    """

    requested: int
    remaining: int
    rate: int


class SpentError(RetriableError):
    """The caller has asked for more than the bucket holds now.

    Args:
        code: See HubError.
        message: See HubError.
        retry_after: Seconds until it holds enough.
        left: What is in it.
    """

    def __init__(self, code: str, message: str, retry_after: float, left: Rest) -> None:
        super().__init__(code, message, retry_after)
        self.left = left

    def __reduce__(self) -> tuple[type["SpentError"], tuple[str, str, float, Rest]]:  # type: ignore[override]
        """All arguments travel when the error crosses a process border."""
        return type(self), (self.code, self.message, self.retry_after or 0.0, self.left)


@dataclass
class Budget:
    """The buckets of all callers of one process.

    A request that asks for more than a bucket ever holds is let in when it is full, and paid off before the next one.

    Args:
        rows: That a full bucket holds, and by which it refills in a minute.
        now: Seconds of a clock that never goes back.
    """

    rows: int
    now: Callable[[], float] = monotonic
    _levels: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def take(self, caller: str, rows: int) -> Rest:
        """Takes rows out of the bucket of a caller; what is left.

        Raises:
            SpentError: It holds too little; nothing is taken.
        """
        rate, instant = self.rows / 60, self.now()
        level, seen = self._levels.pop(caller, (float(self.rows), instant))
        level = min(level + (instant - seen) * rate, float(self.rows))
        wanted = min(rows, self.rows)
        if level < wanted:
            self._keep(caller, level, instant)
            left, wait = Rest(rows, int(level), int(rate)), (wanted - level) / rate
            raise SpentError(
                "limit_budget",
                f"this asks for {rows} rows, {left.remaining} are left of your budget; come again in"
                f" {ceil(wait)} seconds",
                wait,
                left,
            )
        self._keep(caller, level - rows, instant)
        return Rest(rows, int(level - rows), int(rate))

    def _keep(self, caller: str, level: float, instant: float) -> None:
        self._levels[caller] = (level, instant)
        if len(self._levels) > MOST_CALLERS:
            self._levels.popitem(last=False)
