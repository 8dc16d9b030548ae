"""`hub restore`: a backup into an empty place, checked before, while and after it is put back.

It is put back whole or not at all. What was ended, suspended or restricted since the backup is in no backup, so that
nothing that it brings back grants anything until somebody has looked.
"""

import asyncio
import io
import shutil
import tarfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import NamedTuple

from hub.access import api_keys
from hub.access.agreements import granting, suspend_all
from hub.access.encrypting import decrypted
from hub.access.restrictions import covering
from hub.access.verifying import verified
from hub.errors import FatalError, InputError
from hub.graph.checks import faults
from hub.registry.reading import sha256_of
from hub.settings import Settings
from hub.store.database import Database, open_database
from hub.store.dumping import restore_dump
from hub.store.migrate import knows, prepare, upgrade
from hub.store.roles import SECRET_FILE, Roles, roles_of
from hub.store.sql import AsyncConnection, text
from hub.workflow.backup import (
    DATABASE,
    FILES,
    FORMAT,
    MANIFEST,
    Manifest,
    backup_key,
    key_name,
    manifest_of,
    rows_by_table,
)

# It fails where the schema holds anything, whatever was looked at before.
EMPTY = text("drop schema hub")
TAKE_OUT = text("drop schema if exists hub cascade")
HOLDS = text(
    "select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'hub'"
)
SEAL = text("select encode(seal, 'hex') from hub.ledger where seq = :seq")


class Revived(NamedTuple):
    """What stands again as it did when the backup was made, whatever was decided since.

    Args:
        agreements: Codes of those that granted something then.
        suspended: Whether they were suspended for it.
        keys: Those of systems that had not been ended, each `id agency/client`.
        restrictions: How many decisions withhold somebody.
    """

    agreements: tuple[str, ...]
    suspended: bool
    keys: tuple[str, ...]
    restrictions: int


class Restored(NamedTuple):
    """What was put back.

    Args:
        manifest: Of the backup.
        rows: In all tables.
        lines: Of the ledger; all of them hold.
        files: Of the data directory.
        faults: Of the graph's intervals, each `table: kind in N rows`: the backup brought them along.
        revived: What somebody has to look at.
    """

    manifest: Manifest
    rows: int
    lines: int
    files: int
    faults: tuple[str, ...]
    revived: Revived


async def restore(
    settings: Settings, directory: Path, actor: str = "restore", *, as_it_was: bool = False
) -> Restored:
    """Puts a backup back into a database without a hub and a data directory without files of these names.

    Args:
        settings: Where.
        directory: The folder of the backup.
        actor: Who does it.
        as_it_was: Nothing was decided since the backup, so that agreements go on.

    Raises:
        InputError: `no_backup`, `no_secret` (it has to be there before), `not_empty`.
        FatalError: `other_secret`, `backup_damaged`, `newer_database`, `other_prefix`, `restore_failed`,
            `restore_differs` (what was put back is not what was backed up, and was taken out again).
    """
    if settings.secret is None and not (settings.data_dir / SECRET_FILE).exists():
        raise InputError(
            "no_secret",
            f"set HUB_SECRET, or put the hub's secret at {settings.data_dir / SECRET_FILE}: it is in no backup",
        )
    roles = roles_of(settings)
    manifest = checked(directory, roles)
    names = _unpacked_names(directory, roles)
    if there := [name for name in names if (settings.data_dir / name).exists()]:
        raise InputError("not_empty", f"{settings.data_dir} holds {there[0]} already; nothing is overwritten")
    async with open_database(settings) as database:
        await prepare(database)
        await _emptied(database)
        async with _wholly(database, settings.data_dir, names):
            await _put_back(database, settings, directory, manifest)
            revived = await _revived(database, manifest, None if as_it_was else actor)
            lines = await _proved(database, manifest)
            async with database.connect() as connection:
                wrong = tuple(
                    f"{one.table}: {one.kind} in {one.rows} rows" for one in await faults(connection)
                )
            files = await asyncio.to_thread(_unpack, directory, roles, settings.data_dir)
    return Restored(manifest, sum(manifest.tables.values()), lines, files, wrong, revived)


async def _emptied(database: Database) -> None:
    """Takes the empty schema away.

    Raises:
        InputError: `not_empty`.
    """
    async with database.administer() as connection:
        if await connection.scalar(HOLDS):
            raise InputError("not_empty", "this database holds a hub already; nothing is overwritten")
        await connection.execute(EMPTY)
        await connection.commit()


@asynccontextmanager
async def _wholly(database: Database, data_dir: Path, names: set[str]) -> AsyncIterator[None]:
    """Takes out again what was put back where not all of it was; before, there was nothing."""
    try:
        yield
    except BaseException:
        async with database.administer() as connection:
            await connection.execute(TAKE_OUT)
            await connection.commit()
        for name in names:
            path = data_dir / name
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        raise


