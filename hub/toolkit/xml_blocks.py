"""A long XML part cut where one kind of element ends, so that no more of it than a block is held.

A block is looked at by pattern first, since writers of workbooks differ little; whatever a pattern does not account for
whole is parsed. What a pattern cannot know (a prefix, another encoding) is told by `is_plain`.
"""

import re
import zipfile
from collections.abc import Iterator
from itertools import chain, repeat

from hub.errors import FatalError
from hub.toolkit.archives import UNPACKING
from hub.toolkit.xlsx_parts import damaged

#: The first block is small, for those who look at the head of a sheet alone.
SIZES = (1 << 16, 1 << 22)
#: One element of more bytes than this is no row of a list, and no text of a cell.
LARGEST_ELEMENT = 64 << 20
_declared = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([^\"']+)")
_entity = re.compile(r"&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(\w+));")
_named = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def chunks(archive: zipfile.ZipFile, member: str, place: str) -> Iterator[bytes]:
    """The bytes of a member, the first piece a small one.

    Raises:
        FatalError: `file_truncated`.
    """
    first, other = SIZES
    try:
        with archive.open(member) as stream:
            for size in chain((first,), repeat(other)):
                if not (piece := stream.read(size)):
                    return
                yield piece
    except (KeyError, *UNPACKING):
        raise damaged(place) from None


def is_plain(head: bytes, root: bytes) -> bool:
    """Whether a part in UTF-8 begins with an element of this name without a prefix, and declares no document type."""
    declared = _declared.match(head)
    in_utf8 = declared is None or declared[1].lower() == b"utf-8"
    return (
        in_utf8
        and b"<" + root in head
        and b"<!" not in head
        and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
    )


def cut(pieces: Iterator[bytes], begin: bytes, end: bytes, closing: bytes, place: str) -> Iterator[str]:
    """The text of a part in blocks that begin with an opening tag and end with its closing one.

    Args:
        pieces: The part.
        begin: Start of the opening tag, such as `<row`.
        end: The closing tag, such as `</row>`.
        closing: The tag after which no element comes; a part that lacks it was cut off.
        place: Source and file, for the message.

    Raises:
        FatalError: `file_truncated`, `file_bomb` (one element is larger than any row is).
    """
    rest, closed = b"", False
    for piece in pieces:
        whole = rest + piece
        found = whole.rfind(end)
        at = found + len(end) if found >= 0 else 0
        closed = closed or closing in whole[at:]
        rest = b"" if closed else whole[at:]
        if len(rest) > LARGEST_ELEMENT:
            raise FatalError("file_bomb", f"{place} has a row or text larger than any list has; refused")
        if at and (start := whole.find(begin, 0, at)) >= 0:
            yield _decoded(whole[start:at], place)
    if not closed:
        raise damaged(place)


def _decoded(block: bytes, place: str) -> str:
    try:
        return block.decode()
    except UnicodeDecodeError:
        raise damaged(place) from None


def unescaped(text: str, place: str) -> str:
    """A text with its references to signs replaced.

    Raises:
        FatalError: `file_truncated`: it refers to what no workbook defines.
    """

    def sign(found: re.Match[str]) -> str:
        decimal, hexadecimal, name = found.groups()
        if name is not None:
            if name not in _named:
                raise damaged(place)
            return _named[name]
        number = int(decimal) if decimal is not None else int(hexadecimal, 16)
        if not 0 < number < 0x110000 or 0xD800 <= number < 0xE000:
            raise damaged(place)
        return chr(number)

    return _entity.sub(sign, text)
