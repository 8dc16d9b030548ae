"""What the hub writes for people is text in every cell: no program takes any of it for a formula or a number."""

import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from hub.toolkit import workbooks
from hub.toolkit.books import opened_book
from hub.toolkit.workbooks import write_workbook

DANGEROUS = (
    "=1+1",
    "+62",
    "-5",
    "@SUM(A1)",
    "\t=1+1",
    "\r=1+1",
    '=cmd|"/c calc"!A0',
    "http://a.test",
    "{=1}",
)
NIK = "3320010303629001"


async def given(rows: Sequence[Sequence[object]]) -> AsyncIterator[Sequence[object]]:
    for row in rows:
        yield row


async def test_a_text_that_looks_like_a_formula_and_a_nik_stay_the_texts_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    header = ("=NIK", "NAMA", "NO KK")
    assert await write_workbook(path, header, given([(NIK, each, None) for each in DANGEROUS]), "A") == 9
    with opened_book(path, "a.xlsx") as book:
        (name,) = book.sheets
        rows = [row for _, row in book.rows(name)]
    assert rows[0] == list(header)
    assert rows[1:] == [[NIK, each] for each in DANGEROUS]
    assert {type(cell) for row in rows for cell in row} == {str}
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        styles = parts.read("xl/styles.xml").decode()
        assert not any("hyperlink" in part for part in (sheet, *parts.namelist()))
    assert "<f" not in sheet.partition("<sheetData>")[2]
    assert sheet.count('t="inlineStr"') == sheet.count("<c ")
    assert 'formatCode="@"' in styles


async def test_a_sheet_that_is_full_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "ROWS_A_SHEET", 2)
    path = tmp_path / "a.xlsx"
    await write_workbook(path, ("NIK",), given([(str(number),) for number in range(5)]), "A")
    with opened_book(path, "a.xlsx") as book:
        found = [[row for _, row in book.rows(name)] for name in book.sheets]
    assert found == [[["NIK"], ["0"], ["1"]], [["NIK"], ["2"], ["3"]], [["NIK"], ["4"]]]


async def test_a_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    await write_workbook(path, ("A",), given([("x" * 40_000,)]), "A")
    with opened_book(path, "a.xlsx") as book:
        (_, (cell,)) = list(book.rows("A 1"))[1]
    assert (len(cell), cell[-1]) == (workbooks.LONGEST_CELL, "…")
