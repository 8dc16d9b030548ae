"""Files as hostile hands and careless machines make them, made anew for each run."""

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import polars as pl
import xlsxwriter
import xlwt

NIKS = ("3320010303629001", "3320010303629002", "3320010303629003")
HEAD = "NIK;NAMA;NO KK\n"
KK = "3320010101119001"
HEADER_CELLS = ["NIK", "NAMA", "NO KK"]
ROWS_AND_TEXTS = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml")


def lines(*cells: str, head: str = HEAD) -> str:
    """A list under its header, a row an argument."""
    return head + "".join(f"{row}\n" for row in cells)


def good(count: int = 2) -> str:
    """A list with so many sound rows."""
    return lines(*(f"{nik};SITI {at};{KK}" for at, nik in enumerate(NIKS[:count])))


def workbook(*sheets: list[list[Any]], hidden: tuple[int, ...] = (), **options: Any) -> bytes:
    """An XLSX workbook, a sheet an argument; some of them hidden."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, options)
    day = book.add_format({"num_format": "dd-mm-yyyy"})
    for number, rows in enumerate(sheets):
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(at, column, cell, day)
                else:
                    sheet.write(at, column, cell)
        if number in hidden:
            sheet.hide()
        elif hidden:
            sheet.activate()
            sheet.set_first_sheet()
    book.close()
    return out.getvalue()


def rewritten(
    content: bytes, change: Callable[[str], bytes], parts: tuple[str, ...] = ROWS_AND_TEXTS
) -> bytes:
    """A workbook whose sheet and shared texts, or other parts, are written in another way."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as whole, zipfile.ZipFile(out, "w") as made:
        for name in whole.namelist():
            part = whole.read(name)
            made.writestr(name, change(part.decode()) if name in parts else part)
    return out.getvalue()


def far_cells(count: int) -> bytes:
    """A workbook with a list and so many cells in its last corner, between which a careless reader sets room aside."""
    cells = "".join(
        f'<row r="{at}"><c r="XFD{at}"><v>1</v></c></row>' for at in range(1048577 - count, 1048577)
    )
    whole = workbook([HEADER_CELLS, [NIKS[0], "SITI", KK]])
    return rewritten(whole, lambda text: text.replace("</sheetData>", f"{cells}</sheetData>").encode())


def binary(rows: list[list[Any]]) -> bytes:
    """A real binary workbook (BIFF8 in a compound file)."""
    out, book = io.BytesIO(), xlwt.Workbook()
    sheet, day = book.add_sheet("A"), xlwt.easyxf(num_format_str="DD-MM-YYYY")
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell, *([day] if isinstance(cell, date) else []))
    book.save(out)
    return out.getvalue()


def opened_sheet(rows: list[list[str]], repeated: str = "") -> bytes:
    """An ODS workbook with one sheet of texts; `repeated` are attributes of its last cell."""
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"{repeated if row is rows[-1] else ""}>'
            f"<text:p>{cell}</text:p></table:table-cell>"
            for cell in row
        )
        + "</table:table-row>"
        for row in rows
    )
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style", "meta")
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="A">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    )
    return archive(
        {
            "mimetype": kind.encode(),
            "content.xml": content.encode(),
            "META-INF/manifest.xml": manifest.encode(),
        }
    )


def archive(members: dict[str, bytes], packed: int = zipfile.ZIP_STORED) -> bytes:
    """A ZIP archive with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as made:
        for name, body in members.items():
            made.writestr(name, body)
    return out.getvalue()


def locked(content: bytes) -> bytes:
    """The same archive with the mark of encryption on its first member."""
    at, central = content.index(b"PK\x03\x04"), content.index(b"PK\x01\x02")
    marked = bytearray(content)
    for place in (at + 6, central + 8):
        marked[place : place + 2] = struct.pack("<H", 1)
    return bytes(marked)


def understated(content: bytes, size: int) -> bytes:
    """The same archive, whose directory says that its first member unpacks to `size` bytes."""
    central = content.index(b"PK\x01\x02")
    changed = bytearray(content)
    for place in (22, central + 24):
        changed[place : place + 4] = struct.pack("<I", size)
    return bytes(changed)


def parquet(**columns: Any) -> bytes:
    """A Parquet file."""
    out = io.BytesIO()
    pl.DataFrame(columns).write_parquet(out)
    return out.getvalue()
