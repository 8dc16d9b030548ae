"""Tells when the hub may have something new: one look at the book of runs a second, for all who wait together.

A look that finds nothing costs a fraction of a millisecond, none is made while nobody waits, and none can be lost: who
waits reads on from the own cursor whenever the book has changed.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from hub.compiler.engine import Reads

log = logging.getLogger("hub.graphql")
#: The newest runs with how far they are; neither holds a person, so it needs no context.
BOOK = (
    "select md5(coalesce((select string_agg(concat_ws(':', n.id, n.status, n.finished, n.stored), ',' order by n.id)"
    " from (select * from hub.run order by id desc limit 20) n), '')"
    " || coalesce((select string_agg(concat_ws(':', p.run_id, p.stage, p.rows, p.refused), ',' order by p.run_id)"
    " from hub.run_progress p), '') || coalesce((select max(a.id)::text from hub.audit_run a), ''))"
)


@dataclass
class Pulse:
    """The looks of one process.

    Args:
        reads: Where it looks.
        every: Seconds between two looks.
    """

    reads: Reads
    every: float
    seen: str = ""
    ended: bool = False
    _waiting: int = 0
    _task: "asyncio.Task[None] | None" = None
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    @asynccontextmanager
    async def felt(self) -> AsyncIterator[None]:
        """Looks for as long as anybody is in such a block."""
        self._waiting += 1
        if self._task is None:
            self._task = asyncio.create_task(self._look())
        try:
            yield
        finally:
            self._waiting -= 1
            if not self._waiting and self._task is not None:
                self._task.cancel()
                self._task = None

    async def beyond(self, seen: str, seconds: float) -> bool:
        """Waits until the book is another than `seen` or the hub ends; false when so many seconds pass before."""
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self.ended or self.seen != seen)
        except TimeoutError:
            return False
        return True

    async def end(self) -> None:
        """Lets everybody go who waits."""
        self.ended = True
        await self._tell()

    async def _look(self) -> None:
        while True:
            try:
                found = await self.reads.text(BOOK, [])
            except Exception as trouble:  # noqa: BLE001  # whatever it is, those who listen wait for the next look
                log.warning(
                    "no look at the book of runs: %s", getattr(trouble, "code", type(trouble).__name__)
                )
                found = self.seen
            if found != self.seen:
                self.seen = found or ""
                await self._tell()
            await asyncio.sleep(self.every)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()
