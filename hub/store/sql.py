"""The few words of SQLAlchemy that the floors above need to run SQL; its home stays here."""

import asyncpg
from sqlalchemy import Table, text
from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["AsyncConnection", "Table", "is_busy", "is_lost", "text", "type_name"]

_LOST = (
    asyncpg.PostgresConnectionError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
    ConnectionError,
)

_BUSY = ("55P03", "57014", "40P01")
"""SQLSTATEs: a lock was not to be had in time, the statement took too long, two waited for each other."""


def is_lost(error: BaseException) -> bool:
    """Whether an error, or what it arose from, says that the connection to the database is gone.

    COPY goes past SQLAlchemy, so that the driver's own errors come through beside wrapped ones.
    """
    seen: BaseException | None = error
    while seen is not None:
        closed = isinstance(seen, asyncpg.InterfaceError) and "closed" in str(seen)
        invalid = isinstance(seen, DBAPIError) and seen.connection_invalidated
        if closed or invalid or isinstance(seen, _LOST):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


def is_busy(error: BaseException) -> bool:
    """Whether an error says that another one's work was waited for in vain."""
    found = error.orig if isinstance(error, DBAPIError) else error
    return getattr(found, "sqlstate", None) in _BUSY


_POSTGRES = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves dialects untyped.


def type_name(table: Table, column: str) -> str:
    """The PostgreSQL type of a column, as DDL writes it."""
    return str(table.columns[column].type.compile(_POSTGRES))
