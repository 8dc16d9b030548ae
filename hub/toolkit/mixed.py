"""One list in files of several formats: the ending of a file says which reader reads it, its name what rows do not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from hub.errors import FatalError
from hub.toolkit.connector import Reader
from hub.toolkit.layout import Layout
from hub.toolkit.pages import FileSeen, Page


@dataclass(frozen=True, slots=True)
class MixedReader:
    """Reads each file with the first of some readers that knows its ending.

    Args:
        readers: In order; no two of them need differ in all endings.
        name_pattern: Regular expression over the file's name, whose named groups are further columns of the
            layout, the same for all rows of a file; a group that finds nothing, and a column that the file has
            itself, add nothing.
    """

    readers: tuple[Reader, ...]
    name_pattern: str | None = None

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
                named = self._named(file.name)
                for page in reader.pages(path, file, layout, source):
                    yield _with_columns(page, named)
                return
        raise FatalError("file_kind_wrong", f"{source}: {file.name} has an ending that no reader knows")

    def _named(self, name: str) -> dict[str, str]:
        found = re.search(self.name_pattern, name) if self.name_pattern else None
        return {column: text for column, text in (found.groupdict() if found else {}).items() if text}


def _with_columns(page: Page, named: dict[str, str]) -> Page:
    """The page with further columns of one text each, but for those that it has; its payloads are made with them."""
    further = {name: text for name, text in named.items() if name not in page.frame.columns}
    if not further:
        return page
    missing = page.file.detail.get("missing_columns", [])
    page.file.detail["missing_columns"] = [name for name in missing if name not in further]
    frame = page.frame.with_columns(pl.lit(text).alias(name) for name, text in further.items())
    return replace(page, columns=(*page.columns, *further), frame=frame, payloads=None)
