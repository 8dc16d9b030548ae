"""A person is covered by a decision until a later one lifts it or its last day is over; unknown is protected."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import insert

from hub.access.restrictions import Decision, Event, bearers, cover, covering, decide, decided
from hub.domain import clock
from hub.errors import InputError
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text
from hub.store.tables import graph, identity
from tests.graph_builders import DESA, days, known, uid

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
NIK = "3320014101909001"
PERSONS = (1, 2, 3)
AREAS = {"event_area_key": DESA, "home_area_key": DESA}


def decision(event: Event = "restricted", **changed: Any) -> Decision:
    told: dict[str, Any] = {"kind": "processing", "actor": "ani", "basis": "UU 27/2022 art. 41"}
    return Decision(event=event, **(told | changed))


@pytest_asyncio.fixture
async def connection(database: Database) -> AsyncIterator[AsyncConnection]:
    """A connection with three persons, each with the mention of ten times his number, whose work is undone."""
    with clock.pin(NOW):
        async with database.connect() as opened:
            rows = [{"id": n, "uid": uid("person", n), "founded_by": n * 10, **AREAS} for n in PERSONS]
            await opened.execute(insert(identity.person), rows)
            for number in PERSONS:
                await member(opened, number * 10, number)
            yield opened
            await opened.rollback()


async def member(
    connection: AsyncConnection, mention: int, person: int, ended: datetime | None = None
) -> None:
    row = {
        "mention_id": mention,
        "person_id": person,
        "method": "founder",
        "recorded": known(end=ended),
        **AREAS,
    }
    await connection.execute(insert(identity.cluster_member), [row])


async def leave(connection: AsyncConnection, mention: int, to: int, at: datetime) -> None:
    """A mention is found to be another person's."""
    ended = "update cluster_member set recorded = tstzrange(lower(recorded), :at) where mention_id = :mention"
    await connection.execute(text(ended), {"at": at, "mention": mention})
    await member(connection, mention, to)


async def covered(connection: AsyncConnection) -> list[int]:
    """Who is withheld now."""
    return [n for n in PERSONS if await connection.scalar(
        text("select persons @> cast(:n as bigint) from withheld"), {"n": n})]  # fmt: skip


@pytest.mark.parametrize(("events", "covers"), [
    ([], []), (["asked"], [1]), (["restricted"], [1]), (["asked", "restricted"], [1]),
    (["asked", "refused"], []), (["restricted", "lifted"], []), (["restricted", "lifted", "restricted"], [1]),
])  # fmt: skip
async def test_the_newest_decision_tells_whether_a_person_is_covered(
    connection: AsyncConnection, events: Sequence[Event], covers: list[int]
) -> None:
    for event in events:
        await decide(connection, uid("person", 1), decision(event))
    assert await covered(connection) == covers
    assert [one.person for one in await covering(connection)] == [uid("person", n) for n in covers]
    assert [one.decision.event for one in await decided(connection)] == events


@pytest.mark.parametrize("event", [None, "", "LIFTED", "ended"])
async def test_an_event_that_cannot_be_read_covers(connection: AsyncConnection, event: str | None) -> None:
    await decide(connection, uid("person", 1), decision())
    raw = (
        "insert into restriction (subject_id, kind, event, at, actor, basis)"
        " values (1, 'processing', :event, :at, 'x', 'x')"
    )
    await connection.execute(text(raw), {"event": event, "at": NOW})
    await cover(connection)
    assert await covered(connection) == [1]


async def test_one_kind_is_lifted_without_the_other(connection: AsyncConnection) -> None:
    for kind in ("processing", "protected"):
        await decide(connection, uid("person", 1), decision(kind=kind))
    await decide(connection, uid("person", 1), decision("lifted"))
    assert [one.decision.kind for one in await covering(connection)] == ["protected"]
    assert await covered(connection) == [1]


@pytest.mark.parametrize(
    ("ends", "covers"), [(date(2026, 11, 28), []), (date(2026, 11, 29), [1]), (None, [1])]
)
async def test_its_last_day_is_the_one_before_its_end(
    connection: AsyncConnection, ends: date | None, covers: list[int]
) -> None:
    await decide(connection, uid("person", 1), decision(until=ends))
    assert (await covered(connection), len(await covering(connection))) == (covers, len(covers))


async def test_it_covers_before_its_first_day(connection: AsyncConnection) -> None:
    await decide(connection, uid("person", 1), decision(since=date(2026, 12, 24)))
    assert await covered(connection) == [1]


async def test_what_becomes_of_a_covered_person_stays_covered(connection: AsyncConnection) -> None:
    """A mention moves on twice; one that had left before the decision takes nobody along."""
    await member(connection, 11, 1, ended=NOW - timedelta(days=1))
    await member(connection, 11, 3)
    await decide(connection, uid("person", 1), decision())
    assert await covered(connection) == [1]
    await leave(connection, 10, 2, NOW + timedelta(days=1))
    assert await covered(connection) == [1, 2]
    await decide(connection, uid("person", 1), decision("lifted"))
    assert await covered(connection) == []


@pytest.mark.parametrize(("person", "made", "code"), [
    (9, decision(), "unknown_person"),
    (1, decision("lifted"), "not_restricted"),
    (1, decision("refused"), "not_restricted"),
    (1, decision(since=date(2026, 1, 2), until=date(2026, 1, 2)), "restriction_days"),
])  # fmt: skip
async def test_a_decision_that_does_not_fit_is_refused(
    connection: AsyncConnection, person: int, made: Decision, code: str
) -> None:
    with pytest.raises(InputError) as caught:
        await decide(connection, uid("person", person), made)
    assert caught.value.code == code
    assert await decided(connection) == []


async def test_whoever_bears_a_number_or_did_is_found(connection: AsyncConnection) -> None:
    for person, ended in ((1, None), (2, NOW)):
        row = {
            "person_id": person, "uid": uid("person", person), "nik": NIK, "nik_grade": 3, "stated_by": [],
            "valid": days("2020-01-01"), "recorded": known(end=ended), **AREAS,
        }  # fmt: skip
        await connection.execute(insert(graph.person_state), [row])
    assert set(await bearers(connection, NIK)) == {uid("person", 1), uid("person", 2)}
    assert await bearers(connection, "3320014101909099") == []
