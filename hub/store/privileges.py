"""Which account runs the embedded server, and what that account can reach.

PostgreSQL refuses to run as root. A hub that runs as root therefore starts the server under an ordinary
account, which must be able to walk down to the binaries and to the data: a clone below a folder such as
/root (mode 0700) is out of its reach. An ordinary user runs the server as itself and nothing here differs.
"""

import os
import pwd
import stat
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from hub.errors import FatalError

#: Tried in this order when no account is set; Debian's PostgreSQL package makes the first.
USUAL_ACCOUNTS = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    """An account of this machine under which programs of the database run.

    Args:
        name: Login name, or the number when the machine has no name for it.
        uid: User number, never 0.
        gid: Main group number.
        groups: Every group number the account is in.
    """

    name: str
    uid: int
    gid: int
    groups: frozenset[int]

    @property
    def is_ours(self) -> bool:
        """Whether this process already runs as the account, so that nothing has to be handed over."""
        return self.uid == os.geteuid()

    def run(
        self,
        command: Sequence[str | Path],
        environment: Mapping[str, str] | None = None,
        seconds: float = 900,
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program as this account with a bare environment, and returns its code and its text.

        Args:
            command: Program and arguments; no shell is involved.
            environment: Variables beside the bare ones (`PATH`, `LC_ALL=C`).
            seconds: Longest wait; PostgreSQL may replay its log for minutes after a crash.
        """
        bare = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "LANG": "C"}
        return subprocess.run(
            [str(part) for part in command],
            cwd="/",
            env=bare | dict(environment or {}),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
            check=False,
            umask=0o077,
            user=None if self.is_ours else self.uid,
            group=None if self.is_ours else self.gid,
            extra_groups=None if self.is_ours else sorted(self.groups),
        )

    def hand_over(self, path: Path) -> None:
        """Makes the account the owner of `path` alone (not of what it holds)."""
        if not self.is_ours:
            os.chown(path, self.uid, self.gid)

    def can(self, right: int, path: Path) -> bool:
        """Whether the mode bits of `path` give the account a right: 4 read, 2 write, 1 enter or run."""
        found = path.stat()
        if found.st_uid == self.uid:
            return bool(found.st_mode >> 6 & right)
        if found.st_gid in self.groups:
            return bool(found.st_mode >> 3 & right)
        return bool(found.st_mode & right)


def running_account() -> Account:
    """The account of this process."""
    return account_of(os.geteuid())


def account_of(uid: int) -> Account:
    """The account with that number, also when the machine has no name for it (as in many containers)."""
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        gid = os.getegid() if uid == os.geteuid() else uid
        return Account(str(uid), uid, gid, frozenset({gid}))
    groups = os.getgrouplist(entry.pw_name, entry.pw_gid)
    return Account(entry.pw_name, uid, entry.pw_gid, frozenset(groups))


def server_account(wanted: str | None = None, owner: int | None = None) -> Account:
    """The account that runs the server: this one, or an unprivileged one when this one is root.

    Args:
        wanted: Name from `HUB_PG_USER`; only root may switch to it.
        owner: User number that owns the existing cluster, which root keeps rather than changing owners.

    Raises:
        FatalError: `unfit_account` when the account is missing, is root, or can't be switched to.
    """
    if os.geteuid() != 0:
        own = running_account()
        if wanted not in (None, own.name):
            raise FatalError(
                "unfit_account", f"only root can run the database as {wanted!r}; unset HUB_PG_USER"
            )
        return own
    if owner:
        return account_of(owner)
    for name in (wanted,) if wanted else USUAL_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return account_of(entry.pw_uid)
    tried = wanted or " or ".join(USUAL_ACCOUNTS)
    raise FatalError(
        "unfit_account",
        f"PostgreSQL does not run as root and there is no unprivileged account {tried}; "
        "name one in HUB_PG_USER, or run hub as an ordinary user",
    )


def closed_folder(account: Account, folder: Path) -> Path | None:
    """The first among a folder and its ancestors that the account can't enter; None when all are open.

    Mode bits decide; access lists are not read, so a folder opened by one alone counts as closed.
    """
    real = folder.resolve()
    return next((step for step in (*reversed(real.parents), real) if not account.can(1, step)), None)


def first_closed(account: Account, paths: Iterable[Path]) -> Path | None:
    """The first file or folder that keeps the account from reading one of `paths`, or None."""
    for path in paths:
        real = path.resolve()
        if closed := closed_folder(account, real.parent):
            return closed
        mode = real.stat().st_mode
        runs = stat.S_ISDIR(mode) or mode & 0o100
        if not account.can(4, real) or (runs and not account.can(1, real)):
            return real
    return None
