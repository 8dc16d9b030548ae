"""`hub backup`: the database and the hub's own files, encrypted, with what a restore checks them by.

A backup is a folder: `manifest.json`, `database.dump.enc` (PostgreSQL's own form) and `files.tar.enc`. The key is
derived from the hub's secret, which is kept apart from every backup and stands in none; nor do the keys of contexts.
"""

import asyncio
import hashlib
import hmac
import json
import os
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from hub import __version__
from hub.access.chain import canonical
from hub.access.encrypting import Encrypting
from hub.errors import InputError
from hub.registry.reading import sha256_of
from hub.settings import Settings
from hub.store.database import Database
from hub.store.dumping import KEYS, dumped
from hub.store.roles import Roles
from hub.store.sql import AsyncConnection, text

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest.json", "database.dump.enc", "files.tar.enc"
#: What of the data directory stays out: the database, the secret, what a run or the simulator can make again.
LEFT_OUT = frozenset({"postgres", "secret", "scratch", "simulator"})

SNAPSHOT = text("set transaction isolation level repeatable read, read only")
EXPORTED = text("select pg_export_snapshot()")
TABLES = text(
    "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
    f" where n.nspname = 'hub' and c.relkind = 'r' and 'hub.' || c.relname <> '{KEYS}' order by 1"
)
REVISION = text("select version_num from hub.alembic_version")
SERVER = text("select current_setting('server_version')")
LAST_LINE = text("select seq, encode(seal, 'hex') as seal from hub.ledger order by seq desc limit 1")


class Manifest(NamedTuple):
    """What a backup holds.

    Args:
        format: Of the folder.
        hub: Version of the hub that made it.
        revision: Of the tables.
        server: Release of PostgreSQL.
        made: ISO 8601, UTC.
        role_prefix: What the roles named in it begin with.
        key: Tells whether a secret is the one it was made under; nothing can be told of the secret by it.
        tables: Rows by table.
        ledger: Number and seal (hex) of the last sealed line, or None.
        files: SHA-256 by name.
    """

    format: int
    hub: str
    revision: str
    server: str
    made: str
    role_prefix: str
    key: str
    tables: dict[str, int]
    ledger: tuple[int, str] | None
    files: dict[str, str]

    def to_json(self, roles: Roles) -> str:
        """The manifest as it stands in the folder, with a MAC that only the hub's secret makes."""
        told = self._asdict()
        return json.dumps({**told, "mac": _mac(roles, told)}, indent=1, sort_keys=True) + "\n"


def backup_key(roles: Roles) -> bytes:
    """The key that backups are encrypted with."""
    return roles.derive("backup")


def key_name(roles: Roles) -> str:
    """By what a backup and a secret are known to belong together."""
    return roles.derive("backup key name").hex()[:16]


def _mac(roles: Roles, told: dict[str, Any]) -> str:
    return hmac.digest(roles.derive("backup manifest"), canonical(told).encode(), hashlib.sha256).hex()


def manifest_of(text_: str, roles: Roles) -> Manifest:
    """The manifest of a folder.

    Raises:
        ValueError: It is none, or is not as it was written.
    """
    told = json.loads(text_)
    if not isinstance(told, dict) or set(told) != {*Manifest._fields, "mac"}:
        raise ValueError("no manifest")
    mac = told.pop("mac")
    if not hmac.compare_digest(str(mac), _mac(roles, told)):
        raise ValueError("not as it was written")
    ledger = told.pop("ledger")
    return Manifest(**told, ledger=None if ledger is None else (ledger[0], ledger[1]))


async def back_up(database: Database, settings: Settings, directory: Path) -> Manifest:
    """Writes a backup into a new folder, all of one instant of the database; runs go on meanwhile.

    The manifest is written last: a folder without one is no backup.

    Raises:
        InputError: `not_empty`, the folder is there and holds something.
        FatalError: `dump_failed`, `no_postgres`.
    """
    _make(directory)
    async with database.administer() as connection:
        await connection.execute(SNAPSHOT)
        snapshot = str(await connection.scalar(EXPORTED))
        files = {DATABASE: await asyncio.to_thread(_dump, database, settings, directory, snapshot)}
        files[FILES] = await asyncio.to_thread(_pack, database.roles, settings.data_dir, directory)
        manifest = await _told(connection, database.roles, files)
    with _private(directory / MANIFEST) as file:
        file.write(manifest.to_json(database.roles).encode())
    return manifest


def _make(directory: Path) -> None:
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(directory.iterdir()):
        raise InputError("not_empty", f"{directory} holds something already; name a new folder")


async def rows_by_table(connection: AsyncConnection) -> dict[str, int]:
    """How many rows each table of the hub holds."""
    names = list((await connection.execute(TABLES)).scalars())
    return {
        name: int(await connection.scalar(text(f'select count(*) from hub."{name}"')) or 0) for name in names
    }


async def _told(connection: AsyncConnection, roles: Roles, files: dict[str, str]) -> Manifest:
    last = (await connection.execute(LAST_LINE)).first()
    return Manifest(
        FORMAT,
        __version__,
        str(await connection.scalar(REVISION)),
        str(await connection.scalar(SERVER)),
        datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        roles.prefix,
        key_name(roles),
        await rows_by_table(connection),
        None if last is None else (int(last.seq), str(last.seal)),
        files,
    )


def _dump(database: Database, settings: Settings, directory: Path, snapshot: str) -> str:
    with _private(directory / DATABASE) as out, Encrypting(backup_key(database.roles), out) as file:
        for piece in dumped(database, settings.pg_bin, snapshot):
            file.write(piece)
    return sha256_of(directory / DATABASE)


def _pack(roles: Roles, data_dir: Path, directory: Path) -> str:
    """The files of the data directory but those that are left out and those of the backup itself."""
    with (
        _private(directory / FILES) as out,
        Encrypting(backup_key(roles), out) as file,
        tarfile.open(mode="w|", fileobj=file) as tar,
    ):
        for path in sorted(data_dir.iterdir()):
            if path.name not in LEFT_OUT and not path.name.startswith("."):
                tar.add(path, arcname=path.name, filter=lambda each: _plain(each, directory, data_dir))
    return sha256_of(directory / FILES)


def _plain(each: tarfile.TarInfo, directory: Path, data_dir: Path) -> tarfile.TarInfo | None:
    """Folders and files without the accounts of this machine; backups below the data directory are none of it."""
    path = data_dir / each.name
    if not (each.isfile() or each.isdir()) or path == directory or (path / DATABASE).exists():
        return None
    each.uid = each.gid = 0
    each.uname = each.gname = ""
    return each


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """A new file that its owner alone can read, on the disk when the block ends."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
