"""Where rows go: the file as served, and beside it the true person of each row."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import BinaryIO


class TruthPart:
    """True persons of one file's rows, in row order: `person,kinds` a line. Without a path it only counts."""

    def __init__(self, path: Path | None) -> None:
        self.rows = 0
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self._out = path.open("w", encoding="utf-8", newline="") if path else None

    def add(self, people: Sequence[int], kinds: Iterable[str]) -> None:
        """Notes rows that were just emitted."""
        self.rows += len(people)
        if self._out is not None:
            self._out.writelines(f"{person},{kind}\n" for person, kind in zip(people, kinds, strict=True))

    def close(self) -> None:
        """Writes out what is held."""
        if self._out is not None:
            self._out.close()


class TextSink:
    """One text file of rows that end in a line feed."""

    def __init__(self, path: Path, truth: Path | None, head: bytes = b"") -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._out: BinaryIO = path.open("wb")
        self._out.write(head)
        self.path, self.truth = path, TruthPart(truth)

    def add(self, lines: Sequence[str], people: Sequence[int], kinds: Iterable[str]) -> None:
        """Rows with their true persons."""
        if lines:
            self._out.write(("\n".join(lines) + "\n").encode())
            self.truth.add(people, kinds)

    def close(self) -> None:
        """Writes out what is held."""
        self._out.close()
        self.truth.close()


def joined(kinds: Iterable[Sequence[str]]) -> list[str]:
    """Kinds as the truth file writes them: joined by a bar, each once, in order."""
    return ["|".join(dict.fromkeys(each)) for each in kinds]
