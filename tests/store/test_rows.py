"""Rows are told apart by row-level security: sensitive statuses, children, programs that an agreement does not name."""

from collections.abc import AsyncIterator, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Table, insert

from hub.access.areas import NATIONAL_KEYS
from hub.access.context import EVERY_SCOPE, Reach, sign
from hub.domain import clock
from hub.registry.agencies import load_terms
from hub.registry.codes import load_pmks
from hub.settings import default_config_dir
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text
from hub.store.tables import claims, graph, provenance, reference
from tests.conftest import _clone, wait_for
from tests.graph_builders import days, known, uid
from tests.store.test_security import row_of
from tests.store.test_withheld import HERE, TABLES

TERMS = load_terms(default_config_dir())
GENERAL, SENSITIVE, EXCLUSION, CHILDREN, PROVENANCE = (1 << number for number in (6, 7, 8, 9, 10))
TODAY = clock.today()
EIGHTEEN_AGO = TODAY.replace(year=TODAY.year - 18) if (TODAY.month, TODAY.day) != (2, 29) else date(1, 1, 1)
#: A person by the birth date that the hub holds now; None: none.
BORN = {
    1: date(1980, 1, 1),
    2: EIGHTEEN_AGO,
    3: EIGHTEEN_AGO + timedelta(days=1),
    4: TODAY,
    5: None,
}
GROWN, UNKNOWN_PERSON = [1, 2], 6
STATUSES = [
    ("pmks", "8"),
    ("pmks", "16"),
    ("psks", "2"),
    ("flag", "PINDAH"),
    ("disability", "x"),
    ("new", "1"),
]
PROGRAMS = {"PKH": 1, "BPNT": 2, "PIP": 3}
OPENED = {GENERAL: [0, 2], SENSITIVE: [1, 4, 5], EXCLUSION: [3]}


def _row(table: Table, **values: Any) -> dict[str, Any]:
    return row_of(table, HERE) | values


def _state(person: int, born: date | None) -> dict[str, Any]:
    return _row(graph.person_state, person_id=person, uid=uid("person", person), birth_date=born,
                valid=days("2000-01-01"), recorded=known())  # fmt: skip


def _persons() -> list[tuple[Table, list[dict[str, Any]]]]:
    """Every table with a row of each person; of one nothing is known but these."""
    everyone = [*BORN, UNKNOWN_PERSON]
    found = [(graph.person_state, [_state(person, born) for person, born in BORN.items()])]
    others = [table for table in TABLES if "person_id" in table.c and table is not graph.person_state]
    return [*found, *((table, [_row(table, person_id=person) for person in everyone]) for table in others)]


def _stated() -> list[tuple[Table, list[dict[str, Any]]]]:
    """Statuses of nobody, each stated by the record of its number."""
    rows = [
        {"record_id": number, "scheme": scheme, "code": code, "person_id": None}
        for number, (scheme, code) in enumerate(STATUSES)
    ]
    return [
        (graph.status, [_row(graph.status, **row) for row in rows]),
        (claims.claim_status, [_row(claims.claim_status, **row) for row in rows]),
        (provenance.source_record, [_row(provenance.source_record, id=n, entry_id=n, person_id=None) for n, _ in
                                    enumerate(STATUSES)]),
    ]  # fmt: skip


