"""Contents of released files: kept once, by their SHA-256, below the data directory, and never written over."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from hub.errors import FatalError

PIECE = 1 << 20


@dataclass(frozen=True)
class Contents:
    """The folder of all contents.

    Args:
        directory: `releases` below the data directory.
    """

    directory: Path

    def path(self, sha256: str) -> Path:
        """Where the contents of that SHA-256 (hex) lie, or would."""
        return self.directory / sha256[:2] / sha256

    def keep(self, made: Path) -> tuple[str, int]:
        """Takes a file in, durably; returns its SHA-256 and its bytes. The file is gone from where it was."""
        with made.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
            size = stream.seek(0, os.SEEK_END)
            os.fsync(stream.fileno())
        place = self.path(found)
        place.parent.mkdir(parents=True, exist_ok=True)
        made.chmod(0o444)
        made.replace(place)
        return found, size

    def check(self, sha256: str) -> str | None:
        """What is wrong with kept contents: `missing`, `changed`, or None."""
        try:
            with self.path(sha256).open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
        except FileNotFoundError:
            return "missing"
        except OSError as error:
            raise FatalError("contents_unreadable", f"releases/{sha256[:12]}… can't be read") from error
        return None if found == sha256 else "changed"


def contents_of(data_dir: Path) -> Contents:
    """The contents below a data directory."""
    return Contents(data_dir / "releases")
