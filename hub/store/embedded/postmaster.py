"""Starting and stopping the server process, and telling a live one from what a dead one left.

Source: lines of `postmaster.pid` in PostgreSQL's miscadmin.h (1 process id, 8 status, from version 10 on).
"""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from hub.errors import FatalError
from hub.store.embedded.binaries import Binaries
from hub.store.embedded.cluster import place_file
from hub.store.privileges import Account

LOG = "server.log"
#: The log of past starts is kept up to this size, once.
LOG_BYTES = 8 * 1024 * 1024
#: A crashed server may replay its log for minutes.
START_SECONDS = 600
STOP_SECONDS = 300
#: How long orphans of a killed server may take to notice that it is gone.
ORPHAN_SECONDS = 60.0
_STATUS_LINE = 7


@dataclass(frozen=True)
class Postmaster:
    """The server process of one cluster; its callers hold the lock, so nobody else starts or stops it."""

    cluster: Path
    socket_directory: Path
    account: Account
    binaries: Binaries

    @property
    def log(self) -> Path:
        """What the server wrote since it was last started."""
        return self.cluster / LOG

    def pid(self) -> int | None:
        """The number of the live server process, or None; a stale pid file counts for nothing."""
        pid = self._written_pid()
        return pid if pid is not None and _runs_in(pid, self.cluster) else None

    def ensure_running(self) -> None:
        """Starts the server unless it runs, after whatever end the last one had.

        Raises:
            FatalError: `server_start_failed`, with the end of the server's log.
        """
        if self._await_settled():
            return
        self._disown_stale_pid()
        self._remove_stale_socket()
        self._turn_log()
        give_up = time.monotonic() + ORPHAN_SECONDS
        while (told := self._start()) is not None:
            # The pg_ctl of a killed hub may have been quicker.
            if self._await_settled():
                return
            if "pre-existing shared memory block" not in told or time.monotonic() > give_up:
                raise FatalError(
                    "server_start_failed", f"the database does not start; see {self.log}: {told}"
                )
            self._end_orphans()
            time.sleep(0.2)

    def stop(self) -> None:
        """Ends all sessions, writes a checkpoint, and ends the server; nothing happens when none runs.

        Raises:
            FatalError: `server_stop_failed` when it still runs after five minutes.
        """
        if self.pid() is None:
            return
        done = self._control("stop", "-m", "fast", "-t", str(STOP_SECONDS))
        if done.returncode != 0 and self.pid() is not None:
            raise FatalError("server_stop_failed", f"the database does not stop; see {self.log}")

    def _start(self) -> str | None:
        """Starts the server once; returns None, or the end of its log when it did not come up."""
        before = self.log.stat().st_size if self.log.exists() else 0
        done = self._control("start", "-l", str(self.log), "-t", str(START_SECONDS))
        if done.returncode == 0:
            return None
        with self.log.open("rb") as log:
            log.seek(before)
            lines = log.read().decode(errors="replace").strip().splitlines()
        return " | ".join(lines[-6:]) or done.stderr.strip()[-300:]

    def _control(self, action: str, *options: str) -> subprocess.CompletedProcess[str]:
        return self.account.run(
            [self.binaries["pg_ctl"], action, "-D", self.cluster, "-w", "-s", *options],
            seconds=START_SECONDS + 60,
        )

    def _await_settled(self) -> bool:
        """Waits until a live server is ready or gone, and says whether it is ready."""
        while self.pid() is not None:
            if self._status() == "ready":
                return True
            time.sleep(0.05)
        return False

    def _lines(self) -> list[str]:
        try:
            return (self.cluster / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return []

    def _written_pid(self) -> int | None:
        lines = self._lines()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def _status(self) -> str:
        lines = self._lines()
        return lines[_STATUS_LINE].strip() if len(lines) > _STATUS_LINE else ""

    def _disown_stale_pid(self) -> None:
        """Keeps a reused process number from looking like a live server.

        After a crash (or in a new container) the number in `postmaster.pid` may belong to some other process,
        and PostgreSQL would refuse to start. Removing the file would also remove its note of the shared
        memory that orphans may still write through; so only the number is replaced, by that of pg_ctl's
        parent, which PostgreSQL knows not to be a server.
        """
        lines, pid = self._lines(), self._written_pid()
        if pid is not None and _exists(pid):
            lines[0] = str(os.getpid())
            place_file(self.cluster / "postmaster.pid", "\n".join(lines) + "\n", self.account)

    def _remove_stale_socket(self) -> None:
        """Removes the socket of a dead server, whose lock names a number that may be in use again.

        The directory is this cluster's own, so no other server can be behind it.
        """
        for lock in self.socket_directory.glob(".s.PGSQL.*.lock"):
            holder = lock.read_text().split("\n", 1)[0].strip()
            if not (holder.isdigit() and _runs_in(int(holder), self.cluster)):
                lock.unlink(missing_ok=True)
                lock.with_suffix("").unlink(missing_ok=True)

    def _end_orphans(self) -> None:
        """Ends the sessions that outlived a killed server: a busy one would go on until its statement ends.

        Nothing they wrote since the last commit counts, and the next start replays the log anyway. Where
        there is no /proc the wait has to do.
        """
        for process in Path("/proc").glob("[0-9]*"):
            if _runs_in(int(process.name), self.cluster):
                with suppress(ProcessLookupError):
                    os.kill(int(process.name), signal.SIGQUIT)

    def _turn_log(self) -> None:
        if self.log.exists() and self.log.lstat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _runs_in(pid: int, cluster: Path) -> bool:
    """Whether the process is a PostgreSQL server of this cluster, which it makes its working directory."""
    process = Path(f"/proc/{pid}")
    if Path("/proc/self").exists():
        try:
            command = (process / "comm").read_text().strip()
            return (
                command.startswith("postgres") and (process / "cwd").resolve(strict=True) == cluster.resolve()
            )
        except OSError:
            return False
    shown = subprocess.run(
        ["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False
    ).stdout
    return "postgres" in shown and str(cluster) in shown
