"""Directories into which others drop files: which of them are whole, and what was promised of them.

A file that was changed a short while ago may still be on its way; it is left for the next run. How long that
while is stands in the source's entry (`settled_seconds`): no rule of the state says it, and 0, the default,
trusts whoever writes the directory to move files into it whole.
"""

import hashlib
import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from hub.errors import FatalError, RetriableError
from hub.registry.sources import SourceConfig

MANIFEST = "manifest.json"
#: Ending of a file that holds the digest of the one it is named after.
SIDECAR = ".sha256"
_digest_at_start = re.compile(r"^([0-9a-fA-F]{64})(?:\s|$)")
_digest_whole = re.compile(r"^[0-9a-f]{64}$")
#: Larger files are no manifests.
_LARGEST_MANIFEST = 4 << 20


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that lies ready.

    Attributes:
        path: Where it lies.
        size: Bytes when it was looked at.
        changed: When it was last changed, in nanoseconds since 1970.
        promised: Hex digest that a manifest or a `.sha256` beside it has; None where nobody promised one.
    """

    path: Path
    size: int
    changed: int
    promised: str | None

    def digest(self, place: str) -> str:
        """The sha256 of its bytes.

        Raises:
            RetriableError: `file_differs`, it is not what was promised: perhaps not all of it has come.
        """
        with self.path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
        if self.promised is not None and found != self.promised:
            raise RetriableError("file_differs", f"{place} has other bytes than its manifest promises")
        return found

    def check_still(self, place: str) -> None:
        """Looks at it once more after it was read.

        Raises:
            RetriableError: `file_grows`, it was changed under the reader.
        """
        now = self.path.stat() if self.path.exists() else None
        if now is None or (now.st_size, now.st_mtime_ns) != (self.size, self.changed):
            raise RetriableError("file_grows", f"{place} was changed while it was read; nothing landed")


@dataclass(frozen=True, slots=True)
class Drop:
    """What a directory holds: files that lie ready, by name, and how many are left for the next run."""

    files: tuple[Dropped, ...]
    waiting: int


def looked_at(directory: Path, suffixes: tuple[str, ...], source: SourceConfig) -> Drop:
    """The files of a directory that match the entry's options `glob` and `settled_seconds`.

    Args:
        directory: Its own files alone; folders within it are not entered.
        suffixes: Endings of a reader, in small letters.
        source: The entry.

    Raises:
        FatalError: `option_wrong`, `index_odd` (a manifest that is none).
        RetriableError: `file_missing`, a file of the manifest has not come; `files_unsettled`, all that is
            there is too young.
    """
    pattern, patience = _options(source)
    promised = dict(_promises(directory, source.name))
    found = [
        path
        for path in sorted(directory.iterdir())
        if path.is_file() and path.suffix.lower() in suffixes and _is_wanted(path.name, pattern)
    ]
    wanted = {name for name in promised if _is_wanted(name, pattern) and name.lower().endswith(suffixes)}
    if lacking := wanted - {path.name for path in found}:
        raise RetriableError(
            "file_missing", f"{source.name}: {len(lacking)} file(s) of the manifest have not come yet"
        )
    latest = time.time() - patience
    ready = [path for path in found if patience == 0 or path.stat().st_mtime <= latest]
    if found and not ready:
        raise RetriableError(
            "files_unsettled", f"{source.name}: {len(found)} file(s) are younger than {patience} seconds"
        )
    files = tuple(
        Dropped(path, path.stat().st_size, path.stat().st_mtime_ns, promised.get(path.name)) for path in ready
    )
    return Drop(files, len(found) - len(ready))


def _options(source: SourceConfig) -> tuple[str, int]:
    pattern, patience = source.options.get("glob", "*"), source.options.get("settled_seconds", 0)
    if not isinstance(pattern, str) or "/" in pattern or not isinstance(patience, int) or patience < 0:
        raise FatalError(
            "option_wrong",
            f"{source.name}: options.glob is a pattern over file names, options.settled_seconds a number from 0",
        )
    return pattern, patience


def _is_wanted(name: str, pattern: str) -> bool:
    return name != MANIFEST and not name.startswith((".", "~$")) and fnmatchcase(name, pattern)


def _promises(directory: Path, source: str) -> Iterator[tuple[str, str]]:
    """Names and digests of the manifest, then of the files with a `.sha256` beside them."""
    manifest = directory / MANIFEST
    if manifest.is_file():
        yield from _listed(manifest, source)
    for sidecar in sorted(directory.glob(f"*{SIDECAR}")):
        found = _digest_at_start.match(_small_text(sidecar, source))
        if found is None:
            raise FatalError("index_odd", f"{source}: {sidecar.name} does not begin with a sha256")
        yield sidecar.name.removesuffix(SIDECAR), found[1].lower()


def _listed(manifest: Path, source: str) -> list[tuple[str, str]]:
    try:
        files: Any = json.loads(_small_text(manifest, source))["files"]
        promised = [(str(each["name"]), str(each["sha256"]).lower()) for each in files]
    except (ValueError, KeyError, TypeError, RecursionError):
        promised = [("", "")]
    if any("/" in name or not _digest_whole.match(digest) for name, digest in promised):
        raise FatalError("index_odd", f"{source}: {MANIFEST} has no files with name and sha256")
    return promised


def _small_text(path: Path, source: str) -> str:
    if path.stat().st_size > _LARGEST_MANIFEST:
        raise FatalError("index_odd", f"{source}: {path.name} is too large for a manifest")
    return path.read_text(encoding="utf-8", errors="replace")
