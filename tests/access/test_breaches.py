"""A breach touches whom the ledger says, by window, caller and agreement, and no one else."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.access.breaches import Breach, Window, breaches, note_breach, touched
from hub.access.sealing import ledger_keys, seal_waiting
from hub.errors import InputError
from hub.registry.rights import load_rights
from hub.settings import default_config_dir
from hub.store.database import Database
from hub.store.sql import text
from tests.access.test_sealing import leave
from tests.graph_builders import Graph, uid

RIGHTS = load_rights(default_config_dir())
START = datetime(2026, 11, 1, tzinfo=UTC)
DAY = timedelta(days=1)
LEAVE = text(
    "insert into hub.ledger_inbox (at, caller, agreement, purpose, request, operation, fields, subjects, answers)"
    " values (:at, :caller, :agreement, 'verivali', gen_random_uuid(), 'ab', :fields, :subjects, 1)"
)


@pytest.fixture(scope="module")
def hub(database: Database) -> Database:
    from tests.conftest import wait_for

    story = Graph().basics()
    for name in ("SITI", "BUDI", "TINI"):
        story.person(name)
    story.anchored(3)
    wait_for(story.store(database))
    wait_for(_disclosed(database))
    return database


async def _disclosed(database: Database) -> None:
    rows: list[dict[str, Any]] = [
        {
            "at": START,
            "caller": "dinsos/a",
            "agreement": "pks-1@1",
            "fields": ["Person.name"],
            "subjects": [1, 2],
        },
        {
            "at": START + DAY,
            "caller": "dinsos/b",
            "agreement": "pks-1@2",
            "fields": ["Person.nik"],
            "subjects": [2, 99],
        },
        {
            "at": START + 2 * DAY,
            "caller": "dinsosial/a",
            "agreement": "pks-2@1",
            "fields": ["Person.nik"],
            "subjects": [3],
        },
    ]
    async with database.administer() as connection:
        for row in rows:
            await connection.execute(LEAVE, row | {"subjects": list(map(str, row["subjects"]))})
        await connection.commit()
    await seal_waiting(database, ledger_keys(database.roles))


@pytest.mark.parametrize(
    ("window", "persons", "lines"),
    [
        (Window(START, START + 3 * DAY), [1, 2, 3], 3),
        (Window(START, START + DAY), [1, 2], 1),
        (Window(START + DAY, START + 2 * DAY), [2], 1),
        (Window(START, START + 3 * DAY, caller="dinsos"), [1, 2], 2),
        (Window(START, START + 3 * DAY, caller="dinsos/b"), [2], 1),
        (Window(START, START + 3 * DAY, agreement="pks-1"), [1, 2], 2),
        (Window(START + 3 * DAY, START + 4 * DAY), [], 0),
    ],
)
async def test_whom_a_window_touches(hub: Database, window: Window, persons: list[int], lines: int) -> None:
    found = await touched(hub, window)
    assert set(found.persons) == {uid("person", number) for number in persons}
    assert found.lines == lines
    assert sum(found.callers.values()) == lines
    assert (found.first is None) == (lines == 0)


async def test_who_stood_on_a_card_or_in_a_household_that_was_told_of_is_touched(
    fresh_database: Database,
) -> None:
    story = Graph().basics()
    siti, budi, tini = (story.person(name) for name in ("SITI", "BUDI", "TINI"))
    story.anchored(3)
    card = story.card("3320010101209001")
    story.member(siti, card)
    house = story.household(budi)
    await story.store(fresh_database)
    await leave(fresh_database, [f"c{card}"], [f"h{house}"], [])
    found = await touched(
        fresh_database, Window(datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))
    )
    assert set(found.persons) == {uid("person", siti), uid("person", budi)}
    assert (found.unknown, found.lines) == (0, 3)
    assert uid("person", tini) not in found.persons


async def test_persons_whom_the_hub_knows_no_more_are_counted(hub: Database) -> None:
    found = await touched(hub, Window(START, START + 3 * DAY))
    assert (found.unknown, found.fields) == (1, {"Person.name": 1, "Person.nik": 2})


async def test_the_clock_of_a_breach_runs_from_when_it_was_known(hub: Database) -> None:
    one = Breach(
        UUID(int=0), START + 5 * DAY, START, Window(START, START + DAY), "kata sandi bocor", "diganti"
    )
    async with hub.connect() as connection:
        made = await note_breach(connection, one, RIGHTS, "ani")
        [found] = await breaches(connection, made)
    assert found.due == one.known + timedelta(hours=72)
    assert (found.window, found.how, found.handling) == (one.window, one.how, one.handling)


@pytest.mark.parametrize(("since", "until", "known"), [(1, 1, 2), (2, 1, 3), (1, 2, 0)])
async def test_a_window_that_cannot_be_is_refused(hub: Database, since: int, until: int, known: int) -> None:
    window = Window(START + since * DAY, START + until * DAY)
    async with hub.connect() as connection:
        with pytest.raises(InputError) as refused:
            await note_breach(
                connection, Breach(UUID(int=0), START + known * DAY, START, window, "x", "y"), RIGHTS, "ani"
            )
    assert refused.value.code == "breach_window"
