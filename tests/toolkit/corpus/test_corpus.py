"""Hostile files: each is read right, refused with its code, or has the right rows refused; none is lost."""

import io
import json
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from hub.errors import FatalError
from hub.toolkit.connector import Reader
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.json_files import JsonReader
from hub.toolkit.mixed import MixedReader
from hub.toolkit.parquet_files import ParquetReader
from hub.toolkit.records import prepare, with_all_columns
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows
from hub.toolkit.xlsx_files import XlsxReader
from hub.toolkit.zipped import ZippedReader
from tests.toolkit.builders import LAYOUT, connector, entry, seen
from tests.toolkit.corpus.making import (
    HEAD,
    HEADER_CELLS,
    KK,
    NIKS,
    archive,
    binary,
    far_cells,
    good,
    lines,
    locked,
    opened_sheet,
    parquet,
    understated,
    workbook,
)  # fmt: skip

_PLAIN = MixedReader(
    (
        CsvReader(encodings=("utf-8", "cp1252")),
        XlsxReader(number_columns=("NIK",)),
        JsonReader(),
        ParquetReader(),
    )
)
READER = MixedReader((*_PLAIN.readers, ZippedReader(_PLAIN)))
STRICT = CsvReader()
TODAY = date(2026, 11, 21)
REFERENCE = Reference(current={})
A, B, C = NIKS
ROW = f"{A};SITI;{KK}"
PERSON = {"NIK": A, "NAMA": "SITI"}


@dataclass(frozen=True)
class Case:
    """A file, and what must become of it: a code that refuses it, or sound rows and refused ones by reason."""

    name: str
    content: bytes
    code: str = ""
    sound: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    reader: Reader = READER


def csv(name: str, text: str | bytes, code: str = "", sound: int = 0, **refused: int) -> Case:
    """A case of a CSV file."""
    content = text.encode() if isinstance(text, str) else text
    return Case(f"{name}.csv", content, code, sound, refused)


def xlsx(name: str, content: bytes, code: str = "", sound: int = 0, **refused: int) -> Case:
    """A case of a workbook."""
    return Case(name if "." in name else f"{name}.xlsx", content, code, sound, refused)


def js(name: str, text: str | bytes, code: str = "", sound: int = 0, **refused: int) -> Case:
    """A case of a JSON file."""
    return Case(name, text.encode() if isinstance(text, str) else text, code, sound, refused)


def zipped(name: str, content: bytes, code: str = "", sound: int = 0, **refused: int) -> Case:
    """A case of an archive."""
    return Case(f"{name}.zip", content, code, sound, refused)


