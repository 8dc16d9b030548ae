"""Archives of others, looked at before anything of them is unpacked.

Workbooks (XLSX, ODS) are archives too: they go through the bounds here, not through the rules on names.
"""

import lzma
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO

from hub.errors import FatalError

#: Refused before unpacking: what would unpack to more bytes than this, or by more than this factor.
LARGEST_UNPACKED = 2 << 30
LARGEST_RATIO = 200
MOST_MEMBERS = 1_000
_ARCHIVES = (".zip", ".7z", ".rar", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".zst")
_ENCRYPTED = 0x1
#: What unpacking a damaged member raises.
UNPACKING = (
    zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError, zlib.error,
    lzma.LZMAError,
)  # fmt: skip
LARGEST_OPEN_SHEET = 512 << 20


def opened_archive(path: Path | IO[bytes], place: str) -> zipfile.ZipFile:
    """The archive at a path, its directory read.

    Args:
        path: Where it lies, or its bytes; whoever opened them closes them.
        place: Source and file, for the message.

    Raises:
        FatalError: `file_truncated`, it is no whole archive.
    """
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise FatalError(
            "file_truncated", f"{place} is damaged, cut off or no archive; nothing was read"
        ) from None


def refuse_bombs(archive: zipfile.ZipFile, size: int, place: str) -> None:
    """Refuses an archive that says it unpacks to more than a list can be.

    Raises:
        FatalError: `file_bomb`.
    """
    unpacked = sum(entry.file_size for entry in archive.infolist())
    if unpacked > LARGEST_UNPACKED or unpacked > LARGEST_RATIO * max(size, 10_000):
        raise FatalError("file_bomb", f"{place} would unpack to {unpacked:,} bytes; refused")


def refuse_odd_members(archive: zipfile.ZipFile, place: str) -> None:
    """Refuses an archive whose members are locked, too many, archives themselves, or named to get out.

    Raises:
        FatalError: `file_locked`, `file_bomb`, `archive_odd`, `archive_nested`.
    """
    members = archive.infolist()
    if len(members) > MOST_MEMBERS:
        raise FatalError("file_bomb", f"{place} has {len(members):,} members; at most {MOST_MEMBERS:,}")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise FatalError("file_locked", f"{place} has a password; ask for it without one")
    names = [member.filename for member in members]
    odd = sum(not _is_plain(member.orig_filename) for member in members)
    if odd or len(set(names)) != len(names):
        raise FatalError("archive_odd", f"{place} has members with names that lead out of it or stand twice")
    if any(name.lower().endswith(_ARCHIVES) for name in names):
        raise FatalError("archive_nested", f"{place} holds another archive; ask for its files alone")


def _is_plain(name: str) -> bool:
    """Whether a member's name stays below the folder it is unpacked to, on every system."""
    parts = PurePosixPath(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts and not set("\\:\x00") & set(name)


def open_sheets(archive: zipfile.ZipFile, place: str) -> bytes:
    """The sheets of an ODS workbook, as XML.

    Raises:
        FatalError: `file_bomb`; `file_truncated`, they cannot be unpacked.
    """
    if archive.getinfo("content.xml").file_size > LARGEST_OPEN_SHEET:
        raise FatalError(
            "file_bomb", f"{place} has sheets of more than {LARGEST_OPEN_SHEET:,} bytes; refused"
        )
    try:
        return archive.read("content.xml")
    except UNPACKING:
        raise FatalError("file_truncated", f"{place} is damaged or cut off; nothing was read") from None
