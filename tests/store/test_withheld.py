"""Restricted and protected persons: no row of theirs shows in any table but to the purpose that may see them."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Table, insert
from sqlalchemy.exc import DBAPIError

from hub.access.areas import NATIONAL_KEYS
from hub.access.context import EVERY_SCOPE, WITHHELD, Reach, sign
from hub.access.restrictions import Decision, decide
from hub.domain import clock
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text
from hub.store.tables import claims, identity, metadata, provenance
from tests.conftest import _clone, wait_for
from tests.graph_builders import uid
from tests.store.test_security import row_of

HERE = (3320012001, 3320012001)
COVERED, OPEN = 1, 2
NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
#: Whose rows a table holds, and by which column one tells.
SUBJECT = {"person": "id", "edge": "mention_a"}
TABLES = [
    table
    for table in metadata.sorted_tables
    if "home_area_key" in table.c
    and ("person_id" in table.c or table.name in SUBJECT)
    # That somebody is seen no longer is told to who saw her (`tests/schema/test_withdrawals.py`).
    and table.name != "withdrawal"
]
RESTRICTED = Decision("processing", "restricted", "ani", "UU 27/2022 art. 41")


def _of(table: Table, person: int) -> dict[str, Any]:
    """A row of a person, whose only mention is in the record of the same number."""
    row = row_of(table, HERE) | {SUBJECT.get(table.name, "person_id"): person}
    if table is identity.person:
        row["uid"] = uid("person", person)
    for name in ("mention_id", "mention_a"):
        if name in table.c:
            row[name] = person << 4
    if table is provenance.source_record:
        row |= {"id": person, "entry_id": person}
    return row


@pytest.fixture(scope="module")
def seeded(database: Database) -> Database:
    """Every table with a row of one person who is covered and of one who is not."""

    async def seed() -> None:
        async with database.connect() as connection:
            for table in TABLES:
                await connection.execute(insert(table), [_of(table, person) for person in (COVERED, OPEN)])
            with clock.pin(NOW):
                await decide(connection, uid("person", COVERED), RESTRICTED)
            await connection.commit()

    wait_for(seed())
    return database


@pytest_asyncio.fixture
async def app(seeded: Database) -> AsyncIterator[AsyncConnection]:
    """A connection as the reading role."""
    async with seeded.connect(Role.APP) as connection:
        yield connection


async def shown(database: Database, app: AsyncConnection, scopes: int) -> dict[str, list[int]]:
    """Persons whose rows each table shows."""
    context = sign(database.roles.derive("context"), Reach([NATIONAL_KEYS], scopes, "test"))
    assert await app.scalar(text("select hub.enter(:context)"), {"context": context})
    found = {}
    for table in TABLES:
        column = SUBJECT.get(table.name, "person_id")
        rows = await app.scalars(text(f"select {column} from {table.name}"))
        found[table.name] = sorted(row >> 4 if column == "mention_a" else row for row in rows)
    return found


async def test_no_table_shows_a_row_of_a_person_who_is_covered(
    seeded: Database, app: AsyncConnection
) -> None:
    assert await shown(seeded, app, EVERY_SCOPE) == {table.name: [OPEN] for table in TABLES}


async def test_the_purpose_that_may_sees_every_row(seeded: Database, app: AsyncConnection) -> None:
    both = await shown(seeded, app, EVERY_SCOPE | WITHHELD)
    assert both == {table.name: [COVERED, OPEN] for table in TABLES}


async def test_a_record_that_names_somebody_covered_shows_under_no_other_name(
    fresh_database: Database,
) -> None:
    """A list of a family names the head first; a member of it is covered."""
    async with fresh_database.connect() as connection:
        for table in (identity.person, identity.cluster_member):
            await connection.execute(insert(table), [_of(table, person) for person in (COVERED, OPEN)])
        record = _of(provenance.source_record, OPEN) | {"id": COVERED, "entry_id": COVERED}
        await connection.execute(insert(provenance.source_record), [record])
        with clock.pin(NOW):
            await decide(connection, uid("person", COVERED), RESTRICTED)
        await connection.commit()
    async with fresh_database.connect(Role.APP) as app:
        for scopes, persons in ((EVERY_SCOPE, []), (EVERY_SCOPE | WITHHELD, [OPEN])):
            context = sign(fresh_database.roles.derive("context"), Reach([NATIONAL_KEYS], scopes, "test"))
            await app.execute(text("select hub.enter(:context)"), {"context": context})
            assert list(await app.scalars(text("select person_id from source_record"))) == persons


NIK = "3320014101909001"
SAID = {
    "nik": NIK,
    "nik_raw": f"'{NIK}",
    "no_kk": "3320010101209003",
    "name": "SITI AMINAH",
    "name_raw": "Hj. Siti 'Aminah",
}


@pytest.mark.parametrize(
    ("payload", "visible"),
    [
        ('["x", "siti  aminah", null]', False),
        ('["x", "HJ SITI AMINAH"]', False),
        ('{"nama": {"lengkap": "Siti Aminah"}}', False),
        (f'["nomor {NIK} rusak"]', False),
        (f'{{"nik": {NIK}}}', False),
        ('["3320.0101.0120.9003"]', False),
        ('["SITI", "AMINAH", "332001410190900"]', True),
        ("[]", True),
    ],
)
async def test_a_refused_row_shows_not_where_a_cell_names_somebody_covered(
    named: Database, payload: str, visible: bool
) -> None:
    async with named.administer() as connection:
        await connection.execute(text("truncate hub.quarantine"))
        await connection.commit()
    async with named.connect() as connection:
        refused = row_of(provenance.quarantine, HERE) | {"payload": payload}
        await connection.execute(insert(provenance.quarantine), [refused])
        await connection.commit()
    async with named.connect(Role.APP) as app:
        for scopes, seen in ((EVERY_SCOPE, visible), (EVERY_SCOPE | WITHHELD, True)):
            context = sign(named.roles.derive("context"), Reach([NATIONAL_KEYS], scopes, "test"))
            await app.execute(text("select hub.enter(:context)"), {"context": context})
            assert await app.scalar(text("select count(*) from quarantine")) == seen


@pytest.fixture(scope="module")
def named(database_template: Database, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A person who is covered, as a list names them, and nobody else."""

    async def seed(database: Database) -> None:
        async with database.connect() as connection:
            await connection.execute(insert(identity.person), [_of(identity.person, COVERED)])
            said = _of(claims.claim_person, COVERED) | SAID
            await connection.execute(insert(claims.claim_person), [said])
            with clock.pin(NOW):
                await decide(connection, uid("person", COVERED), RESTRICTED)
            await connection.commit()

    for clone in _clone(database_template, request.node.name):
        wait_for(seed(clone))
        yield clone


@pytest.mark.parametrize(
    "loss", ["delete from hub.withheld", "update hub.withheld set persons = '{(,)}', mentions = '{(,)}'"]
)
async def test_where_it_cannot_be_read_who_is_covered_everybody_is(
    fresh_database: Database, loss: str
) -> None:
    async with fresh_database.connect() as connection:
        for table in TABLES:
            await connection.execute(insert(table), [_of(table, OPEN)])
        await connection.commit()
    async with fresh_database.administer() as connection:
        await connection.execute(text(loss))
        await connection.commit()
    async with fresh_database.connect(Role.APP) as app:
        assert await shown(fresh_database, app, EVERY_SCOPE) == {table.name: [] for table in TABLES}


@pytest.mark.parametrize("table", ["restriction", "withheld"])
async def test_the_reading_role_learns_nothing_of_who_is_covered(app: AsyncConnection, table: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await app.execute(text(f"select * from {table}"))


@pytest.mark.parametrize("verb", ["update restriction set event = 'lifted'", "delete from restriction"])
async def test_a_decision_is_never_changed(seeded: Database, verb: str) -> None:
    async with seeded.connect() as connection:
        with pytest.raises(DBAPIError, match="permission denied"):
            await connection.execute(text(verb))