HEADER = HEADER_CELLS
PERSONS = [HEADER, [A, "SITI", KK], [B, "SARI", KK]]
CSVS = [
    csv("utf8", good(), sound=2),
    csv("bom", b"\xef\xbb\xbf" + good().encode(), sound=2),
    csv("utf16", good().encode("utf-16"), sound=2),
    csv("utf16 be", b"\xfe\xff" + good().encode("utf-16-be"), sound=2),
    csv("utf16 without mark", good().encode("utf-16-le"), "encoding_wrong"),
    csv("utf32", good().encode("utf-32"), "encoding_wrong"),
    csv("utf16 lone surrogate", b"\xff\xfe" + HEAD.encode("utf-16-le") + b"\x00\xd8\n\x00", "encoding_wrong"),
    csv("cp1252", lines(f"{A};SITI É;{KK}").encode("cp1252"), sound=1),
    Case("cp1252 unwanted.csv", lines(f"{A};SITI É;{KK}").encode("cp1252"), "encoding_wrong", reader=STRICT),
    Case("broken in the last byte.csv", good().encode() + b"\xff", "encoding_wrong", reader=STRICT),
    csv("empty", b"", "file_empty"),
    csv("header alone", HEAD),
    csv("nul in the header", lines(f"{A};SITI;{KK};x", head="NIK;NAMA;NO KK;CATATAN\0\n"), "encoding_wrong"),
    csv("blank lines", "\n" + good(), "layout_column_missing"),
    csv("blank lines within", HEAD + f"\n\n{ROW}\n\n", sound=1),
    csv("only delimiters", lines(";;", ROW), sound=1, KEY_MISSING=1),
    csv("nul in a cell", lines(f"{A};SI\0TI;{KK}", f"{B};SARI;{KK}"), sound=1, ENCODING=1),
    csv("short", lines(f"{A};SITI", ROW), sound=1, ROW_SHORT=1),
    csv("long", lines(f"{ROW};x", ROW), sound=1, ROW_LONG=1),
    csv("cut in the last row", good()[:-22], sound=1, ROW_SHORT=1),
    csv("comma", good().replace(";", ","), sound=2),
    csv("tab", good().replace(";", "\t"), sound=2),
    csv("pipe", good().replace(";", "|"), sound=2),
    csv("unknown delimiter", good().replace(";", "^"), "layout_column_missing"),
    csv("header of another delimiter", good().replace(";", ",").replace("NIK,NAMA,NO KK", "NIK;NAMA;NO KK"),
        ROW_SHORT=2),
    csv("sep line", "sep=;\r\n" + good().replace("\n", "\r\n"), sound=2),
    csv("crlf", good().replace("\n", "\r\n"), sound=2),
    csv("cr alone", good().replace("\n", "\r"), sound=2),
    csv("cr alone and quotes", good().replace("\n", "\r").replace("SITI 0", '"SITI"'), sound=2),
    csv("header ends in cr", HEAD.replace("\n", "\r") + f"{ROW}\n", "quotes_broken"),
    csv("stray cr", lines(f"{A};SI\rTI;{KK}", f"{B};SARI;{KK}"), sound=2),
    csv("quoted delimiters", lines(f'{A};"SITI; JL. A";{KK}'), sound=1),
    csv("quote swallows to the end", lines(f'{A};"SITI;{KK}', f"{B};SARI;{KK}", f"{C};S;{KK}"), ROW_SHORT=1),
    csv("quote swallows one row", lines(f'{A};"SITI;{KK}', f'{B};SARI";{KK}'), ROW_UNREADABLE=1),
    csv("quote of a megabyte", lines(f'{A};"' + "x\n" * 600_000), "quotes_broken"),
    csv("one endless line", HEAD.encode() + b"x" * 3_000_000, "row_too_long"),
    csv("header on two lines", f'NIK;NAMA;"NO\nKK"\n{ROW}\n', sound=1),
    csv("column twice", f"NIK;NAMA;NIK ART\n{A};SITI;{B}\n", "layout_ambiguous"),
    csv("binary", bytes(range(256)) * 50, "encoding_wrong"),
    csv("html", "<!doctype html><html><body>Login</body></html>", "layout_column_missing"),
    csv("formula", lines(f'=cmd|"/c calc"!A0;SITI;{KK}'), NON_DIGIT=1),
    csv("scientific", lines(f"3,32001E+15;SITI;{KK}", ROW), sound=1, SCIENTIFIC=1),
    csv("one digit lost", lines(f"{A[:15]};SITI;{KK}", ROW), sound=1, NOT_16_DIGITS=1),
    csv("float suffix", lines(f"{A}.0;SITI;{KK}"), sound=1),
    csv("float suffix beyond a double", lines("9401010303629001.0;SITI;"), PRECISION_LOST=1),
    csv("apostrophe and no-break space", lines(f"'{A};SITI;{KK}", f"\u00a0{B};SARI;{KK}"), sound=2),
    csv("digits of another script", lines(f"{A[:15]}\u0661;SITI;{KK}"), NON_DIGIT=1),
    csv("5000 digits", lines(f"{'98' * 2_500};SITI;{KK}", ROW), sound=1, NOT_16_DIGITS=1),
    csv("nan", lines(f"NaN;SITI;{KK}", ROW), sound=1, BLANK=1),
    csv("names without letters", lines(f"{A};---;{KK}", f"{B};;{KK}"), NAME_NO_LETTER=1, NAME_BLANK=1),
]  # fmt: skip
SHEETS = [
    xlsx("plain", workbook(PERSONS), sound=2),
    xlsx("title above", workbook([["DAFTAR"], [], *PERSONS]), sound=2),
    xlsx("number cells", workbook([HEADER, [int(A), "SITI", KK], [B, "SARI", KK]]), sound=1, SCIENTIFIC=1),
    xlsx("two header rows", workbook([["NIK", "NAMA", "NO"], ["", "", "KK"], *PERSONS[1:]]), sound=2),
    xlsx("hidden sheet", workbook(PERSONS, PERSONS, hidden=(0,)), sound=2),
    xlsx("only hidden sheet with the header", workbook(PERSONS, [["x"]], hidden=(0,)), sound=2),
    xlsx("two sheets", workbook(PERSONS, PERSONS), "sheets_several"),
    Case("sheet a kecamatan.xlsx", workbook(PERSONS, [["REKAP"]], PERSONS), sound=4,
         reader=XlsxReader(number_columns=("NIK",), every_sheet=True, rows_per_page=1)),
    xlsx("second sheet empty", workbook([["x"]], PERSONS, [HEADER]), sound=2),
    xlsx("no header", workbook([["A", "B"], ["1", "2"]]), "header_missing"),
    xlsx("no cells", workbook([]), "header_missing"),
    xlsx("beyond the header", workbook([*PERSONS, [C, "SRI", KK, "x"]]), sound=2, ROW_LONG=1),
    xlsx("shifted", workbook([["", *row] for row in PERSONS]), sound=2),
    xlsx("1904", workbook([[*HEADER, "CATATAN"], [A, "SITI", KK, date(2001, 2, 3)]], date_1904=True), sound=1),
    xlsx("far cell", far_cells(1), sound=1, ROW_LONG=1),
    xlsx("many far cells", far_cells(2_000), "file_bomb"),
    xlsx("binary workbook.xls", binary(PERSONS), sound=2),
    xlsx("binary workbook with number cells.xls", binary([HEADER, [int(A), "SITI", KK], [B, "SARI", KK]]), sound=1,
         SCIENTIFIC=1),
    xlsx("binary workbook, cut.xls", binary(PERSONS)[:700], "file_truncated"),
    xlsx("cut", workbook(PERSONS)[:-40], "file_truncated"),
    xlsx("empty", b"", "file_truncated"),
    xlsx("web page.xls", b"<html><table><tr><td>NIK</td></tr></table></html>", "file_kind_wrong"),
    xlsx("cut.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(2_000), "file_truncated"),
    xlsx("locked", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(64) + "EncryptedPackage".encode("utf-16-le"),
         "file_locked"),
    xlsx("open.ods", opened_sheet(PERSONS), sound=2),
    xlsx("repeated.ods", opened_sheet(PERSONS, ' table:number-columns-repeated="16384"'), "file_bomb"),
    xlsx("bomb", archive({"xl/a.xml": bytes(30_000_000)}, zipfile.ZIP_DEFLATED), "file_bomb"),
]  # fmt: skip
_OBJECT = json.dumps(PERSON)
JSONS = [
    js("array.json", f"[{_OBJECT}, {_OBJECT}]", sound=2),
    js("bom.json", b"\xef\xbb\xbf" + f"[{_OBJECT}]".encode(), sound=1),
    js("utf16.json", f"[{_OBJECT}]".encode("utf-16"), sound=1),
    js("object.json", f'{{"total": 1, "meta": {{"a": [1]}}, "rows": [{_OBJECT}], "end": null}}', sound=1),
    js("no rows.json", '{"total": 1}', "rows_missing"),
    js("empty array.json", " [ ] "),
    js("empty.json", "", "file_empty"),
    js("scalar.json", "17", "json_unreadable"),
    js("cut.json", f"[{_OBJECT}, {_OBJECT[:20]}", "file_truncated"),
    js("cut after a comma.json", f"[{_OBJECT},", "file_truncated"),
    js("without end.json", f"[{_OBJECT}", "file_truncated"),
    js("two documents.json", f"[{_OBJECT}][{_OBJECT}]", "json_unreadable"),
    js("wrong.json", f"[{_OBJECT} {_OBJECT}]", "json_unreadable"),
    js("broken value.json", f"[{{'NIK': 1}}, {_OBJECT}]", "json_unreadable"),
    js("elements.json", f"[1, null, [], {_OBJECT}]", sound=1, ROW_UNREADABLE=3),
    js("nan.json", f'[{{"NIK": NaN}}, {_OBJECT}]', sound=1, ROW_UNREADABLE=1),
    js("key twice.json", f'[{{"NIK": "1", "NIK": "2"}}, {_OBJECT}]', sound=1, ROW_UNREADABLE=1),
    js("column twice.json", f'[{{"NIK": "1", "nik": "2"}}, {_OBJECT}]', sound=1, ROW_UNREADABLE=1),
    js("deep.json", f'[{{"NIK": {"[" * 200_000}{"]" * 200_000}}}]', "json_unreadable"),
    js("nested.json", f'[{{"NIK": {"[" * 60}{"]" * 60}}}, {_OBJECT}]', sound=1, ROW_UNREADABLE=1),
    js("number.json", f'[{{"NIK": {A}, "NAMA": "SITI"}}]', sound=1),
    js("float.json", f'[{{"NIK": 3.32001030362E+15, "NAMA": "SITI"}}, {_OBJECT}]', sound=1, SCIENTIFIC=1),
    js("5000 digits.json", f'[{{"NIK": {"98" * 2500}, "NAMA": "SITI"}}]', NOT_16_DIGITS=1),
    js("surrogate.json", f'[{{"NIK": "{A}", "NAMA": "\\ud800SITI"}}, {_OBJECT}]', sound=1, ENCODING=1),
    js("nul.json", f'[{{"NIK": "{A}", "NAMA": "A\\u0000B"}}, {_OBJECT}]', sound=1, ENCODING=1),
    js("bytes.json", b'[{"NIK": "\xff"}]', "encoding_wrong"),
    js("endless.json", '[{"NIK": "' + "9" * 6_000_000 + '"}]', "row_too_long"),
    js("lines.ndjson", f"{_OBJECT}\n\n{_OBJECT}", sound=2),
    js("bad line.ndjson", f"{_OBJECT}\n{{\n{_OBJECT}\n", sound=2, ROW_UNREADABLE=1),
    js("deep line.ndjson", f'{{"NIK": {"[" * 200_000}\n{_OBJECT}\n', sound=1, ROW_UNREADABLE=1),
    js("cut line.jsonl", f"{_OBJECT}\n{_OBJECT[:20]}", "file_truncated"),
    js("endless line.jsonl", '{"NIK": "' + "9" * 6_000_000, "row_too_long"),
]
_LIST = good().encode()
ZIPS = [
    zipped("one", archive({"a.csv": _LIST}), sound=2),
    zipped("several", archive({"b/b.csv": _LIST, "a.xlsx": workbook(PERSONS), "x.pdf": b"%PDF"}), sound=4),
    zipped("climbing", archive({"../a.csv": _LIST}), "archive_odd"),
    zipped("absolute", archive({"/a.csv": _LIST}), "archive_odd"),
    zipped("drive", archive({"C:\\a.csv": _LIST}), "archive_odd"),
    zipped("nested", archive({"a.zip": archive({"a.csv": _LIST})}), "archive_nested"),
    zipped("nothing", archive({"a.pdf": b"%PDF"}), "archive_empty"),
    zipped("locked", locked(archive({"a.csv": _LIST})), "file_locked"),
    zipped("cut", archive({"a.csv": _LIST})[:-30], "file_truncated"),
    zipped("no archive", b"PK\x03\x04 but no more", "file_truncated"),
    zipped("bomb", archive({"a.csv": bytes(30_000_000)}, zipfile.ZIP_DEFLATED), "file_bomb"),
    zipped("many", archive({f"{at}.csv": _LIST for at in range(1_001)}), "file_bomb"),
    zipped("lying", understated(archive({"a.csv": _LIST}, zipfile.ZIP_DEFLATED), 9), "file_truncated"),
    zipped("member is broken", archive({"a.csv": _LIST, "b.csv": b""}), "file_empty"),
    zipped("leftovers", archive({"__MACOSX/._a.csv": b"x", "~$a.xlsx": b"x", "a.csv": _LIST}), sound=2),
]
_NAMED = {"NAMA": ["SITI", "SARI"]}
PARQUETS = [
    Case("text.parquet", parquet(NIK=[A, B], **_NAMED), sound=2),
    Case("text [1].parquet", parquet(NIK=[A, B], **_NAMED), sound=2),
    Case("whole.parquet", parquet(NIK=[int(A), int(B)], **_NAMED), sound=2),
    Case("null.parquet", parquet(NIK=[A, None], **_NAMED), sound=1, refused={"BLANK": 1}),
    Case("float.parquet", parquet(NIK=[float(A), 1.0], **_NAMED), "column_type_wrong"),
    Case("nested.parquet", parquet(NIK=[[A], [B]], **_NAMED), "column_type_wrong"),
    Case("binary.parquet", parquet(NIK=[b"1", b"2"], **_NAMED), "column_type_wrong"),
    Case("day.parquet", parquet(NIK=[A, B], CATATAN=[date(2001, 2, 3)] * 2, **_NAMED), sound=2),
    Case("long.parquet", parquet(NIK=[A, B], NAMA=["A" * 200_000, "SARI"]), sound=1,
         refused={"FIELD_TOO_LONG": 1}),
    Case("nul.parquet", parquet(NIK=[A, B], NAMA=["A\0B", "SARI"]), sound=1, refused={"ENCODING": 1}),
    Case("empty.parquet", b"", "file_empty"),
    Case("cut.parquet", parquet(NIK=[A, B], **_NAMED)[:-9], "file_truncated"),
    Case("garbled.parquet", b"PAR1" + bytes(100) + b"PAR1", "file_truncated"),
    Case("no rows.parquet", parquet(NIK=pl.Series([], dtype=pl.String), NAMA=pl.Series([], dtype=pl.String))),
    Case("lacking.parquet", parquet(NIK=[A]), "layout_column_missing"),
]  # fmt: skip
CASES = [*CSVS, *SHEETS, *JSONS, *ZIPS, *PARQUETS]


def outcome(case: Case, path: Path) -> tuple[int, int, dict[str, int]]:
    """Rows that came, rows that made a person, and refused rows by their first reason."""
    path.write_bytes(case.content)
    file = seen(case.name)
    came, sound, refused = 0, 0, Counter[str]()
    for page in case.reader.pages(path, file, LAYOUT, "list"):
        records = prepare(page, connector())
        assert records["row_no"].to_list() == list(range(came + 1, came + records.height + 1))
        fit = records["refused"].is_null()
        frame = with_all_columns(page.frame, LAYOUT).with_row_index("row").filter(fit)
        claims = connector().claims(Rows(frame, entry(), REFERENCE, TODAY))
        late = claims.rejects.unique("row", keep="first")
        came, sound = came + records.height, sound + claims.person.height
        refused.update([*records["refused"].drop_nulls(), *late["reason"]])
        assert all(json.loads(text) is not None for text in records["payload"])
    assert file.detail["rows"] == came
    return came, sound, dict(refused)


def test_the_corpus_has_more_than_sixty_files_of_different_names() -> None:
    assert len({case.name for case in CASES}) == len(CASES) > 60


@pytest.mark.parametrize("case", [case for case in CASES if case.code], ids=lambda case: case.name)
def test_a_file_that_cannot_be_trusted_is_refused_with_its_code(case: Case, tmp_path: Path) -> None:
    with pytest.raises(FatalError) as caught:
        outcome(case, tmp_path / "file")
    assert caught.value.code == case.code
    assert not any(nik in caught.value.message for nik in NIKS)


@pytest.mark.parametrize("case", [case for case in CASES if not case.code], ids=lambda case: case.name)
def test_every_row_of_a_file_is_sound_or_refused_with_its_reason(case: Case, tmp_path: Path) -> None:
    came, sound, refused = outcome(case, tmp_path / "file")
    assert (sound, refused) == (case.sound, case.refused)
    assert came == sound + sum(refused.values())


def test_what_a_zip_holds_is_what_its_members_hold(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(archive({"a.csv": _LIST, "b.csv": _LIST}))
    file = seen("list.zip")
    pages = list(READER.pages(path, file, LAYOUT, "list"))
    assert [(page.file is file, page.first_row, page.complete) for page in pages] == [
        (True, 1, False),
        (True, 3, True),
    ]
    assert set(file.detail["members"]) == {"a.csv", "b.csv"}


def test_days_of_the_1904_system_are_read_as_the_days_they_show(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["NIK", "NAMA", "CATATAN"], [A, "SITI", date(2001, 2, 3)]]
    for first in (False, True):
        (tmp_path / "file").write_bytes(workbook(rows, date_1904=first))
        (page,) = READER.pages(tmp_path / "file", seen("a.xlsx"), LAYOUT, "list")
        assert page.frame["CATATAN"].to_list() == ["2001-02-03"]


def test_an_archive_is_read_from_its_bytes_and_not_from_its_name(tmp_path: Path) -> None:
    assert zipfile.is_zipfile(io.BytesIO(workbook(PERSONS)))
    (tmp_path / "file").write_bytes(workbook(PERSONS))
    (page,) = READER.pages(tmp_path / "file", seen("old.xls"), LAYOUT, "list")
    assert page.frame["NIK"].to_list() == [A, B]
