"""Batches of a run that wait on disk until all keys of the run are known, so that memory stays flat."""

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from hub.toolkit.scratch import scratch

Batch = tuple[pl.DataFrame, pl.DataFrame]
"""Prepared records, and the frame they came from with `row` naming them by ordinal."""


@dataclass
class Spool:
    """Batches in the order in which they were put, with the first and the last ordinal of each.

    The files go when it is cleared, or with the object.
    """

    room: tempfile.TemporaryDirectory[str] | None = None
    spans: list[tuple[int, int]] = field(default_factory=list)

    def put(self, batch: Batch) -> None:
        """Writes one batch down."""
        if self.room is None:
            self.room = scratch()
        for path, frame in zip(_paths(self.room.name, len(self.spans)), batch, strict=True):
            frame.write_ipc(path, compression="lz4")
        ordinals = batch[0]["ordinal"]
        self.spans.append((int(ordinals[0]), int(ordinals[-1])))

    def get(self, at: int) -> Batch:
        """One of the batches, counted from 0."""
        if self.room is None:
            raise IndexError(at)
        records, frame = (pl.read_ipc(path) for path in _paths(self.room.name, at))
        return records, frame

    def clear(self) -> None:
        """Leaves nothing."""
        if self.room is not None:
            self.room.cleanup()
        self.room, self.spans = None, []


def _paths(room: str, at: int) -> tuple[Path, Path]:
    return Path(room) / f"{at}.records", Path(room) / f"{at}.frame"
