"""The open files of one kecamatan: opened by name, closed together, each with the truth of its rows beside it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from hub.simulator.areas import AreaPlan, KecamatanPlan
from hub.simulator.plan import Plan
from hub.simulator.sink import TextSink, TruthPart


class RowSink(Protocol):
    """A file that rows go to: text, workbook or whatever a list is sent as."""

    truth: TruthPart

    def close(self) -> None:
        """Writes out what is held."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file as one kecamatan left it: its place, its truth part and the number of rows so far.

    `listing` marks one kecamatan's share of a paged listing, whose name is its path on the server.
    """

    source: str
    month: int
    name: str
    path: Path
    truth: Path | None
    rows: int
    listing: bool = False


@dataclass(slots=True)
class Workshop:
    """Open files of one kecamatan."""

    plan: Plan
    area: AreaPlan
    kecamatan: KecamatanPlan
    directory: Path
    keep_truth: bool
    files: list[tuple[str, int, str, Path, RowSink]] = field(default_factory=list)
    listings: set[str] = field(default_factory=set)

    def truth_path(self, source: str, month: int, name: str) -> Path | None:
        """Where the true persons of a file's rows wait for the last step."""
        safe = name.replace("/", "_")
        return self.directory / "parts" / "truth" / f"{source}.{month}.{safe}" if self.keep_truth else None

    def place(self, source: str, month: int, name: str) -> tuple[Path, Path | None]:
        """Where a file of a source and month lies, and its truth part, for a writer with a form of its own."""
        return self.directory / f"month{month}" / source / name, self.truth_path(source, month, name)

    def keep(self, source: str, month: int, name: str, sink: RowSink) -> None:
        """Takes a file that a list opened itself; it is closed with the others."""
        self.files.append((source, month, name, self.place(source, month, name)[0], sink))

    def text(self, source: str, month: int, name: str, part: str = "", head: bytes = b"") -> TextSink:
        """Opens a text file; a `part` is one kecamatan's share of a listing."""
        own = f"{name}.{part}" if part else name
        path = self.directory / (f"parts/{month}/{own}" if part else f"month{month}/{source}/{name}")
        sink = TextSink(path, self.truth_path(source, month, own), head)
        self.files.append((source, month, name, path, sink))
        return sink

    def listing(self, source: str, month: int, name: str) -> TextSink:
        """Opens this kecamatan's share of a paged listing, which is served at `/<name>`; rows are JSON lines."""
        own = f"{name.replace('/', '_')}.{self.kecamatan.file_code}"
        path = self.directory / f"parts/{month}/{own}"
        sink = TextSink(path, self.truth_path(source, month, own))
        self.files.append((source, month, name, path, sink))
        self.listings.add(name)
        return sink

    def close(self) -> list[WrittenFile]:
        """Closes every file."""
        for *_, sink in self.files:
            sink.close()
        return [
            WrittenFile(
                source,
                month,
                name,
                path,
                self.truth_path(source, month, path.name),
                sink.truth.rows,
                name in self.listings,
            )
            for source, month, name, path, sink in self.files
        ]
