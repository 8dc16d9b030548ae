"""`hub doctor`: whether everything that the hub stands on is as it should be."""

import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from hub.domain import clock
from hub.errors import HubError
from hub.registry.identifiers import load_identifiers
from hub.registry.judging import load_judging
from hub.registry.reference import reference_files
from hub.registry.sources import load_sources, load_survivorship
from hub.settings import Settings
from hub.store.database import Database, open_database
from hub.store.migrate import head
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text
from hub.workflow.initialise import revision_of

PYTHONS = ((3, 11), (3, 14))
"""Tried Python versions, [from, to)."""
SAFE_MINORS = {15: 20, 16: 16, 17: 12, 18: 6}
"""Least minor release by major that mends the row-level security faults of 2026 (CVE-2026-120154, ...)."""
LEAST_FREE_GB, LOW_FREE_GB = 1, 10
FASTEST_CLOCK = 5.0
"""Seconds by which the clocks of hub and server may differ: contexts live for a minute."""
BYTES_A_GB = 1_000_000_000


class Check(NamedTuple):
    """One finding: `ok`, `warn` or `fail`, and what was seen or what to do."""

    name: str
    status: str
    told: str


ROLES = text(
    "select rolname, rolsuper or rolbypassrls or rolcreaterole as mighty from pg_roles"
    " where rolname = any(:names)"
)
FOREIGN_OWNERS = text(
    "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    " where n.nspname = 'hub' and c.relkind = 'r' and pg_get_userbyid(c.relowner) <> :owner"
)
# Tables that grow with people bear an area key; each has to have row-level security enabled and forced.
UNGUARDED = text(
    """
    select c.relname from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'hub' and c.relkind = 'r' and not (c.relrowsecurity and c.relforcerowsecurity)
      and exists (select from pg_attribute a where a.attrelid = c.oid and not a.attisdropped
                  and a.attname in ('home_area_key', 'event_area_key', 'person_id', 'subjects'))
    order by 1
    """
)
MAY_SET = text("select has_function_privilege(:app, 'pg_catalog.set_config(text, text, boolean)', 'execute')")
LEAKPROOF = text("select bool_and(proleakproof) from pg_proc where prosrc in ('range_lower', 'range_upper')")
LATE = text(
    "select count(*) from rights_case c where c.due <= :now and not exists (select from rights_event e"
    " where e.case_id = c.id and e.event in ('granted', 'refused', 'withdrawn'))"
)
LOADED = text("select name, sha256 from reference_load")


async def examine(settings: Settings) -> list[Check]:
    """Every check in order; what cannot be looked at because an earlier one failed is left out."""
    checks = [_python(), _configuration(settings), _disk(settings)]
    if settings.embedded and not (settings.data_dir / "postgres").exists():
        return [*checks, Check("database", "fail", "there is none yet: run `hub init`")]
    try:
        async with open_database(settings) as database:
            checks += await _database(database, settings)
    except HubError as error:
        checks.append(Check("database", "fail", f"{error.code}: {error.message}"))
    return checks


def _python() -> Check:
    found = sys.version_info[:2]
    fits = PYTHONS[0] <= found < PYTHONS[1]
    return Check(
        "python", "ok" if fits else "warn", f"{found[0]}.{found[1]}{'' if fits else ' was never tried'}"
    )


def _configuration(settings: Settings) -> Check:
    try:
        sources = load_sources(settings.config_dir / "sources")
        load_survivorship(settings.config_dir / "survivorship.toml", sources)
        load_judging(settings.config_dir)
        load_identifiers(settings.config_dir)
        files = reference_files(settings.config_dir)
    except HubError as error:
        return Check("configuration", "fail", error.message)
    return Check("configuration", "ok", f"{len(sources)} sources, {len(files)} reference files")


def _disk(settings: Settings) -> Check:
    place = settings.data_dir
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / BYTES_A_GB
    status = "fail" if free < LEAST_FREE_GB else "warn" if free < LOW_FREE_GB else "ok"
    return Check("disk", status, f"{free:,.1f} GB free under the data directory")


