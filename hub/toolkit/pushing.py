"""Rows that others bring by themselves, laid down as files of JSON lines for the next sync of their source.

Of each row the last word stands: what comes again under a key takes the place of what lay there. The rows of one sender
are spread over 256 files by the digest of their key, so that a message rewrites a few short files and a sync reads
those alone that changed. A file is replaced as a whole; who reads it meets the one before or the one after.
"""

import fcntl
import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

Row = Mapping[str, str]
LOCK = ".lock"


@dataclass(frozen=True)
class Tray:
    """Where rows of one source are laid down.

    Args:
        directory: Its address; made when it is not there, for the hub's own account alone.
        key: Columns by which a row is known.
        meet: From the row that lies there and the one that comes to the one that stands.
    """

    directory: Path
    key: tuple[str, ...]
    meet: Callable[[Row, Row], Row] = lambda _, new: new

    def lay(self, sender: str, rows: Sequence[Row]) -> None:
        """Lays rows down; when it returns they are on disk. A later row of one key counts.

        Args:
            sender: Whose rows they are; nobody else's are touched.
            rows: Texts by column.
        """
        self.directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        changed: dict[str, list[Row]] = {}
        for row in rows:
            changed.setdefault(_file_of(sender, self._named(row)), []).append(row)
        with (self.directory / LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for name, several in changed.items():
                self._laid(self.directory / name, several)
            _settled(self.directory)

    def _laid(self, path: Path, rows: list[Row]) -> None:
        lines = path.read_bytes().splitlines() if path.exists() else []
        known: dict[str, Row] = {self._named(row): row for row in map(orjson.loads, lines)}
        for row in rows:
            name = self._named(row)
            known[name] = self.meet(known[name], row) if name in known else row
        beside = path.with_name(f".{path.name}")
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            for name in sorted(known):
                out.write(orjson.dumps(known[name], option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_SORT_KEYS))
            out.flush()
            os.fsync(out.fileno())
        beside.replace(path)

    def _named(self, row: Row) -> str:
        return orjson.dumps([row[name] for name in self.key]).decode()


def _file_of(sender: str, named: str) -> str:
    digest = hashlib.sha256(named.encode()).hexdigest()
    return f"{hashlib.sha256(sender.encode()).hexdigest()[:12]}-{digest[:2]}.ndjson"


def _settled(directory: Path) -> None:
    """Has the names of a directory on disk."""
    opened = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
