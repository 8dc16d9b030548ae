"""What a person asks has its clock, is only added to, and a restriction withholds from the moment it is asked for."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy.exc import DBAPIError

from hub.access.cases import Asked, Case, cases, note, open_case
from hub.access.restrictions import covering
from hub.domain import clock
from hub.errors import InputError
from hub.registry.rights import Kind, load_rights
from hub.settings import default_config_dir
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text
from tests.graph_builders import Graph, uid

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
RIGHTS = load_rights(default_config_dir())
SITI = uid("person", 1)
FINDING, OTHERS = uid("finding", 1), uid("finding", 2)


@pytest_asyncio.fixture
async def connection(fresh_database: Database) -> AsyncIterator[AsyncConnection]:
    """A connection to a hub that knows Siti."""
    story = Graph().basics()
    story.person("SITI", "3320014101909001")
    story.person("BUDI")
    story.anchored(2)
    assert (story.found(1), story.found(2)) == (FINDING, OTHERS)
    await story.store(fresh_database)
    with clock.pin(NOW):
        async with fresh_database.connect() as opened:
            yield opened


async def opened(connection: AsyncConnection, kind: Kind = "correction", **given: Any) -> UUID:
    needs: dict[str, dict[str, Any]] = {"correction": {"registry": "pkh"}, "objection": {"finding": FINDING}}
    asked = Asked(kind, SITI, "Nama saya SITI AMINAH", **(needs.get(kind, {}) | given))
    return await open_case(connection, asked, RIGHTS, "ani")


async def told(connection: AsyncConnection, case: UUID) -> Case:
    return (await cases(connection, uid=case))[0]


async def test_a_correction_is_routed_to_its_registry_and_due_in_three_days(
    connection: AsyncConnection,
) -> None:
    found = await told(connection, await opened(connection))
    assert [one.event for one in found.events] == ["opened", "routed"]
    assert (found.events[1].note, found.due) == ("pkh", NOW + timedelta(hours=72))
    assert not found.overdue(found.due - timedelta(seconds=1))
    assert found.overdue(found.due)


async def test_what_became_of_a_case_is_added_until_it_is_closed(connection: AsyncConnection) -> None:
    case = await opened(connection, "objection")
    assert (await note(connection, case, "told", "budi", "surat 1")).standing == "open"
    found = await note(connection, case, "granted", "budi", None)
    assert (found.standing, found.overdue(found.due)) == ("granted", False)
    assert [(one.event, one.actor) for one in found.events] == [
        ("opened", "ani"),
        ("told", "budi"),
        ("granted", "budi"),
    ]
    with pytest.raises(InputError, match="the case is granted"):
        await note(connection, case, "refused", "budi", "tidak")


@pytest.mark.parametrize(("outcome", "stays"), [("granted", True), ("refused", False), ("withdrawn", False)])
async def test_a_restriction_withholds_until_it_is_decided_otherwise(
    connection: AsyncConnection, outcome: Any, stays: bool
) -> None:
    case = await opened(connection, "restriction")
    assert [one.person for one in await covering(connection)] == [SITI]
    await note(connection, case, outcome, "budi", "karena")
    assert [one.person for one in await covering(connection)] == [SITI] * stays


async def test_a_refusal_says_why(connection: AsyncConnection) -> None:
    case = await opened(connection, "access")
    for why in (None, " "):
        with pytest.raises(InputError, match="says why"):
            await note(connection, case, "refused", "budi", why)


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        (Asked("correction", SITI, "x"), "case_unfit"),
        (Asked("objection", SITI, "x"), "case_unfit"),
        (Asked("access", SITI, " "), "case_unfit"),
        (Asked("correction", SITI, "x", registry="nobody"), "unknown_registry"),
        (Asked("access", UUID(int=9), "x"), "unknown_person"),
        (Asked("objection", SITI, "x", finding=OTHERS), "unknown_finding"),
    ],
)
async def test_a_case_that_cannot_be_answered_is_not_opened(
    connection: AsyncConnection, asked: Asked, code: str
) -> None:
    with pytest.raises(InputError) as refused:
        await open_case(connection, asked, RIGHTS, "ani")
    assert refused.value.code == code
    with pytest.raises(InputError) as unknown:
        await note(connection, UUID(int=1), "granted", "ani", None)
    assert unknown.value.code == "unknown_case"


@pytest.mark.parametrize("table", ["rights_case", "rights_event", "breach"])
async def test_nobody_changes_a_case_and_the_reading_role_sees_none(
    fresh_database: Database, table: str
) -> None:
    for role, verb in ((Role.APP, "select * from"), (Role.INGEST, "delete from"), (Role.INGEST, "truncate")):
        async with fresh_database.connect(role) as connection:
            with pytest.raises(DBAPIError, match="permission denied"):
                await connection.execute(text(f"{verb} {table}"))


async def test_cases_come_by_when_they_are_due(connection: AsyncConnection) -> None:
    first = await opened(connection, "access")
    with clock.pin(NOW - timedelta(days=1)):
        earlier = await opened(connection)
    assert [one.uid for one in await cases(connection)] == [earlier, first]
    assert [one.uid for one in await cases(connection, person=UUID(int=1))] == []
