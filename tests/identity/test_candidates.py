"""Candidates: proposed set by set, again without effect, and once dismissed left alone until more speaks for them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hub.identity.candidates import Search, propose, stage
from hub.store.sql import text
from tests.ingest.builders import Desk

DAWN = datetime(2026, 7, 1, tzinfo=UTC)
STANDING = """
    select mention_a, mention_b, kind, score, evidence from candidate where upper_inf(recorded) order by 1, 2, 3
"""
WAITING = "select mention_a from candidate where upper_inf(recorded) and dismissed is null order by 1"
Pair = tuple[int, int, float, dict[str, str]]


async def proposed(
    desk: Desk, hour: int, *pairs: Pair, kind: str = "nik_typo", **told: Any
) -> tuple[int, int]:
    """Proposes pairs of one detector at an hour; returns how many rows were opened and closed."""
    await desk.connection.execute(text("drop table if exists stage_candidate"))
    lines = []
    for a, b, score, evidence in pairs:
        quoted = json.dumps(evidence).replace('"', '""')
        lines.append(f'{a},{b},{kind},{score},"{quoted}"')
    relation = await stage(desk.connection, "\n".join(lines).encode())
    at = DAWN + timedelta(hours=hour)
    return await propose(desk.connection, relation, Search([kind], **told), at)


async def dismiss(desk: Desk, hour: int) -> None:
    """Dismisses whatever waits."""
    given = {"at": DAWN + timedelta(hours=hour)}
    update = "update candidate set dismissed = :at, dismissed_by = 'budi' where dismissed is null"
    await desk.connection.execute(text(update), given)


async def test_a_proposal_made_again_writes_nothing(desk: Desk) -> None:
    pairs: list[Pair] = [
        (32, 16, 0.5, {"nik": "typo"}),
        (16, 48, 0.7, {}),
        (64, 64, 1, {}),
        (16, 32, 0.4, {}),
    ]
    assert await proposed(desk, 0, *pairs) == (2, 0)
    assert await desk.rows(STANDING) == [
        (16, 32, "nik_typo", 0.5, {"nik": "typo"}),
        (16, 48, "nik_typo", 0.7, {}),
    ]
    assert await proposed(desk, 1, *reversed(pairs)) == (0, 0)


async def test_what_is_found_no_longer_is_closed_for_whom_the_detector_looked_at(desk: Desk) -> None:
    await proposed(desk, 0, (16, 32, 0.5, {}), (48, 64, 0.5, {}))
    await proposed(desk, 0, (16, 32, 0.5, {}), kind="address")
    await desk.connection.execute(
        text("create temp table seen on commit drop as select 64::bigint as mention_id")
    )
    assert await proposed(desk, 1, looked_at="seen") == (0, 1)
    assert [row[:3] for row in await desk.rows(STANDING)] == [(16, 32, "address"), (16, 32, "nik_typo")]
    assert await proposed(desk, 2) == (0, 1)
    assert await desk.rows("select count(*) from candidate") == [(3,)]


async def test_a_dismissed_pair_stays_dismissed_whichever_detector_names_it(desk: Desk) -> None:
    await proposed(desk, 0, (16, 32, 0.5, {"nik": "typo", "name": "agrees"}))
    await dismiss(desk, 1)
    await proposed(desk, 2, (16, 32, 0.58, {"nik": "typo"}))
    await proposed(desk, 3, (16, 32, 0.5, {"name": "equal"}), kind="demographic")
    assert await desk.column(WAITING) == []
    await proposed(desk, 4)
    await proposed(desk, 5, (16, 32, 0.5, {"nik": "typo"}))
    assert await desk.column(WAITING) == []


async def test_a_dismissed_pair_waits_again_once_another_field_speaks(desk: Desk) -> None:
    await proposed(desk, 0, (16, 32, 0.5, {"nik": "typo"}), (48, 64, 0.5, {"nik": "typo"}))
    await dismiss(desk, 1)
    await proposed(desk, 2, (16, 32, 0.5, {"nik": "typo", "mother": "equal"}), (48, 64, 0.5, {"nik": "typo"}))
    assert await desk.column(WAITING) == [16]
    await dismiss(desk, 3)
    await proposed(desk, 4, (16, 32, 0.5, {"mother": "equal"}), (48, 64, 0.5, {"nik": "typo"}))
    assert await desk.column(WAITING) == []


async def test_a_score_that_creeps_up_is_held_against_what_was_dismissed(desk: Desk) -> None:
    await proposed(desk, 0, (16, 32, 0.5, {"nik": "typo"}))
    await dismiss(desk, 1)
    await proposed(desk, 2, (16, 32, 0.55, {"nik": "typo"}))
    assert await desk.column(WAITING) == []
    await proposed(desk, 3, (16, 32, 0.62, {"nik": "typo"}), model="m2")
    assert await desk.column(WAITING) == [16]
    assert await desk.column("select model from candidate where upper_inf(recorded)") == ["m2"]
