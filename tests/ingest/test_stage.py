"""The stage: a frame comes out of the database as it went in."""

import asyncio
from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from hub.ingest.stage import stage_frame
from hub.store.database import Database
from hub.store.sql import text

TEXTS = st.one_of(
    st.none(),
    st.text(st.sampled_from("\\\t\n\rN.\"',|a ")),
    st.text(st.characters(codec="utf-8", exclude_characters="\0")),
)
Row = tuple[str | None, str | None, int | None]


@pytest.fixture(scope="module")
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as running:
        yield running


async def _there_and_back(database: Database, rows: list[Row]) -> list[Row]:
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.String, "c": pl.Int64}, orient="row")
    async with database.connect() as connection:
        await connection.execute(
            text("create temp table staged (n serial, a text, b text, c int) on commit drop")
        )
        await stage_frame(connection, "staged", ("a", "b", "c"), frame)
        return [tuple(row) for row in await connection.execute(text("select a, b, c from staged order by n"))]


@settings(max_examples=12)
@given(rows=st.lists(st.tuples(TEXTS, TEXTS, st.one_of(st.none(), st.integers(-9, 9))), max_size=30))
@example(rows=[("\\N", "\\.", 1), ("", None, None), ("a\tb", "c\r\nd", 0)])
def test_every_text_number_and_null_is_staged_as_it_is(
    database: Database, runner: asyncio.Runner, rows: list[Row]
) -> None:
    assert runner.run(_there_and_back(database, rows)) == rows