async def _revived(database: Database, manifest: Manifest, actor: str | None) -> Revived:
    """Suspends what would grant something, where somebody is named for it, and tells what stands again."""
    async with database.connect() as connection:
        agreements = sorted(await granting(connection))
        if actor is not None:
            await suspend_all(connection, actor, f"restored from the backup of {manifest.made}")
        live = await api_keys.live(connection)
        keys = tuple(f"{key.id} {key.agency}/{key.client}" for _, key in sorted(live.items()))
        withheld = len(await covering(connection))
        await connection.commit()
    return Revived(tuple(agreements), actor is not None, keys, withheld)


def checked(directory: Path, roles: Roles) -> Manifest:
    """The manifest of a backup that this hub can restore, its files as they were written.

    Raises:
        InputError: `no_backup`.
        FatalError: `other_secret`, `backup_damaged`, `newer_database`, `other_prefix`.
    """
    path = directory / MANIFEST
    if not path.is_file():
        raise InputError(
            "no_backup", f"{directory} holds no {MANIFEST}: it is no backup, or one that was broken off"
        )
    told = path.read_text(encoding="utf-8", errors="replace")
    if f'"key": "{key_name(roles)}"' not in told:
        raise FatalError("other_secret", "the backup was made under another secret; bring back that one")
    try:
        manifest = manifest_of(told, roles)
    except (ValueError, TypeError):
        raise FatalError("backup_damaged", f"{MANIFEST} is not as it was written") from None
    if manifest.format != FORMAT or not knows(manifest.revision):
        raise FatalError("newer_database", f"a later hub ({manifest.hub}) made this backup; update the hub")
    if manifest.role_prefix != roles.prefix:
        raise FatalError(
            "other_prefix", f"the roles in it begin with {manifest.role_prefix}: set HUB_ROLE_PREFIX to that"
        )
    for name, sha256 in manifest.files.items():
        if not (directory / name).is_file() or sha256_of(directory / name) != sha256:
            raise FatalError("backup_damaged", f"{name} is not as it was written; use another backup")
    return manifest


async def _put_back(database: Database, settings: Settings, directory: Path, manifest: Manifest) -> None:
    """The dump where no schema is, its rows counted, then brought to this hub's revision."""
    await asyncio.to_thread(_feed, database, settings, directory)
    async with database.administer() as connection:
        await connection.execute(text("analyze"))
        await connection.commit()
        found = await rows_by_table(connection)
    if found != manifest.tables:
        raise FatalError("restore_differs", f"rows differ in {_differing(found, manifest.tables)}")
    await upgrade(database)


def _feed(database: Database, settings: Settings, directory: Path) -> None:
    with (directory / DATABASE).open("rb") as file:
        restore_dump(database, settings.pg_bin, decrypted(backup_key(database.roles), file))


def _differing(found: dict[str, int], told: dict[str, int]) -> str:
    return ", ".join(sorted(name for name in found.keys() | told.keys() if found.get(name) != told.get(name)))


async def _proved(database: Database, manifest: Manifest) -> int:
    """The ledger to its last line of then; returns the lines, all of which hold.

    Raises:
        FatalError: `restore_differs`.
    """
    verifier = await verified(database)
    if broken := verifier.end():
        raise FatalError("restore_differs", f"the ledger does not hold from line {broken[0].seq} on")
    async with database.administer() as connection:
        await _same_seal(connection, manifest)
    return verifier.lines


async def _same_seal(connection: AsyncConnection, manifest: Manifest) -> None:
    if manifest.ledger is not None:
        seq, seal = manifest.ledger
        if await connection.scalar(SEAL, {"seq": seq}) != seal:
            raise FatalError("restore_differs", f"line {seq} of the ledger bears another seal")


def _unpacked_names(directory: Path, roles: Roles) -> set[str]:
    """The files and folders at the top of what would be unpacked."""
    with _archive(directory, roles) as tar:
        return {each.name.split("/")[0] for each in tar}


def _unpack(directory: Path, roles: Roles, data_dir: Path) -> int:
    data_dir.mkdir(parents=True, exist_ok=True)
    count = 0
    with _archive(directory, roles) as tar:
        for each in tar:
            tar.extract(each, data_dir, filter="data")
            count += each.isfile()
    return count


@contextmanager
def _archive(directory: Path, roles: Roles) -> Iterator[tarfile.TarFile]:
    """The files of a backup, as a stream.

    Raises:
        FatalError: `backup_damaged`.
    """
    try:
        with (directory / FILES).open("rb") as file:
            pulled = _Pulled(decrypted(backup_key(roles), file))
            with tarfile.open(mode="r|", fileobj=pulled) as tar:
                yield tar
    except (tarfile.TarError, ValueError):
        raise FatalError("backup_damaged", f"{FILES} is not as it was written; use another backup") from None


class _Pulled(io.RawIOBase):
    """What an iterator yields, as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__()
        self._pieces, self._held = pieces, b""

    def readable(self) -> bool:
        return True

    def readall(self) -> bytes:
        return b"".join((self._held, *self._pieces))

    def read(self, size: int = -1) -> bytes:
        if size < 0:
            return self.readall()
        while len(self._held) < size and (piece := next(self._pieces, b"")):
            self._held += piece
        told, self._held = self._held[:size], self._held[size:]
        return told
