"""`hub worker`: pulls each source when its schedule says so, through the same sync as the command line.

What is due stands in `source_schedule`. A worker takes a due source with `for update skip locked`, shows a sign
of life while it works, and writes down how it ended; a source whose worker died is taken over once the sign is
old. What was missed while no worker ran is caught up once, not once a missed tick.
"""

import asyncio
import logging
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from hub.access.restrictions import cover
from hub.domain import clock
from hub.errors import HubError, RetriableError
from hub.registry.sources import SourceConfig, load_sources
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import is_lost, text
from hub.workflow.linking import follow
from hub.workflow.retention import enforce, is_due
from hub.workflow.schedule import next_due
from hub.workflow.summary import Summary, Watcher
from hub.workflow.sync import sync

log = logging.getLogger(__name__)

POLL = 15.0
"""Seconds between two looks at what is due."""
BEAT = 20.0
"""Seconds between two signs of life."""
DEAD = timedelta(minutes=2)
"""Age of the last sign from which a worker is held dead."""
RETRY = timedelta(hours=1)
"""A source that failed is tried again so much later, if its schedule does not want it sooner."""

# A source that is new is due at once; one whose schedule now wants it sooner is due sooner.
PLAN = text(
    """
    insert into source_schedule (source_id, due) values (:source, :now)
    on conflict (source_id) do update set due = least(source_schedule.due, cast(:next as timestamptz))
    """
)
FORGET = text(
    "delete from source_schedule where worker is null and not source_id = any (cast(:kept as smallint[]))"
)
TAKE = text(
    """
    update source_schedule set worker = :worker, beat = clock_timestamp(), started = :now, finished = null
    where source_id = (
        select d.source_id from source_schedule d join source s on s.id = d.source_id
        where d.due <= :now and (d.worker is null or d.beat < clock_timestamp() - cast(:dead as interval))
          and d.source_id = any (cast(:known as smallint[]))
        order by d.due, s.rank, s.id limit 1 for update of d skip locked)
    returning source_id
    """
)
SIGN = text(
    "update source_schedule set beat = clock_timestamp() where source_id = :source and worker = :worker"
)
GIVE_BACK = text(
    "update source_schedule set worker = null, beat = null, started = null"
    " where source_id = :source and worker = :worker"
)
DONE = text(
    """
    update source_schedule set worker = null, beat = null, finished = :now, outcome = :outcome, due = :due
    where source_id = :source and worker = :worker
    """
)
# A round that brought anything is over and no audit of everything came after it, whichever worker pulled it.
UNLOOKED = text(
    """
    select exists (select from run where finished > coalesce(
             (select max(at) from audit_run where scope = '{}'), '-infinity'::timestamptz))
       and not exists (select from source_schedule
                       where worker is not null and beat >= clock_timestamp() - cast(:dead as interval))
    """
)
STATUS = text(
    """
    select s.code as source, d.due, d.started, d.finished, d.outcome, d.worker, d.beat,
           coalesce(d.beat < clock_timestamp() - cast(:dead as interval), false) as dead
    from source_schedule d join source s on s.id = d.source_id order by d.due, s.code
    """
)


async def _nothing() -> None:
    return


