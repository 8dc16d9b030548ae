"""The small parts of an XLSX workbook: its sheets, the day system, the formats that show days, and where the rest lies.

Names of elements count without their prefix, since writers choose their own. Nothing here grows with the rows.

Source: ECMA-376, Parts 1 and 2.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.parsers import expat

from hub.errors import FatalError
from hub.toolkit.archives import UNPACKING
from hub.toolkit.sheet_cells import Shown, format_shows

_DIGITS = 10
"""Digits below which the number of a format is one."""
LARGEST_PART = 32 << 20
MOST_ELEMENTS = 200_000
"""Of those that are kept; a spreadsheet has at most 65,490 styles of cells, and as many they may rest on."""
_KEPT = frozenset({"Relationship", "sheet", "workbookPr", "numFmt", "cellXfs", "xf"})
Attributes = dict[str, str]


@dataclass(frozen=True, slots=True)
class SheetPart:
    """A sheet: its name, the member of the archive that has its rows, and whether it is hidden."""

    name: str
    member: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """What a workbook says of itself.

    Attributes:
        sheets: In the order of the workbook; charts are none.
        texts: Member with the shared texts; None when it has none.
        forms: What the style of a cell shows, by its number; None for what is no day.
        from_1904: Whether day 0 is 1 January 1904.
    """

    sheets: tuple[SheetPart, ...]
    texts: str | None
    forms: tuple[Shown | None, ...]
    from_1904: bool


def safe_parser(place: str) -> expat.XMLParserType:
    """A parser of XML that refuses documents with declarations, in which entities could multiply.

    Its errors are `expat.ExpatError`.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise FatalError("file_bomb", f"{place} declares a document type, as no workbook does; refused")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def local(name: str) -> str:
    """The name of an element without its prefix."""
    return name.rpartition(":")[2]


def damaged(place: str) -> FatalError:
    """What is raised where a workbook cannot be taken apart."""
    return FatalError("file_truncated", f"{place} is damaged or cut off; nothing was read")


def parts_of(archive: zipfile.ZipFile, place: str) -> Parts:
    """Reads the small parts.

    Raises:
        FatalError: `file_truncated`, `file_bomb`, `file_kind_wrong` (the archive has no workbook).
    """
    names = {name.lower(): name for name in archive.namelist()}
    book = _target(archive, names, "_rels/.rels", place).get("officeDocument", "xl/workbook.xml")
    if book.lower() not in names or not book.lower().endswith(".xml"):
        raise FatalError("file_kind_wrong", f"{place} is an archive, but no workbook; nothing was read")
    folder, name = posixpath.split(book)
    links = list(_links(archive, names, f"{folder}/_rels/{name}.rels", place))
    by_id = {each: (kind, member) for each, kind, member in links}
    by_kind = {kind: member for _, kind, member in links}
    found, from_1904 = list[SheetPart](), False
    for element, told in _elements(archive, names[book.lower()], place):
        if element == "workbookPr":
            from_1904 = told.get("date1904", "").lower() in ("1", "true")
        elif element == "sheet":
            key = next((value for each, value in told.items() if local(each) == "id"), "")
            kind, member = by_id.get(key, ("", ""))
            if kind == "worksheet":
                hidden = told.get("state", "visible") != "visible"
                found.append(SheetPart(told.get("name", ""), names.get(member.lower(), member), hidden))
    styles = names.get(by_kind.get("styles", "").lower())
    texts = names.get(by_kind.get("sharedStrings", "").lower())
    return Parts(tuple(found), texts, _forms(archive, styles, place), from_1904)


def _target(archive: zipfile.ZipFile, names: dict[str, str], member: str, place: str) -> dict[str, str]:
    return {kind: target for _, kind, target in _links(archive, names, member, place)}


def _links(
    archive: zipfile.ZipFile, names: dict[str, str], member: str, place: str
) -> Iterator[tuple[str, str, str]]:
    """Id, last word of the kind, and member of each relation that a part has."""
    if (own := names.get(member.lower())) is None:
        return
    folder = posixpath.dirname(posixpath.dirname(member))
    for element, told in _elements(archive, own, place):
        if element == "Relationship" and told.get("TargetMode") != "External":
            target = told.get("Target", "")
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            yield told.get("Id", ""), told.get("Type", "").rpartition("/")[2], posixpath.normpath(path)


def _forms(archive: zipfile.ZipFile, member: str | None, place: str) -> tuple[Shown | None, ...]:
    """What each cell style shows."""
    if member is None:
        return ()
    codes, forms, in_cells = dict[int, str](), list[Shown | None](), False
    for element, told in _elements(archive, member, place, ends=True):
        if element == "numFmt":
            codes[_number(told.get("numFmtId"))] = told.get("formatCode", "")
        elif element in ("cellXfs", "/cellXfs"):
            in_cells = element == "cellXfs"
        elif element == "xf" and in_cells:
            number = _number(told.get("numFmtId"))
            forms.append(format_shows(number, codes.get(number, "")))
    return tuple(forms)


def _number(text: str | None) -> int:
    fit = text is not None and len(text) < _DIGITS and text.isascii() and text.isdigit()
    return int(text or 0) if fit else 0


def _elements(
    archive: zipfile.ZipFile, member: str, place: str, *, ends: bool = False
) -> list[tuple[str, Attributes]]:
    """The elements that mean something to us in order, without their texts; with ends as `/name` where asked for."""
    found: list[tuple[str, Attributes]] = []
    parser = safe_parser(place)

    def keep(element: str, mark: str, told: Attributes) -> None:
        if element in _KEPT:
            found.append((mark + element, told))
            if len(found) > MOST_ELEMENTS:
                raise FatalError("file_bomb", f"{place} has more styles or sheets than any workbook; refused")

    parser.StartElementHandler = lambda name, told: keep(local(name), "", told)
    if ends:
        parser.EndElementHandler = lambda name: (
            keep(local(name), "/", {}) if name.endswith("cellXfs") else None
        )
    try:
        with archive.open(member) as stream:
            content = stream.read(LARGEST_PART + 1)
        if len(content) > LARGEST_PART:
            raise FatalError("file_bomb", f"{place} has a part of more than {LARGEST_PART:,} bytes; refused")
        parser.Parse(content, True)  # noqa: FBT003 - the library's own signature
    except (KeyError, expat.ExpatError, *UNPACKING):
        raise damaged(place) from None
    return found
