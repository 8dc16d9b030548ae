"""What verification may send, and how its verdicts are read."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import FatalError
from hub.toolkit.verification import FIELDS, agrees, allowed_fields, by_values, scores
from tests.toolkit.builders import entry

ASKED = {
    "NIK": "3320014101909001",
    "NAMA": "SITI AMINAH",
    "values": {"NAMA_LGKP": "SITI AMINAH", "TGL_LHR": "01-01-1990", "ALAMAT": "DUKUH KRAJAN"},
}


def agreed(*fields: str, **options: object) -> dict[str, object]:
    return {"agreement": {"number": "PKS-1", "fields": fields}, "options": options}


def test_only_the_fields_of_the_agreement_are_sent() -> None:
    asking = by_values(entry(**agreed("NIK", "NAMA_LGKP", threshold=75)))
    assert asking.body(ASKED) == {"NIK": ASKED["NIK"], "NAMA_LGKP": "SITI AMINAH", "TRESHOLD": 75}


@given(st.sets(st.sampled_from(FIELDS)), st.sets(st.sampled_from(FIELDS)))
def test_whatever_is_asked_nothing_beyond_the_agreement_leaves(fields: set[str], known: set[str]) -> None:
    asking = by_values(entry(**agreed("NIK", *fields)))
    sent = asking.body({"NIK": "3320014101909001", "NAMA": "SITI", "values": dict.fromkeys(known, "x")})
    assert sent.keys() <= {"NIK", "TRESHOLD", *fields}


@pytest.mark.parametrize(
    "fields", [(), ("NAMA_LGKP",), ("NIK", "FOTO")], ids=["none", "no NIK", "a field that is not compared"]
)
def test_an_agreement_that_names_no_nik_or_an_unknown_field_sends_nothing(fields: tuple[str, ...]) -> None:
    with pytest.raises(FatalError) as caught:
        allowed_fields(entry(**agreed(*fields)))
    assert caught.value.code == "agreement_lacks_fields"


def test_an_answer_cannot_change_what_was_asked() -> None:
    asking = by_values(entry(**agreed("NIK")))
    kept = asking.kept(ASKED, {"RESPONSE_CODE": "00", "NIK_DITANYA": "3320014101909002", "DITANYA": "x"})
    assert (kept["NIK_DITANYA"], kept["DITANYA"]) == (ASKED["NIK"], ASKED["values"])
    assert kept["TRESHOLD"] == "90"


@pytest.mark.parametrize(
    ("text", "agreeing", "score"),
    [
        ("Sesuai", True, None),
        ("Sesuai (100)", True, 100),
        ("SESUAI(97)", True, 97),
        ("Tidak Sesuai", False, None),
        ("tidak sesuai (38)", False, 38),
        ("Mungkin", None, None),
        ("Tidak", None, None),
        ("Sesuai (banyak)", None, None),
        (None, None, None),
    ],
)
def test_a_verdict_is_read_or_left_alone(text: str | None, agreeing: bool | None, score: int | None) -> None:
    said = pl.Series([text], dtype=pl.String)
    assert agrees(said).to_list() == [agreeing]
    assert scores(said).to_list() == [score]