@dataclass
class Worker:
    """One worker process.

    Args:
        database: The hub's.
        settings: Where the sources are declared; read anew at every look, so that a changed entry counts.
        registry_url: Scheme, host and port in place of the entries'.
        watch: Shows the runs.
        told: Called with the summary of each run.
        rounded: Awaited once nothing more is due where runs ended after the last whole audit, also those of a worker
            that is no more: what looks at what they brought. What hinders it hinders no pulling, and it is tried again
            at the next look.
        name: Host and process.
        stop: Once set, the worker ends after the run that it is in.
    """

    database: Database
    settings: Settings
    registry_url: str | None = None
    watch: Watcher | None = None
    told: Callable[[Summary], None] = lambda _: None
    rounded: Callable[[], Awaitable[object]] = _nothing
    name: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")
    stop: asyncio.Event = field(default_factory=asyncio.Event)

    async def work(self, *, once: bool = False) -> int:
        """Runs what is due, until told to stop or, with `once`, until nothing is; returns how many runs.

        With `once`, what `rounded` raises is raised, for nobody tries again.
        """
        done = 0
        while not self.stop.is_set():
            if await self._looked(spared=not once):
                done += 1
                continue
            await self._rounded(spared=not once)
            if once:
                break
            with suppress(TimeoutError):
                await asyncio.wait_for(self.stop.wait(), POLL)
        return done

    async def _looked(self, *, spared: bool) -> bool:
        """One look at what is due, and the run of it, if any.

        A worker that is to go on is spared what may pass: an entry that is being written, a database that is being
        started anew. It says so and looks again later.
        """
        try:
            config = await self._take()
            if config is not None:
                return await self._run(config)
            await self._keep_no_longer()
            await self._turn()
            return False
        except Exception as error:
            if not (spared and (isinstance(error, HubError) or is_lost(error))):
                raise
            told = f"{error.code}: {error.message}" if isinstance(error, HubError) else type(error).__name__
            log.warning("worker %s: %s; the next look is in %g s", self.name, told, POLL)
            return False

    async def _rounded(self, *, spared: bool) -> None:
        """Has what nobody has looked at yet looked at."""
        try:
            async with self.database.connect() as connection:
                unlooked = await connection.scalar(UNLOOKED, {"dead": DEAD})
            if unlooked:
                await follow(self.database, self.settings)
                await self.rounded()
        except Exception as error:  # pulling goes on, whatever hinders the looking
            if not spared:
                raise
            told = f"{error.code}: {error.message}" if isinstance(error, HubError) else type(error).__name__
            waits = isinstance(error, RetriableError) and error.code == "sync_running"
            level = logging.DEBUG if waits else logging.WARNING
            log.log(level, "worker %s: after the round: %s; tried again later", self.name, told)

    async def _take(self) -> SourceConfig | None:
        """Plans the sources and takes the one that has been due longest; None when none is."""
        sources = load_sources(self.settings.config_dir / "sources")
        now, known = clock.now(), {}
        async with self.database.connect() as connection:
            for config in (each for each in sources.values() if each.enabled):
                due = next_due(config, now)
                if due is not None:
                    known[config.number] = config
                    given = {"source": config.number, "now": now, "next": due}
                    await connection.execute(PLAN, given)
            await connection.execute(FORGET, {"kept": list(known)})
            keys = {"worker": self.name, "now": now, "dead": DEAD, "known": list(known)}
            taken = await connection.scalar(TAKE, keys)
            await connection.commit()
        return None if taken is None else known[taken]

    async def _keep_no_longer(self) -> None:
        """Erases what is past its time, once a day, where nothing else is due."""
        if (self.settings.config_dir / "retention.toml").exists() and await is_due(self.database):
            try:
                erased = await enforce(self.database, self.settings, self.name)
            except Exception as error:  # noqa: BLE001  # pulling goes on, whatever hinders the erasing
                log.warning("retention: %s; tried again later", type(error).__name__)
            else:
                log.info("retention: %d rows erased", sum(sum(by.values()) for by in erased.values()))

    async def _turn(self) -> None:
        """Withholds whom decisions cover today and no longer who is free, and notes who came of age."""
        async with self.database.connect() as connection:
            await cover(connection)
            await connection.commit()

    async def _run(self, config: SourceConfig) -> bool:
        """One run of a source that this worker has taken; False when another sync holds the database."""
        async with self._alive(config):
            try:
                summary = (
                    await sync(self.database, self.settings, [config.name], self.registry_url, self.watch)
                )[0]
            except RetriableError as error:
                if error.code != "sync_running":
                    await self._done(config, f"failed: {error.code}", failed=True)
                    raise
                await self._say(GIVE_BACK, config)
                return False
            except HubError as error:
                await self._done(config, f"failed: {error.code}", failed=True)
                raise
        outcome = summary.status if summary.code is None else f"{summary.status}: {summary.code}"
        await self._done(config, outcome, failed=summary.status == "failed")
        self.told(summary)
        return True

    async def _done(self, config: SourceConfig, outcome: str, *, failed: bool) -> None:
        now = clock.now()
        due = next_due(config, now)
        if failed:
            due = now + RETRY if due is None else min(due, now + RETRY)
        await self._say(DONE, config, now=now, outcome=outcome, due=due)

    async def _say(self, statement: Any, config: SourceConfig, **values: Any) -> None:
        async with self.database.connect() as connection:
            await connection.execute(statement, {"source": config.number, "worker": self.name, **values})
            await connection.commit()

    @asynccontextmanager
    async def _alive(self, config: SourceConfig) -> AsyncIterator[None]:
        """Shows a sign of life for as long as the block runs."""

        async def beating() -> None:
            while True:
                await asyncio.sleep(BEAT)
                await self._say(SIGN, config)

        beat = asyncio.create_task(beating())
        try:
            yield
        finally:
            beat.cancel()
            await asyncio.gather(beat, return_exceptions=True)


async def schedule_of(database: Database) -> list[dict[str, Any]]:
    """Each scheduled source: when it is due (UTC), how its last run ended, and the worker that holds it."""
    async with database.connect() as connection:
        found = await connection.execute(STATUS, {"dead": DEAD})
        return [dict(row) for row in found.mappings()]
