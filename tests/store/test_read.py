"""The read path: one statement a call, its text straight out, and nothing left behind."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import asyncpg
import pytest
from sqlalchemy import insert, text

from hub.access.areas import NATIONAL_KEYS
from hub.access.context import EVERY_SCOPE, Reach, sign
from hub.errors import RetriableError
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.tables.graph import person_state
from tests.conftest import _clone, wait_for
from tests.store.test_security import row_of

REACH = "select coalesce(hub.area_lo()::text, 'none')"


async def test_a_statement_gives_its_single_value_as_text(database: Database) -> None:
    async with open_reader(database, 1) as reader:
        assert await reader.text("select $1::text || '!'", ["a"]) == "a!"
        assert await reader.text("select 'a' where false", []) is None


async def test_the_first_and_the_last_day_of_the_calendar_are_days_and_no_infinities(
    database: Database,
) -> None:
    days = [date.min, date(1999, 12, 31), date(2000, 1, 1), date.max]
    async with open_reader(database, 1) as reader:
        told = [await reader.text("select ($1::date)::text", [day]) for day in days]
        assert told == [day.isoformat() for day in days]
        assert await reader.text("select ($1::date[])::text", [days[:2]]) == "{0001-01-01,1999-12-31}"


async def test_what_a_statement_entered_is_forgotten_when_it_ends(database: Database) -> None:
    context = sign(database.roles.derive("context"), Reach([NATIONAL_KEYS], EVERY_SCOPE, "a"))
    entering = "select case when hub.enter($1) then hub.area_lo()::text end"
    async with open_reader(database, 1) as reader:
        assert await reader.text(entering, [context]) == "0"
        assert await reader.text(REACH, []) == "none"


async def test_a_failed_statement_leaves_the_connection_fit_and_without_reach(database: Database) -> None:
    context = sign(database.roles.derive("context"), Reach([NATIONAL_KEYS], EVERY_SCOPE, "a"))
    async with open_reader(database, 1) as reader:
        with pytest.raises(asyncpg.DivisionByZeroError):
            await reader.text("select case when hub.enter($1) then (hub.area_lo() / 0)::text end", [context])
        assert await reader.text(REACH, []) == "none"


async def test_readers_cannot_run_for_ever_and_plan_once(database: Database) -> None:
    async with open_reader(database, 1) as reader:
        assert await reader.text("show statement_timeout", []) == "10s"
        assert await reader.text("show plan_cache_mode", []) == "force_generic_plan"
        assert await reader.text("show search_path", []) == "hub"


async def test_a_statement_that_takes_too_long_is_ended_by_the_database(database: Database) -> None:
    async with open_reader(database, 1, seconds=0.05) as reader:
        with pytest.raises(RetriableError) as caught:
            await reader.text("select pg_sleep(60)::text", [])
        assert caught.value.code == "database_busy"
        assert await reader.text("select 'fit'", []) == "fit"


async def test_more_statements_than_connections_are_all_answered(database: Database) -> None:
    async with open_reader(database, 2) as reader:
        asked = [reader.text("select $1::text || pg_sleep(0.01)::text", [str(one)]) for one in range(20)]
        assert await asyncio.gather(*asked) == [str(one) for one in range(20)]


async def test_a_connection_that_the_server_ended_is_replaced(database: Database) -> None:
    async with open_reader(database, 1) as reader:
        pid = int(await reader.text("select pg_backend_pid()::text", []) or 0)
        async with database.administer() as connection:
            await connection.execute(text("select pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        with suppress(RetriableError):  # It may still be unknown here that it has ended.
            await reader.text("select 'fit'", [])
        assert await reader.text("select pg_backend_pid()::text", []) not in (None, str(pid))


async def test_a_statement_whose_caller_left_gives_its_connection_back(database: Database) -> None:
    async with open_reader(database, 1) as reader:
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await reader.text("select pg_sleep(60)::text", [])
        assert await reader.text("select 'fit'", []) == "fit"


CALLERS, POOL = 50, 4
OWN_ROWS = """
    select case when hub.enter($1) then
      (select coalesce(string_agg(distinct home_area_key::text, ','), '') from person_state) end
"""


async def _interleaved(database: Database, requests: int) -> None:
    """Callers of an area each, by turns of chance over few connections; a tenth of the contexts are none."""
    chance, key = random.Random(requests), database.roles.derive("context")
    asked = [(chance.randrange(CALLERS), chance.random() < 0.1) for _ in range(requests)]
    async with open_reader(database, POOL) as reader:

        async def ask(number: int, forged: bool) -> str | None:
            area = FIRST + number
            signed = sign(bytes(32) if forged else key, Reach([(area, area)], EVERY_SCOPE, f"c{number}"))
            return await reader.text(OWN_ROWS, [signed])

        told = await asyncio.gather(*(ask(*one) for one in asked))
    assert told == [None if forged else str(FIRST + number) for number, forged in asked]


FIRST = 3320012001


@pytest.fixture(scope="module")
def peopled(database_template: Database, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A person in each of fifty areas side by side."""

    async def settle(clone: Database) -> None:
        rows = [row_of(person_state, (FIRST + number, FIRST + number)) for number in range(CALLERS)]
        async with clone.connect() as connection:
            await connection.execute(insert(person_state), rows)
            await connection.commit()

    for clone in _clone(database_template, request.node.name):
        wait_for(settle(clone))
        yield clone


async def test_many_callers_over_few_connections_see_their_own_rows_alone(peopled: Database) -> None:
    await _interleaved(peopled, 500)


@pytest.mark.long
async def test_ten_thousand_requests_over_few_connections_show_nobody_anything_foreign(
    peopled: Database,
) -> None:
    await _interleaved(peopled, 10_000)
