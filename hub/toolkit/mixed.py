"""One list in files of several formats: the ending of each file's name says which reader reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from hub.errors import FatalError
from hub.toolkit.connector import Reader
from hub.toolkit.layout import Layout
from hub.toolkit.pages import FileSeen, Page


@dataclass(frozen=True, slots=True)
class MixedReader:
    """Reads each file with the first of some readers that knows its ending.

    Args:
        readers: In order; no two of them need differ in all endings.
    """

    readers: tuple[Reader, ...]

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of the file names that any of them reads."""
        return tuple(dict.fromkeys(suffix for reader in self.readers for suffix in reader.suffixes))

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of the file; see `connector.Reader`.

        Raises:
            FatalError: `file_kind_wrong`, no reader knows the ending; or what that reader raises.
        """
        for reader in self.readers:
            if file.name.lower().endswith(reader.suffixes):
                return reader.pages(path, file, layout, source)
        raise FatalError("file_kind_wrong", f"{source}: {file.name} has an ending that no reader knows")
