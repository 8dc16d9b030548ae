"""Delimited files: whatever the csv module reads, the fast reader reads the same; faults are counted."""

import csv
import io
import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.errors import FatalError
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.pages import Page
from hub.toolkit.records import prepare
from tests.toolkit.builders import LAYOUT, connector, seen


def read(path: Path, content: bytes, reader: CsvReader | None = None, name: str = "list.csv") -> list[Page]:
    path.write_bytes(content)
    return list((reader or CsvReader()).pages(path, seen(name), LAYOUT, "list"))


_cell = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\x00\r\n\ufeff"), max_size=8)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(_cell, _cell, _cell), max_size=12), st.sampled_from(";,"), st.booleans())
def test_what_the_csv_module_writes_is_read_back(
    tmp_path: Path, rows: list[tuple[str, str, str]], delimiter: str, marked: bool
) -> None:
    kept = [row for row in rows if any(row)]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    writer.writerows([("NIK", "NAMA", "NO KK"), *kept])
    content = out.getvalue().encode("utf-8-sig" if marked else "utf-8")
    pages = read(tmp_path / "file", content, CsvReader(rows_per_page=5))
    assert [row for page in pages for row in page.frame.rows()] == kept
    assert [page.first_row for page in pages] == [1 + 5 * i for i in range(len(pages))]
    assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]


@pytest.mark.parametrize("quote", ["", '"'])
def test_ragged_rows_are_refused_and_the_others_keep_their_numbers(tmp_path: Path, quote: str) -> None:
    content = f"NIK;NAMA;NO KK\n1;A;2\n1;A\n1;{quote}A{quote};2;3\n4;D;5\n".encode()
    (page,) = read(tmp_path / "file", content)
    records = prepare(page, connector())
    assert records["refused"].to_list() == [None, "ROW_SHORT", "ROW_LONG", None]
    assert records["payload"].to_list() == [
        '["1","A","2"]',
        '["1","A"]',
        '["1","A","2","3"]',
        '["4","D","5"]',
    ]
    assert records["row_no"].to_list() == [1, 2, 3, 4]


_bare = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters='\x00\r\n\ufeff";')
    | st.sampled_from("\x01\x02\t\\ "),
    max_size=4,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.lists(_bare, min_size=1, max_size=5), max_size=14), st.sampled_from(["\n", "\r\n", "\n\n"])
)
def test_lines_of_any_width_are_kept_as_they_stand(tmp_path: Path, rows: list[list[str]], end: str) -> None:
    kept = [row for row in rows if row != [""]]
    lines = [";".join(row) for row in [["NIK", "NAMA", "NO KK"], *kept]]
    pages = read(tmp_path / "file", end.join(lines).encode(), CsvReader(delimiters=";", rows_per_page=4))
    even = [tuple(row) if len(row) == 3 else (None, None, None) for row in kept]
    assert [row for page in pages for row in page.frame.rows()] == even
    records = pl.concat([prepare(page, connector()) for page in pages])
    assert [json.loads(payload) for payload in records["payload"]] == kept
    assert records["row_no"].to_list() == list(range(1, len(kept) + 1))


def test_a_cell_may_hold_delimiters_quotes_and_line_ends(tmp_path: Path) -> None:
    (page,) = read(tmp_path / "file", b'NIK,NAMA\r\n1,"JL. A, ""B""\r\nC"\r\n')
    assert page.frame.rows() == [("1", 'JL. A, "B"\r\nC')]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("NIK;NAMA\n1;É\n".encode("utf-16"), "utf-16"),
        ("NIK;NAMA\n1;É\n".encode("cp1252"), "cp1252"),
        ("\ufeffNIK;NAMA\n1;É\n".encode(), "utf-8-sig"),
    ],
)
def test_the_encoding_is_found_out_and_reported(tmp_path: Path, content: bytes, encoding: str) -> None:
    (page,) = read(tmp_path / "file", content, CsvReader(encodings=("utf-8", "cp1252")))
    assert page.frame["NAMA"].to_list() == ["É"]
    assert page.file.detail["encoding"] == encoding


