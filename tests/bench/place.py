"""Where measurements live: a server of their own below `HUB_DATA_DIR/bench`, with databases made once."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter

from sqlalchemy import text

from hub.settings import Settings
from hub.store.database import Database, open_database
from hub.store.migrate import MIGRATIONS
from hub.workflow.initialise import initialise
from tests.bench.lines import note


@dataclass(frozen=True)
class Place:
    """The server and the folder of the measurements.

    Args:
        settings: Their `data_dir` is the folder; the server is the embedded one below it.
        server: Any database of that server.
    """

    settings: Settings
    server: Database

    @property
    def folder(self) -> Path:
        """Where generated files lie; the server's account can read it."""
        return self.settings.data_dir

    def named(self, name: str) -> Database:
        """A database of the server."""
        return replace(self.server, name=name)

    async def say(self, statement: str) -> None:
        """One statement of the administrator outside any transaction."""
        async with self.server.administer("postgres") as connection:
            await (await connection.execution_options(isolation_level="AUTOCOMMIT")).execute(text(statement))

    async def has(self, name: str) -> bool:
        """Whether the server has a database."""
        async with self.server.administer("postgres") as connection:
            found = await connection.scalar(text("select 1 from pg_database where datname = :n"), {"n": name})
        return found is not None

    async def empty(self, name: str) -> Database:
        """A new database under this name with tables and reference data, and no person."""
        template = await self._template()
        await self.say(f'drop database if exists "{name}" with (force)')
        await self.say(f'create database "{name}" template "{template}"')
        return self.named(name)

    async def _template(self) -> str:
        name = template_name()
        if not await self.has(name):
            started = perf_counter()
            draft = f"{name}_draft"
            await self.say(f'drop database if exists "{draft}" with (force)')
            await self.say(f'create database "{draft}"')
            await initialise(self.named(draft), self.settings)
            await self.say(f'alter database "{draft}" rename to "{name}"')
            note(f"built tables and reference data in {perf_counter() - started:.1f} s")
        return name


def template_name() -> str:
    """The database with tables and reference data that the others begin as."""
    return f"bench_template_{stamp()}"


def stamp() -> str:
    """Eight digits that change with the migrations, so that no measurement uses tables of yesterday."""
    parts = sorted(path for path in MIGRATIONS.rglob("*") if path.suffix in (".py", ".sql"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in parts)).hexdigest()[:8]


@asynccontextmanager
async def open_place(settings: Settings) -> AsyncIterator[Place]:
    """The place below the data directory of these settings; a server set by URL is left alone."""
    own = settings.model_copy(update={"database_url": None, "role_prefix": None})
    async with open_database(own) as database:
        yield Place(own, database)
