"""What landing is held against: a bare COPY of the same file, the plainest upsert, and dlt."""

import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import asyncpg

from hub.store.database import Database

DLT = Path(".venv-bench/bin/python")
"""The environment that `make bench` makes; without it dlt is left out."""


def columns_of(path: Path) -> list[str]:
    """The names in the header of a list."""
    with path.open() as lines:
        return next(lines).rstrip("\n").split(";")


async def connected(database: Database) -> Any:
    """A plain connection of the administrator."""
    url = database.admin.set(drivername="postgresql", database=database.name)
    return await asyncpg.connect(url.render_as_string(hide_password=False))


async def _copy(connection: Any, table: str, path: Path) -> int:
    tag = await connection.copy_to_table(table, source=path, format="csv", delimiter=";", header=True)
    return int(tag.split()[-1])


async def copied(database: Database, path: Path) -> float:
    """Rows a second of a bare COPY of a list into an unindexed table of texts, committed."""
    connection = await connected(database)
    try:
        names = ", ".join(f'"{name}" text' for name in columns_of(path))
        await connection.execute(f"drop table if exists copied; create table copied ({names})")
        await connection.execute("checkpoint")
        started = perf_counter()
        rows = await _copy(connection, "copied", path)
        seconds = perf_counter() - started
        await connection.execute("drop table copied")
    finally:
        await connection.close()
    return rows / seconds


class Upsert:
    """One table with a primary key and a jsonb payload, loaded by a staged ON CONFLICT DO UPDATE.

    It knows neither versions nor claims nor persons, and an unchanged row costs it what a changed one does.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: Any = None

    async def __aenter__(self) -> Self:
        self._connection = await connected(self._database)
        await self._connection.execute(
            "drop table if exists plain; create table plain (key text primary key, payload jsonb not null)"
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._connection.execute("drop table plain")
        await self._connection.close()

    async def load(self, path: Path) -> float:
        """Rows a second from the file to the committed table."""
        names = ", ".join(f'"{name}" text' for name in columns_of(path))
        await self._connection.execute("checkpoint")
        started = perf_counter()
        async with self._connection.transaction():
            await self._connection.execute(f"create temp table staged ({names}) on commit drop")
            rows = await _copy(self._connection, "staged", path)
            await self._connection.execute(
                """insert into plain select s."NIK" || '|' || s."TGL_LHR", to_jsonb(s) from staged s
                   on conflict (key) do update set payload = excluded.payload"""
            )
        return rows / (perf_counter() - started)


async def loaded_by_dlt(database: Database, paths: Sequence[Path]) -> list[float]:
    """Rows a second of dlt loading lists one after another as versioned rows; none where dlt is not installed.

    Raises:
        AssertionError: dlt ended otherwise than with one figure a list.
    """
    if not DLT.exists():  # noqa: ASYNC240 - one look at a local file
        return []
    query, admin = database.admin.query, database.admin
    credentials = {
        "host": quote(str(query.get("host") or admin.host), safe=""),
        "port": int(str(query.get("port") or admin.port or 5432)),
        "username": admin.username,
        "password": admin.password or "none",
        "database": database.name,
    }
    program = Path(__file__).with_name("dlt_peer.py")
    ran = await asyncio.create_subprocess_exec(
        DLT, program, *map(str, paths), env={"PEER_CREDENTIALS": json.dumps(credentials)},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    told, _ = await ran.communicate()
    figures = [float(line) for line in told.decode().split()]
    if len(figures) != len(paths):
        raise AssertionError("dlt gave no figure for each list")
    connection = await connected(database)
    try:
        await connection.execute("drop schema if exists dlt_peer cascade")
        await connection.execute("drop schema if exists dlt_peer_staging cascade")
    finally:
        await connection.close()
    return figures
