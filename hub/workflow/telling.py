"""Writes down how far a run is while it is under way, apart from its transaction, for whoever follows it elsewhere.

A courtesy: a run never waits for it and never fails by it.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace

from hub.store.database import Database
from hub.store.sql import text
from hub.workflow.summary import Summary, Watcher

log = logging.getLogger("hub.sync")
EVERY = 1.0
"""Seconds between two words; a run that is quicker is known by its book alone."""
TOLD = text(
    """
    with over as (delete from run_progress where run_id <> :run)
    insert into run_progress (run_id, stage, rows, refused, at) values (:run, :stage, :rows, :refused, now())
    on conflict (run_id) do update
    set stage = excluded.stage, rows = excluded.rows, refused = excluded.refused, at = excluded.at
    """
)


@dataclass(frozen=True)
class _Word:
    run: int
    stage: str = "pull"
    rows: int = 0
    refused: int = 0


@dataclass
class Telling:
    """A watcher that also writes down what it sees.

    Args:
        database: Where it is written.
        watch: Whoever else is shown it.
        every: Seconds between two words.
    """

    database: Database
    watch: Watcher
    every: float = EVERY
    _word: _Word | None = None
    _told: _Word | None = None

    def of(self, run_id: int) -> None:
        """The number of the run that has begun."""
        self._word = _Word(run_id)

    def begin(self, source: str) -> None:
        """See Watcher."""
        self._word = None
        self.watch.begin(source)

    def rows(self, source: str, read: int, quarantined: int, total: int | None) -> None:
        """See Watcher."""
        if self._word:
            self._word = replace(self._word, rows=read, refused=quarantined)
        self.watch.rows(source, read, quarantined, total)

    def stage(self, source: str, name: str) -> None:
        """See Watcher."""
        if self._word:
            self._word = replace(self._word, stage=name)
        self.watch.stage(source, name)

    def end(self, summary: Summary) -> None:
        """See Watcher."""
        self._word = None
        self.watch.end(summary)

    @asynccontextmanager
    async def told(self) -> AsyncIterator[None]:
        """Writes it down for as long as the block runs."""
        task = asyncio.create_task(self._keep())
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _keep(self) -> None:
        while True:
            await asyncio.sleep(self.every)
            word = self._word
            if word and word != self._told:
                await self._tell(word)

    async def _tell(self, word: _Word) -> None:
        try:
            async with self.database.connect() as connection:
                values = {"run": word.run, "stage": word.stage, "rows": word.rows, "refused": word.refused}
                await connection.execute(TOLD, values)
                await connection.commit()
        except Exception as trouble:  # noqa: BLE001  # the run itself will meet what is wrong
            log.warning("progress of run %d is not written down: %s", word.run, type(trouble).__name__)
        self._told = word
