"""A list in several formats is read by the ending of each file, with what only the file's name says."""

from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.mixed import MixedReader
from hub.toolkit.pages import FileSeen, Page
from hub.toolkit.parquet_files import ParquetReader
from tests.toolkit.corpus.making import parquet

LAYOUT = Layout(taken={"NAMA": (), "EDISI": ()}, required=frozenset({"NAMA"}))
READER = MixedReader((CsvReader(), ParquetReader()), name_pattern=r"(?:_(?P<EDISI>20[0-9]{2}Q[1-4]))?\.")


def page_of(name: str, content: bytes, folder: Path) -> Page:
    """The one page of a file."""
    path = folder / name
    path.write_bytes(content)
    (page,) = READER.pages(path, FileSeen(name, "0" * 64, len(content)), LAYOUT, "list")
    return page


@pytest.mark.parametrize(
    ("name", "content"), [("a_2026Q4.csv", b"NAMA\nSITI\n"), ("a_2026Q4.parquet", parquet(NAMA=["SITI"]))]
)
def test_what_the_name_says_is_a_column_in_every_format(name: str, content: bytes, tmp_path: Path) -> None:
    page = page_of(name, content, tmp_path)
    assert page.frame.select("NAMA", "EDISI").rows() == [("SITI", "2026Q4")]
    assert page.columns == ("NAMA", "EDISI")
    assert page.file.detail["missing_columns"] == []


def test_a_column_that_the_file_has_itself_stays_as_it_is(tmp_path: Path) -> None:
    page = page_of("a_2026Q4.csv", b"NAMA;EDISI\nSITI;2025Q1\n", tmp_path)
    assert page.frame.select("NAMA", "EDISI").rows() == [("SITI", "2025Q1")]


def test_a_name_that_says_nothing_adds_nothing(tmp_path: Path) -> None:
    assert page_of("a.csv", b"NAMA\nSITI\n", tmp_path).columns == ("NAMA",)


def test_a_file_of_another_ending_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FatalError) as refused:
        page_of("a.docx", b"NAMA\nSITI\n", tmp_path)
    assert refused.value.code == "file_kind_wrong"