def _served() -> list[tuple[Table, list[dict[str, Any]]]]:
    """What is told of each program by the record of its number; one record tells of all, one of none."""
    told: list[tuple[Table, list[dict[str, Any]]]] = [
        (reference.program, [{"id": n, "code": code, "name_id": "x", "name_en": "x", "owner": "x", "unit": "x",
                              "kind": "x"} for code, n in PROGRAMS.items()])
    ]  # fmt: skip
    for table in (graph.enrollment, graph.benefit, graph.social_group):
        numbered = [
            {"program_id": n} | ({"benefit_id": n} if table is graph.benefit else {})
            for n in PROGRAMS.values()
        ]
        told.append((table, [_row(table, **row) for row in numbered]))
    told.append((graph.social_group, [_row(graph.social_group, program_id=None)]))
    told.append(
        (
            graph.benefit_event,
            [_row(graph.benefit_event, benefit_id=n, person_id=None) for n in PROGRAMS.values()],
        )
    )
    codes = [*PROGRAMS.items(), *((code, 4) for code in PROGRAMS)]
    told.append(
        (claims.claim_enrollment, [_row(claims.claim_enrollment, program=c, record_id=n) for c, n in codes])
    )
    told.append((claims.claim_person, [_row(claims.claim_person, record_id=n) for n in range(1, 6)]))
    told.append((provenance.source_record, [
        _row(provenance.source_record, id=n, entry_id=n, person_id=None) for n in range(1, 6)]))  # fmt: skip
    told.append(
        (graph.status, [_row(graph.status, scheme="siks_ng_program", code=code) for code in PROGRAMS])
    )
    return told


async def _stored(database: Database, rows: Sequence[tuple[Table, list[dict[str, Any]]]]) -> None:
    async with database.connect() as connection:
        for table, found in rows:
            await connection.execute(insert(table), found)
        scopes = [row._asdict() for row in TERMS.status_scopes()]
        await connection.execute(insert(reference.status_scope), scopes)
        await connection.commit()


@pytest.fixture(scope="module")
def seeded(database: Database) -> Database:
    """Persons of every age in every table."""
    wait_for(_stored(database, _persons()))
    return database


@pytest_asyncio.fixture
async def app(seeded: Database) -> AsyncIterator[AsyncConnection]:
    async with seeded.connect(Role.APP) as connection:
        yield connection


async def enter(
    database: Database, app: AsyncConnection, scopes: int, programs: frozenset[str] | None = None
) -> None:
    reach = Reach([NATIONAL_KEYS], scopes, "test", programs=programs)
    context = sign(database.roles.derive("context"), reach)
    assert await app.scalar(text("select hub.enter(:context)"), {"context": context})


async def values(app: AsyncConnection, table: str, column: str) -> list[Any]:
    return sorted(
        await app.scalars(text(f"select {column} from {table}")), key=lambda one: (one is None, one)
    )


OF_PERSONS = [table.name for table in TABLES if "person_id" in table.c and table is not graph.person_state]


async def test_no_table_shows_a_row_of_a_child_or_of_one_whose_age_is_not_known(
    seeded: Database, app: AsyncConnection
) -> None:
    await enter(seeded, app, EVERY_SCOPE ^ CHILDREN)
    assert await values(app, "person_state", "person_id") == GROWN
    assert {name: await values(app, name, "person_id") for name in OF_PERSONS} == dict.fromkeys(
        OF_PERSONS, GROWN
    )


async def test_the_scope_of_children_shows_them_all(seeded: Database, app: AsyncConnection) -> None:
    await enter(seeded, app, EVERY_SCOPE)
    assert await values(app, "person_state", "person_id") == [*BORN]
    everyone = [*BORN, UNKNOWN_PERSON]
    shown = {name: await values(app, name, "person_id") for name in OF_PERSONS}
    assert shown == dict.fromkeys(OF_PERSONS, everyone)


@pytest.mark.parametrize(("day", "shown"), [
    (date(1998, 1, 1), [1]), (date(1997, 12, 31), []), (TODAY + timedelta(days=9999), GROWN), (None, GROWN),
])  # fmt: skip
async def test_who_was_a_child_on_the_day_asked_for_is_one_and_no_later_day_makes_anybody_older(
    seeded: Database, app: AsyncConnection, day: date | None, shown: list[int]
) -> None:
    await enter(seeded, app, EVERY_SCOPE ^ CHILDREN)
    await app.execute(text("select hub.looks_on(cast(:day as date))"), {"day": day})
    assert await values(app, "enrollment", "person_id") == shown
    await app.execute(text("select hub.looks_on(cast(:day as date))"), {"day": TODAY})
    assert await values(app, "enrollment", "person_id") == shown


