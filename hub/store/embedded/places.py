"""Where the embedded server keeps its things under the data directory.

<data_dir>/postgres/
    lock            held while a server is started or stopped
    lease           held shared by every process that uses the server
    superuser       the superuser's password, mode 0600
    cluster/        the data directory of PostgreSQL, or
    cluster.path    where that is, when the account of the server cannot walk down to here
    socket/         the Unix socket, unless its path would be too long
"""

import hashlib
import os
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from hub.errors import FatalError
from hub.store.embedded.binaries import SHARED_ROOT, make_shared_folder
from hub.store.privileges import Account, closed_folder

PORT = 5432
#: `sun_path` holds 108 bytes on Linux and 104 on macOS, with the closing zero.
LONGEST_SOCKET_PATH = 103


@dataclass(frozen=True)
class Places:
    """The paths of one embedded server.

    Args:
        home: `<data_dir>/postgres`, owned by the account of the hub.
        shared_root: Where root puts clusters that the server's account could not reach below `home`.
    """

    home: Path
    shared_root: Path = SHARED_ROOT

    @property
    def lock(self) -> Path:
        """Held exclusively while a server is started or stopped."""
        return self.home / "lock"

    @property
    def lease(self) -> Path:
        """Held shared by every process that uses the server."""
        return self.home / "lease"

    @property
    def password(self) -> Path:
        """The superuser's password."""
        return self.home / "superuser"

    @property
    def pointer(self) -> Path:
        """Names the cluster's directory when it stands elsewhere."""
        return self.home / "cluster.path"

    def existing_cluster(self) -> Path | None:
        """The cluster that this home has, here or elsewhere; None when none was made yet.

        Raises:
            FatalError: `cluster_missing` when the cluster that `cluster.path` names is gone.
        """
        if not self.pointer.is_file():
            here = self.home / "cluster"
            return here if here.exists() else None
        elsewhere = Path(self.pointer.read_text().strip())
        if not elsewhere.is_dir():
            raise FatalError(
                "cluster_missing",
                f"{self.pointer} names {elsewhere}, which is gone; bring it back, or remove {self.home} "
                "to begin with an empty database",
            )
        return elsewhere

    def new_cluster(self, account: Account) -> Path:
        """A path for a new cluster, in reach of the account; it does not exist yet.

        A cluster elsewhere gets a name of its own each time: after `mv` of a data directory another one may
        come to stand at the old path, and must not meet the first one's cluster.

        Raises:
            FatalError: `closed_data` when this process can't reach its own data directory.
        """
        closed = closed_folder(account, self.home)
        if closed is None:
            return self.home / "cluster"
        if account.is_ours:
            raise FatalError("closed_data", f"cannot enter {closed}; open it or set HUB_DATA_DIR")
        return make_shared_folder(self.shared_root) / f"cluster-{self.digest}-{secrets.token_hex(4)}"

    @property
    def digest(self) -> str:
        """A short name for this home among others of the machine."""
        return hashlib.sha256(str(self.home.resolve()).encode()).hexdigest()[:12]

    def socket_directory(self, account: Account, cluster: Path) -> Path:
        """Makes the directory of the socket, private to the account, on a path the kernel can hold."""
        directory = cluster.parent / f"{cluster.name.replace('cluster', 'socket')}"
        if len(os.fsencode(directory / f".s.PGSQL.{PORT}")) > LONGEST_SOCKET_PATH:
            directory = _private_temporary_folder() / self.digest
        directory.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() in (0, directory.lstat().st_uid):
            account.hand_over(directory)
            directory.chmod(0o700)
        return directory


def _private_temporary_folder() -> Path:
    """`<temporary folder>/hub-<uid>`, made by us and by nobody before us.

    Raises:
        FatalError: `foreign_folder` when another account has made it: a socket there could be theirs.
    """
    folder = Path(tempfile.gettempdir()) / f"hub-{os.geteuid()}"
    # Root's folder is walked through by the account of the server; an ordinary user's by that user alone.
    mode = 0o711 if os.geteuid() == 0 else 0o700
    folder.mkdir(mode=mode, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or not folder.is_dir() or folder.is_symlink():
        raise FatalError("foreign_folder", f"{folder} belongs to another account; remove it or set TMPDIR")
    folder.chmod(mode)
    return folder
