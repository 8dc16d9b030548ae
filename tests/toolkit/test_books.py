"""Workbooks say the same whatever made them: our stream against the library that holds a whole sheet, and real XLS."""

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
import xlwt
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from hub.errors import FatalError
from hub.toolkit import books, xlsx_parts, xlsx_rows
from hub.toolkit.books import opened_book
from hub.toolkit.sheet_cells import Number, shown
from tests.toolkit.corpus.making import (
    HEADER_CELLS,
    KK,
    NIKS,
    binary,
    far_cells,
    opened_sheet,
    rewritten,
    workbook,
)

ROWS = [HEADER_CELLS, [NIKS[0], "SITI", KK], [NIKS[1], "SARI & <ANAK>", KK]]
cells = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12),
    st.sampled_from(["a\nb", " x ", "_x000D_", "&amp;", "TRUE"]),
    st.integers(-(10**15), 10**15),
    st.floats(-1e9, 1e9).map(lambda value: round(value, 3)),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
    st.datetimes(datetime(1900, 3, 1), datetime(2100, 1, 1)).map(lambda each: each.replace(microsecond=0)),  # noqa: DTZ001
    st.just(time(13, 5, 7)),
    st.just(timedelta(hours=30, seconds=5)),
)
FORMS = {date: "dd-mm-yyyy", datetime: "yyyy-mm-dd hh:mm:ss", time: "hh:mm:ss", timedelta: "[h]:mm:ss"}


