"""Makes the roles, the schema and the tables, and brings an older database up to date (Alembic)."""

from pathlib import Path

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from hub.errors import FatalError
from hub.store.database import Database
from hub.store.generations import read_ring, use_of
from hub.store.roles import Role, Roles
from hub.store.tables import SCHEMA

MIGRATIONS = Path(__file__).parent / "migrations"
LOWEST_SERVER = 150000
# The key of one generation and its two pads.
KEEP_CONTEXT_KEY = text(
    "insert into hub.context_key as k (id, secret, inner_pad, outer_pad) values (:id, :secret, :inner, :outer)"
    " on conflict (id) do update set secret = excluded.secret, inner_pad = excluded.inner_pad,"
    " outer_pad = excluded.outer_pad where (k.secret, k.inner_pad, k.outer_pad) is distinct from"
    " (excluded.secret, excluded.inner_pad, excluded.outer_pad)"
)


async def upgrade(database: Database) -> str:
    """Brings roles, schema and tables to the newest revision and returns it; does nothing when they are there.

    Raises:
        FatalError: `server_too_old`, `newer_database` (a later hub made it), `database_unreachable`.
    """
    await prepare(database)
    async with database.administer() as connection:
        revision = await connection.run_sync(_upgrade, database)
        await store_context_keys(connection, database)
        await connection.commit()
    return revision


async def prepare(database: Database) -> None:
    """Makes the database, the roles and the schema, all of them empty, where they are not there.

    Raises:
        FatalError: `server_too_old`, `database_unreachable`.
    """
    await _make_database(database)
    async with database.administer() as connection:
        await _check_server(connection)
        await _make_roles(connection, database)
        await connection.commit()


def knows(revision: str) -> bool:
    """Whether a revision is one of this hub's."""
    return revision in {one.revision for one in ScriptDirectory(str(MIGRATIONS)).walk_revisions()}


def head() -> str:
    """The newest revision that this code knows."""
    found = ScriptDirectory(str(MIGRATIONS)).get_current_head()
    if found is None:
        raise RuntimeError("no migration in the package")
    return found


async def _make_database(database: Database) -> None:
    """On the embedded server the database is ours to make; elsewhere the operator has made it."""
    if database.admin.database == database.name:
        return
    async with database.administer(database.admin.database or "postgres") as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        there = await connection.scalar(
            text("select 1 from pg_database where datname = :n"), {"n": database.name}
        )
        if not there:
            await connection.execute(text(f'create database "{database.name}"'))


async def _check_server(connection: AsyncConnection) -> None:
    number = int(await connection.scalar(text("select current_setting('server_version_num')")) or 0)
    if number < LOWEST_SERVER:
        raise FatalError(
            "server_too_old", f"PostgreSQL 15 or later is needed; this server is {number // 10000}"
        )


async def _make_roles(connection: AsyncConnection, database: Database) -> None:
    """The four roles with the passwords of this hub.

    A role that is there and lets us in stays untouched: roles belong to the whole server, where a change of one
    by two hubs' starts at once would fail.
    """
    roles = database.roles
    await connection.execute(text("select pg_advisory_xact_lock(hashtext('hub roles'))"))
    for role in Role:
        name = roles.name(role)
        there = await connection.scalar(text("select 1 from pg_roles where rolname = :n"), {"n": name})
        if there and (role is Role.OWNER or await _lets_in(database, role)):
            continue
        login = "nologin" if role is Role.OWNER else f"login password '{roles.password(role)}'"
        verb = "alter" if there else "create"
        await connection.execute(text(f'{verb} role "{name}" with {login} noinherit'))
    owner = roles.name(Role.OWNER)
    await connection.execute(text(f'grant "{owner}" to current_user'))
    await connection.execute(text(f'create schema if not exists {SCHEMA} authorization "{owner}"'))
    await connection.execute(text(f'revoke all on database "{database.name}" from public'))
    for role in (Role.INGEST, Role.APP, Role.LEDGER):
        await connection.execute(text(f'grant connect on database "{database.name}" to "{roles.name(role)}"'))
        await connection.execute(text(f'grant usage on schema {SCHEMA} to "{roles.name(role)}"'))
    temporary = f'grant temporary on database "{database.name}" to "{roles.name(Role.INGEST)}"'
    await connection.execute(text(temporary))
    await connection.commit()
    await _close_settings(connection, roles)


async def _close_settings(connection: AsyncConnection, roles: Roles) -> None:
    """Takes `set_config` from the app's role in this database: `hub.enter` alone may say what a reader reaches.

    Otherwise one injected call would widen the context (threat A8). And tells the planner that the bounds of a
    range give nothing away (they take no part in any error), or row security would keep the feed of changes from
    its indices. Only a superuser can do it; `hub doctor` warns where it could not be done.
    """
    function = "function pg_catalog.set_config(text, text, boolean)"
    if not await connection.scalar(text("select rolsuper from pg_roles where rolname = current_user")):
        return
    await connection.execute(text(f"revoke execute on {function} from public"))
    for role in (Role.OWNER, Role.INGEST):
        await connection.execute(text(f'grant execute on {function} to "{roles.name(role)}"'))
    for bound in ("lower", "upper"):
        await connection.execute(text(f"alter function pg_catalog.{bound}(anyrange) leakproof"))
    await connection.commit()


async def _lets_in(database: Database, role: Role) -> bool:
    """Whether the role takes the password of this hub; the right to enter the database is another matter."""
    try:
        entered = await asyncpg.connect(database.plain_url(role))
    except asyncpg.InsufficientPrivilegeError:
        return True
    except asyncpg.InvalidAuthorizationSpecificationError:
        return False
    await entered.close()
    return True


def _upgrade(connection: Connection, database: Database) -> str:
    """Runs the missing migrations as the owner, in one transaction."""
    connection.execute(text(f'set role "{database.roles.name(Role.OWNER)}"'))
    connection.execute(text("select pg_advisory_xact_lock(hashtext('hub migration'))"))
    context = MigrationContext.configure(connection, opts={"version_table_schema": SCHEMA})
    current, newest = context.get_current_revision(), head()
    if current is not None and not knows(current):
        raise FatalError(
            "newer_database", f"a later hub made this database (revision {current}); update the hub"
        )
    if current != newest:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
        config.attributes["connection"] = connection
        config.attributes["roles"] = {role.value: database.roles.name(role) for role in Role}
        command.upgrade(config, "head")
    connection.execute(text("reset role"))
    return newest


async def store_context_keys(connection: AsyncConnection, database: Database) -> None:
    """Makes the keys that `hub.enter` checks contexts with those of the generations that are believed."""
    live = (await read_ring(connection)).live("context")
    await connection.execute(text(f'set role "{database.roles.name(Role.OWNER)}"'))
    await connection.execute(text("delete from hub.context_key where id <> all(:live)"), {"live": list(live)})
    for generation in live:
        key = database.roles.derive(use_of("context", generation))
        pads = {name: _pad(key, value) for name, value in (("inner", 0x36), ("outer", 0x5C))}
        await connection.execute(KEEP_CONTEXT_KEY, {"id": generation, "secret": key, **pads})
    await connection.execute(text("reset role"))


def _pad(key: bytes, value: int) -> bytes:
    """A key of at most 64 bytes as HMAC-SHA-256 puts it before a message (RFC 2104)."""
    return bytes(byte ^ value for byte in key.ljust(64, b"\0"))
