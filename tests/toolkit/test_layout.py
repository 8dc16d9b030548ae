"""Headers are held against a layout whatever their spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import FatalError
from hub.toolkit.layout import Layout
from tests.toolkit.builders import LAYOUT


def test_aliases_case_and_signs_lead_to_the_canonical_name() -> None:
    resolved = LAYOUT.resolve(("no. kk", "Nik_Art", "NAMA", "Baru"), "list", "file")
    assert resolved.columns == ("NO KK", "NIK", "NAMA", "Baru")
    assert (resolved.unknown, resolved.missing) == (("Baru",), ("CATATAN",))


@pytest.mark.parametrize(
    ("header", "code"),
    [(("NIK",), "layout_column_missing"), (("NIK", "NIK ART", "NAMA"), "layout_ambiguous")],
)
def test_a_header_that_cannot_be_read_stops(header: tuple[str, ...], code: str) -> None:
    with pytest.raises(FatalError) as caught:
        LAYOUT.resolve(header, "list", "file")
    assert caught.value.code == code


def test_a_column_is_taken_or_ignored_not_both() -> None:
    with pytest.raises(FatalError):
        Layout(taken={"A": ()}, ignored=frozenset({"A"}))
    with pytest.raises(FatalError):
        Layout(taken={"A": ()}, required=frozenset({"B"}))


@given(st.permutations(["NIK", "NAMA", "NO KK", "CATATAN"]))
def test_the_order_of_columns_changes_no_name(header: list[str]) -> None:
    assert LAYOUT.resolve(header, "list", "file").columns == tuple(header)
    assert LAYOUT.score(header) == 4
