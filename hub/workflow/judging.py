"""Judgements from the log to the graph: each act is a run of the hub's own, in one transaction, as a sync is.

What an act touches is clustered anew and folded: golden rows close and open at its instant, so that whoever asks what
was known before gets the answer of then. Which registries said what stays as it was.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.domain.clock import day_of
from hub.errors import RetriableError
from hub.graph.fold import fold_run
from hub.graph.timeline import Fold
from hub.identity import judging
from hub.identity.clusters import gather
from hub.identity.identifiers import judge_identifiers
from hub.identity.moving import move
from hub.identity.settling import settle_names
from hub.ingest import runs
from hub.registry.attributes import AttributeSet, attributes_of
from hub.registry.identifiers import load_identifiers
from hub.registry.judging import load_judging
from hub.registry.sources import load_sources
from hub.settings import Settings
from hub.store.database import Database
from hub.store.script import Script
from hub.store.sql import AsyncConnection, text
from hub.workflow.judged_cases import tell_cases
from hub.workflow.sync import survivorship_of

NO_SOURCE = 0
"""What the book of runs has for a run of the hub itself."""

LOCK = text("select pg_try_advisory_xact_lock(hashtext('hub sync'))")
# The fold reads what a landing leaves: nothing came and nothing went, but records speak of somebody else.
STAGE = (
    "set local work_mem = '128MB'",
    """
    create temp table stage_version on commit drop as
    select row_number() over (order by r.id) as ordinal, r.id as record_id, r.entry_id, null::bigint as replaces,
           1 as occurrence, 1 as version
    from source_record r where upper_inf(r.recorded) and r.entry_id in (select mention_id / 16 from cluster_move)
    """,
    """
    create temp table stage_closing on commit drop as
    select record_id, entry_id from stage_version where false
    """,
    "create temp table stage_horizon_moved on commit drop as select * from list_horizon where false",
    "create temp table stage_link on commit drop as select person_id from judged_person",
)
UNSETTLED = text(
    """
    select count(*) from cluster_heir h join cluster_person c on c.label = h.label join person p on p.id = h.id
    where p.merged_into is distinct from nullif(c.person_id, p.id)
    """
)


@dataclass(frozen=True)
class Judged:
    """What an act did.

    Args:
        run: Number of the hub's run.
        line: Line of the log; 0: the act wrote none.
        in_force: False: another reviewer has to say the same.
        written: False: the line stood there already.
        moved: Mentions that stand for somebody else since.
        persons: Persons whose graph was folded anew.
    """

    run: int
    line: int = 0
    in_force: bool = True
    written: bool = True
    moved: int = 0
    persons: int = 0


@dataclass(frozen=True)
class Rules:
    """What the fold goes by, from the configuration."""

    order: dict[str, list[int]]
    attributes: AttributeSet

    @staticmethod
    def of(config_dir: Path) -> "Rules":
        """As configured.

        Raises:
            FatalError: `config_invalid`.
        """
        sources = load_sources(config_dir / "sources")
        return Rules(survivorship_of(config_dir, sources), attributes_of(config_dir))


@dataclass(frozen=True)
class Said:
    """What a reviewer says of two mentions.

    Args:
        pair: The mentions, in any order.
        judgement: same, different, unsure.
        actor: The reviewer's account.
        agency: For which agency, where it is known.
        reason: In the reviewer's words.
        account: Account of this machine that writes it.
    """

    pair: tuple[int, int]
    judgement: str
    actor: str
    agency: str | None = None
    reason: str | None = None
    account: str | None = None


@dataclass(frozen=True)
class By:
    """Who judges or takes back.

    Args:
        actor: The reviewer's account.
        agency: For which agency.
        reason: In the reviewer's words.
        account: Account of this machine that writes it; None: it came through the graph.
    """

    actor: str
    agency: str | None = None
    reason: str | None = None
    account: str | None = None


async def judge(database: Database, settings: Settings, said: Said) -> Judged:
    """Writes down what a reviewer says of a pair and lets the graph follow.

    Raises:
        InputError: `unknown_judgement`, `unknown_pair`.
        RetriableError: `sync_running`.
    """
    two_if = load_judging(settings.config_dir).review.two_reviewers_if

    async def act(connection: AsyncConnection, run: int, at: datetime) -> judging.Line:
        by = judging.Act(said.actor, at, run, said.agency, said.reason, said.account)
        return await judging.judge(connection, said.pair, said.judgement, by, two_if)

    return await _act(database, settings, act)


async def undo(database: Database, settings: Settings, line: int, by: By) -> Judged:
    """Takes a judgement back; the graph stands again as if it had not been made.

    Raises:
        InputError: `unknown_line`, `undone_already`, `judgement_rested_on`.
        RetriableError: `sync_running`.
    """

    async def act(connection: AsyncConnection, run: int, at: datetime) -> judging.Line:
        return await judging.undo(
            connection, line, judging.Act(by.actor, at, run, by.agency, by.reason, by.account)
        )

    return await _act(database, settings, act)


async def link(database: Database, settings: Settings) -> Judged:
    """Lets typed identifiers and the thresholds of the configuration judge, and the graph follow.

    Raises:
        RetriableError: `sync_running`.
    """
    rules, identifiers = load_judging(settings.config_dir), load_identifiers(settings.config_dir)

    async def act(connection: AsyncConnection, _run: int, at: datetime) -> None:
        await judge_identifiers(connection, identifiers, at)
        await judging.apply_thresholds(connection, rules.link, at, rules.held_if)
        await settle_names(connection, at, None)

    return await _act(database, settings, act)


async def rebuild(database: Database, settings: Settings, *, check: bool = False) -> Judged:
    """Clusters everybody anew from the edges; `moved` counts mentions that stood elsewhere, and merges told wrongly.

    Args:
        database: The hub's.
        settings: Where the configuration is.
        check: Only look; nothing is written.

    Raises:
        RetriableError: `sync_running`.
    """
    if check:
        async with runs.only_sync(database, mend=False), database.connect() as connection:
            moved = await gather(connection, everybody=True)
            moved += int(await connection.scalar(UNSETTLED) or 0)
            await connection.rollback()
        return Judged(0, moved=moved)
    return await _act(database, settings, None)


Acting = Callable[[AsyncConnection, int, datetime], Awaitable[judging.Line | None]]
Telling = Callable[[AsyncConnection, int, datetime], Awaitable[dict[str, Any]]]


async def _act(database: Database, settings: Settings, act: Acting | None) -> Judged:
    """One act as a run; without `act`, everybody is clustered anew."""
    rules = Rules.of(settings.config_dir)
    async with runs.only_sync(database), _run(database) as (connection, run, at):
        line = None if act is None else await act(connection, run, at)
        done = await _finished(connection, rules, (run, at), line, everybody=act is None)
        await connection.commit()
    return done


async def act_of_hub(database: Database, settings: Settings, act: Telling) -> Judged:
    """One act of the hub's own as a run; what it tells stands in the book.

    Args:
        database: The hub's.
        settings: Where the configuration is.
        act: Leaves `judged_mention`.

    Raises:
        RetriableError: `sync_running`.
    """
    rules = Rules.of(settings.config_dir)
    async with runs.only_sync(database), _run(database) as (connection, run, at):
        told = await act(connection, run, at)
        done = await _finished(connection, rules, (run, at), None, told=told)
        await connection.commit()
    return done


async def act_within(
    connection: AsyncConnection,
    config_dir: Path,
    by: By,
    act: Callable[[judging.Act], Awaitable[judging.Line]],
) -> Judged:
    """One act as a run in a transaction of the caller's, which holds the lock of syncs until it ends.

    Raises:
        RetriableError: `database_busy`, a sync works.
        Exception: What the act raises; the transaction has to be rolled back then.
    """
    rules = Rules.of(config_dir)
    if not await connection.scalar(LOCK):
        raise RetriableError(
            "database_busy", "the hub is landing what a source sent; nothing was done, try again"
        )
    at = await runs.next_instant(connection)
    run = int(await connection.scalar(runs.BEGIN, {"source": NO_SOURCE, "at": at}))
    line = await act(judging.Act(by.actor, at, run, by.agency, by.reason))
    return await _finished(connection, rules, (run, at), line)


async def _finished(
    connection: AsyncConnection,
    rules: Rules,
    run: tuple[int, datetime],
    line: judging.Line | None,
    *,
    everybody: bool = False,
    told: Mapping[str, Any] | None = None,
) -> Judged:
    """The graph after an act, and the run closed in the book."""
    number, at = run
    done = await settle(connection, rules, at, everybody=everybody)
    detail = {"kind": "judgement", "moved": done.moved, **(told or {})}
    outcome = {"status": "complete", "error": None, "detail": detail}
    await runs.finish(connection, number, at, {}, outcome)
    booked = replace(done, run=number)
    return (
        booked
        if line is None
        else replace(booked, line=line.id, in_force=line.in_force, written=line.written)
    )


@asynccontextmanager
async def _run(database: Database) -> AsyncIterator[tuple[AsyncConnection, int, datetime]]:
    """The transaction of a run of the hub itself; one that fails is closed in the book."""
    run, at = await runs.begin(database, NO_SOURCE)
    try:
        async with database.connect() as connection:
            yield connection, run, at
    except BaseException as error:
        await runs.fail(database, run, at, f"judgement_failed: {type(error).__name__}")
        raise


async def settle(
    connection: AsyncConnection, rules: Rules, at: datetime, *, everybody: bool = False
) -> Judged:
    """Clusters anew what `judged_mention` touches, and folds whom that moves.

    Args:
        connection: In the run's transaction, after edges came or ended.
        rules: What the fold goes by.
        at: Instant of recording, UTC.
        everybody: All clusters.
    """
    moved = await gather(connection, everybody=everybody)
    await move(connection, at)
    if not moved:
        return Judged(0)
    for statement in STAGE:
        await connection.execute(text(statement))
    fold = Fold(Script(connection, {"at": at, "today": day_of(at)}), kin=True)
    persons = await fold_run(fold, rules.order, rules.attributes)
    await tell_cases(connection, at)
    return Judged(0, moved=moved, persons=persons)
