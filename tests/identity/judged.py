"""Judgements on a desk: what reviewers say of two of its records, put to effect in the desk's transaction."""

from hub.domain.clock import start_of
from hub.graph.checks import faults
from hub.identity import judging
from hub.identity.clusters import gather
from hub.identity.moving import move
from hub.ingest import runs
from hub.registry.attributes import NO_ATTRIBUTES
from hub.store.sql import text
from hub.workflow.dump import ORDERED, PARTS, PREPARE, SNAPSHOT
from hub.workflow.judging import Judged, Rules, settle
from tests.graph_builders import day
from tests.ingest.builders import Desk

MENTION = "select min(entry_id) * 16 from source_record where record_key = :key"
CLUSTERS = """
    select array_agg(distinct r.record_key order by r.record_key) from cluster_member m
    join source_record r on r.entry_id = m.mention_id / 16 where upper_inf(m.recorded) group by m.person_id order by 1
"""
BOOKED = """
    insert into run (source_id, started, finished, status, detail)
    values (0, :at, :at, 'complete', '{"kind": "judgement"}')
"""
#: What a judgement itself adds stands in the log; all else is as it was once it is taken back.
HELD = tuple(part for part in PARTS if part not in ("edge", "judging", "candidate"))


async def clusters(desk: Desk) -> list[list[str]]:
    """Record keys of each person."""
    return await desk.column(CLUSTERS)


async def mention(desk: Desk, key: str) -> int:
    """The mention of a record."""
    return int((await desk.column(MENTION, key=key))[0])


async def act(desk: Desk, on: str, actor: str = "ani") -> judging.Act:
    """The next instant of a day, booked as a run of the hub."""
    await desk.connection.execute(text("discard temp"))
    desk.run += 1
    first = day(on)
    assert first
    made = judging.Act(actor, start_of(first) + runs.TICK * desk.run, desk.run)
    await desk.connection.execute(text(BOOKED), {"at": made.at})
    return made


async def folded(desk: Desk, made: judging.Act) -> Judged:
    """The graph after an act; what must hold after any is looked at here."""
    done = await settle(desk.connection, Rules(desk.survivorship, NO_ATTRIBUTES), made.at)
    assert await faults(desk.connection) == []
    return done


async def judge(desk: Desk, one: str, other: str, judgement: str, **by: str) -> judging.Line:
    """Judges two records by their keys; `actor` and `on` (a day) may be told."""
    made = await act(desk, by.get("on", "2026-08-01"), by.get("actor", "ani"))
    pair = (await mention(desk, one), await mention(desk, other))
    line = await judging.judge(desk.connection, pair, judgement, made, ("paid_in_both", "both_confirmed"))
    await folded(desk, made)
    return line


async def undo(desk: Desk, line: int, on: str = "2026-09-01") -> None:
    """Takes a judgement back."""
    made = await act(desk, on)
    await judging.undo(desk.connection, line, made)
    await folded(desk, made)


async def clustered(desk: Desk, one: str, other: str, judgement: str) -> judging.Line:
    """Judges two records and lets the clusters follow, but not the graph."""
    made = await act(desk, "2026-08-01")
    pair = (await mention(desk, one), await mention(desk, other))
    line = await judging.judge(desk.connection, pair, judgement, made, ())
    await gather(desk.connection)
    await move(desk.connection, made.at)
    return line


async def elsewhere(desk: Desk) -> int:
    """How many mentions stand for somebody else than the edges say."""
    await desk.connection.execute(text("discard temp"))
    return await gather(desk.connection, everybody=True)


async def held(desk: Desk) -> list[str]:
    """The canonical dump, but for the judgements themselves."""
    await desk.connection.execute(text("discard temp"))
    for statement in PREPARE:
        if statement != SNAPSHOT:
            await desk.connection.execute(text(statement))
    return [line for part in HELD for line in await desk.column(ORDERED.format(part=PARTS[part]))]