def written(rows: list[list[Any]], **options: Any) -> bytes:
    """A workbook whose cells have the formats of their kinds."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False, **options})
    sheet = book.add_worksheet()
    forms = {kind: book.add_format({"num_format": form}) for kind, form in FORMS.items()}
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if isinstance(cell, str):
                sheet.write_string(at, column, cell)
            elif type(cell) in forms:
                sheet.write_datetime(at, column, cell, forms[type(cell)])
            else:
                sheet.write(at, column, cell)
    book.close()
    return out.getvalue()


def streamed(path: Path) -> list[list[str]]:
    """The filled rows of the first sheet."""
    with opened_book(path, "list: a.xlsx") as book:
        return [_trimmed(row) for _, row in book.rows(next(iter(book.sheets)))]


def _trimmed(row: list[str]) -> list[str]:
    filled = [at for at, cell in enumerate(row) if cell]
    return row[: filled[-1] + 1] if filled else []


def held(path: Path) -> list[list[str]]:
    """The same by the library."""
    with CalamineWorkbook.from_path(str(path)) as book:
        sheet = book.get_sheet_by_index(0)
        left = sheet.start[1] if sheet.start else 0
        rows = [[""] * left + [shown(cell) for cell in row] for row in sheet.iter_rows()]
    return [_trimmed(row) for row in rows if any(row)]


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.lists(cells, min_size=1, max_size=5), min_size=1, max_size=6), first=st.booleans())
def test_a_sheet_is_streamed_as_the_library_reads_it_whole(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[Any]], first: bool
) -> None:
    # A calendar that begins in 1904 has no earlier day: the library takes such a number for midnight, the stream shows
    # it.
    assume(not first or all(cell.year >= 1904 for row in rows for cell in row if isinstance(cell, date)))
    path = tmp_path_factory.mktemp("book") / "a.xlsx"
    path.write_bytes(written(rows, date_1904=first, in_memory=True))
    assert streamed(path) == held(path)


def _prefixed(text: str) -> str:
    """The same XML with a prefix before the name of every element."""
    named = text.replace("xmlns=", "xmlns:x=")
    for end in ("</", "<"):
        named = named.replace(end, f"{end}x:")
    return named.replace("<x:/x:", "</x:").replace("<x:?", "<?")


#: Ways to write the same sheet or texts that no pattern of ours knows.
REWRITINGS: dict[str, Callable[[str], str]] = {
    "prefix": _prefixed,
    "comment": lambda text: text.replace("</row>", "<!-- <c r='A1'> --></row>").replace(
        "</si>", "<!-- x --></si>"
    ),
    "order": lambda text: text.replace('<c r="A2" t="s">', '<c t="s" r="A2">'),
    "breaks": lambda text: text.replace("<c ", "<c\n").replace("<t>", "<t\n>"),
    "no places": lambda text: text.replace(' r="A2"', "").replace(' r="B2"', "").replace(' r="C2"', ""),
    "numbers of signs": lambda text: text.replace("SITI", "&#83;IT&#x49;"),
    "runs": lambda text: text.replace("<t>SITI</t>", "<r><t>SI</t></r><r><t>TI</t></r><rPh><t>X</t></rPh>"),
    "cdata": lambda text: text.replace("<t>SITI</t>", "<t><![CDATA[SITI]]></t>"),
    "utf-16": lambda text: text.replace('encoding="UTF-8"', 'encoding="UTF-16"'),
}


@pytest.mark.parametrize("inline", [False, True], ids=["shared", "inline"])
@pytest.mark.parametrize("name", REWRITINGS)
def test_another_writing_of_the_same_sheet_says_the_same(tmp_path: Path, name: str, inline: bool) -> None:
    content = written(ROWS, constant_memory=True) if inline else written(ROWS)
    coding = "utf-16" if name == "utf-16" else "utf-8"
    (tmp_path / "a.xlsx").write_bytes(rewritten(content, lambda text: REWRITINGS[name](text).encode(coding)))
    assert streamed(tmp_path / "a.xlsx") == ROWS


def test_texts_are_found_wherever_they_stand_among_the_shared_ones(tmp_path: Path) -> None:
    names = [f"SITI {number}" for number in range(3_000)]
    (tmp_path / "a.xlsx").write_bytes(
        rewritten(
            written([[name] for name in names]),
            lambda text: _reversed(text).encode() if "<sst" in text else text.encode(),
        )
    )
    assert streamed(tmp_path / "a.xlsx") == [[name] for name in reversed(names)]


def _reversed(text: str) -> str:
    head, _, body = text.partition("<si>")
    texts = body.removesuffix("</sst>").removesuffix("</si>").split("</si><si>")
    return f"{head}<si>{'</si><si>'.join(reversed(texts))}</si></sst>"


def test_formulas_count_by_their_value_and_errors_and_merged_cells_are_blank(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    sheet.write_formula(0, 0, "=1+1", None, 2)
    sheet.write_formula(0, 1, '="a"&"b"', None, "ab")
    sheet.write_formula(0, 2, "=1/0", None, "#DIV/0!")
    sheet.write_rich_string(0, 3, "SI", book.add_format({"bold": True}), "TI")
    sheet.merge_range(1, 0, 1, 2, "PKH")
    sheet.write(1, 3, "x")
    book.close()
    rows = streamed(tmp_path / "a.xlsx")
    assert rows == [["2", "ab", "", "SITI"], ["PKH", "", "", "x"]]
    assert [type(cell) for cell in rows[0]] == [Number, str, str, str]


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"])
def test_a_workbook_that_declares_entities_is_refused(tmp_path: Path, part: str) -> None:
    declared = '?><!DOCTYPE a [<!ENTITY b "bbbb">]>'
    content = rewritten(written(ROWS), lambda text: text.replace("?>", declared, 1).encode(), (part,))
    (tmp_path / "a.xlsx").write_bytes(content)
    with pytest.raises(FatalError) as caught:
        streamed(tmp_path / "a.xlsx")
    assert caught.value.code == "file_bomb"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        ("</worksheet>", ""),
        ("<v>1</v>", "<v>77</v>"),
        ("<v>1</v>", "<v>x</v>"),
        ('t="s"', 't="odd"'),
        ('r="A1"', 'r="ABCD1"'),
        ('r="A1"', 'r="ZZZ1"'),
        ("NAMA", "&nobody;"),
        ("NAMA", "&#0;"),
        ("</sst>", ""),
    ],
)
def test_a_workbook_that_contradicts_itself_is_refused(tmp_path: Path, was: str, becomes: str) -> None:
    (tmp_path / "a.xlsx").write_bytes(
        rewritten(written(ROWS), lambda text: text.replace(was, becomes).encode())
    )
    with pytest.raises(FatalError) as caught:
        streamed(tmp_path / "a.xlsx")
    assert caught.value.code == "file_truncated"


def test_many_cells_far_off_are_a_bomb_and_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_rows, "MOST_CELLS", 50_000)
    (tmp_path / "2.xlsx").write_bytes(far_cells(2))
    assert len(streamed(tmp_path / "2.xlsx")) == 4
    (tmp_path / "20.xlsx").write_bytes(far_cells(20))
    with pytest.raises(FatalError) as caught:
        streamed(tmp_path / "20.xlsx")
    assert caught.value.code == "file_bomb"


def padded(element: str) -> bytes:
    """A workbook whose styles hold an element a thousand times."""
    close = "</cellXfs>"
    return rewritten(
        written(ROWS),
        lambda text: text.replace(close, f"<{element}/>" * 1_001 + close).encode(),
        ("xl/styles.xml",),
    )


def test_a_part_padded_with_styles_is_a_bomb(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_parts, "MOST_ELEMENTS", 1_000)
    (tmp_path / "unknown.xlsx").write_bytes(padded("x"))
    assert len(streamed(tmp_path / "unknown.xlsx")) == len(ROWS)
    (tmp_path / "known.xlsx").write_bytes(padded("xf"))
    with pytest.raises(FatalError) as caught:
        streamed(tmp_path / "known.xlsx")
    assert caught.value.code == "file_bomb"


def test_a_row_number_of_many_digits_is_none(tmp_path: Path) -> None:
    number = "9" * 5_000
    content = rewritten(
        written(ROWS),
        lambda text: (
            text.replace('<row r="2"', f'<row r="{number}"').replace("</c>", "<!-- --></c>").encode()
        ),
    )
    (tmp_path / "a.xlsx").write_bytes(content)
    assert len(streamed(tmp_path / "a.xlsx")) == len(ROWS)


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as made:
        made.writestr("a.csv", "NIK;NAMA\n")
    with pytest.raises(FatalError) as caught:
        streamed(tmp_path / "a.xlsx")
    assert caught.value.code == "file_kind_wrong"


def test_a_binary_workbook_is_read_with_its_numbers_and_days(tmp_path: Path) -> None:
    rows_there: list[list[Any]] = [[], [], *ROWS, [int(NIKS[2]), "SRI", date(2001, 2, 3), 7.5, True]]
    (tmp_path / "a.xls").write_bytes(binary(rows_there))
    with opened_book(tmp_path / "a.xls", "list: a.xls") as book:
        rows = dict(book.rows("A"))
    assert list(rows) == [3, 4, 5, 6]
    assert _trimmed(rows[5]) == ROWS[2]
    assert rows[6] == ["3.32001030362900E+15", "SRI", "2001-02-03", "7.5", "TRUE"]
    assert type(rows[6][0]) is Number


def test_a_binary_workbook_beyond_its_size_is_refused_before_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "LARGEST_XLS", 1_000)
    (tmp_path / "a.xls").write_bytes(binary(ROWS))
    with pytest.raises(FatalError) as caught:
        streamed(tmp_path / "a.xls")
    assert caught.value.code == "file_bomb"


def test_an_open_document_is_read_like_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.ods").write_bytes(opened_sheet([HEADER_CELLS, [NIKS[0], "SITI", KK]]))
    assert streamed(tmp_path / "a.ods") == ROWS[:2]


def test_a_sheet_begins_where_its_first_cell_stands(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook([[], ["", "NIK"], ["", "1"]]))
    with opened_book(tmp_path / "a.xlsx", "list: a.xlsx") as book:
        assert dict(book.rows("Sheet1")) == {2: ["", "NIK"], 3: ["", "1"]}


def scattered(directory: Path, kind: str, row: int, column: int) -> Path:
    """A binary or open workbook with a list and one cell at a place counted from 1."""
    path = directory / f"far.{kind}"
    if kind == "xls":
        book = xlwt.Workbook()
        sheet = book.add_sheet("A")
        for at, name in enumerate(HEADER_CELLS):
            sheet.write(0, at, name)
        sheet.write(row - 1, column - 1, "far")
        book.save(str(path))
        return path
    filled = '<table:table-cell office:value-type="string"><text:p>far</text:p></table:table-cell>'
    blank = f'<table:table-cell table:number-columns-repeated="{column - 1}"/>' if column > 1 else ""
    rows = f'<table:table-row table:number-rows-repeated="{row - 2}"><table:table-cell/></table:table-row>'
    path.write_bytes(
        rewritten(
            opened_sheet([HEADER_CELLS]),
            lambda text: text.replace(
                "</table:table>", f"{rows}<table:table-row>{blank}{filled}</table:table-row></table:table>"
            ).encode(),
            ("content.xml",),
        )
    )
    return path


@pytest.mark.parametrize(
    ("kind", "row", "column"), [("xls", 65_536, 256), ("ods", 40_000, 1_024), ("ods", 1_048_576, 16_384)]
)
def test_a_lone_cell_far_off_the_list_costs_no_room(tmp_path: Path, kind: str, row: int, column: int) -> None:
    path = scattered(tmp_path, kind, row, column)
    with pytest.raises(FatalError) as caught:
        streamed(path)
    assert (caught.value.code, "far off its list" in caught.value.message) == ("file_bomb", True)


@pytest.mark.parametrize(
    ("kind", "row", "column"), [("xls", 65_536, 2), ("xls", 3, 256), ("ods", 65_536, 1), ("ods", 3, 16_384)]
)
def test_a_far_cell_that_takes_little_room_is_a_row_or_column_of_its_sheet(
    tmp_path: Path, kind: str, row: int, column: int
) -> None:
    with opened_book(scattered(tmp_path, kind, row, column), "list: far") as book:
        *_, (at, cells) = book.rows("A")
    assert (at, len(cells), cells[column - 1]) == (row, max(column, 3), "far")
