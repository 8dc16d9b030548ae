"""Bulk reading: one statement whose rows are fetched as fast as they are taken, in memory that stays flat."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import asyncpg

from hub.errors import RefusedError
from hub.store.database import Database
from hub.store.read import PATIENCE, READ_SETTINGS, ReadSession, telling
from hub.store.roles import Role

BATCH = 2000
"""Pieces of one fetch; two are held, so that PIECE times this bounds what an export takes, whatever its entries."""
PIECE = 8 * 1024
"""Bytes of the longest piece of an entry that comes by itself."""
PIECES = (
    "select case when octet_length(l.line) <= {size} then l.line else substr(l.line, 1 + {size} * l.place, {size}) end"
    " from (select e.line, generate_series(0, (octet_length(e.line) - 1) / {size}) as place"
    " from (select convert_to(r.line || E'\\n', 'UTF8') as line from ({rows}) r(line) offset 0) e) l"
)
"""The rows of a statement of one text as lines in UTF-8, each in pieces."""
SIZE = 2
"""Exports that read at one time; a third waits for a connection, and is then told to come again."""
IDLE_SECONDS = 60
"""Seconds that a snapshot is held for a client that takes nothing."""


@dataclass(frozen=True)
class Snapshot:
    """One caller's view of the database, the same for every statement read through it."""

    connection: asyncpg.Connection

    async def count(self, sql: str, args: Sequence[object]) -> int:
        """The single number of a statement."""
        with telling():
            found: int = await self.connection.fetchval(sql, *args)
            return found

    async def text(self, sql: str, args: Sequence[object]) -> str:
        """The single text of a statement."""
        with telling():
            found: str = await self.connection.fetchval(sql, *args)
            return found

    async def batches(self, sql: str, args: Sequence[object]) -> AsyncGenerator[list[bytes], None]:
        """The rows of a statement of one text as lines, each with its line feed, in pieces of at most PIECE bytes.

        The server makes the next BATCH pieces while the last ones are used, and no more than those.
        """
        with telling():
            cursor = await self.connection.cursor(PIECES.format(size=PIECE, rows=sql), *args)
            ahead = asyncio.ensure_future(cursor.fetch(BATCH))
            try:
                while found := await ahead:
                    ahead = asyncio.ensure_future(cursor.fetch(BATCH))
                    yield [row[0] for row in found]
            finally:
                ahead.cancel()
                await asyncio.gather(ahead, return_exceptions=True)


@dataclass(frozen=True)
class Bulk:
    """A pool of connections for exports."""

    pool: asyncpg.Pool

    @asynccontextmanager
    async def snapshot(self, context: str) -> AsyncIterator[Snapshot]:
        """A snapshot for the caller of a signed context, who is verified before anything is read.

        Raises:
            RefusedError: `context_refused`.
            RetriableError: `database_busy`, `database_unavailable`.
        """
        async with AsyncExitStack() as stack:
            with telling():
                connection = await stack.enter_async_context(self.pool.acquire(timeout=PATIENCE))
                view = connection.transaction(isolation="repeatable_read", readonly=True)
                await stack.enter_async_context(view)
                entered = await connection.fetchval("select hub.enter($1::text)", context)
            if not entered:
                raise RefusedError("context_refused", "the database did not accept the caller's context")
            yield Snapshot(connection)


@asynccontextmanager
async def open_bulk(database: Database, seconds: float, size: int = SIZE) -> AsyncIterator[Bulk]:
    """A pool for exports, whose connections are made when one is wanted; closed at the end of the block.

    Args:
        database: What is read.
        seconds: After which the database ends one fetch.
        size: Exports at one time.
    """
    session = {
        "application_name": "hub-export",
        "statement_timeout": f"{max(round(1000 * seconds), 1)}ms",
        "idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s",
    }
    async with asyncpg.create_pool(
        database.plain_url(Role.APP),
        min_size=0,
        max_size=size,
        server_settings=READ_SETTINGS | session,
        connection_class=ReadSession,
    ) as pool:
        yield Bulk(pool)
