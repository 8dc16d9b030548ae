"""The texts that the cells of an XLSX workbook share, kept on disk: a list of names has as many texts as cells.

Texts are written in blocks and fetched a set at a time, in the order of their numbers, so that a sheet that was sorted
after it was written costs a reading of the file for some thousand rows and no memory.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from pathlib import Path
from xml.parsers import expat

import orjson

from hub.errors import FatalError
from hub.toolkit.xlsx_parts import damaged, local, safe_parser
from hub.toolkit.xml_blocks import chunks, cut, is_plain, unescaped

#: No cell holds a tenth of it.
LONGEST_TEXT = 1 << 20
_BLOCK_BITS = 10
_BLOCK = 1 << _BLOCK_BITS
_plain_text = re.compile(r'<si>(?:<t(?: xml:space="preserve")?>([^<]*)</t>|<t/>)</si>')
_no_texts = re.compile(rb"<sst\b[^>]*/>")
_written_sign = re.compile(r"_x([0-9A-Fa-f]{4})_")


def signs(text: str) -> str:
    """A text with the signs that a workbook writes as `_x000D_`; NUL and half surrogate pairs stay as written."""
    return _written_sign.sub(_sign, text) if "_x" in text else text


def _sign(found: re.Match[str]) -> str:
    number = int(found[1], 16)
    return found[0] if not number or 0xD800 <= number <= 0xDFFF else chr(number)


class SharedTexts:
    """The shared texts of one workbook.

    Args:
        path: Of the file they are kept in.
        place: Source and file, for messages.
    """

    def __init__(self, path: Path, place: str) -> None:
        self._path, self._place = path, place
        self._places: list[tuple[int, int]] = []

    def fill(self, texts: Iterable[str]) -> None:
        """Keeps the texts in the order of their numbers."""
        waiting: list[str] = []
        with self._path.open("wb") as out:
            for text in texts:
                waiting.append(text)
                if len(waiting) == _BLOCK:
                    self._places.append((out.tell(), out.write(orjson.dumps(waiting))))
                    waiting = []
            self._places.append((out.tell(), out.write(orjson.dumps(waiting))))

    def of(self, wanted: Iterable[int]) -> Mapping[int, str]:
        """The texts of these numbers.

        Raises:
            FatalError: `file_truncated`: there are not so many.
        """
        found: dict[int, str] = {}
        with self._path.open("rb") as stream:
            for number, members in groupby(sorted(wanted), lambda each: each >> _BLOCK_BITS):
                if not 0 <= number < len(self._places):
                    raise damaged(self._place)
                begin, length = self._places[number]
                stream.seek(begin)
                block: list[str] = orjson.loads(stream.read(length))
                try:
                    found.update((each, block[each & (_BLOCK - 1)]) for each in members)
                except IndexError:
                    raise damaged(self._place) from None
        return found


def shared_texts(archive: zipfile.ZipFile, member: str, place: str) -> Iterator[str]:
    """The texts of the part that has them, in order; runs of one text joined, how it sounds left out.

    Raises:
        FatalError: `file_truncated`, `file_bomb`.
    """
    head = next(chunks(archive, member, place), b"")
    if not is_plain(head, b"sst"):
        parsed = _Parsed(place)
        for piece in chunks(archive, member, place):
            yield from parsed.feed(piece, last=False)
        yield from parsed.feed(b"", last=True)
    elif not _no_texts.search(head):
        for block in cut(chunks(archive, member, place), b"<si", b"</si>", b"</sst>", place):
            yield from _texts(block, place)


def _texts(block: str, place: str) -> list[str]:
    """The texts of a block, by pattern where it accounts for every text."""
    texts = _plain_text.findall(block)
    if len(texts) != block.count("<si") or "<!" in block:
        return _Parsed(place).feed(f"<sst>{block}</sst>", last=True)
    return [signs(unescaped(text, place) if "&" in text else text) for text in texts]


class _Parsed:
    """Shared texts by the parser, for whatever is not written plainly."""

    def __init__(self, place: str) -> None:
        self._place, self._parser = place, safe_parser(place)
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._done: list[str] = []
        self._parts: list[str] = []
        self._spoken = False

    def feed(self, piece: str | bytes, *, last: bool) -> list[str]:
        """Parses some more; returns the texts that are whole now."""
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError:
            raise damaged(self._place) from None
        if sum(map(len, self._parts)) > LONGEST_TEXT:
            raise FatalError("file_bomb", f"{self._place} has a text larger than any cell holds; refused")
        done, self._done = self._done, []
        return done

    def _start(self, name: str, _: dict[str, str]) -> None:
        element = local(name)
        if element == "si":
            self._parts = []
        elif element == "rPh":
            self._spoken = True
        elif element == "t" and not self._spoken:
            self._parser.CharacterDataHandler = self._parts.append

    def _end(self, name: str) -> None:
        element = local(name)
        if element == "si":
            self._done.append(signs("".join(self._parts)))
        elif element == "rPh":
            self._spoken = False
        elif element == "t":
            self._parser.CharacterDataHandler = None
