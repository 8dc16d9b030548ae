"""Lists that come in a ZIP archive: looked at first, then unpacked one member at a time, never to its own name."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from hub.errors import FatalError
from hub.toolkit.archives import (
    LARGEST_UNPACKED,
    UNPACKING,
    opened_archive,
    refuse_bombs,
    refuse_odd_members,
)
from hub.toolkit.connector import Reader
from hub.toolkit.layout import Layout
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.scratch import scratch

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class ZippedReader:
    """Reads the members of an archive that match, in the order of their names, as one file.

    Rows are numbered through all members. What `file.detail` says of a file stands under `members`, by their
    names without folders; unknown and missing columns of all of them stand at its top as well.

    Args:
        inner: Reads a member; its endings say which members are lists.
        members: Pattern over a member's name without folders (`*` and `?`, case does not matter).
    """

    inner: Reader
    members: str = "*"
    suffixes: tuple[str, ...] = (".zip",)

    def pages(self, path: Path, file: FileSeen, layout: Layout, source: str) -> Iterator[Page]:
        """The rows of all members that match; see `connector.Reader`.

        Raises:
            FatalError: `file_truncated`, `file_locked`, `file_bomb`, `archive_odd`, `archive_nested`,
                `archive_empty`, or what the inner reader raises.
        """
        place = f"{source}: {file.name}"
        with opened_archive(path, place) as archive, scratch() as folder:
            refuse_odd_members(archive, place)
            refuse_bombs(archive, path.stat().st_size, place)
            wanted = self._wanted(archive)
            if not wanted:
                raise FatalError("archive_empty", f"{place} has no member that is a list")
            others = sum(not each.is_dir() for each in archive.infolist()) - len(wanted)
            file.detail.update(members={}, members_ignored=others)
            whole = _Whole(file)
            for member in wanted:
                target = Path(folder) / "member"
                _unpack(archive, member, target, place)
                name = PurePosixPath(member.filename).name
                seen = FileSeen(name, file.sha256, member.file_size)
                for page in self.inner.pages(target, seen, layout, source):
                    yield whole.of(page, complete=page.complete and member is wanted[-1])
                whole.close(seen)

    def _wanted(self, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
        found = [
            each
            for each in archive.infolist()
            if not each.is_dir()
            and not PurePosixPath(each.filename).name.startswith((".", "~$"))
            and each.filename.lower().endswith(self.inner.suffixes)
            and fnmatchcase(PurePosixPath(each.filename).name.lower(), self.members.lower())
        ]
        return sorted(found, key=lambda each: each.filename)


@dataclass(slots=True)
class _Whole:
    """The pages of several members as pages of the archive."""

    file: FileSeen
    before: int = 0
    rows: int = 0
    told: dict[str, Any] = field(default_factory=dict)

    def of(self, page: Page, *, complete: bool) -> Page:
        """A member's page under the archive's name, its rows numbered on."""
        self.rows = self.before + page.first_row - 1 + page.frame.height
        self._tell(page.file)
        return replace(page, file=self.file, first_row=self.before + page.first_row, complete=complete)

    def close(self, member: FileSeen) -> None:
        """After the last page of a member."""
        self.before = self.rows
        self._tell(member)

    def _tell(self, member: FileSeen) -> None:
        self.file.detail["members"][member.name] = member.detail
        self.file.detail["rows"] = self.rows
        for name in ("unknown_columns", "missing_columns"):
            noted = self.file.detail.setdefault(name, [])
            noted.extend(each for each in member.detail.get(name, ()) if each not in noted)


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, place: str) -> None:
    """Writes one member to a file; more bytes than its directory entry promised are a lie and a bomb."""
    written = 0
    try:
        with archive.open(member) as stream, target.open("wb") as out:
            while block := stream.read(_BLOCK):
                written += len(block)
                if written > min(member.file_size, LARGEST_UNPACKED):
                    raise FatalError("file_bomb", f"{place} unpacks to more than it says; refused")
                out.write(block)
    except UNPACKING:
        raise FatalError(
            "file_truncated", f"{place} has a member that is damaged; nothing was read"
        ) from None
