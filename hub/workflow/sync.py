"""`hub sync`: each source from its registry to the graph, one run a source, one transaction a run.

A list lands whole or not at all. A service that answers one person at a time lands page by page, so that a
used-up quota keeps what was answered.
"""

import asyncio
import logging
from collections.abc import Awaitable, Sequence
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from time import perf_counter
from traceback import format_tb

from hub.connectors import connector_of
from hub.errors import HubError, InputError, RetriableError
from hub.ingest import health, runs, states
from hub.registry.attributes import attributes_of
from hub.registry.sources import SourceConfig, load_sources, load_survivorship
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import is_lost
from hub.toolkit.allowance import Allowance
from hub.toolkit.earlier import Earlier
from hub.toolkit.pull import pages
from hub.toolkit.reference import load_reference
from hub.workflow.absorb import Timings
from hub.workflow.feedback import report_source, reports_use
from hub.workflow.landing import Landing, Sync
from hub.workflow.lookups import looks_up, turn
from hub.workflow.lookups import wanted as wanted_of
from hub.workflow.summary import Silent, Summary, Watcher
from hub.workflow.telling import Telling

log = logging.getLogger("hub.sync")

LOST = (
    "database_lost",
    "the connection to the database ended in the middle of the run; nothing of it landed",
)


async def sync(
    database: Database,
    settings: Settings,
    names: Sequence[str] = (),
    registry_url: str | None = None,
    watch: Watcher | None = None,
    *,
    dry_run: bool = False,
) -> list[Summary]:
    """Pulls the named sources (when none is named, all that are enabled), lists before look-ups, by rank.

    A source that fails lands nothing and does not hold up the others; its summary says why. A dry run does all
    the work of each source and rolls it back, so that no source sees what the one before it would have landed;
    it leaves look-ups out, whose calls cannot be taken back.

    Raises:
        InputError: `unknown_source`, `dry_run_of_lookup`.
        RetriableError: `sync_running`.
    """
    sources = load_sources(settings.config_dir / "sources")
    if unknown := sorted(set(names) - sources.keys()):
        raise InputError(
            "unknown_source", f"no such source: {', '.join(unknown)}; known: {', '.join(sources)}"
        )
    chosen = [config for name, config in sources.items() if (name in names if names else config.enabled)]
    chosen.sort(key=turn)
    chosen = _without_lookups(chosen, names) if dry_run else chosen
    reference = await asyncio.to_thread(load_reference, settings.config_dir / "reference")
    order = survivorship_of(settings.config_dir, sources)
    attributes = attributes_of(settings.config_dir)
    async with database.keeping() as kept, runs.only_sync(kept, mend=not dry_run):
        telling = Telling(kept, watch or Silent())
        shared = Sync(kept, sources, reference, order, attributes, registry_url, telling, dry_run)
        async with telling.told():
            return [await _spared(shared, config) for config in chosen]


def _without_lookups(chosen: list[SourceConfig], names: Sequence[str]) -> list[SourceConfig]:
    """The sources that can be tried; a look-up uses up its quota whatever is rolled back."""
    if asked := [config.name for config in chosen if looks_up(config) and config.name in names]:
        raise InputError(
            "dry_run_of_lookup",
            f"{', '.join(asked)}: asks person by person, and each question counts; there is no dry run of it",
        )
    return [config for config in chosen if not looks_up(config)]


def survivorship_of(config_dir: Path, sources: dict[str, SourceConfig]) -> dict[str, list[int]]:
    """Source ids by field, for the fields with a survivorship order of their own."""
    table = load_survivorship(config_dir / "survivorship.toml", sources)
    return {name: [sources[source].number for source in table.order(name, sources)] for name in table.fields}


