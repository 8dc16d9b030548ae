"""Landing: the pages of one run from the pull to the commit, all in one transaction or each in its own."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from hub.connectors import connector_of
from hub.errors import FatalError
from hub.ingest import runs, states
from hub.ingest.drift import Drift
from hub.ingest.expectations import Filled, Shares
from hub.ingest.paging import Stager
from hub.ingest.quarantine import close_superseded
from hub.ingest.relayed import heard, relays
from hub.ingest.stage import open_stage
from hub.registry.attributes import AttributeSet
from hub.registry.sources import SourceConfig
from hub.store.database import Database
from hub.store.sql import AsyncConnection
from hub.toolkit.pages import Page
from hub.toolkit.reference import Reference
from hub.workflow.absorb import RunOrder, Timings, absorb
from hub.workflow.lookups import gives_data
from hub.workflow.preview import preview
from hub.workflow.summary import COUNTED, Summary
from hub.workflow.telling import Telling


@dataclass(frozen=True)
class Sync:
    """What all runs of one sync share."""

    database: Database
    sources: dict[str, SourceConfig]
    reference: Reference
    survivorship: dict[str, list[int]]
    attributes: AttributeSet
    registry_url: str | None
    watch: Telling
    dry_run: bool = False

    def population(self, but: int | None = None) -> list[int]:
        """Ids of the population sources, without that of one."""
        found = (each.number for each in self.sources.values() if gives_data(each))
        return [number for number in found if number != but]


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
    state: Mapping[str, Any] | None = None
    left: int = 0
    back: int = 0
    drift: Drift = field(init=False)
    filled: Filled = field(init=False)
    shares: Shares = field(init=False)

    def __post_init__(self) -> None:
        self.drift, self.filled = Drift(self.config), Filled(self.config)
        others = self.shared.population(but=self.config.number)
        self.shares = Shares(self.config, self.run_id, others, self.piecewise)

    async def whole(self, found: AsyncIterator[Page], summary: Summary, known: bool) -> Summary:
        """All pages in one transaction."""
        await self.connection.begin()
        stager, stopped = await self._stager(known), None
        async for pulled in self._timed(found):
            page = self.drift.seen(await self._heard(pulled))
            self.filled.add(page)
            await self.timings.of("stage", stager.add(page))
            self.shared.watch.rows(self.config.name, stager.rows, stager.refused, None)
            stopped = page.file.detail.get("stopped") or stopped
            self._reach(page)
        await self.timings.of("stage", stager.flush())
        if not self.piecewise:
            await runs.check_read(self.connection, self.config, stager.rows)
        self.filled.check()
        return await self._land(
            summary, stopped, full_list=self.config.full_list and not stopped, known=known
        )

    async def piece(self, page: Page, summary: Summary) -> Summary:
        """One page in a transaction of its own."""
        await self.connection.begin()
        page = await self._heard(page)
        stager = await self._stager(known=True)
        await self.timings.of("stage", stager.add(self.drift.seen(page)))
        await self.timings.of("stage", stager.flush())
        self.filled.add(page)
        self.filled.check(piecewise=True)
        self.at = self.at + runs.TICK
        self._reach(page)
        summary = await self._land(summary, page.file.detail.get("stopped"), full_list=False, known=True)
        self.shared.watch.rows(self.config.name, summary.rows_in, summary.quarantined, None)
        return summary

    async def _heard(self, page: Page) -> Page:
        """What is taken of a page; of what another hub tells not all is."""
        if not relays(self.config):
            return page
        taken = await heard(self.connection, self.config, page)
        self.left += page.frame.height - taken.frame.height
        return taken

    def _count_back(self, counts: dict[str, int]) -> None:
        """Counts what came back, or is held by another way: it came, and changes nothing."""
        for name in ("rows_in", "unchanged"):
            counts[name] += self.left
        self.back, self.left = self.back + self.left, 0

    def _reach(self, page: Page) -> None:
        """Takes note of the state to keep, once all rows before it are on the stage."""
        if page.complete:
            self.state = page.file.detail.get("state", self.state)

    async def _stager(self, known: bool) -> Stager:
        await open_stage(self.connection)
        return Stager(
            self.connection,
            connector_of(self.config.read_by),
            self.config,
            self.shared.reference,
            self.run_id,
            known,
            left_out=self.drift.left_out,
        )

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
        order = RunOrder(
            self.config.number,
            self.run_id,
            self.at,
            full_list,
            known,
            self.shared.survivorship,
            self.shared.attributes,
            relays=relays(self.config),
        )
        counts = await absorb(self.connection, order, self.timings)
        self._count_back(counts)
        if full_list:
            runs.check_landed(self.config, counts)
        drift = await self.drift.report(self.connection)
        await self.shares.check(self.connection)
        if not self.config.full_list:
            await close_superseded(self.connection, self.config.number, self.at)
        code, message = _why(stopped)
        status = "partial" if stopped else "complete"
        total = {name: getattr(summary, name) + counts[name] for name in COUNTED}
        summary = replace(summary, status=status, code=code, message=message, **total)
        if self.shared.dry_run:
            shown = await preview(self.connection, self.config.number)
            await self.connection.rollback()
            return replace(summary, preview=shown)
        detail: dict[str, Any] = {"seconds": self.timings.rounded()}
        detail |= {name: told for name, told in (("drift", drift), ("heard_back", self.back)) if told}
        booked = "running" if self.piecewise and not stopped else status
        outcome = {"status": booked, "error": f"{code}: {message}" if stopped else None, "detail": detail}
        await states.keep(self.connection, self.config.number, self.run_id, self.state)
        await runs.finish(self.connection, self.run_id, self.at, counts, outcome)
        await self.timings.of("commit", self.connection.commit())
        return summary


def _why(stopped: object) -> tuple[str | None, str | None]:
    """Code and message of a pull that stopped early."""
    if not stopped:
        return None, None
    if isinstance(stopped, dict):
        return str(stopped.get("code")), str(stopped.get("message"))
    raise FatalError("connector_fault", "a pull that stops early gives code and message")
