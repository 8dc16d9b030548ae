"""Statements that go together do what they would one by one, and no value of theirs stands in SQL text."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from hub.domain.clock import WIB
from hub.store.database import Database
from hub.store.script import Script, Value
from hub.store.sql import AsyncConnection

AT, SECRET = datetime(2026, 11, 22, 3, 0, 0, 123456, tzinfo=UTC), b"\x00'\\:at"
GIVEN: dict[str, Value] = {
    "at": AT,
    "today": date(2026, 11, 22),
    "run": 7,
    "whole": True,
    "secret": SECRET,
}
KEPT = (
    "create temp table kept (at timestamptz, today date, run int, whole boolean, secret bytea) on commit drop",
    "insert into kept values (:at, :today, :run, :whole, :secret)",
)


@pytest.fixture
async def connection(database: Database) -> AsyncIterator[AsyncConnection]:
    async with database.connect() as connection:
        yield connection


async def kept(script: Script) -> tuple[Any, ...]:
    return tuple((await script.ask("select at, today, run, whole, secret from kept")).one())


@pytest.mark.parametrize("few", [False, True])
async def test_values_arrive_as_they_were_given(connection: AsyncConnection, few: bool) -> None:
    script = Script(connection, GIVEN, few)
    await script.run(*KEPT)
    assert await kept(script) == tuple(GIVEN.values())


@pytest.mark.parametrize("zone", [WIB, timezone(timedelta(hours=-3, minutes=-30))], ids=str)
async def test_an_instant_of_another_zone_is_the_same_instant(
    connection: AsyncConnection, zone: timezone
) -> None:
    script = Script(connection, GIVEN | {"at": AT.astimezone(zone)}, few=True)
    await script.run(*KEPT)
    assert (await kept(script))[0] == AT


async def test_statements_of_few_rows_wait_until_an_answer_is_asked_for(connection: AsyncConnection) -> None:
    script = Script(connection, GIVEN, few=True)
    await script.run("create temp table waiting (at int) on commit drop", "insert into waiting values (1)")
    assert await connection.scalar(text("select to_regclass('pg_temp.waiting')")) is None
    assert (await script.ask("select count(*) from waiting")).scalar_one() == 1


async def test_they_run_in_their_order_also_when_they_stop_waiting(connection: AsyncConnection) -> None:
    script = Script(connection, GIVEN)
    await script.gather(few=True)
    await script.run("create temp table ordered on commit drop as select :run + 1 as at")
    await script.gather(few=False)
    await script.run("update ordered set at = at * 2")
    assert (await script.ask("select at from ordered")).scalar_one() == 16


async def test_what_fails_among_them_fails_the_transaction(connection: AsyncConnection) -> None:
    script = Script(connection, GIVEN, few=True)
    await script.run("create temp table lost (at int) on commit drop", "select 1 / 0", "select 2")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await script.send()
    await connection.rollback()
    assert await connection.scalar(text("select to_regclass('pg_temp.lost')")) is None


async def test_the_planner_goes_by_the_indices_only_as_long_as_few_rows_are_at_work(
    connection: AsyncConnection,
) -> None:
    script = Script(connection, GIVEN)
    seen = []
    for few in (False, True, True, False):
        await script.gather(few)
        seen.append((await script.ask("show enable_seqscan")).scalar_one())
    assert seen == ["on", "off", "off", "on"]


@pytest.mark.parametrize("few", [False, True])
async def test_a_table_is_counted_unless_it_holds_but_few_rows(
    connection: AsyncConnection, few: bool
) -> None:
    script = Script(connection, {}, few)
    await script.run("create temp table counted on commit drop as select generate_series(1, 50) as at")
    await script.counted("counted")
    told = "select reltuples from pg_class where oid = 'pg_temp.counted'::regclass"
    assert (await script.ask(told)).scalar_one() == (-1 if few else 50)


async def test_no_value_stands_in_the_text_that_is_sent(connection: AsyncConnection) -> None:
    sent: list[str] = []
    driver = (await connection.get_raw_connection()).driver_connection
    assert driver is not None
    driver.add_query_logger(lambda record: sent.append(record.query))
    script = Script(connection, GIVEN, few=True)
    await script.run(*KEPT)
    await script.send()
    await asyncio.sleep(0)  # The driver tells of them at the loop's next turn.
    assert any("insert into kept" in query for query in sent)
    assert not any("2026" in query or SECRET.hex() in query for query in sent)


async def test_a_cast_and_a_word_with_a_colon_are_no_names_of_values(connection: AsyncConnection) -> None:
    script = Script(connection, GIVEN, few=True)
    await script.run("create temp table plain on commit drop as select '1'::int as at, 'k:run' as word")
    assert tuple((await script.ask("select at, word from plain")).one()) == (1, "k:run")
