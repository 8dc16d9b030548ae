"""`hub sync`: each source from its registry to the graph, one run a source, one transaction a run.

A list lands whole or not at all. A service that answers one person at a time lands page by page, so that a
used-up quota keeps what was answered.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from datetime import datetime
from time import perf_counter
from typing import Protocol

from hub.connectors import CONNECTORS
from hub.errors import FatalError, HubError, InputError, RetriableError
from hub.ingest import runs
from hub.ingest.paging import Stager
from hub.ingest.stage import open_stage
from hub.registry.sources import SourceConfig, load_sources, load_survivorship
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import AsyncConnection, is_lost
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from hub.toolkit.reference import Reference, load_reference
from hub.workflow.absorb import RunOrder, Timings, absorb
from hub.workflow.lookups import wanted_nik

COUNTED = ("rows_in", "stored", "unchanged", "quarantined", "closed", "conflicting", "persons")
POPULATION = "population"
LOST = (
    "database_lost",
    "the connection to the database ended in the middle of the run; nothing of it landed",
)


@dataclass(frozen=True)
class Summary:
    """What a run did: rows_in = stored + unchanged + quarantined; closed records are apart.

    `reasons` counts the source's open quarantine by reason; `seconds` is by stage; `code` and `message` tell
    why a run failed or ended early.
    """

    source: str
    run: int
    status: str
    rows_in: int = 0
    stored: int = 0
    unchanged: int = 0
    quarantined: int = 0
    closed: int = 0
    conflicting: int = 0
    persons: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    message: str | None = None
    code: str | None = None


class Watcher(Protocol):
    """Whoever shows the progress of a sync."""

    def begin(self, source: str) -> None:
        """A run begins."""

    def rows(self, source: str, read: int, quarantined: int, total: int | None) -> None:
        """So many rows are staged, so many of them refused."""

    def stage(self, source: str, name: str) -> None:
        """A stage of the run begins."""

    def end(self, summary: Summary) -> None:
        """A run ended."""


class Silent:
    """Shows nothing."""

    def begin(self, source: str) -> None:
        """See Watcher."""

    def rows(self, source: str, read: int, quarantined: int, total: int | None) -> None:
        """See Watcher."""

    def stage(self, source: str, name: str) -> None:
        """See Watcher."""

    def end(self, summary: Summary) -> None:
        """See Watcher."""


@dataclass(frozen=True)
class Sync:
    """What all runs of one sync share."""

    database: Database
    sources: dict[str, SourceConfig]
    reference: Reference
    survivorship: dict[str, list[int]]
    registry_url: str | None
    watch: Watcher


async def sync(
    database: Database,
    settings: Settings,
    names: Sequence[str] = (),
    registry_url: str | None = None,
    watch: Watcher | None = None,
) -> list[Summary]:
    """Pulls the named sources (when none is named, all that are enabled), lists before look-ups, by rank.

    A source that fails lands nothing and does not hold up the others; its summary says why.

    Raises:
        InputError: `unknown_source`.
        RetriableError: `sync_running`.
    """
    sources = load_sources(settings.config_dir / "sources")
    if unknown := sorted(set(names) - sources.keys()):
        raise InputError(
            "unknown_source", f"no such source: {', '.join(unknown)}; known: {', '.join(sources)}"
        )
    chosen = [config for name, config in sources.items() if (name in names if names else config.enabled)]
    chosen.sort(key=lambda config: config.transport == "dukcapil")
    reference = await asyncio.to_thread(load_reference, settings.config_dir / "reference")
    shared = Sync(
        database, sources, reference, _own_orders(settings, sources), registry_url, watch or Silent()
    )
    async with runs.only_sync(database):
        return [await _one(shared, config) for config in chosen]


def _own_orders(settings: Settings, sources: dict[str, SourceConfig]) -> dict[str, list[int]]:
    """Source ids by field, for the fields with a survivorship order of their own."""
    table = load_survivorship(settings.config_dir / "survivorship.toml", sources)
    return {name: [sources[source].number for source in table.order(name, sources)] for name in table.fields}


async def _one(shared: Sync, config: SourceConfig) -> Summary:
    """One run; a failure is told in its summary and in the book, never raised."""
    shared.watch.begin(config.name)
    run_id, at = await runs.begin(shared.database, config.number)
    try:
        summary = await _run(shared, config, run_id, at)
    except HubError as error:
        await _book_failure(shared, run_id, at, f"{error.code}: {error.message}")
        summary = Summary(config.name, run_id, "failed", message=error.message, code=error.code)
    except BaseException as error:
        lost = isinstance(error, Exception) and is_lost(error)
        code, message = LOST if lost else ("unexpected", type(error).__name__)
        await _book_failure(shared, run_id, at, f"{code}: {message}")
        if not lost:
            raise
        summary = Summary(config.name, run_id, "failed", message=message, code=code)
    shared.watch.end(summary)
    return summary


async def _book_failure(shared: Sync, run_id: int, at: datetime, error: str) -> None:
    """Closes a failed run in the book.

    Raises:
        RetriableError: `database_lost`, nothing can be written down; the next sync closes the run.
    """
    try:
        await runs.fail(shared.database, run_id, at, error)
    except Exception as trouble:
        if is_lost(trouble):
            raise RetriableError(*LOST) from trouble
        raise


async def _run(shared: Sync, config: SourceConfig, run_id: int, at: datetime) -> Summary:
    """Pulls and lands one source: all its pages in one transaction, or each in its own for look-ups."""
    timings, started = Timings(), perf_counter()
    summary = Summary(config.name, run_id, "complete")
    async with shared.database.connect() as connection:
        known = await runs.stored_before(connection, config.number)
        wanted = None
        if config.transport == "dukcapil":
            population = [each.number for each in shared.sources.values() if each.family == POPULATION]
            wanted = wanted_nik(connection, population, config.number)
        await connection.rollback()
        pulled = pages(CONNECTORS[config.name], config, base_url_override=shared.registry_url, wanted=wanted)
        landing = Landing(shared, config, run_id, at, connection, timings, wanted is not None)
        async with aclosing(pulled) as found:
            if wanted is None:
                summary = await landing.whole(found, summary, known)
            else:
                async for page in found:
                    summary = await landing.piece(page, summary)
                await runs.close(connection, run_id, landing.at, summary.status)
        reasons = await runs.reasons(connection, config.number)
    timings.seconds["total"] = perf_counter() - started
    seconds = {name: round(value, 3) for name, value in timings.seconds.items()}
    return replace(summary, seconds=seconds, reasons=reasons)


@dataclass
class Landing:
    """Lands the pages of one run on its connection."""

    shared: Sync
    config: SourceConfig
    run_id: int
    at: datetime
    connection: AsyncConnection
    timings: Timings
    piecewise: bool = False

    async def whole(self, found: AsyncIterator[Page], summary: Summary, known: bool) -> Summary:
        """All pages in one transaction."""
        await self.connection.begin()
        stager = await self._stager(known)
        stopped = None
        async for page in self._timed(found):
            await self.timings.of("stage", stager.add(page))
            self.shared.watch.rows(self.config.name, stager.rows, stager.refused, None)
            stopped = page.file.detail.get("stopped") or stopped
        await self.timings.of("stage", stager.flush())
        await runs.check_read(self.connection, self.config, stager.rows)
        return await self._land(
            summary, stopped, full_list=self.config.full_list and not stopped, known=known
        )

    async def piece(self, page: Page, summary: Summary) -> Summary:
        """One page in a transaction of its own."""
        await self.connection.begin()
        stager = await self._stager(known=True)
        await self.timings.of("stage", stager.add(page))
        await self.timings.of("stage", stager.flush())
        self.at = self.at + runs.TICK
        summary = await self._land(summary, page.file.detail.get("stopped"), full_list=False, known=True)
        self.shared.watch.rows(self.config.name, summary.rows_in, summary.quarantined, None)
        return summary

    async def _stager(self, known: bool) -> Stager:
        await open_stage(self.connection)
        connector = CONNECTORS[self.config.name]
        return Stager(self.connection, connector, self.config, self.shared.reference, self.run_id, known)

    async def _timed(self, found: AsyncIterator[Page]) -> AsyncIterator[Page]:
        """The same pages; the time they take to come and to be read is the stage `pull`."""
        pulling = aiter(found)
        while True:
            page = await self.timings.of("pull", anext(pulling, None))
            if page is None:
                return
            yield page

    async def _land(self, summary: Summary, stopped: object, *, full_list: bool, known: bool) -> Summary:
        """Absorbs the stage, checks what it did, closes the run's book and commits."""
        self.shared.watch.stage(self.config.name, "land")
        order = RunOrder(self.config.number, self.run_id, self.at, full_list, known, self.shared.survivorship)
        counts = await absorb(self.connection, order, self.timings)
        if full_list:
            runs.check_landed(self.config, counts)
        code, message = _why(stopped)
        status = "partial" if stopped else "complete"
        detail = {"seconds": {name: round(value, 3) for name, value in self.timings.seconds.items()}}
        booked = "running" if self.piecewise and not stopped else status
        outcome = {"status": booked, "error": f"{code}: {message}" if stopped else None, "detail": detail}
        await runs.finish(self.connection, self.run_id, self.at, counts, outcome)
        await self.timings.of("commit", self.connection.commit())
        total = {name: getattr(summary, name) + counts[name] for name in COUNTED}
        return replace(summary, status=status, code=code, message=message, **total)


def _why(stopped: object) -> tuple[str | None, str | None]:
    """Code and message of a pull that stopped early."""
    if not stopped:
        return None, None
    if isinstance(stopped, dict):
        return str(stopped.get("code")), str(stopped.get("message"))
    raise FatalError("connector_fault", "a pull that stops early gives code and message")
