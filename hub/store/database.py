"""The one way to a connection: the embedded server or HUB_DATABASE_URL, under the role that the work needs."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import asyncpg
from sqlalchemy import URL, make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from hub.errors import FatalError
from hub.settings import Settings
from hub.store.generations import read_ring
from hub.store.roles import Role, Roles, roles_of

DATABASE = "hub"
WRITE_SETTINGS = {"search_path": "hub", "timezone": "UTC", "application_name": "hub", "jit": "off"}
"""The session of every connection; names of tables are the hub's own schema and nothing else."""
KEPT = 4
"""Connections that are used again: those of the lock, the run, its book, and of who tells how far it is."""


class Session(asyncpg.Connection):  # type: ignore[misc]  # asyncpg has no types.
    """A connection that leaves the setting `jit` alone when it learns of types.

    It is off in every session of ours, and the reading role may set nothing at all.
    """

    _server_caps: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._server_caps = self._server_caps._replace(jit=False)


def plain(url: URL) -> URL:
    """A URL as libpq and its programs read it: what SQLAlchemy calls `ssl` is `sslmode` there."""
    found = url.set(drivername="postgresql")
    mode = found.query.get("ssl")
    if mode is None:
        return found
    return found.difference_update_query(["ssl"]).update_query_dict({"sslmode": mode})


@dataclass(frozen=True)
class Database:
    """Where the hub's database is and who may enter it.

    Args:
        admin: URL of the account that makes roles and tables: never used to read what sources said.
        roles: The hub's own roles.
        name: Database on that server.
        kept: Where the connections of the writing role come from while they are kept.
    """

    admin: URL
    roles: Roles
    name: str
    kept: AsyncEngine | None = None

    def url(self, role: Role) -> URL:
        """SQLAlchemy URL (asyncpg) under a role of the hub's."""
        return self.admin.set(
            drivername="postgresql+asyncpg",
            username=self.roles.name(role),
            password=self.roles.password(role),
            database=self.name,
        )

    def plain_url(self, role: Role) -> str:
        """The same as a URL of libpq."""
        return plain(self.url(role)).render_as_string(hide_password=False)

    @asynccontextmanager
    async def connect(self, role: Role = Role.INGEST) -> AsyncIterator[AsyncConnection]:
        """One connection under a role; the caller begins and commits."""
        kept = self.kept if role is Role.INGEST else None
        async with (kept or _engine(self.url(role))).connect() as connection:
            yield connection

    @asynccontextmanager
    async def keeping(self) -> AsyncIterator["Database"]:
        """The same database, whose connections of the writing role are used again until the block ends.

        For work that asks for a connection again and again, one or two at a time: to make one costs what ten small
        statements do. One that broke is not used again.
        """
        engine = create_async_engine(self.url(Role.INGEST), pool_size=KEPT, connect_args=_arguments({}))
        try:
            yield replace(self, kept=engine)
        finally:
            await engine.dispose()

    async def learn_keys(self) -> None:
        """Learns which generations of the keys there are; until then the hub holds those it knew for all."""
        async with self.connect(Role.APP) as connection:
            self.roles.ring.known = (await read_ring(connection)).known

    @asynccontextmanager
    async def administer(self, database: str | None = None) -> AsyncIterator[AsyncConnection]:
        """One connection as the administrator, to make roles, schemas and tables."""
        target = self.admin.set(drivername="postgresql+asyncpg", database=database or self.name)
        try:
            async with _engine(target, search_path="pg_catalog").connect() as connection:
                yield connection
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise FatalError(
                "database_unreachable",
                f"no entry to the database server ({type(error).__name__}); check HUB_DATABASE_URL, the server"
                " and the account it names",
            ) from error


@lru_cache(maxsize=32)
def _engine(url: URL, **session: str) -> AsyncEngine:
    """An engine that keeps no idle connection and speaks to the hub's schema.

    It is kept: a new one asks the server who it is and compiles every statement anew.
    """
    return create_async_engine(url, poolclass=NullPool, connect_args=_arguments(session))


def _arguments(session: dict[str, str]) -> dict[str, Any]:
    return {"server_settings": WRITE_SETTINGS | session, "connection_class": Session}


@asynccontextmanager
async def open_database(settings: Settings) -> AsyncIterator[Database]:
    """The hub's database for as long as the block runs; starts and shares the embedded server when it is ours."""
    roles = roles_of(settings)
    if settings.database_url is not None:
        admin = make_url(settings.database_url)
        if not admin.database:
            raise FatalError("bad_setting", "HUB_DATABASE_URL names no database; end it with /name")
        yield Database(admin, roles, admin.database)
        return
    from hub.store.embedded import EmbeddedServer

    with EmbeddedServer(settings.data_dir, settings.pg_bin, settings.pg_user) as address:
        admin = make_url(address.dsn("postgres"))
        yield Database(admin, roles, DATABASE)