@pytest.mark.parametrize(
    "content",
    [
        "NIK;NAMA\n1;É\n".encode("cp1252"),
        "NIK;NAMA\n1;AB\n".encode("utf-16-le"),
        b"\xef\xbb\xbfNIK;NAMA\n1;\xff\n",
    ],
    ids=["cp1252", "utf-16 without a mark", "broken after a mark"],
)
def test_a_wrong_encoding_stops_before_the_first_row(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(FatalError) as caught:
        read(tmp_path / "file", content)
    assert caught.value.code == "encoding_wrong"


def test_an_empty_file_stops_and_a_file_of_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    with pytest.raises(FatalError) as caught:
        read(tmp_path / "file", b"")
    assert caught.value.code == "file_empty"
    (page,) = read(tmp_path / "file", b"NIK;NAMA\n")
    assert (page.frame.height, page.complete, prepare(page, connector()).height) == (0, True, 0)


def test_an_unknown_column_is_reported_and_kept_in_the_payload(tmp_path: Path) -> None:
    (page,) = read(tmp_path / "file", b"NIK;NAMA;BARU\n1;A;x\n")
    assert page.file.detail["unknown_columns"] == ["BARU"]
    assert prepare(page, connector())["payload"].to_list() == ['["1","A","x"]']


def test_a_missing_required_column_stops(tmp_path: Path) -> None:
    with pytest.raises(FatalError) as caught:
        read(tmp_path / "file", b"NIK;NOMOR\n1;2\n")
    assert (caught.value.code, "NAMA" in caught.value.message) == ("layout_column_missing", True)


def test_the_name_of_a_file_may_give_a_column(tmp_path: Path) -> None:
    reader = CsvReader(name_pattern=r"_(?P<CATATAN>\d{10})_")
    (page,) = read(tmp_path / "file", b"NIK;NAMA\n1;A\nx\n", reader, "blt_3320012001_202611.csv")
    assert page.columns == ("NIK", "NAMA", "CATATAN")
    assert page.frame["CATATAN"].to_list() == ["3320012001", None]
    assert page.frame.schema == dict.fromkeys(page.columns, pl.String)


def test_a_quote_that_never_closes_stops_for_it_swallows_rows(tmp_path: Path) -> None:
    csv.field_size_limit(10**9)  # As libraries do that are imported beside the hub.
    with pytest.raises(FatalError) as caught:
        read(tmp_path / "file", b'NIK;NAMA\n1;A\n2;"' + b"x" * 200_000 + b"\n3;C\n")
    assert caught.value.code == "quotes_broken"


_MARK = "\ufeff"
_marks = st.lists(st.sampled_from(["", "", _MARK, _MARK * 2]), min_size=6, max_size=6)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(range(6)), _marks, st.sampled_from(["", '"']), st.integers(1, 4))
def test_a_byte_order_mark_says_nothing_wherever_its_line_stands(
    tmp_path: Path, order: list[int], marks: list[str], quote: str, size: int
) -> None:
    plain = [f"{quote}{at}{quote};SITI {at};{at}9" for at in range(6)]
    content = "".join(f"{line}\n" for line in ["NIK;NAMA;NO KK", *(marks[at] + plain[at] for at in order)])

    def told(text: str) -> list[tuple[str, str, str]]:
        pages = read(tmp_path / "file", text.encode(), CsvReader(rows_per_page=size))
        return [
            row
            for page in pages
            for row in prepare(page, connector()).select("record_key", "payload", "content_hash").rows()
        ]

    assert sorted(told(content)) == sorted(told("NIK;NAMA;NO KK\n" + "\n".join(plain) + "\n"))


def test_a_mark_before_a_mark_hides_no_header_and_a_line_of_marks_alone_is_none(tmp_path: Path) -> None:
    (page,) = read(tmp_path / "file", f"{_MARK}{_MARK}NIK;NAMA\n{_MARK}\n1;A\n".encode())
    assert page.frame.rows() == [("1", "A")]
