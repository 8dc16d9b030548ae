"""Clients that leave or stall while an export is under way, over a real socket."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import pytest_asyncio
import uvicorn

from hub.app import create_app
from hub.schema.export_door import Snapshots
from hub.schema.terms import Terms
from hub.store.bulk import Bulk, Snapshot, open_bulk
from hub.store.database import Database
from hub.store.read import open_reader
from tests.conftest import wait_for
from tests.graph_builders import Graph, context

ENDLESS = """select '"' || repeat('x', 1000) || '"' from generate_series(1, 100000000) i"""
BODY = b'{"query": "{ people(first: 10) { nodes { name } } }"}'


class Endless(Bulk):
    """Exports that never end: a thousand bytes a row."""

    @asynccontextmanager
    async def snapshot(self, signed: str) -> AsyncIterator[Snapshot]:
        """A snapshot in which every statement yields rows without end."""
        async with super().snapshot(signed) as found:
            yield Longer(found.connection)


class Longer(Snapshot):
    """A snapshot in which every statement yields rows without end."""

    def batches(self, sql: str, args: Sequence[object]) -> Any:  # noqa: ARG002
        """The rows."""
        return super().batches(ENDLESS, [])


@pytest_asyncio.fixture
async def bulk(database: Database) -> AsyncIterator[Endless]:
    async with open_bulk(database, 60, size=1) as opened:
        yield Endless(opened.pool)


@asynccontextmanager
async def serving(database: Database, bulk: Snapshots, seconds: float = 60) -> AsyncIterator[int]:
    """The port of a server over these exports."""

    @asynccontextmanager
    async def opened() -> AsyncIterator[Snapshots]:
        yield bulk

    app = create_app(
        lambda: open_reader(database, 1),
        lambda: context(database),
        terms=Terms(export_seconds=seconds),
        open_bulk=opened,
    )
    config = uvicorn.Config(app, port=0, http="httptools", ws="none", log_config=None, access_log=False)
    server = uvicorn.Server(config)
    running = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield server.servers[0].sockets[0].getsockname()[1]
    server.should_exit = True
    await running


async def begun(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """An export of which the first bytes have come."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    head = f"POST /export HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {len(BODY)}"
    writer.write(head.encode() + b"\r\n\r\n" + BODY)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    assert await reader.readexactly(100_000)
    return reader, writer


async def freed(bulk: Endless) -> None:
    """Returns once the one connection for exports is free and reads nothing any more."""
    async with asyncio.timeout(20), bulk.pool.acquire() as connection:
        assert await connection.fetchval("select 1") == 1


async def test_the_statement_ends_when_the_client_of_an_export_leaves(
    database: Database, bulk: Endless
) -> None:
    async with serving(database, bulk) as port:
        _, writer = await begun(port)
        writer.close()
        await writer.wait_closed()
        await freed(bulk)


async def test_an_export_that_takes_too_long_breaks_off_visibly(
    database: Database, bulk: Endless, caplog: pytest.LogCaptureFixture
) -> None:
    async with serving(database, bulk, seconds=0.5) as port:
        reader, writer = await begun(port)
        rest = b""
        async with asyncio.timeout(20):
            while piece := await reader.read(1 << 20):
                rest = (rest + piece)[-5:]
        assert rest != b"0\r\n\r\n"
        writer.close()
        await freed(bulk)
    assert "TimeoutError" in caplog.text


async def test_the_server_reads_no_further_than_its_client_takes(
    database: Database, bulk: Endless, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = 0
    read = Longer.batches

    def counted(self: Longer, sql: str, args: Sequence[object]) -> Any:
        async def rows() -> AsyncIterator[list[str]]:
            nonlocal taken
            async for batch in read(self, sql, args):
                taken += len(batch)
                yield batch

        return rows()

    monkeypatch.setattr(Longer, "batches", counted)
    async with serving(database, bulk) as port:
        _, writer = await begun(port)
        await asyncio.sleep(0.5)
        before = taken
        await asyncio.sleep(0.5)
        assert taken == before < 100_000
        writer.close()
        await freed(bulk)


@pytest.fixture(scope="module", autouse=True)
def _some_people(database: Database) -> None:
    wait_for(Graph().basics().store(database))
