"""Parts of Parquet put together are one file that holds what each of them does, in their order."""

import io
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.compiler.exporting import Part
from hub.schema import forms
from hub.schema.forms import FORMS
from hub.schema.parquet_parts import Parts

ROW_GROUPS, ROWS_OF_GROUP = 4, 3
"""Fields of the footer and of a row group, by `parquet.thrift`."""
SCHEMA: dict[str, Any] = {
    "text": pl.String,
    "number": pl.Int64,
    "share": pl.Float64,
    "sure": pl.Boolean,
    "day": pl.Date,
    "at": pl.Datetime("us", "UTC"),
    "list": pl.List(pl.Struct({"a": pl.String, "b": pl.List(pl.Int64)})),
}
ROWS = st.fixed_dictionaries(
    {
        "text": st.none() | st.text(),
        "number": st.none() | st.integers(-(2**63), 2**63 - 1),
        "share": st.none() | st.floats(allow_nan=False),
        "sure": st.none() | st.booleans(),
        "day": st.none() | st.dates(date(1900, 1, 1)),
        "at": st.none() | st.datetimes(datetime(1900, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # a bound
        "list": st.none()
        | st.lists(st.fixed_dictionaries({"a": st.text(), "b": st.lists(st.integers(0, 9))}), max_size=3),
    }
)


def whole(frames: list[pl.DataFrame]) -> bytes:
    parts, pieces = Parts(), []
    for frame in frames:
        file = io.BytesIO()
        frame.write_parquet(file, compression="zstd", row_group_size=max(frame.height, 1))
        pieces.append(parts.taken(file.getvalue()))
    return b"".join((*pieces, parts.end()))


@given(st.lists(st.lists(ROWS, max_size=4), min_size=1, max_size=20))
def test_parts_put_together_hold_the_rows_of_each_in_their_order(told: list[list[dict[str, Any]]]) -> None:
    frames = [pl.DataFrame(rows, schema=SCHEMA) for rows in told]
    found = pl.read_parquet(whole(frames))
    assert found.schema == SCHEMA
    assert found.equals(pl.concat(frames))


def test_a_file_of_many_parts_can_be_sought_by_its_statistics() -> None:
    frames = [pl.DataFrame({"n": range(start, start + 10)}) for start in range(0, 3000, 10)]
    found = pl.scan_parquet(io.BytesIO(whole(frames))).filter(pl.col("n").is_between(1234, 1236)).collect()
    assert found["n"].to_list() == [1234, 1235, 1236]


async def pieces(*lines: str, size: int) -> AsyncIterator[list[bytes]]:
    """Lines as the database gives them: in pieces of so many bytes."""
    for line in lines:
        told = f"{line}\n".encode()
        yield [told[start : start + size] for start in range(0, len(told), size)]


@pytest.mark.parametrize("size", [1, 2, 7, 4096])
@pytest.mark.parametrize("form", FORMS)
async def test_every_form_is_the_same_however_its_lines_are_cut(form: str, size: int) -> None:
    told = [f'{{"n":{number},"t":"Ñ 😀 {number}"}}' for number in range(5)]
    parts = (Part("n", "Int"), Part("t", "String"))

    async def made(cut: int) -> bytes:
        return b"".join([one async for one in FORMS[form].pieces(pieces(*told, size=cut), parts)])

    assert await made(size) == await made(10**6)


async def test_a_row_group_ends_by_its_bytes_where_entries_are_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "GROUP_BYTES", 1000)
    told = [f'{{"t":"{"x" * size}"}}' for size in (10, 10, 2000, 600, 600, 10)]
    made = [one async for one in FORMS["parquet"].pieces(pieces(*told, size=100), (Part("t", "String"),))]
    file, read = b"".join(made), Parts()
    read.taken(file)
    groups = read.footer[ROW_GROUPS][1][1]
    assert [group[ROWS_OF_GROUP][1] for group in groups] == [3, 2, 1]
    assert pl.read_parquet(file)["t"].str.len_bytes().to_list() == [10, 10, 2000, 600, 600, 10]
