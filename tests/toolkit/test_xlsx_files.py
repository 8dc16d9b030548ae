"""Workbooks: the header is found wherever it stands, and number cells are never taken for a NIK."""

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from hub.errors import FatalError
from hub.toolkit.layout import Layout
from hub.toolkit.pages import Page
from hub.toolkit.records import prepare
from hub.toolkit.sheet_cells import shown
from hub.toolkit.xlsx_files import XlsxReader
from tests.toolkit.builders import LAYOUT, connector, seen

READER = XlsxReader(number_columns=("NIK",), rows_per_page=2)


def workbook(path: Path, rows: list[list[Any]]) -> Path:
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            sheet.write(at, column, cell)
    book.close()
    return path


def read(path: Path) -> list[Page]:
    return list(READER.pages(path, seen("list.xlsx"), LAYOUT, "list"))


def test_the_header_is_the_row_that_names_most_columns(tmp_path: Path) -> None:
    rows = [
        ["DAFTAR NAMA"],
        [],
        ["No. KK", "NIK ART", "Nama"],
        ["2", "1", "A"],
        [],
        ["4", "3", "B"],
        ["6", "5", "C"],
    ]
    pages = read(workbook(tmp_path / "a.xlsx", rows))
    assert [page.columns for page in pages] == [("No. KK", "NIK ART", "Nama")] * 2
    assert pages[0].frame.columns == ["NO KK", "NIK", "NAMA"]
    assert [row for page in pages for row in page.frame.rows()] == [
        ("2", "1", "A"),
        ("4", "3", "B"),
        ("6", "5", "C"),
    ]
    assert [page.complete for page in pages] == [False, True]
    assert pages[0].file.detail["header_row"] == 3


def test_a_nik_in_a_number_cell_is_shown_in_scientific_notation_and_counted(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["NIK", "NAMA"], [3320010101019010, "A"], ["3320010101019010", "B"]]
    (page,) = read(workbook(tmp_path / "a.xlsx", rows))
    assert page.frame["NIK"].to_list() == ["3.32001010101901E+15", "3320010101019010"]
    assert page.file.detail["numbers"]["NIK"] == {
        "filled": 2,
        "in_number_cells": 1,
        "share_ending_in_zero": 0.5,
        "scientific": 1,
    }


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("", ""),
        (None, ""),
        ("a", "a"),
        (7.0, "7"),
        (7.5, "7.5"),
        (True, "TRUE"),
        (12345678901, "12345678901"),
    ],
)
def test_a_cell_is_shown_as_the_spreadsheet_shows_it(cell: Any, text: str | None) -> None:
    assert shown(cell) == text


def test_a_header_of_two_rows_is_joined_and_its_groups_reach_right(tmp_path: Path) -> None:
    rows = [
        ["NIK", "Nama", "Data Ayah", "", "Catatan"],
        ["", "", "Nama", "NIK", ""],
        ["1", "A", "B", "2", "x"],
    ]
    layout = Layout(
        taken={"NIK": (), "NAMA": (), "DATA AYAH NAMA": (), "NIK AYAH": ("Data Ayah NIK",), "CATATAN": ()}
    )
    path = workbook(tmp_path / "a.xlsx", rows)
    (page,) = READER.pages(path, seen("list.xlsx"), layout, "list")
    assert page.columns == ("NIK", "Nama", "Data Ayah Nama", "Data Ayah NIK", "Catatan")
    assert page.frame.rows(named=True) == [
        {"NIK": "1", "NAMA": "A", "DATA AYAH NAMA": "B", "NIK AYAH": "2", "CATATAN": "x"}
    ]
    assert (page.file.detail["header_row"], page.file.detail["unknown_columns"]) == (2, [])


def test_cells_right_of_the_header_refuse_their_row(tmp_path: Path) -> None:
    (page,) = read(workbook(tmp_path / "a.xlsx", [["NIK", "NAMA"], ["1", "A", "x"], ["2", "B"]]))
    records = prepare(page, connector())
    assert records["refused"].to_list() == ["ROW_LONG", None]
    assert records["payload"].to_list() == ['["1","A","x"]', '["2","B"]']


def test_a_workbook_that_was_cut_off_stops(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx", [["NIK", "NAMA"], ["1", "A"]]).read_bytes()
    for end in (0, 10, len(whole) // 2, len(whole) - 1):
        (tmp_path / "b.xlsx").write_bytes(whole[:end])
        with pytest.raises(FatalError) as caught:
            read(tmp_path / "b.xlsx")
        assert caught.value.code == "file_truncated"


def test_a_workbook_without_a_known_header_stops(tmp_path: Path) -> None:
    with pytest.raises(FatalError) as caught:
        read(workbook(tmp_path / "a.xlsx", [["X", "Y"], ["1", "2"]]))
    assert caught.value.code == "header_missing"


def test_a_bomb_is_refused_before_it_unpacks(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 30_000_000)
    with pytest.raises(FatalError) as caught:
        read(tmp_path / "a.xlsx")
    assert caught.value.code == "file_bomb"