async def _database(database: Database, settings: Settings) -> list[Check]:
    async with database.administer(database.admin.database) as connection:
        checks = [await _version(connection), await _clock(connection)]
    revision = await revision_of(database)
    if revision != head():
        told = (
            "run `hub init`"
            if revision is None
            else f"revision {revision}, this hub needs {head()}: run `hub init`"
        )
        return [*checks, Check("tables", "fail", told)]
    checks.append(Check("tables", "ok", f"revision {revision}"))
    async with database.administer() as connection:
        checks += [await _roles(connection, database), await _security(connection)]
        checks.append(await _context(connection, database))
    async with database.connect(Role.INGEST) as connection:
        checks += [await _reference(connection, settings), await _rights(connection)]
    return checks


async def _version(connection: AsyncConnection) -> Check:
    number = int(await connection.scalar(text("select current_setting('server_version_num')")) or 0)
    major, minor = divmod(number, 10_000)
    least = SAFE_MINORS.get(major)
    told = f"PostgreSQL {major}.{minor}"
    if major < min(SAFE_MINORS):
        return Check("server", "fail", f"{told}: 15 or later is needed")
    if least is not None and minor < least:
        return Check(
            "server", "warn", f"{told}: update to {major}.{least}, which mends faults of row-level security"
        )
    return Check("server", "ok", told)


async def _clock(connection: AsyncConnection) -> Check:
    theirs = await connection.scalar(text("select clock_timestamp()"))
    apart = abs((datetime.now(UTC) - theirs).total_seconds()) if isinstance(theirs, datetime) else 0.0
    if apart > FASTEST_CLOCK:
        return Check("clock", "fail", f"hub and database server are {apart:,.0f} s apart: set both by NTP")
    stands = abs((clock.now() - datetime.now(UTC)).total_seconds()) > FASTEST_CLOCK
    told = (
        f"stands at {clock.now():%Y-%m-%d %H:%M} UTC (HUB_NOW)"
        if stands
        else "agrees with the database server"
    )
    return Check("clock", "warn" if stands else "ok", told)


async def _roles(connection: AsyncConnection, database: Database) -> Check:
    names = [database.roles.name(role) for role in Role]
    found = {row.rolname: row.mighty for row in await connection.execute(ROLES, {"names": names})}
    foreign = await connection.scalar(FOREIGN_OWNERS, {"owner": database.roles.name(Role.OWNER)})
    faults: list[tuple[Callable[[], bool], str]] = [
        (lambda: len(found) < len(names), "a role is missing: run `hub init`"),
        (lambda: any(found.values()), "a role of the hub may pass row-level security: take its rights away"),
        (lambda: bool(foreign), "tables belong to another role than the hub's owner"),
    ]
    told = next((trouble for holds, trouble in faults if holds()), None)
    return (
        Check("roles", "fail", told)
        if told
        else Check("roles", "ok", "none is superuser or passes row security")
    )


async def _context(connection: AsyncConnection, database: Database) -> Check:
    if await connection.scalar(MAY_SET, {"app": database.roles.name(Role.APP)}):
        told = "the reading role may call set_config, so injected SQL could widen what it reaches:"
        return Check("context", "warn", f"{told} run `hub init` once as a superuser")
    return Check("context", "ok", "the reading role cannot say itself what it reaches")


async def _security(connection: AsyncConnection) -> Check:
    open_tables = [row.relname for row in await connection.execute(UNGUARDED)]
    if open_tables:
        return Check("row security", "fail", f"not enabled and forced on {', '.join(open_tables)}")
    if not await connection.scalar(LEAKPROOF):
        told = "it keeps the feed of changes from its indices: run `hub init` once as a superuser"
        return Check("row security", "warn", told)
    return Check("row security", "ok", "enabled and forced on every table with people")


async def _rights(connection: AsyncConnection) -> Check:
    """Whether persons wait for an answer longer than the law gives."""
    late = int(await connection.scalar(LATE, {"now": clock.now()}) or 0)
    if late:
        return Check("rights", "warn", f"{late} cases should have been answered: `hub rights list --overdue`")
    return Check("rights", "ok", "no case of a person is overdue")


async def _reference(connection: AsyncConnection, settings: Settings) -> Check:
    loaded = {row.name: row.sha256 for row in await connection.execute(LOADED)}
    try:
        files = {file.name: file.sha256 for file in reference_files(settings.config_dir)}
    except HubError as error:
        return Check("reference", "fail", error.message)
    if loaded != files:
        different = {name for name in loaded.keys() | files.keys() if loaded.get(name) != files.get(name)}
        return Check(
            "reference", "fail", f"{len(different)} files differ from what is loaded: run `hub init`"
        )
    return Check("reference", "ok", f"{len(files)} files, as loaded")
