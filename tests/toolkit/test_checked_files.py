"""Files held against themselves: one entry under a key, and rows that add up to their total."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.domain.reasons import Reason
from hub.errors import FatalError
from hub.toolkit.checked_files import OncePerFile, Totalled
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.layout import Layout
from hub.toolkit.pages import Page
from tests.toolkit.builders import seen

PERSONS = Layout(taken=dict.fromkeys(("nik", "kind", "note"), ()), required=frozenset({"nik"}))
COUNTS = Layout(taken=dict.fromkeys(("place", "kind", "count", "year"), ()), required=frozenset({"count"}))
TOTALLED = Totalled(CsvReader(rows_per_page=2), place="place", value="count", table=("year",), kind="kind")
shared_folder = settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])


def once(path: Path, rows: list[tuple[str, ...]], size: int = 2) -> list[Page]:
    path.write_text("\n".join(["nik;kind;note", *(";".join(row) for row in rows)]) + "\n", encoding="utf-8")
    reader = OncePerFile(CsvReader(rows_per_page=size), ("nik", "kind"), Reason.CATEGORY_TWICE)
    return list(reader.pages(path, seen(), PERSONS, "list"))


def totalled(path: Path, rows: Sequence[tuple[str, ...]]) -> int:
    path.write_text(
        "\n".join(["place;kind;count;year", *(";".join(row) for row in rows)]) + "\n", encoding="utf-8"
    )
    return sum(page.frame.height for page in TOTALLED.pages(path, seen("table.csv"), COUNTS, "list"))


def refused(pages: list[Page]) -> list[int]:
    return [page.first_row - 1 + row for page in pages for row in page.refused["row"].to_list()]


@shared_folder
@given(st.lists(st.tuples(st.sampled_from("12 "), st.sampled_from("ab"), st.sampled_from("xy")), max_size=9))
def test_rows_that_contradict_an_earlier_one_are_refused_on_whatever_page(
    tmp_path: Path, rows: list[tuple[str, ...]]
) -> None:
    first: dict[tuple[str, ...], str] = {}
    wanted = [
        at
        for at, (nik, kind, note) in enumerate(rows)
        if nik != " " and first.setdefault((nik, kind), note) != note
    ]
    for size in (1, 2, 100):
        assert refused(once(tmp_path / "file", rows, size)) == wanted


def test_a_number_that_a_spreadsheet_dressed_is_the_same_number(tmp_path: Path) -> None:
    assert refused(once(tmp_path / "file", [("'12", "a", "x"), (" 12 ", "A", "y")])) == [1]


@shared_folder
@given(st.lists(st.integers(0, 5_000), min_size=1, max_size=7), st.integers(-1, 1))
def test_a_table_is_read_when_its_total_is_its_sum(tmp_path: Path, counts: list[int], off: int) -> None:
    stated = sum(counts) + off
    rows = [(f"P{at}", "", str(count), "2015") for at, count in enumerate(counts)]
    rows.append(("Jumlah", "", str(max(stated, 0)), "2015"))
    if max(stated, 0) == sum(counts):
        assert totalled(tmp_path / "file", rows) == len(rows)
    else:
        with pytest.raises(FatalError) as caught:
            totalled(tmp_path / "file", rows)
        assert caught.value.code == "total_differs"


@pytest.mark.parametrize(
    "rows",
    [
        [
            ("A", "1", "2", "2015"),
            ("A", "2", "3", "2015"),
            ("TOTAL", "", "5", "2015"),
            ("TOTAL", "2", "3", "2015"),
        ],
        [("A", "", "2", "2015"), ("A", "", "9", "2016"), ("TOTAL", "", "2", "2015")],
        [("A", "", "2", "2015"), ("A", "", "satu", "2015")],
    ],
    ids=["by type and in all", "year by year", "no total, nothing to hold against"],
)
def test_a_total_is_held_against_its_own_table_and_type(tmp_path: Path, rows: list[tuple[str, ...]]) -> None:
    assert totalled(tmp_path / "file", rows) == len(rows)


def test_a_refused_table_says_both_numbers(tmp_path: Path) -> None:
    with pytest.raises(FatalError, match=r"table\.csv: the rows of 2015 add up to 2, but its total says 3"):
        totalled(
            tmp_path / "file", [("A", "", "2", "2015"), ("B", "", "-", "2015"), ("TOTAL", "", "3", "2015")]
        )
