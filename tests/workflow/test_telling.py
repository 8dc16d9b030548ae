"""How far a run is can be read while it is under way, apart from its transaction."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import text

from hub.store.database import Database
from hub.workflow.summary import Silent, Summary
from hub.workflow.telling import Telling


async def told(database: Database) -> list[tuple[Any, ...]]:
    async with database.connect() as connection:
        rows = await connection.execute(text("select run_id, stage, rows, refused from run_progress"))
        return [tuple(row) for row in rows]


async def until(database: Database, wanted: list[tuple[Any, ...]]) -> None:
    async with asyncio.timeout(20):
        while await told(database) != wanted:
            await asyncio.sleep(0.01)


async def test_the_latest_word_of_the_newest_run_can_be_read(database: Database) -> None:
    telling = Telling(database, Silent(), every=0.01)
    async with telling.told():
        telling.begin("pkh")
        telling.of(4)
        telling.rows("pkh", 100, 2, None)
        await until(database, [(4, "pull", 100, 2)])
        telling.stage("pkh", "land")
        await until(database, [(4, "land", 100, 2)])
        telling.end(Summary("pkh", 4, "complete"))
        telling.begin("bpnt")
        telling.of(5)
        await until(database, [(5, "pull", 0, 0)])


async def test_a_run_does_not_fail_where_its_progress_cannot_be_written_down(
    fresh_database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    async with fresh_database.administer() as connection:
        await connection.execute(text("drop table hub.run_progress"))
        await connection.commit()
    telling = Telling(fresh_database, Silent(), every=0.01)
    async with telling.told():
        telling.of(1)
        async with asyncio.timeout(20):
            while "is not written down" not in caplog.text:
                await asyncio.sleep(0.01)
