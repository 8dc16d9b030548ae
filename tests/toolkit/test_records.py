"""Payloads are exactly valid JSON, keys and hashes follow from what was received."""

import json
from hashlib import blake2b

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.toolkit.pages import REFUSED_SCHEMA
from hub.toolkit.records import array_texts, prepare, unfold
from tests.toolkit.builders import connector, page

_cells = st.one_of(st.none(), st.text(alphabet=st.characters(codec="utf-8"), max_size=12))


@given(st.lists(st.tuples(_cells, _cells, _cells), min_size=1, max_size=8))
def test_a_payload_is_the_json_array_of_the_values_as_received(rows: list[tuple[str | None, ...]]) -> None:
    frame = pl.DataFrame([pl.Series(str(i), [row[i] for row in rows], dtype=pl.String) for i in range(3)])
    assert [json.loads(text) for text in array_texts(frame)] == [list(row) for row in rows]


@given(st.lists(st.tuples(_cells, _cells, _cells), min_size=1, max_size=8))
def test_a_frame_can_be_had_back_from_its_payloads(rows: list[tuple[str | None, ...]]) -> None:
    names = ("NIK ART", "NAMA", "LAIN")
    columns = dict(zip(("NIK", "NAMA", "LAIN"), map(list, zip(*rows, strict=True)), strict=True))
    payloads = prepare(page(columns), connector())["payload"]
    assert unfold(payloads, names, connector()).select("NIK", "NAMA", "LAIN").rows() == rows


def test_the_hash_is_blake2b_of_the_payload() -> None:
    records = prepare(page({"NIK": ["1"], "NAMA": ["A"]}), connector())
    payload = records["payload"][0]
    assert records["content_hash"][0] == blake2b(payload.encode(), digest_size=16).hexdigest()


def test_a_key_joins_its_parts_and_row_numbers_count_from_the_first_row() -> None:
    records = prepare(page({"NIK": [" 1 ", ""], "NAMA": ["A", "B"]}), connector())
    assert records["record_key"].to_list() == ["1|A", "|B"]
    assert records["row_no"].to_list() == [1, 2]


def test_the_scope_is_the_stated_period_in_capitals() -> None:
    periodic = connector(scope="CATATAN")
    records = prepare(page({"NIK": ["1", "2"], "NAMA": ["A", "B"], "CATATAN": [" tw4 2026", None]}), periodic)
    assert records["scope"].to_list() == ["TW4 2026", ""]


def test_a_blank_key_is_refused() -> None:
    records = prepare(page({"NIK": ["", "1"], "NAMA": [None, "A"]}), connector())
    assert records["refused"].to_list() == ["KEY_MISSING", None]


@pytest.mark.parametrize(
    ("name", "refused"), [("A\x00B", "ENCODING"), ("A\\u0000", None), ("A\\\x00", "ENCODING"), ("AB", None)]
)
def test_only_a_true_nul_is_refused(name: str, refused: str | None) -> None:
    assert prepare(page({"NIK": ["1"], "NAMA": [name]}), connector())["refused"].to_list() == [refused]


def test_a_row_the_reader_refused_keeps_its_reason_and_its_payload() -> None:
    refused = pl.DataFrame(
        {"row": [1], "reason": ["ROW_SHORT"], "field": [""], "payload": ['["x"]']}, schema=REFUSED_SCHEMA
    )
    records = prepare(page({"NIK": ["1", None], "NAMA": ["A", None]}, refused=refused), connector())
    assert records["refused"].to_list() == [None, "ROW_SHORT"]
    assert records["payload"].to_list() == ['["1","A"]', '["x"]']
    assert records["refused_field"].to_list() == [None, ""]


def test_a_json_source_keeps_its_objects_as_payloads() -> None:
    given_objects = pl.Series(['{"NIK":"1","NAMA":"A"}'])
    records = prepare(page({"NIK": ["1"], "NAMA": ["A"]}, payloads=given_objects), connector())
    assert records["payload"].to_list() == given_objects.to_list()
    assert unfold(records["payload"], (), connector())["NAMA"].to_list() == ["A"]


def test_what_the_database_cannot_take_stands_in_no_key_and_no_scope() -> None:
    periodic = connector(scope="CATATAN")
    given_rows: dict[str, list[str | None]] = {
        "NIK": ["1\x00", "2"],
        "NAMA": ["A", "B"],
        "CATATAN": ["TW1\x00", "TW2"],
    }
    records = prepare(page(given_rows), periodic)
    assert records["refused"].to_list() == ["ENCODING", None]
    assert records.select("record_key", "scope").rows() == [("", ""), ("2|B", "TW2")]
