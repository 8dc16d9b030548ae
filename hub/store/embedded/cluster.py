"""The data directory of PostgreSQL: made whole or not at all, and known again as ours."""

import hashlib
import json
import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from hub.errors import FatalError
from hub.store.embedded.binaries import Binaries
from hub.store.embedded.configuration import HBA, server_configuration
from hub.store.embedded.places import PORT, Places
from hub.store.privileges import Account

SUPERUSER = "hub_superuser"
#: Lies in every cluster that hub has made; its absence means the cluster is somebody else's.
MARK = "hub-cluster.json"


@dataclass(frozen=True)
class Mark:
    """What hub wrote into a cluster when it made it.

    Args:
        system: The cluster's own identifier, as PostgreSQL keeps it in `global/pg_control`.
        password: SHA-256 of the superuser's random password, in hexadecimal digits.
        home: The `<data_dir>/postgres` it belongs to.
    """

    system: int
    password: str
    home: str


def make_cluster(places: Places, account: Account, binaries: Binaries) -> Path:
    """Makes the cluster beside its final place and moves it there when it is whole.

    A process killed on the way leaves a `.new` folder, which the next start throws away.

    Returns:
        The cluster's directory.

    Raises:
        FatalError: `initdb_failed`, with the last lines that initdb wrote.
    """
    target = places.new_cluster(account)
    for left in target.parent.glob(f"{target.name}.new-*"):
        shutil.rmtree(left, ignore_errors=True)
    # A name of its own, since the initdb of a killed hub may still be writing to the last one.
    fresh = target.with_name(f"{target.name}.new-{secrets.token_hex(4)}")
    fresh.mkdir(mode=0o700)
    account.hand_over(fresh)
    password = secrets.token_hex(32)
    _run_initdb(fresh, account, binaries, password)
    mark = Mark(system_identifier(fresh), _digest(password), str(places.home.resolve()))
    place_file(fresh / MARK, json.dumps(asdict(mark)), account)
    _write_own_file(places.password, password)
    fresh.rename(target)
    if target.parent != places.home:
        _write_own_file(places.pointer, f"{target}\n")
    return target


def _run_initdb(fresh: Path, account: Account, binaries: Binaries, password: str) -> None:
    """Runs initdb with code point order, so that a copy of the data sorts the same on every machine."""
    secret = fresh.with_name(f"{fresh.name}.password")
    _write_own_file(secret, password)
    account.hand_over(secret)
    common: list[str | Path] = [binaries["initdb"], "-D", fresh, "-U", SUPERUSER, f"--pwfile={secret}"]
    common += ["--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"]
    told = ""
    try:
        for locale in _locales(binaries.major):
            done = account.run([*common, *locale])
            if done.returncode == 0:
                return
            told = done.stderr.strip()[-600:]
    finally:
        secret.unlink(missing_ok=True)
    raise FatalError("initdb_failed", f"cannot make the database in {fresh}: {told}")


def _locales(major: int) -> list[list[str]]:
    """The locales to try, best first: PostgreSQL's own C.UTF-8 (from 17 on), the system's, and plain C."""
    system = [["--locale=C.UTF-8"], ["--locale=C"]]
    own = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return [own, *system] if major >= 17 else system


def check_cluster(cluster: Path, places: Places, binaries: Binaries) -> str:
    """Makes sure that the cluster is the one hub made for this home, and that these programs fit it.

    Returns:
        The superuser's password.

    Raises:
        FatalError: `foreign_cluster`, `other_cluster`, `newer_cluster` or `older_cluster`.
    """
    mark = _read_mark(cluster)
    major = _major_of(cluster)
    if major > binaries.major:
        raise FatalError(
            "newer_cluster",
            f"{cluster} was made by PostgreSQL {major}, and these programs are {binaries.major}; "
            "use a newer hub, or name programs of that version in HUB_PG_BIN",
        )
    if major < binaries.major:
        raise FatalError(
            "older_cluster",
            f"{cluster} was made by PostgreSQL {major}, and these programs are {binaries.major}; "
            f"name programs of version {major} in HUB_PG_BIN, or move the data with pg_upgrade",
        )
    password = places.password.read_text().strip() if places.password.is_file() else ""
    if mark.system != system_identifier(cluster) or mark.password != _digest(password):
        raise FatalError(
            "other_cluster",
            f"{cluster} is not the database that belongs to {places.home}: it was put there from another "
            "data directory, or the file `superuser` is not its own; bring back what belongs together",
        )
    _keep_to_one_home(mark, cluster, places)
    return password


def _read_mark(cluster: Path) -> Mark:
    try:
        return Mark(**json.loads((cluster / MARK).read_text()))
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        raise FatalError(
            "foreign_cluster",
            f"{cluster} was not made by hub, and hub leaves it alone; set HUB_DATA_DIR to another directory, "
            "or HUB_DATABASE_URL to the server that runs it",
        ) from None


def _keep_to_one_home(mark: Mark, cluster: Path, places: Places) -> None:
    """Refuses a cluster elsewhere that a second data directory, a copy, also points to; follows a move."""
    if cluster.parent == places.home or mark.home == str(places.home.resolve()):
        return
    first = Places(Path(mark.home)).pointer
    if first.is_file() and first.read_text().strip() == str(cluster):
        raise FatalError(
            "other_cluster",
            f"{places.pointer} and {first} name one database; {places.home} is a copy: remove it and "
            "restore a dump instead",
        )


def _major_of(cluster: Path) -> int:
    text = (cluster / "PG_VERSION").read_text().strip() if (cluster / "PG_VERSION").is_file() else ""
    if not text.isdigit():
        raise FatalError(
            "foreign_cluster", f"{cluster} holds no readable PG_VERSION; restore it from a backup"
        )
    return int(text)


def system_identifier(cluster: Path) -> int:
    """The number that PostgreSQL gave the cluster at its making; 0 when its control file is gone.

    Source: `ControlFileData` in PostgreSQL's catalog/pg_control.h: the first 8 bytes, in the machine's order.
    """
    control = cluster / "global" / "pg_control"
    if not control.is_file():
        return 0
    with control.open("rb") as file:
        return int.from_bytes(file.read(8), sys.byteorder)


def configure(
    cluster: Path, account: Account, socket_directory: Path, changes: Mapping[str, str] | None = None
) -> None:
    """Writes the files that tell the server how to run; ours only, never an operator's `local.conf`."""
    place_file(cluster / "postgresql.conf", server_configuration(socket_directory, PORT, changes), account)
    place_file(cluster / "pg_hba.conf", HBA, account)
    if not (cluster / "local.conf").exists():
        place_file(cluster / "local.conf", "# Yours: what stands here has the last word.\n", account)


def place_file(path: Path, text: str, account: Account) -> None:
    """Puts a file into a folder of the account, whole or not at all.

    It is written beside that folder and moved in: a link that the account put in its own folder is replaced,
    and never written through by root.
    """
    fresh = path.parent.with_name(f"{path.parent.name}.{path.name}")
    _write_own_file(fresh, text)
    account.hand_over(fresh)
    fresh.replace(path)


def _write_own_file(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, replacing it in one step."""
    fresh = path.with_name(f"{path.name}.tmp")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)


def _digest(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()
