"""The read path: a pool under the role that owns nothing, one statement a call, its text straight out."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import date

import asyncpg
from sqlalchemy.exc import DBAPIError

from hub.errors import InputError, RefusedError, RetriableError
from hub.store.database import WRITE_SETTINGS, Database, Session
from hub.store.roles import Role

STATEMENT_SECONDS = 10.0
"""Seconds after which the database ends a statement, unless the hub is set otherwise."""
PATIENCE = 5.0
"""Seconds to wait for a free connection."""
KEPT = 1000
"""Statements after which one connection goes back to the pool, which replaces it when it is old."""

GONE = (asyncpg.PostgresConnectionError, asyncpg.OperatorInterventionError)
"""The server is down, restarting, or has ended the connection."""
LONGEST_KEPT = 128 * 1024
"""Bytes of the longest statement that stays prepared; the driver's own bound would plan the feeds anew every time."""
REFUSED = "HB001"
REFUSALS = {
    "cursor_forged": "this hub did not give out the cursor to your agency; begin anew",
    "reach_changed": "what you may see has changed since the cursor was made: drop your copy and begin anew",
    "cursor_past": "the cursor is older than what this hub remembers: drop your copy and begin anew",
    "not_here": "this is answered by POST to /graphql of a server (`hub serve`) alone, one at a time",
    "cursor_ahead": "the cursor is of a later state than this hub's (was a backup restored?); begin anew",
}
"""What a statement may refuse (`hub.refuse`, under that SQLSTATE), by the code it gives."""
DENIALS = {
    "quota_spent": "the persons that your agreement grants for today (WIB) are told; ask for less, or tomorrow",
}
"""What a statement may refuse likewise because the caller may not have it."""
READ_SETTINGS = WRITE_SETTINGS | {
    "plan_cache_mode": "force_generic_plan",
    "application_name": "hub-app",
}
"""Generic plans: one stable text a plan and parameters only make them 2.6 times quicker than custom ones."""


@contextmanager
def telling() -> Iterator[None]:
    """Says of a database that can't answer now what to do next.

    Raises:
        RetriableError: `database_busy` (it took too long), `database_unavailable` (it is down or restarting).
        InputError: The statement itself refused (`hub.refuse`), under the code that it gave.
        RefusedError: Likewise, where the caller may not have it.
    """
    try:
        yield
    except (asyncpg.QueryCanceledError, asyncpg.DeadlockDetectedError, TimeoutError) as error:
        raise RetriableError("database_busy", "the database took too long; ask for less, or later") from error
    except (OSError, *GONE) as error:
        raise RetriableError(
            "database_unavailable", "the database does not answer; try again soon"
        ) from error
    except asyncpg.PostgresError as error:
        if error.sqlstate != REFUSED:
            raise
        code = str(error.args[0])
        if code in DENIALS:
            raise RefusedError(code, DENIALS[code], allowed_by="a higher quota of the agreement") from None
        raise InputError(code, REFUSALS[code]) from None


@contextmanager
def refusing() -> Iterator[None]:
    """Says the same of a statement that goes by SQLAlchemy.

    Raises:
        HubError: As `telling`.
    """
    try:
        yield
    except DBAPIError as error:
        with telling():
            raise getattr(error.orig, "__cause__", None) or error from None


class ReadSession(Session):
    """A connection that goes back to the pool as it is: no statement leaves anything behind that outlives it."""

    def get_reset_query(self) -> str:
        """None, which saves a round trip a request."""
        return ""


@dataclass
class Reader:
    """A pool of connections that can read what the context in the statement allows, and no more.

    A connection that is free is kept here until somebody waits for one: to give it back to the pool and to take it
    again costs twice what a small statement does.

    Args:
        pool: Of connections that no statement leaves anything behind in.
    """

    pool: asyncpg.Pool
    _free: list[asyncpg.Connection] = field(default_factory=list)
    _waiting: int = 0
    _statements: int = 0

    async def text(self, sql: str, args: Sequence[object]) -> str | None:
        """The single value of a statement, as text; null when it yields none.

        The statement runs in a transaction of its own, so what it entered is forgotten when it ends.

        Raises:
            RetriableError: `database_busy` (it took too long), `database_unavailable` (it is down or restarting).
            InputError: The statement itself refused (`hub.refuse`), under the code that it gave.
        """
        with telling():
            connection = await self._take()
            try:
                value: str | None = await connection.fetchval(sql, *args)
            except BaseException:
                await self.pool.release(connection)
                raise
            self._statements += 1
            if self._waiting or self._statements % KEPT == 0:
                await self.pool.release(connection)
            else:
                self._free.append(connection)
            return value

    async def _take(self) -> asyncpg.Connection:
        """A connection that nobody else uses."""
        while self._free:
            connection = self._free.pop()
            if _lives(connection):
                return connection
            await self.pool.release(connection)
        self._waiting += 1
        try:
            return await self.pool.acquire(timeout=PATIENCE)
        finally:
            self._waiting -= 1

    async def end(self) -> None:
        """Gives back to the pool what is kept, so that it can close."""
        while self._free:
            await self.pool.release(self._free.pop())

    async def plan(self, sql: str, count: int) -> str:
        """The plan that serves every value of so many parameters, as JSON; nothing is read.

        Raises:
            RetriableError: `database_busy`, `database_unavailable`.
        """
        nothing = ", ".join(["null"] * count)
        with telling():
            connection = await self._take()
            try:
                await connection.execute(f"prepare explained as {sql}")
                try:
                    execute = f"explain (format json) execute explained ({nothing})"
                    found: str = await connection.fetchval(execute)
                finally:
                    await connection.execute("deallocate explained")
                return found
            finally:
                await self.pool.release(connection)


def _lives(connection: asyncpg.Connection) -> bool:
    """Whether a connection that was kept is one still: where the server ended it, the pool has taken it back."""
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:
        return False


_FIRST_OF_2000 = date(2000, 1, 1).toordinal()
"""PostgreSQL counts days from here."""


async def _days_as_they_are(connection: asyncpg.Connection) -> None:
    """The first and the last day that Python knows are days too: asyncpg would write them as infinities."""
    await connection.set_type_codec(
        "date",
        schema="pg_catalog",
        format="tuple",
        encoder=lambda day: (day.toordinal() - _FIRST_OF_2000,),
        decoder=lambda found: date.fromordinal(found[0] + _FIRST_OF_2000),
    )


@asynccontextmanager
async def open_reader(
    database: Database, size: int = 8, seconds: float = STATEMENT_SECONDS
) -> AsyncIterator[Reader]:
    """A reader with at most `size` connections; closed at the end of the block.

    Args:
        database: What is read.
        size: Connections at most.
        seconds: After which the database ends a statement.
    """
    async with asyncpg.create_pool(
        database.plain_url(Role.APP),
        min_size=1,
        max_size=size,
        server_settings=READ_SETTINGS | {"statement_timeout": f"{max(round(1000 * seconds), 1)}ms"},
        statement_cache_size=500,
        max_cacheable_statement_size=LONGEST_KEPT,
        connection_class=ReadSession,
        init=_days_as_they_are,
    ) as pool:
        reader = Reader(pool)
        try:
            yield reader
        finally:
            await reader.end()
