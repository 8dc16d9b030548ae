"""JSON files: whatever the json module writes is read back, in pieces of any size, with numbers as digits."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.errors import FatalError
from hub.toolkit import json_stream
from hub.toolkit.json_files import JsonReader
from hub.toolkit.json_stream import JsonStream
from hub.toolkit.records import prepare
from tests.toolkit.builders import LAYOUT, connector, seen

_values = st.recursive(
    st.none() | st.booleans() | st.text(alphabet=st.characters(codec="utf-8"), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(
    st.lists(_values, max_size=8),
    st.booleans(),
    st.sampled_from([None, 1]),
    st.integers(min_value=1, max_value=9),
)
def test_the_elements_of_an_array_come_one_by_one(
    values: list[Any], under: bool, indent: int | None, block: int
) -> None:
    document = json.dumps({"total": 1, "rows": values, "end": []} if under else values, indent=indent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "_BLOCK", block)
        rows = list(JsonStream(io.StringIO(document), 10_000, "list").rows(("rows",)))
    assert [row.value for row in rows] == values
    assert [json.loads(row.text) for row in rows] == values


@given(st.lists(_values, min_size=1, max_size=4), st.data())
def test_a_document_that_is_cut_off_never_passes_for_whole(values: list[Any], data: st.DataObject) -> None:
    document = json.dumps(values)
    end = data.draw(st.integers(min_value=1, max_value=len(document) - 1))
    with pytest.raises(FatalError):
        list(JsonStream(io.StringIO(document[:end]), 10_000, "list").rows(("rows",)))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.fixed_dictionaries({"NIK": st.integers(), "NAMA": st.text(max_size=5)}), max_size=7),
    st.sampled_from(["list.json", "list.ndjson"]),
)
def test_lines_and_arrays_say_the_same_with_numbers_as_their_digits(
    tmp_path: Path, rows: list[dict[str, Any]], name: str
) -> None:
    lines = "\n".join(json.dumps(row) for row in rows) + "\n"
    (tmp_path / "file").write_text(json.dumps(rows) if name.endswith(".json") else lines)
    pages = list(JsonReader(rows_per_page=3).pages(tmp_path / "file", seen(name), LAYOUT, "list"))
    assert [nik for page in pages for nik in page.frame["NIK"]] == [str(row["NIK"]) for row in rows]
    assert sum(prepare(page, connector()).height for page in pages) == len(rows)
    assert [page.complete for page in pages] == [False] * (len(pages) - 1) + [True]


def test_a_refused_row_keeps_its_text_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "file").write_text('{"NIK": NaN}\n{"NIK": "1", "NAMA": "A"}\n')
    (page,) = JsonReader().pages(tmp_path / "file", seen("list.ndjson"), LAYOUT, "list")
    records = prepare(page, connector())
    assert records["refused"].to_list() == ["ROW_UNREADABLE", None]
    assert json.loads(records["payload"][0]) == {"unreadable": '{"NIK": NaN}'}


def test_unknown_keys_are_told_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text('[{"NIK": "1", "NAMA": "A", "BARU": 7}]')
    (page,) = JsonReader().pages(tmp_path / "file", seen("list.json"), LAYOUT, "list")
    assert page.file.detail["unknown_columns"] == ["BARU"]
    assert page.payloads is not None
    assert page.payloads.to_list() == ['{"NIK":"1","NAMA":"A","BARU":"7"}']
