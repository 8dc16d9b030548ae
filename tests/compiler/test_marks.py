"""The way in: nothing is read or written down before the context is checked, whatever plan the database makes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import asyncpg
import pytest

from hub.access.context import EVERY_SCOPE, Reach, sign
from hub.compiler.engine import Prepared, Request
from hub.compiler.marks import marks_in, spending, stripped
from hub.compiler.needs import Sight
from hub.domain import clock
from hub.schema.build import engine
from hub.store.database import Database, Session
from hub.store.read import READ_SETTINGS
from hub.store.roles import Role
from tests.conftest import wait_for
from tests.graph_builders import context
from tests.schema.conftest import NOW, SITI, story

SHAPES: list[dict[str, str]] = [
    {},
    {"plan_cache_mode": "force_custom_plan"},
    {"plan_cache_mode": "force_generic_plan"},
    {"enable_nestloop": "off"},
    {"enable_hashjoin": "off", "enable_mergejoin": "off"},
    {"enable_indexscan": "off", "enable_bitmapscan": "off", "enable_indexonlyscan": "off"},
    {"enable_seqscan": "off", "enable_sort": "off"},
    {"enable_material": "off", "enable_memoize": "off"},
    {"from_collapse_limit": "1", "join_collapse_limit": "1"},
    {"parallel_setup_cost": "0", "parallel_tuple_cost": "0", "min_parallel_table_scan_size": "0"},
    {"jit": "on", "jit_above_cost": "0"},
    {"cursor_tuple_fraction": "0.0001", "geqo_threshold": "2"},
]
QUERIES = [
    f'{{ person(nik: "{SITI}") {{ name enrollments {{ status payments {{ amount }} }} }} }}',
    "{ people(first: 3) { edges { cursor node { name familyCards { person { name } } } } totalCount } }",
    "{ peopleAggregate(groupBy: [SEX]) { nodes { count } } }",
    f'{{ match(rows: [{{nik: "{SITI}", name: "SITI AMINAH"}}]) {{ result person {{ name }} }} }}',
    "{ sameNikTwice { nodes { nik } } changes(first: 5) { items { nodeId } } }",
]
FORGED = ["mac", "late", "pid", "cut", "wider", "empty", "key"]


def forged(database: Database, how: str) -> str:
    """A context that is none, each in its way."""
    reach = Reach([(3320010000, 3320019999)], EVERY_SCOPE, "test", "test")
    key = database.roles.key("context")
    good = sign(key, reach, timedelta(minutes=1))
    return {
        "mac": good[:-1] + ("0" if good[-1] != "0" else "1"),
        "late": sign(key, reach, timedelta(seconds=-2)),
        "pid": sign(key, reach, timedelta(minutes=1), pid=1),
        "cut": good[:-65],
        "wider": good.replace("3320010000-3320019999", "0-9999999999"),
        "empty": "",
        "key": sign(bytes(32), reach, timedelta(minutes=1)),
    }[how]


@pytest.fixture(scope="module")
def settled(database: Database) -> Database:
    wait_for(story().store(database))
    return database


@asynccontextmanager
async def entered(database: Database, shape: dict[str, str]) -> AsyncIterator[asyncpg.Connection]:
    """A transaction of the reading role under some settings of the planner, in which a wide context was entered."""
    url = database.admin.set(drivername="postgresql", database=database.name)
    settings = {**READ_SETTINGS, **shape, "track_functions": "pl"}
    connection = await asyncpg.connect(
        url.render_as_string(hide_password=False), server_settings=settings, connection_class=Session
    )
    try:
        await connection.execute("begin")
        await connection.execute(f'set local role "{database.roles.name(Role.APP)}"')
        assert await connection.fetchval("select hub.enter($1::text)", context(database))
        yield connection
        await connection.execute("rollback")
    finally:
        await connection.close()


async def entries(connection: asyncpg.Connection) -> int:
    """How often the context was checked in this transaction."""
    await connection.execute("reset role")
    found = await connection.fetchval(
        "select calls from pg_stat_xact_user_functions where funcname = 'enter'"
    )
    return int(found)


def prepared(query: str, *, logged: bool) -> Prepared:
    with clock.pin(NOW):
        return engine().prepare(Request(query), Sight(logged=logged))


def given(made: Prepared, signed: str) -> list[object]:
    return [signed, *made.parameters, *([uuid4(), "ab", []] if made.plan.leaves else [])]


def inner(made: Prepared) -> str:
    """The read of a statement, without its entry."""
    before, _, rest = made.plan.sql.partition("hub.enter($1::text) then ")
    read, _, after = rest.rpartition(" end as data)")
    assert before.startswith("with q")
    assert after == " select data::text from q"
    return read


PLANS = [pytest.param(shape, id=",".join(shape) or "as it is") for shape in SHAPES]


@pytest.mark.parametrize("shape", PLANS)
async def test_a_forged_context_reads_nothing_and_leaves_no_line_under_any_plan(
    settled: Database, shape: dict[str, str]
) -> None:
    for place, query in enumerate(QUERIES):
        for logged in (False, True) if place < 2 else (True,):
            made = prepared(query, logged=logged)
            assert made.plan.leaves is logged
            async with entered(settled, shape) as connection:
                how = FORGED[place % len(FORGED)]
                assert await connection.fetchval(made.plan.sql, *given(made, forged(settled, how))) is None
                assert await entries(connection) == 2
                assert await connection.fetchval("select count(*) from hub.ledger_inbox") == 0


@pytest.mark.parametrize("how", FORGED)
async def test_whatever_is_wrong_with_a_context_nothing_is_read(settled: Database, how: str) -> None:
    made = prepared(QUERIES[0], logged=True)
    async with entered(settled, {}) as connection:
        assert await connection.fetchval(made.plan.sql, *given(made, forged(settled, how))) is None
        await connection.execute("reset role")
        assert await connection.fetchval("select count(*) from hub.ledger_inbox") == 0


async def narrowed(connection: asyncpg.Connection, sql: str, made: Prepared, signed: str) -> str | None:
    found: str | None = await connection.fetchval(sql, *given(made, signed))
    return None if found is None else stripped(found.encode()).decode()


@pytest.mark.parametrize("shape", PLANS)
async def test_what_was_entered_before_tells_nothing_under_any_plan(
    settled: Database, shape: dict[str, str]
) -> None:
    nowhere = sign(settled.roles.key("context"), Reach([], EVERY_SCOPE, "test", "test"), timedelta(minutes=1))
    for query in QUERIES[:2]:
        for logged in (False, True):
            made = prepared(query, logged=logged)
            async with entered(settled, shape) as connection:
                wide = await narrowed(connection, made.plan.sql, made, context(settled))
                narrow = await narrowed(connection, made.plan.sql, made, nowhere)
                assert await entries(connection) == 3
                assert (await connection.fetchval("select count(*) from hub.ledger_inbox")) == 2 * logged
            assert wide != narrow
            assert "SITI" not in str(narrow)


BAD = {
    "entry in a part that nobody refers to": "with q as (select hub.enter($1::text)) select ({read})::text",
    "read before the entry": (
        "with r as materialized (select ({read})::text as data), q as materialized (select hub.enter($1::text) as let)"
        " select r.data from r cross join q"
    ),
}


@pytest.mark.parametrize("design", BAD)
async def test_designs_that_are_known_to_be_bad_fail_the_same_tests(settled: Database, design: str) -> None:
    made = prepared(QUERIES[0], logged=False)
    sql = BAD[design].replace("{read}", inner(made))
    async with entered(settled, {}) as connection:
        forged_answer = await connection.fetchval(sql, *given(made, forged(settled, "mac")))
    assert "SITI" in str(forged_answer)


def test_marks_are_taken_off_and_nothing_else() -> None:
    text = '{"a":{"$s":12,"name":"x \\"$s\\":7, y"},"b":[{"$s":"c5 6","k":1}, {"$s":null,"k":"$s"}]}'
    assert marks_in(text.encode()) == ["12", '"c5 6"']
    assert json.loads(stripped(text.encode())) == {
        "a": {"name": 'x "$s":7, y'},
        "b": [{"k": 1}, {"k": "$s"}],
    }


async def test_callers_of_one_agreement_never_pass_its_quota_together(settled: Database) -> None:
    spend = f"select hub.enter($1) and {spending('$2::text[]', '5')}"

    async def ask(*told: str) -> bool:
        return await _spent(settled, spend, "pks-q@1", *told)

    assert sum(await asyncio.gather(*(ask(f"{2 * n}", f"{2 * n + 1}") for n in range(1, 7)))) == 2


async def test_a_person_counts_once_a_day_and_a_card_by_whom_of_it_the_caller_sees(settled: Database) -> None:
    async with settled.administer() as connection:
        found = await connection.exec_driver_sql(
            "select card_id, array_agg(distinct person_id::text) as members from hub.membership"
            " where upper_inf(recorded) group by card_id order by 1"
        )
        card, members = next((row.card_id, row.members) for row in found if len(row.members) > 1)
    spend = f"select hub.enter($1) and {spending('$2::text[]', str(len(members)))}"

    async def ask(*told: str, scopes: int = EVERY_SCOPE, agreement: str = "pks-once@1") -> bool:
        return await _spent(settled, spend, agreement, *told, scopes=scopes)

    assert await ask(f'"c{card} {members[0]}"', "n")
    assert await ask(*members)
    assert not await ask("987654321")
    assert not await ask(f"c{card}", "987654321", agreement="pks-other@1")
    others = map(str, range(1, len(members) + 1))
    assert await ask(f"c{card}", *others, scopes=0, agreement="pks-blind@1"), "it sees no member"


async def _spent(
    database: Database, spend: str, agreement: str, *told: str, scopes: int = EVERY_SCOPE
) -> bool:
    """Whether the quota of an agreement takes an answer that tells of these."""
    reach = Reach([(0, 9999999999)], scopes, "test", "verivali", agreement)
    signed = sign(database.roles.key("context"), reach, timedelta(minutes=1))
    connection = await asyncpg.connect(
        database.plain_url(Role.APP), server_settings=READ_SETTINGS, connection_class=Session
    )
    try:
        return bool(await connection.fetchval(spend, signed, list(told)))
    except asyncpg.PostgresError as error:
        if "quota_spent" not in str(error):
            raise
        return False
    finally:
        await connection.close()
