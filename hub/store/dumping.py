"""A copy of the whole database out and in again, by PostgreSQL's own `pg_dump` and `pg_restore`.

Neither's text is repeated: an error of the server may quote a row.
"""

import subprocess
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from hub.errors import FatalError
from hub.store.database import Database, plain
from hub.store.embedded.binaries import client_program
from hub.store.tables import SCHEMA

PIECE = 1 << 20
#: The keys of contexts stay out of every copy: they are derived anew from the hub's secret.
KEYS = f"{SCHEMA}.context_key"


def dumped(database: Database, pg_bin: Path | None, snapshot: str) -> Iterator[bytes]:
    """The database as `pg_dump` has it (custom form, compressed), in pieces; blocks.

    Args:
        database: The hub's.
        pg_bin: `HUB_PG_BIN`, or None for the programs of the wheel.
        snapshot: What `pg_export_snapshot()` gave; its transaction has to stay open meanwhile.

    Raises:
        FatalError: `no_postgres`; `dump_failed`, the account may not read everything, or the server ended.
    """
    chosen = [
        "--format=custom",
        f"--schema={SCHEMA}",
        f"--exclude-table-data={KEYS}",
        f"--snapshot={snapshot}",
    ]
    with _begun(database, client_program("pg_dump", pg_bin), *chosen) as running:
        yield from iter(lambda: _out(running).read(PIECE), b"")
        running.communicate()
    if running.returncode:
        raise FatalError(
            "dump_failed",
            f"pg_dump ended with {running.returncode}; the account of HUB_DATABASE_URL has to be a superuser or to"
            " bypass row-level security, and the program no older than the server (HUB_PG_BIN)",
        )


def restore_dump(database: Database, pg_bin: Path | None, pieces: Iterable[bytes]) -> None:
    """Makes the hub's schema out of such a dump in one transaction: all of it, or nothing; blocks.

    Raises:
        FatalError: `no_postgres`; `restore_failed`, the server refused it.
        Exception: Whatever the pieces raise; nothing is restored then.
    """
    chosen = ["--single-transaction", "--exit-on-error", f"--dbname={_address(database)}"]
    program = client_program("pg_restore", pg_bin)
    with _begun(database, program, *chosen, address=False) as running:
        try:
            _fed(_in(running).write, pieces)
        except BaseException:
            running.kill()
            raise
        running.communicate()
    if running.returncode:
        raise FatalError(
            "restore_failed",
            f"pg_restore ended with {running.returncode} and nothing was restored; it has to be of the server's"
            " version (HUB_PG_BIN)",
        )


def _fed(write: Callable[[bytes], int], pieces: Iterable[bytes]) -> None:
    try:
        for piece in pieces:
            write(piece)
    except BrokenPipeError:
        pass  # The program has ended; its code says so.


def _begun(
    database: Database, program: Path, *chosen: str, address: bool = True
) -> "subprocess.Popen[bytes]":
    """The running program; the password goes by its environment, where no list of processes shows it."""
    given = [str(program), "--no-password", *chosen, *([_address(database)] if address else [])]
    return subprocess.Popen(
        given,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PGPASSWORD": database.admin.password or "", "LC_ALL": "C", "PATH": "/usr/bin:/bin"},
    )


def _address(database: Database) -> str:
    url = plain(database.admin).set(database=database.name)
    return url._replace(password=None).render_as_string(hide_password=False)


def _out(running: "subprocess.Popen[bytes]") -> BinaryIO:
    assert running.stdout is not None  # noqa: S101  # it was asked for
    return running.stdout  # type: ignore[return-value]  # typeshed says IO[bytes]


def _in(running: "subprocess.Popen[bytes]") -> BinaryIO:
    assert running.stdin is not None  # noqa: S101  # it was asked for
    return running.stdin  # type: ignore[return-value]  # typeshed says IO[bytes]
