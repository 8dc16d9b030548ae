"""Members, chairs and grants of business groups."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from hub.toolkit.business_groups import LAYOUT, claims
from hub.toolkit.claims import Claims
from hub.toolkit.records import with_all_columns
from hub.toolkit.rows import Rows
from tests.connectors.recorded import REFERENCE
from tests.toolkit.builders import entry

NIK = "3320015506659002"


def told(*members: tuple[str, str, str]) -> Claims:
    """The claims of members of (group, office, form of the grant)."""
    columns = {
        "TAHUN": ["2025"] * len(members),
        "ID KELOMPOK": [each[0] for each in members],
        "JABATAN": [each[1] for each in members],
        "BENTUK BANTUAN": [each[2] for each in members],
        "NIK": [NIK] * len(members),
        "NAMA": ["SITI AMINAH"] * len(members),
    }
    frame = with_all_columns(pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String)), LAYOUT)
    return claims(Rows(frame, entry(), REFERENCE, date(2026, 11, 21)), "KUBE", "kube")


def test_the_grant_of_a_group_counts_once_on_the_row_of_the_chair() -> None:
    found = told(("K1", "KETUA", "UANG"), ("K1", "ANGGOTA", "UANG"))
    assert found.frames()["benefit"]["row"].to_list() == [0]
    assert found.frames()["enrollment"].sort("row")["role_in_program"].to_list() == ["holder", "member"]


def test_a_single_person_makes_no_group_and_holds_the_grant() -> None:
    found = told(("", "", "BARANG"))
    assert "group" not in found.frames()
    assert found.frames()["enrollment"]["role_in_program"].to_list() == ["holder"]
    assert found.frames()["benefit"]["kind"].to_list() == ["goods"]


def test_a_member_without_an_office_is_refused() -> None:
    assert told(("K1", "", "")).rejects.rows() == [(0, "FIELD_MISSING", "JABATAN")]


@given(st.integers(1, 15))
def test_a_group_of_any_size_is_taken(size: int) -> None:
    found = told(("K1", "KETUA", "UANG"), *[("K1", "ANGGOTA", "")] * (size - 1))
    assert found.frames()["group"].height == size
    assert found.rejects.is_empty()
