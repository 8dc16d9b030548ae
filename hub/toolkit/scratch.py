"""Scratch folders: where files lie while a run reads them. Below the data folder, since they hold persons."""

import os
import shutil
import tempfile
import time
from pathlib import Path

from hub.settings import settings

OLD_SECONDS = 3600
"""A folder that a dead process left is taken away when it is so old; another machine may share the data folder."""


def scratch() -> tempfile.TemporaryDirectory[str]:
    """A folder that this account alone can read, and that goes when the block or the object ends."""
    return tempfile.TemporaryDirectory(prefix=f"run-{os.getpid()}-", dir=_root())


def sweep() -> int:
    """Takes away what killed processes left behind; returns how many folders."""
    left = [each for each in _root().iterdir() if _left_behind(each)]
    for each in left:
        shutil.rmtree(each, ignore_errors=True)
    return len(left)


def _root() -> Path:
    root = settings().data_dir / "scratch"
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def _left_behind(folder: Path) -> bool:
    owner = folder.name.removeprefix("run-").split("-")[0]
    try:
        if not owner.isdecimal() or time.time() - folder.stat().st_mtime < OLD_SECONDS:
            return False
        os.kill(int(owner), 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
