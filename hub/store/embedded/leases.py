"""Who uses the server, kept as file locks, which the kernel drops when a process dies however it dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.errors import RetriableError

#: Longest wait for another command that starts or stops the server; it may be replaying a long log.
PATIENCE_SECONDS = 900.0
_PAUSE_SECONDS = 0.02


@contextmanager
def alone(lock: Path, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Keeps every other process from starting or stopping the server meanwhile.

    Raises:
        RetriableError: `server_busy` when another process held the lock for `patience` seconds.
    """
    descriptor = _open(lock)
    try:
        give_up = time.monotonic() + patience
        while not _try_lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > give_up:
                raise RetriableError("server_busy", f"another hub command holds {lock}; try again")
            time.sleep(_PAUSE_SECONDS)
        yield
    finally:
        os.close(descriptor)


class Lease:
    """One user's share in the running server; take and drop it under `alone`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether this lease is held now."""
        return self._descriptor is not None

    def take(self) -> None:
        """Holds the lease until `drop` or the end of this process."""
        if self._descriptor is None:
            self._descriptor = _open(self._path)
            fcntl.flock(self._descriptor, fcntl.LOCK_SH)

    def drop(self) -> bool:
        """Gives the lease back.

        Returns:
            Whether nobody holds one any more. False when this lease was not held.
        """
        if self._descriptor is None:
            return False
        try:
            # Turning the shared lock into an exclusive one succeeds for the last holder alone.
            return _try_lock(self._descriptor, fcntl.LOCK_EX)
        finally:
            os.close(self._descriptor)
            self._descriptor = None


def _open(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _try_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
