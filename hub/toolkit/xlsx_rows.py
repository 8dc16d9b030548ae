"""The rows of one XLSX sheet as a stream: no more than a block of it is ever held.

Formulas count by the value that was last calculated; a cell that shows an error is blank. A merged cell has its value
in its first place, the others are blank. Nothing is set aside for cells that nobody filled.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any
from xml.parsers import expat

from hub.errors import FatalError
from hub.toolkit.sheet_cells import Shown, shown_number, shown_serial
from hub.toolkit.xlsx_parts import damaged, local, safe_parser
from hub.toolkit.xlsx_texts import SharedTexts, signs
from hub.toolkit.xml_blocks import chunks, cut, is_plain, unescaped

#: Cells of one block, blank ones between filled ones included; a few far off are no harm, many are a bomb.
MOST_CELLS = 8_000_000
WIDEST = 16_384
_LONGEST = 1 << 20
#: Column letters, style, type and content of a cell as all known writers write it.
_cell = re.compile(
    r'<c r="([A-Z]{1,3})\d{1,7}"(?: s="(\d+)")?(?: t="(\w+)")?'
    r"(?:/>|>(?:<f[^>]*/>|<f[^>]*>[^<]*</f>)?"
    r'(?:<v>([^<]*)</v>|<v/>|<is><t(?: xml:space="preserve")?>([^<]*)</t></is>)?</c>)'
)
_ROW_DIGITS = 7
_row_number = re.compile(rf'<row\b[^>]*?\br="(\d{{1,{_ROW_DIGITS}}})"')
#: Column letters (blank: the one after the last), style, type, and its value or the text within it.
Cell = tuple[str, str, str, str, str]
#: A cell that is a number of a shared text is an `int` until its text is fetched.
Laid = list[Any]


class _Columns(dict[str, int]):
    """Columns by their letters, counted from 0."""

    def __missing__(self, letters: str) -> int:
        number = 0
        for letter in letters[:4]:
            number = number * 26 + ord(letter) - 64
        if not (letters.isascii() and letters.isalpha() and letters.isupper() and number <= WIDEST):
            raise ValueError("column")
        self[letters] = number - 1
        return number - 1


COLUMNS = _Columns()


class SheetRows:
    """Rows of the sheets of one workbook.

    Args:
        archive: The workbook.
        texts: Its shared texts.
        forms: What each cell style shows.
        from_1904: Whether day 0 is 1 January 1904.
        place: Source and file, for messages.
    """

    def __init__(
        self,
        archive: zipfile.ZipFile,
        texts: SharedTexts | None,
        forms: tuple[Shown | None, ...],
        place: str,
        *,
        from_1904: bool,
    ) -> None:
        self._archive, self._texts, self._place = archive, texts, place

        @lru_cache(50_000)
        def number(text: str, style: str) -> str:
            form = forms[int(style)] if style and int(style) < len(forms) else None
            value = float(text)
            return shown_number(value) if form is None else shown_serial(value, form, from_1904=from_1904)

        self._number = number

    def of(self, member: str) -> Iterator[tuple[int, list[str]]]:
        """The rows with a filled cell: their number in the sheet, and their cells from column A on.

        Raises:
            FatalError: `file_truncated`, `file_bomb`.
        """
        before = 0
        for block in self._blocks(member):
            laid, cells = list[tuple[int, Laid]](), 0
            for stated, found in block:
                before = stated or before + 1
                if row := self._laid(found):
                    laid.append((before, row))
                    cells += len(row)
                    if cells > MOST_CELLS:
                        raise FatalError(
                            "file_bomb", f"{self._place} has many cells far off its list; refused"
                        )
            yield from self._with_texts(laid)

    def _with_texts(self, laid: list[tuple[int, Laid]]) -> Iterator[tuple[int, list[str]]]:
        wanted = {cell for _, row in laid for cell in row if cell.__class__ is int}
        if wanted and self._texts is None:
            raise damaged(self._place)
        texts = self._texts.of(wanted) if self._texts is not None else {}
        for at, row in laid:
            said = [texts[cell] if cell.__class__ is int else cell for cell in row]
            if any(said):
                yield at, said

    def _laid(self, cells: list[Cell]) -> Laid:
        """The cells of a row in their places."""
        row: Laid = []
        at = -1
        try:
            for letters, style, kind, value, inline in cells:
                at = COLUMNS[letters] if letters else at + 1
                if content := value or inline:
                    cell: Any = (
                        int(content)
                        if kind == "s"
                        else self._number(content, style)
                        if kind in ("", "n")
                        else _said(kind, content)
                    )
                    if at == len(row):
                        row.append(cell)
                    else:
                        row.extend([""] * (at + 1 - len(row)))
                        row[at] = cell
        except ValueError:
            raise damaged(self._place) from None
        return row

    def _blocks(self, member: str) -> Iterator[Iterable[tuple[int, list[Cell]]]]:
        """Rows by block, each with its number where it states one, else 0."""
        head = next(chunks(self._archive, member, self._place), b"")
        pieces = chunks(self._archive, member, self._place)
        if is_plain(head, b"worksheet"):
            for block in cut(pieces, b"<row", b"</row>", b"</worksheet>", self._place):
                yield self._matched(block)
        else:
            parsed = _Parsed(self._place)
            for piece in pieces:
                yield parsed.feed(piece, last=False)
            yield parsed.feed(b"", last=True)

    def _matched(self, block: str) -> Iterator[tuple[int, list[Cell]]]:
        """The rows of a block by pattern, and by the parser where the pattern does not account for every cell.

        One after the other: the cells of a whole block, held at once, keep the garbage collector busy.
        """
        for text in block.split("</row>"):
            begin = text.rfind("<row")
            if begin < 0:
                continue
            found: list[Cell] = _cell.findall(text, begin)
            if len(found) != text.count("<c", begin) or "<!" in text:
                yield from _Parsed(self._place).feed(f"<rows>{text[begin:]}</row></rows>", last=True)
                continue
            if "&" in text:
                found = [_unescaped(each, self._place) for each in found]
            stated = _row_number.match(text, begin)
            yield int(stated[1]) if stated else 0, found


def _unescaped(cell: Cell, place: str) -> Cell:
    letters, style, kind, value, inline = cell
    return letters, style, kind, unescaped(value, place), unescaped(inline, place)


def _said(kind: str, content: str) -> str:
    """What a cell that is no number says by itself.

    Raises:
        ValueError: It is of no kind that is known.
    """
    if kind in ("str", "inlineStr"):
        return signs(content)
    if kind == "b":
        return "TRUE" if content.strip() in ("1", "true") else "FALSE"
    if kind == "d":
        return content.strip().removesuffix("Z").removesuffix("T00:00:00")
    if kind == "e":
        return ""
    raise ValueError(kind)


class _Parsed:
    """Rows by the parser, for whatever is not written plainly."""

    def __init__(self, place: str) -> None:
        self._place, self._parser = place, safe_parser(place)
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._start, self._end
        self._rows: list[tuple[int, list[Cell]]] = []
        self._row: list[Cell] = []
        self._number, self._told = 0, dict[str, str]()
        self._content: list[str] = []
        self._spoken = False

    def feed(self, piece: str | bytes, *, last: bool) -> list[tuple[int, list[Cell]]]:
        """Parses some more; returns the rows that are whole now."""
        try:
            self._parser.Parse(piece, last)
        except expat.ExpatError:
            raise damaged(self._place) from None
        if len(self._row) > WIDEST or sum(map(len, self._content)) > _LONGEST:
            raise FatalError("file_bomb", f"{self._place} has a row larger than any list has; refused")
        rows, self._rows = self._rows, []
        return rows

    def _start(self, name: str, told: dict[str, str]) -> None:
        element = local(name)
        if element == "c":
            self._told, self._content = told, []
        elif element == "row":
            stated = told.get("r", "")
            fit = len(stated) <= _ROW_DIGITS and stated.isascii() and stated.isdigit()
            self._number, self._row = int(stated) if fit else 0, []
        elif element == "rPh":
            self._spoken = True
        elif element in ("v", "t") and not self._spoken:
            self._parser.CharacterDataHandler = self._content.append

    def _end(self, name: str) -> None:
        element = local(name)
        if element == "c":
            told = self._told
            letters = told.get("r", "").rstrip("0123456789")
            content = "".join(self._content)
            self._row.append((letters, told.get("s", ""), told.get("t", ""), content, ""))
        elif element == "row":
            self._rows.append((self._number, self._row))
        elif element == "rPh":
            self._spoken = False
        elif element in ("v", "t"):
            self._parser.CharacterDataHandler = None
