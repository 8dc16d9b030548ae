"""COPY: what goes in by CSV comes out the same, within the transaction of its connection."""

import asyncio
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from hub.store.copying import copy_csv
from hub.store.database import Database
from hub.store.sql import AsyncConnection

Row = tuple[str | None, str | None]
TEXTS = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_characters="\0")))


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


def as_csv(rows: list[Row]) -> bytes:
    """Texts quoted, nulls empty."""
    cells = [["" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in row] for row in rows]
    return "".join(",".join(row) + "\n" for row in cells).encode()


async def _table(connection: AsyncConnection) -> None:
    await connection.execute(text("create temp table copied (n serial, a text, b text) on commit drop"))


async def _there_and_back(database: Database, rows: list[Row]) -> tuple[int, list[Row]]:
    async with database.connect() as connection:
        await _table(connection)
        count = await copy_csv(connection, "copied", ("a", "b"), as_csv(rows))
        found = await connection.execute(text("select a, b from copied order by n"))
        return count, [(a, b) for a, b in found]


@settings(max_examples=10)
@given(rows=st.lists(st.tuples(TEXTS, TEXTS), max_size=30))
def test_every_row_comes_out_as_it_went_in(
    database: Database, runner: asyncio.Runner, rows: list[Row]
) -> None:
    assert runner.run(_there_and_back(database, rows)) == (len(rows), rows)


async def test_an_empty_field_is_null_and_a_quoted_empty_field_is_a_text(database: Database) -> None:
    assert await _there_and_back(database, [(None, "")]) == (1, [(None, "")])


async def test_copied_rows_belong_to_the_transaction(database: Database) -> None:
    async with database.connect() as connection:
        await copy_csv(connection, "list_horizon", HORIZON, b"1,PKH,0,2026-01-01\n")
        await connection.rollback()
        assert await connection.scalar(text("select count(*) from list_horizon")) == 0


HORIZON = ("source_id", "program", "kecamatan_key", "until")
