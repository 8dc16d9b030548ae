"""Row-level security: the reading role sees what its signed context reaches, in every table."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import Column, Table, insert, text
from sqlalchemy import types as sql
from sqlalchemy.dialects import postgresql as pg
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.exc import DBAPIError

from hub.access.areas import NATIONAL_KEYS as NATIONAL
from hub.access.context import EVERY_SCOPE, Reach, sign
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection
from hub.store.tables import metadata
from tests.conftest import wait_for

LO, HI = 3320010000, 3320019999
Keys = tuple[int, int]
#: (event, home): at both bounds, within, a mover who left (event within), a mover who came (home within).
INSIDE: list[Keys] = [
    (LO, LO),
    (HI, HI),
    (3320012001, 3320012001),
    (3320012001, HI + 1),
    (LO - 1, 3320012001),
]
#: One beyond each bound, far away, and of no known area.
OUTSIDE: list[Keys] = [(LO - 1, LO - 1), (HI + 1, HI + 1), (LO - 1, HI + 1), (1101012001, 1101012001), (0, 0)]
GUARDED = [table for table in metadata.sorted_tables if "home_area_key" in table.c]
#: Scopes by their numbers, of which one opens a table; those left out are opened by provenance.
ANY, IDENTITY, FAMILY, ENROLLMENT, PAYMENT, SCORE, STATUSES, EXCLUSION, PROVENANCE = (
    (*range(11),), 0, (2,), (3,), (4,), (5,), (7,), 8, 10,
)  # fmt: skip
OPENED: dict[str, tuple[int, ...]] = {
    "person": ANY, "person_state": (IDENTITY,), "cluster_member": ANY, "relocation": ANY, "withdrawal": ANY,
    "observation": ANY, "claim_observation": ANY,
    "family_card": FAMILY, "membership": FAMILY, "household": FAMILY, "household_member": FAMILY,
    "social_group": FAMILY, "group_member": FAMILY, "institution": FAMILY,
    "enrollment": ENROLLMENT, "benefit": PAYMENT, "benefit_event": PAYMENT,
    "score": SCORE, "person_attributes": SCORE, "family_attributes": SCORE, "status": STATUSES,
    "claim_identifier": (IDENTITY, PROVENANCE), "claim_enrollment": (*ENROLLMENT, PROVENANCE),
    "source_record": (*ENROLLMENT, PROVENANCE), "claim_benefit": (*PAYMENT, PROVENANCE),
    "claim_dwelling": (*FAMILY, PROVENANCE), "claim_status": (), "quarantine": (),
    "finding": (EXCLUSION,), "audit_case": (EXCLUSION,), "case_event": (EXCLUSION,),
    "overlap_person": (EXCLUSION,), "overlap_cell": (EXCLUSION,),
}  # fmt: skip
#: Beside each other scope: no person here is known to be grown. Statuses of no list that is known are sensitive, and
#: a refused row may state any.
CHILDREN = 1 << 9
numbers = count(1)

VALUES: list[tuple[type[Any], Callable[[], Any]]] = [
    (pg.DATERANGE, lambda: Range(date(2026, 1, 1), None, bounds="[)")),
    (pg.TSTZRANGE, lambda: Range(datetime(2026, 1, 1, tzinfo=UTC), None, bounds="[)")),
    (pg.JSONB, dict),
    (sql.ARRAY, list),
    (sql.Uuid, uuid4),
    (sql.DateTime, lambda: datetime(2026, 1, 1, tzinfo=UTC)),
    (sql.Date, lambda: date(2026, 1, 1)),
    (sql.Float, lambda: 0.5),
    (sql.Boolean, bool),
    (sql.Integer, lambda: next(numbers)),
    (sql.Text, lambda: str(next(numbers))),
]


def value_for(column: Column[Any]) -> Any:
    """Any value that the column takes, another one each time where it has to be unique."""
    return next(make() for kind, make in VALUES if isinstance(column.type, kind))


def row_of(table: Table, keys: Keys) -> dict[str, Any]:
    """A row with these areas and as little else as the table demands."""
    needed = [c for c in table.columns if not c.nullable and c.server_default is None and c.identity is None]
    return {column.name: value_for(column) for column in needed} | {
        "event_area_key": keys[0],
        "home_area_key": keys[1],
    }


@pytest.fixture(scope="module")
def seeded(database: Database) -> Database:
    """Every guarded table with rows on both sides of both bounds."""

    async def seed() -> None:
        async with database.connect() as connection:
            for table in GUARDED:
                await connection.execute(insert(table), [row_of(table, keys) for keys in INSIDE + OUTSIDE])
            await connection.commit()

    wait_for(seed())
    return database


@pytest_asyncio.fixture
async def app(seeded: Database) -> AsyncIterator[AsyncConnection]:
    """A connection as the reading role."""
    async with seeded.connect(Role.APP) as connection:
        yield connection


def signed(database: Database, areas: Keys = (LO, HI), **options: Any) -> str:
    return sign(database.roles.derive("context"), Reach([areas], EVERY_SCOPE, "test", "test"), **options)


async def enter(connection: AsyncConnection, context: str | None) -> bool:
    return bool(await connection.scalar(text("select hub.enter(:context)"), {"context": context}))


async def seen(connection: AsyncConnection) -> dict[str, list[Keys]]:
    """What each guarded table shows: the area keys of its rows, sorted."""
    found = {}
    for table in GUARDED:
        rows = await connection.execute(text(f"select event_area_key, home_area_key from {table.name}"))
        found[table.name] = sorted((row[0], row[1]) for row in rows)
    return found


def all_tables(rows: list[Keys]) -> dict[str, list[Keys]]:
    return {table.name: sorted(rows) for table in GUARDED}


OFFICER = {"rights_case", "rights_event", "breach", "breach_event", "act"}
"""Tables of whoever answers for personal data: no area opens them, and the reading role sees none of them."""
PARTNERS = {table.name for table in metadata.sorted_tables if table.name.startswith("spdci_")} | {
    "handed_file"
}
"""What exchanges by SPDCI leave, and which files were handed over: likewise."""


BY_MENTION = {"candidate", "judging"}
"""Tables of pairs: seen by whoever sees both persons, as the policies of the clusters say."""


async def test_every_table_with_area_keys_is_guarded_and_forced(database: Database) -> None:
    query = "select relname from pg_class where relrowsecurity and relforcerowsecurity"
    async with database.administer() as connection:
        found = {row[0] for row in await connection.execute(text(query))}
    ledger = {"ledger_inbox", "ledger", "ledger_subject", "ledger_checkpoint"}
    assert found == {table.name for table in GUARDED} | ledger | OFFICER | PARTNERS | BY_MENTION


async def test_a_table_with_a_person_has_both_area_keys() -> None:
    growing = {table.name for table in metadata.sorted_tables if "person_id" in table.c}
    assert growing - OFFICER <= {table.name for table in GUARDED}
    assert all("event_area_key" in table.c for table in GUARDED)


async def test_without_a_context_no_row_shows(app: AsyncConnection) -> None:
    assert await seen(app) == all_tables([])


async def test_with_a_context_exactly_the_rows_in_reach_show(seeded: Database, app: AsyncConnection) -> None:
    assert await enter(app, signed(seeded))
    assert await seen(app) == all_tables(INSIDE)


async def test_national_reach_shows_the_rows_of_no_known_area_too(
    seeded: Database, app: AsyncConnection
) -> None:
    assert await enter(app, signed(seeded, NATIONAL))
    assert await seen(app) == all_tables(INSIDE + OUTSIDE)


async def test_a_single_area_shows_itself_alone(seeded: Database, app: AsyncConnection) -> None:
    assert await enter(app, signed(seeded, (HI + 1, HI + 1)))
    assert await seen(app) == all_tables([keys for keys in INSIDE + OUTSIDE if HI + 1 in keys])


async def test_several_areas_show_their_rows_and_nothing_between_them(
    seeded: Database, app: AsyncConnection
) -> None:
    ends = Reach([(LO - 1, LO - 1), (HI, HI), (HI + 1, HI + 1)], EVERY_SCOPE, "test")
    assert await enter(app, sign(seeded.roles.derive("context"), ends))
    keys = {key for lo, hi in ends.ranges for key in (lo, hi)}
    assert await seen(app) == all_tables([each for each in INSIDE + OUTSIDE if keys & set(each)])


async def test_a_context_of_several_areas_leaves_nothing_to_one_of_a_single_area(
    seeded: Database, app: AsyncConnection
) -> None:
    several = Reach([(1, 1), (HI + 1, HI + 1)], EVERY_SCOPE, "test")
    assert await enter(app, sign(seeded.roles.derive("context"), several))
    assert await enter(app, signed(seeded))
    assert await seen(app) == all_tables(INSIDE)


@pytest.mark.parametrize(
    "reach", [Reach([], EVERY_SCOPE, "test"), Reach([], 0, "test")], ids=["scopes", "none"]
)
async def test_no_area_shows_no_row(seeded: Database, app: AsyncConnection, reach: Reach) -> None:
    assert await enter(app, sign(seeded.roles.derive("context"), reach))
    assert await seen(app) == all_tables([])


@pytest.mark.parametrize("number", range(11))
async def test_one_scope_shows_the_tables_that_it_opens_and_no_other(
    seeded: Database, app: AsyncConnection, number: int
) -> None:
    reach = Reach([NATIONAL], 1 << number | CHILDREN, "test")
    assert await enter(app, sign(seeded.roles.derive("context"), reach))
    shown = {name for name, rows in (await seen(app)).items() if rows}
    opening = {number, CHILDREN.bit_length() - 1}
    assert shown == {table.name for table in GUARDED if opening & {*OPENED.get(table.name, (PROVENANCE,))}}


async def test_without_a_scope_nothing_that_speaks_of_a_person_shows(
    seeded: Database, app: AsyncConnection
) -> None:
    assert await enter(app, sign(seeded.roles.derive("context"), Reach([NATIONAL], 0, "test")))
    assert {name for name, rows in (await seen(app)).items() if rows} == {"observation", "claim_observation"}


async def test_nothing_shows_after_the_transaction(seeded: Database, app: AsyncConnection) -> None:
    for end in (app.commit, app.rollback):
        assert await enter(app, signed(seeded))
        await end()
        assert await seen(app) == all_tables([])
        await app.rollback()


async def test_a_refused_context_takes_away_the_one_before(seeded: Database, app: AsyncConnection) -> None:
    assert await enter(app, signed(seeded))
    assert not await enter(app, "")
    assert await seen(app) == all_tables([])


def _forged(database: Database) -> dict[str, str | None]:
    good = signed(database)
    payload, _, mac = good.rpartition(".")
    wider = payload.replace(str(HI), str(NATIONAL[1]))
    parts = payload.split(":")
    key, here = database.roles.derive("context"), Reach([(LO, HI)], EVERY_SCOPE, "test", "test")
    return {
        "null": None,
        "empty": "",
        "mac alone": mac,
        "no mac": payload,
        "wider": f"{wider}.{mac}",
        "zeros": f"{payload}.{'0' * 64}",
        "upper case": f"{payload}.{mac.upper()}",
        "seven parts": ":".join(parts[:7]) + f".{mac}",
        "nine parts": f"{payload}:more.{mac}",
        "letters for numbers": f"a:b:c:d:e:f:g:h.{mac}",
        "other key": sign(bytes(32), here),
        "expired": sign(key, here, timedelta(seconds=-1)),
        "other backend": sign(key, here, pid=1),
    }


@pytest.mark.parametrize(
    "kind",
    ["null", "empty", "mac alone", "no mac", "wider", "zeros", "upper case", "seven parts", "nine parts",
     "letters for numbers", "other key", "expired", "other backend"],
)  # fmt: skip
async def test_a_context_that_is_not_in_order_shows_no_row(
    seeded: Database, app: AsyncConnection, kind: str
) -> None:
    assert not await enter(app, _forged(seeded)[kind])
    assert await seen(app) == all_tables([])


@pytest.mark.parametrize("table", [table.name for table in GUARDED])
@pytest.mark.parametrize(
    "verb", ["insert into {} default values", "update {} set home_area_key = 1", "delete from {}"]
)
async def test_the_reading_role_cannot_write(
    seeded: Database, app: AsyncConnection, table: str, verb: str
) -> None:
    await enter(app, signed(seeded, NATIONAL))
    with pytest.raises(DBAPIError, match="permission denied"):
        await app.execute(text(verb.format(table)))


@pytest.mark.parametrize(
    "forgery",
    [
        "select set_config('hub.reach', '{0,10000000000}', true), set_config('hub.scopes', '1', true)",
        "update pg_settings set setting = '0' where name = 'search_path'",
        "with x as (select set_config('hub.reach', '{0,10000000000}', true) as r) select r from x",
    ],
    ids=["set_config", "pg_settings", "in a common table expression"],
)
async def test_the_reading_role_cannot_say_itself_what_it_reaches(app: AsyncConnection, forgery: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied for function set_config"):
        await app.execute(text(forgery))


async def test_the_ledger_takes_lines_and_gives_none_back(seeded: Database, app: AsyncConnection) -> None:
    assert await enter(app, signed(seeded))
    ledger = metadata.tables["hub.ledger_inbox"]
    await app.execute(insert(ledger).values(**_line(ledger)).inline())
    for statement in (
        "select * from ledger_inbox",
        "delete from ledger_inbox",
        "update ledger_inbox set answers = 0",
    ):
        async with app.begin_nested():
            with pytest.raises(DBAPIError, match="permission denied"):
                await app.execute(text(statement))
            await app.get_nested_transaction().rollback()  # type: ignore[union-attr]


def _line(ledger: Table) -> dict[str, Any]:
    """What the statement says itself; who asked and for what is the context's."""
    told = ("request", "operation", "fields", "subjects", "answers")
    return {name: value_for(ledger.columns[name]) for name in told}


