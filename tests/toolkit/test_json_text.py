"""Strict JSON: digits survive, and what is not plain JSON is refused."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import RetriableError
from hub.toolkit.json_text import cell_text, object_text, strict_loads

PAPUA = "9401010101019001"


@pytest.mark.parametrize("digits", [PAPUA, "9" * 5000, "0.10", "1E400"])
def test_a_number_keeps_its_digits(digits: str) -> None:
    assert strict_loads(f'{{"NIK": {digits}}}'.encode(), "s") == {"NIK": digits}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"a":NaN}',
        b'{"a":Infinity}',
        b'{"a":1,"a":2}',
        b"\xff",
        b"[" * 200_000,
        b"<html>",
        "{}".encode("utf-16"),
    ],
    ids=["empty", "cut off", "NaN", "Infinity", "key twice", "no UTF-8", "deep", "web page", "UTF-16"],
)
def test_a_broken_body_is_asked_for_again(body: bytes) -> None:
    with pytest.raises(RetriableError) as caught:
        strict_loads(body, "s")
    assert caught.value.code == "json_unreadable"


@given(st.dictionaries(st.text(max_size=5), st.one_of(st.none(), st.text(max_size=9), st.booleans())))
def test_an_object_is_written_as_it_came(value: dict[str, object]) -> None:
    assert json.loads(object_text(value)) == value
    assert list(json.loads(object_text(value))) == list(value)


def test_a_lone_surrogate_is_written_so_that_the_row_is_refused() -> None:
    assert "\\u0000" in object_text({"a": "\ud800"})
    assert json.loads(object_text({"a": "\ud800"}))


@pytest.mark.parametrize(
    ("value", "text"), [(None, None), ("a", "a"), (True, "true"), ([{"a": "1"}], '[{"a":"1"}]')]
)
def test_a_value_becomes_the_text_of_a_cell(value: object, text: str | None) -> None:
    assert cell_text(value) == text
