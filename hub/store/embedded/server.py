"""The embedded server as its users see it: start it, share it, leave it."""

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from hub.errors import FatalError
from hub.store.embedded.address import ServerAddress
from hub.store.embedded.binaries import SHARED_ROOT, find_binaries
from hub.store.embedded.cluster import SUPERUSER, check_cluster, configure, make_cluster
from hub.store.embedded.leases import Lease, alone
from hub.store.embedded.places import PORT, Places
from hub.store.embedded.postmaster import Postmaster
from hub.store.privileges import Account, server_account


class EmbeddedServer:
    """The PostgreSQL of one data directory, shared by all hub processes that use it.

    The first to start it makes and starts it, the last to leave stops it. A killed process leaves by itself:
    its lease is a file lock. All methods block (0.1 s for a stopped server, 2 s for a new one); asynchronous
    callers use `asyncio.to_thread`. Works as a context manager, giving the address.

    Args:
        data_dir: `HUB_DATA_DIR`; the server lives in `postgres` below it.
        pg_bin: `HUB_PG_BIN`, or None for the programs of the wheel.
        pg_user: `HUB_PG_USER`, the account to use when this process is root.
        parameters: PostgreSQL parameters over the hub's own, for tests (`fsync`) and measurements.
        shared_root: Where root puts what the server's account could not reach otherwise.
    """

    def __init__(
        self,
        data_dir: Path,
        pg_bin: Path | None = None,
        pg_user: str | None = None,
        parameters: Mapping[str, str] | None = None,
        shared_root: Path = SHARED_ROOT,
    ) -> None:
        self._data_dir = data_dir.absolute()
        self._pg_bin = pg_bin
        self._pg_user = pg_user
        self._parameters = dict(parameters or {})
        self._places = Places(self._data_dir / "postgres", shared_root)
        self._lease = Lease(self._places.lease)

    def start(self) -> ServerAddress:
        """Makes sure that the server runs, holds a lease on it, and says where it is; safe to call again.

        Raises:
            FatalError: The data directory is not ours to use, or the server does not start.
            RetriableError: `server_busy` when another command keeps the lock.
        """
        self._make_home()
        with alone(self._places.lock):
            address = self._start_alone()
            self._lease.take()
        return address

    def stop_if_last(self) -> bool:
        """Gives the lease back and, when nobody else holds one, stops the server.

        Returns:
            Whether the server was stopped.
        """
        if not self._lease.held:
            return False
        with alone(self._places.lock):
            cluster = self._places.existing_cluster()
            if not self._lease.drop() or cluster is None:
                return False
            account = self._account(cluster)
            binaries = find_binaries(account, self._pg_bin, self._places.shared_root)
            socket_directory = self._places.socket_directory(account, cluster)
            Postmaster(cluster, socket_directory, account, binaries).stop()
        return True

    def __enter__(self) -> ServerAddress:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_if_last()

    def _start_alone(self) -> ServerAddress:
        cluster = self._places.existing_cluster()
        account = self._account(cluster)
        binaries = find_binaries(account, self._pg_bin, self._places.shared_root)
        if cluster is None:
            cluster = make_cluster(self._places, account, binaries)
        password = check_cluster(cluster, self._places, binaries)
        socket_directory = self._places.socket_directory(account, cluster)
        postmaster = Postmaster(cluster, socket_directory, account, binaries)
        if postmaster.pid() is None:
            configure(cluster, account, socket_directory, self._parameters)
        postmaster.ensure_running()
        return ServerAddress(socket_directory, PORT, SUPERUSER, password, binaries.major)

    def _account(self, cluster: Path | None) -> Account:
        owner = None if cluster is None else cluster.stat().st_uid
        return server_account(self._pg_user if owner is None else None, owner)

    def _make_home(self) -> None:
        """Makes `<data_dir>/postgres`, or refuses a directory that is another program's or another user's.

        Raises:
            FatalError: `foreign_cluster` or `foreign_folder`.
        """
        home = self._places.home
        if (self._data_dir / "PG_VERSION").exists():
            raise FatalError(
                "foreign_cluster",
                f"{self._data_dir} is itself a PostgreSQL data directory; set HUB_DATA_DIR to one for hub, "
                "or HUB_DATABASE_URL to the server that runs this one",
            )
        # Root's home is walked through by the account of the server; an ordinary user's by that user alone.
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self._data_dir.mkdir(parents=True, exist_ok=True)
            if not home.exists():
                home.mkdir(mode=mode, exist_ok=True)
                home.chmod(mode)
        except OSError as error:
            raise FatalError("foreign_folder", f"cannot make {home}: {error.strerror}") from error
        if os.geteuid() not in (0, home.stat().st_uid):
            raise FatalError(
                "foreign_folder", f"{home} belongs to another user; set HUB_DATA_DIR to your own"
            )