async def test_the_owner_is_bound_by_the_policies_too(seeded: Database) -> None:
    async with seeded.administer() as connection:
        await connection.execute(text(f'set role "{seeded.roles.name(Role.OWNER)}"'))
        assert await connection.scalar(text("select count(*) from hub.person")) == 0


#: What runs with the rights of the owner for the reading role: entry, yes or no about a row, two numbers,
#: cursors, signed and looked at, and the number of the record that a version is of.
DEFINERS = {
    "enter", "looks_on", "withheld_set", "child", "closed_record", "foreign_payment", "foreign_record", "spend",
    "ledger_waits_since", "withheld_case", "child_case", "feed_cursor", "feed_position", "entry_of",
    "withheld_words", "speaks_of",
}  # fmt: skip


async def test_nothing_that_runs_with_the_rights_of_another_is_in_reach_but_what_is_known(
    database: Database,
) -> None:
    """Views would show every row, and so would functions of the owner."""
    async with database.administer() as connection:
        app = {"app": database.roles.name(Role.APP)}
        views = (
            "select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'hub'::regnamespace"
            " and has_table_privilege(:app, oid, 'select')"
        )
        assert list(await connection.scalars(text(views), app)) == []
        functions = (
            "select proname from pg_proc where prosecdef and pronamespace = 'hub'::regnamespace"
            " and has_function_privilege(:app, oid, 'execute')"
        )
        assert set(await connection.scalars(text(functions), app)) == DEFINERS
        might = "select rolsuper or rolbypassrls or rolcreaterole or rolcreatedb from pg_roles where rolname = :app"
        assert await connection.scalar(text(might), app) is False
        owned = "select count(*) from pg_class c join pg_roles r on r.oid = c.relowner where r.rolname = :app"
        assert await connection.scalar(text(owned), app) == 0


