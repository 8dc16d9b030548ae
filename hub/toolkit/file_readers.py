"""A list that its owner sends now as a workbook, now as text, and whose file name says what the rows do not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from hub.toolkit.connector import Reader
from hub.toolkit.layout import Layout
from hub.toolkit.pages import FileSeen, Page


@dataclass(frozen=True, slots=True)
class EitherReader:
    """Reads each file with the first reader that takes names of its ending.

    Args:
        readers: At least one; no two should take one ending.
        name_pattern: Regular expression whose named groups are further columns of the layout, the same for all
            rows of a file; a group that finds nothing, and a column that the file has itself, add nothing.
    """

    readers: tuple[Reader, ...]
    name_pattern: str | None = None

    @property
    def suffixes(self) -> tuple[str, ...]:
        """Endings of the file names that one of them reads."""
        return tuple(suffix for reader in self.readers for suffix in reader.suffixes)

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of the file; see `connector.Reader`.

        Raises:
            FatalError: As the reader that takes it.
        """
        taking = [each for each in self.readers if file.name.lower().endswith(each.suffixes)]
        found = re.search(self.name_pattern, file.name) if self.name_pattern else None
        named = {name: text for name, text in (found.groupdict() if found else {}).items() if text}
        for page in (taking or list(self.readers))[0].pages(path, file, layout, source):
            yield _with_columns(page, {name: text for name, text in named.items() if name not in page.frame})


def _with_columns(page: Page, named: dict[str, str]) -> Page:
    """The page with further columns of one text each."""
    if not named:
        return page
    missing = page.file.detail.get("missing_columns", [])
    page.file.detail["missing_columns"] = [name for name in missing if name not in named]
    frame = page.frame.with_columns(pl.lit(text).alias(name) for name, text in named.items())
    return replace(page, columns=(*page.columns, *named), frame=frame)
