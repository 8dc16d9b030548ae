"""The servers that area `serving` holds against each other, each a process of its own on loopback, and what they use.

PostGraphile lives in `.venv-bench/postgraphile`, which `make bench` makes where node's npm is; without it, it is left
out.
"""

import asyncio
import os
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from hub.schema.terms import Terms
from hub.store.database import Database
from tests.bench.peers import connected
from tests.bench.place import Place

POSTGRAPHILE = Path(".venv-bench/postgraphile")
SOURCES = Path(__file__).with_name("postgraphile")
VIEWS = SOURCES / "views.sql"
PROC = Path("/proc")


@dataclass(frozen=True)
class Server:
    """A server that answers.

    Args:
        port: Of 127.0.0.1.
        pid: Of its process.
    """

    port: int
    pid: int


@asynccontextmanager
async def served(place: Place, side: str, database: Database) -> AsyncIterator[Server]:
    """A server of `tests.bench.sides`."""
    command = (sys.executable, "-m", "tests.bench.sides", side, database.name)
    own = {"HUB_DATA_DIR": str(place.settings.data_dir), "HUB_CONFIG_DIR": str(place.settings.config_dir)}
    if side == "hub-ledger":
        own["HUB_LEDGER"] = "all"
    async with _started(command, own) as server:
        yield server


def _node() -> Path | None:
    """The node that PostGraphile was installed with, else that of the machine; None where there is no PostGraphile."""
    modules = POSTGRAPHILE.absolute() / "node_modules"
    if not (modules / "postgraphile").exists():
        return None
    own = modules / ".bin" / "node"
    return own if own.exists() else Path(shutil.which("node") or own)


@asynccontextmanager
async def postgraphile(database: Database) -> AsyncIterator[Server | None]:
    """PostGraphile over the same rows, bound by no policy; None where it isn't installed."""
    node = _node()
    if node is None:
        yield None
        return
    connection = await connected(database)
    await connection.execute(VIEWS.read_text())
    await connection.close()
    admin = database.admin
    own = {
        "PGHOST": str(admin.query.get("host") or admin.host),
        "PGPORT": str(admin.query.get("port") or admin.port or 5432),
        "PGUSER": str(admin.username),
        "PGPASSWORD": admin.password or "none",
        "PGDATABASE": database.name,
        "POOL": str(Terms().concurrency),
        "GRAPHILE_ENV": "production",
        "NODE_ENV": "production",
    }
    async with _started((str(node), "server.mjs"), own, POSTGRAPHILE) as server:
        yield server


@asynccontextmanager
async def _started(
    command: tuple[str, ...], own: Mapping[str, str], folder: Path | None = None
) -> AsyncIterator[Server]:
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=os.environ | own, stdout=asyncio.subprocess.PIPE
    )
    try:
        told = await process.stdout.readline() if process.stdout else b""
        if not told:
            raise AssertionError(f"{' '.join(command)} did not start")
        yield Server(int(told), process.pid)
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


def postmaster(place: Place) -> int | None:
    """The process of the database server, where the system shows what processes use."""
    told = place.settings.data_dir / "postgres" / "cluster" / "postmaster.pid"
    return int(told.read_text().split()[0]) if PROC.is_dir() and told.is_file() else None


def used(server: Server, database_server: int) -> float:
    """Seconds of CPU that a server and the backends of its database have used since they began."""
    backends = (PROC / f"{database_server}/task/{database_server}/children").read_text().split()
    return sum(of_process(pid) for pid in (server.pid, *map(int, backends)))


def of_process(pid: int) -> float:
    """Seconds of CPU of all threads of a process; 0 when it is gone."""
    return sum(map(_nanoseconds, _threads(pid))) / 1e9


def _threads(pid: int) -> list[Path]:
    try:
        return list((PROC / str(pid) / "task").iterdir())
    except OSError:  # The process ended since it was listed.
        return []


def _nanoseconds(thread: Path) -> int:
    try:
        return int((thread / "schedstat").read_text().split()[0])
    except OSError:  # The thread ended meanwhile.
        return 0