async def test_a_pair_shows_where_both_of_its_persons_show(seeded: Database, app: AsyncConnection) -> None:
    here, there, known = (
        (LO, LO),
        (HI + 1, HI + 1),
        Range(datetime(2026, 1, 1, tzinfo=UTC), None, bounds="[)"),
    )
    members, pairs = metadata.tables["hub.cluster_member"], metadata.tables["hub.candidate"]
    async with seeded.connect() as connection:
        for mention, keys in ((900016, here), (900032, here), (900048, there)):
            row = row_of(members, keys) | {"mention_id": mention, "recorded": known}
            await connection.execute(insert(members), row)
        for a, b in ((900016, 900032), (900016, 900048)):
            row = row_of(pairs, here) | {"mention_a": a, "mention_b": b, "score": 0.5, "recorded": known}
            await connection.execute(insert(pairs), {name: row[name] for name in row if name in pairs.c})
        await connection.commit()
    query = text("select mention_b from candidate order by 1")
    for areas, shown in (((LO, HI), [900032]), ((LO, HI + 1), [900032, 900048]), ((HI + 1, HI + 1), [])):
        assert await enter(app, signed(seeded, areas))
        assert list((await app.execute(query)).scalars()) == shown
    without = Reach([NATIONAL], EVERY_SCOPE & ~(1 << PROVENANCE), "test")
    assert await enter(app, sign(seeded.roles.derive("context"), without))
    assert list((await app.execute(query)).scalars()) == []