async def _spared(shared: Sync, config: SourceConfig) -> Summary:
    """One run, unless the circuit of the source is open: then nothing is called, and the summary has no run."""
    before = await health.health_of(shared.database, config.number)
    if (refusal := before.refusal(config)) is not None:
        shared.watch.begin(config.name)
        summary = Summary(config.name, 0, "failed", message=refusal.message, code=refusal.code)
        shared.watch.end(summary)
        return summary
    allowance = before.allowance(config, shared.database)
    code: str | None = "unexpected"
    try:
        summary = await _one(shared, config, allowance)
        code = summary.code if summary.status == "failed" else None
    finally:
        unbooked = allowance.calls - allowance.booked
        await _unless_lost(health.note(shared.database, config, before, unbooked, code))
    return summary


async def _one(shared: Sync, config: SourceConfig, allowance: Allowance) -> Summary:
    """One run; a failure is told in its summary and in the book, never raised."""
    shared.watch.begin(config.name)
    run_id, at = await _begin(shared, config)
    if not shared.dry_run:
        shared.watch.of(run_id)
    try:
        summary = await _run(shared, config, (run_id, at), allowance)
    except HubError as error:
        await _unless_lost(runs.fail(shared.database, run_id, at, f"{error.code}: {error.message}"))
        summary = Summary(config.name, run_id, "failed", message=error.message, code=error.code)
    except BaseException as error:
        lost = isinstance(error, Exception) and is_lost(error)
        code, message = LOST if lost else ("unexpected", type(error).__name__)
        await _unless_lost(runs.fail(shared.database, run_id, at, f"{code}: {message}"))
        if not isinstance(error, Exception):
            raise
        if not lost:  # Where, and of what kind; its text may hold a person's values.
            where = "".join(format_tb(error.__traceback__))
            log.error("%s: %s\n%s", config.name, message, where)  # noqa: TRY400
        summary = Summary(config.name, run_id, "failed", message=message, code=code)
    if reports_use(config) and summary.status != "failed":
        await _unless_lost(report_source(shared.database, config, shared.registry_url))
    shared.watch.end(summary)
    return summary


async def _begin(shared: Sync, config: SourceConfig) -> tuple[int, datetime]:
    """Opens a run in the book; a dry run has number 0 and no entry."""
    if not shared.dry_run:
        return await runs.begin(shared.database, config.number)
    async with shared.database.connect() as connection:
        return 0, await runs.next_instant(connection)


async def _unless_lost(booking: Awaitable[object]) -> None:
    """Writes something down that must outlive the run.

    Raises:
        RetriableError: `database_lost`, nothing can be written down; the next sync closes the run.
    """
    try:
        await booking
    except Exception as trouble:
        if is_lost(trouble):
            raise RetriableError(*LOST) from trouble
        raise


async def _run(
    shared: Sync, config: SourceConfig, run: tuple[int, datetime], allowance: Allowance
) -> Summary:
    """Pulls and lands one source: all pages in one transaction, or each in its own for look-ups and feeds."""
    (run_id, at), connector = run, connector_of(config.read_by)
    timings, started = Timings(), perf_counter()
    summary = Summary(config.name, run_id, "complete")
    async with shared.database.connect() as connection:
        known = await runs.stored_before(connection, config.number)
        wanted = wanted_of(connection, shared.sources, config) if looks_up(config) else None
        earlier = Earlier(state=await states.kept(connection, config.number), allowance=allowance)
        await connection.rollback()
        pulled = pages(
            connector, config, base_url_override=shared.registry_url, wanted=wanted, earlier=earlier
        )
        piecewise = wanted is not None or connector.resumes
        landing = Landing(shared, config, run_id, at, connection, timings, piecewise)
        async with aclosing(pulled) as found:
            if not piecewise or shared.dry_run:
                summary = await landing.whole(found, summary, known)
            else:
                async for page in found:
                    summary = await landing.piece(page, summary)
                await runs.close(connection, run_id, landing.at, summary.status)
        tried = summary.preview
        reasons = tried.reasons if tried else await runs.reasons(connection, config.number)
    timings.seconds["total"] = perf_counter() - started
    return replace(summary, seconds=timings.rounded(), reasons=reasons)
