"""Batches of a run that wait on disk until all keys of the run are known, so that memory stays flat."""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from hub.toolkit.scratch import scratch

Batch = tuple[pl.DataFrame, pl.DataFrame]
"""Prepared records, and the frame they came from with `row` naming them by ordinal."""


@dataclass
class Spool:
    """Batches in the order in which they were put; the files go with the object."""

    room: tempfile.TemporaryDirectory[str] | None = None
    count: int = 0

    def put(self, batch: Batch) -> None:
        """Writes one batch down."""
        if self.room is None:
            self.room = scratch()
        for path, frame in zip(_paths(self.room.name, self.count), batch, strict=True):
            frame.write_ipc(path, compression="lz4")
        self.count += 1

    def batches(self) -> Iterator[Batch]:
        """The batches in order, each read when it is asked for; nothing is left afterwards."""
        if self.room is None:
            return
        for at in range(self.count):
            records, frame = (pl.read_ipc(path) for path in _paths(self.room.name, at))
            yield records, frame
        self.room.cleanup()
        self.room, self.count = None, 0


def _paths(room: str, at: int) -> tuple[Path, Path]:
    return Path(room) / f"{at}.records", Path(room) / f"{at}.frame"
