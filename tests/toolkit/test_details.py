"""Details of claims are JSON objects that hold what was given and leave out what was not."""

import json

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.toolkit.details import detail

CELLS = st.tuples(
    st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=8),
    st.none() | st.integers(-(2**60), 2**60),
)


@given(st.lists(CELLS, max_size=6))
def test_every_object_holds_what_was_given_and_nothing_else(
    rows: list[tuple[str | None, int | None]],
) -> None:
    texts = pl.Series([text for text, _ in rows], dtype=pl.String)
    numbers = pl.Series([number for _, number in rows], dtype=pl.Int64)
    told = detail(len(rows), text=texts, number=numbers, none=None).to_list()
    wanted = [
        {k: v for k, v in (("text", text), ("number", number)) if v is not None} for text, number in rows
    ]
    assert [json.loads(one) if one else {} for one in told] == wanted
    assert [one is None for one in told] == [not one for one in wanted]


def test_one_value_stands_in_every_row() -> None:
    assert detail(2, list="x").to_list() == ['{"list":"x"}'] * 2