async def test_a_birth_date_that_was_held_once_makes_nobody_older(fresh_database: Database) -> None:
    """The hub took a child for grown until it was corrected."""
    was = _state(7, date(1980, 1, 1)) | {"recorded": known(end=clock.now())}
    await _stored(fresh_database, [(graph.person_state, [was, _state(7, TODAY)])])
    async with fresh_database.connect(Role.APP) as app:
        await enter(fresh_database, app, EVERY_SCOPE ^ CHILDREN)
        assert await values(app, "person_state", "person_id") == []


@pytest.fixture(scope="module")
def stated(database_template: Database, request: pytest.FixtureRequest) -> Any:
    for clone in _clone(database_template, request.node.name):
        wait_for(_stored(clone, _stated()))
        yield clone


@pytest.mark.parametrize("granted", [GENERAL, SENSITIVE, EXCLUSION, GENERAL | SENSITIVE, GENERAL | EXCLUSION,
                                     GENERAL | SENSITIVE | EXCLUSION, 0])  # fmt: skip
async def test_a_status_and_its_claim_are_opened_by_the_scope_of_their_kind(
    stated: Database, granted: int
) -> None:
    opened = sorted(number for bit, found in OPENED.items() if bit & granted for number in found)
    async with stated.connect(Role.APP) as app:
        await enter(stated, app, granted | PROVENANCE)
        shown = [await values(app, name, "record_id") for name in ("status", "claim_status")]
        shown.append(await values(app, "source_record", "id"))
    assert shown == [opened, opened, opened]


@pytest.fixture(scope="module")
def served(database_template: Database, request: pytest.FixtureRequest) -> Any:
    for clone in _clone(database_template, request.node.name):
        wait_for(_stored(clone, _served()))
        yield clone


@pytest.mark.parametrize(("codes", "numbers"), [
    (None, [1, 2, 3]), (["PKH", "PIP"], [1, 3]), (["BPNT"], [2]), (["XYZ"], []), ([], []),
])  # fmt: skip
async def test_nothing_of_another_program_shows(
    served: Database, codes: list[str] | None, numbers: list[int]
) -> None:
    named = sorted(code for code, number in PROGRAMS.items() if number in numbers)
    async with served.connect(Role.APP) as app:
        await enter(served, app, EVERY_SCOPE, None if codes is None else frozenset(codes))
        for table in ("enrollment", "benefit"):
            assert await values(app, table, "program_id") == numbers
        assert await values(app, "social_group", "program_id") == [*numbers, None]
        assert await values(app, "benefit_event", "benefit_id") == numbers
        assert await values(app, "status", "code") == named
        records = [*numbers, *([4] if numbers else []), 5]
        assert await values(app, "source_record", "id") == records
        assert await values(app, "claim_person", "record_id") == records
        assert await values(app, "claim_enrollment", "record_id") == [*numbers, *[4 for _ in numbers]]


def test_no_status_that_the_lists_call_sensitive_is_opened_by_the_general_scope() -> None:
    types = {one.code: one.sensitive for one in load_pmks(default_config_dir() / "reference")}
    general = {row.code for row in TERMS.status_scopes() if row.scheme == "pmks"}
    assert general <= {code for code, sensitive in types.items() if not sensitive}


async def test_every_table_of_persons_that_the_reading_role_reads_tells_rows_apart(
    database: Database,
) -> None:
    """Of whom a row is decides in every one of them; a withdrawal tells of whoever is withheld that he is."""
    query = (
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'person_id'"
        " where c.relnamespace = 'hub'::regnamespace and c.relkind = 'r' and has_table_privilege(:app, c.oid, 'select')"
        " and c.relname <> 'withdrawal' "
        " and (select count(*) from pg_policy p where p.polrelid = c.oid and p.polname in ('children', 'withheld')"
        " and not p.polpermissive) < 2"
    )
    async with database.administer() as connection:
        app = database.roles.name(Role.APP)
        assert list(await connection.scalars(text(query), {"app": app})) == []
