"""Builders of claims: what is refused, what is kept as raw text, and what is completed."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from hub.domain.money import parse_rupiah
from hub.domain.periods import month
from hub.domain.reasons import Reason
from hub.toolkit.cells import daterange
from hub.toolkit.claims import SCHEMAS, Claims, completed, joined
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows
from tests.toolkit.builders import entry

NIK = "3320010303629001"
REFERENCE = Reference(
    current={
        "33": "Jawa Tengah",
        "33.20": "Kabupaten Jepara",
        "33.20.01": "Kedung",
        "33.20.01.2001": "Kedungmalang",
    },
    codes={"sex": {"L": "L", "LAKI-LAKI": "L"}},
)
TODAY = date(2026, 11, 21)


def rows(columns: dict[str, list[str | None]], **options: Any) -> Rows:
    frame = pl.DataFrame([pl.Series(name, cells, dtype=pl.String) for name, cells in columns.items()])
    return Rows(frame, entry(options=options), REFERENCE, TODAY)


def reasons(claims: Claims) -> list[tuple[Any, ...]]:
    return claims.rejects.rows()


@pytest.mark.parametrize(("option", "refused"), [("required", [(0, "BLANK", "NIK")]), ("optional", [])])
def test_a_blank_nik_is_refused_unless_the_entry_forgives_it(option: str, refused: list[Any]) -> None:
    some = rows({"NIK": [""]}, nik=option)
    assert reasons(some.claims(person=some.nik("NIK"))) == refused


def test_a_malformed_nik_is_refused_even_where_a_blank_one_is_forgiven() -> None:
    some = rows({"NIK": ["3,32E+15"]}, nik="optional")
    assert reasons(some.claims(person=some.nik("NIK"))) == [(0, "SCIENTIFIC", "NIK")]


@pytest.mark.parametrize(
    ("birth", "sex", "grade"),
    [
        ("1962-03-03", "L", 3),
        ("1862-03-03", "L", 2),
        ("1962-03-04", "L", 2),
        ("1962-03-03", "P", 2),
        ("?", "L", 3),
    ],
)
def test_a_record_that_disagrees_makes_its_nik_doubtful(birth: str, sex: str, grade: int) -> None:
    some = rows({"NIK": [NIK], "LAHIR": [birth]})
    sexes = pl.Series([sex])
    claims = some.claims(person={**some.nik("NIK"), **some.birth("LAHIR"), "sex": sexes})
    assert claims.person["nik_grade"].to_list() == [grade]
    assert claims.person["birth_raw"].to_list() == ([birth] if birth == "?" else [None])


def test_the_registry_confirms_its_own_numbers() -> None:
    some = rows({"NIK": [NIK]})
    assert some.claims(person=some.nik("NIK", confirmed=True)).person["nik_grade"].to_list() == [4]


def test_raw_text_is_kept_where_it_differs_only() -> None:
    some = rows({"NIK": [f"'{NIK}", NIK], "NAMA": ["siti  aminah", "SITI AMINAH"], "NO KK": ["0", ""]})
    person = some.claims(person={**some.nik("NIK"), **some.name("NAMA"), **some.kk("NO KK")}).person
    assert person["nik_raw"].to_list() == [f"'{NIK}", None]
    assert person["name_raw"].to_list() == ["siti  aminah", None]
    assert person["no_kk_raw"].to_list() == ["0", None]
    assert person["no_kk_grade"].to_list() == [1, 0]


def test_an_unknown_code_refuses_its_row_unless_the_entry_says_null() -> None:
    for option, refused in (("reject", [(1, "CODE_UNKNOWN", "JK")]), ("null", [])):
        some = rows({"JK": ["laki-laki", "X", ""]}, unknown_code=option)
        codes = some.code("JK", "sex")
        assert codes.to_list() == ["L", None, None]
        assert reasons(some.claims(person={"sex": codes})) == refused


@pytest.mark.parametrize("option", ["null", "accept"])
def test_a_code_that_is_read_as_blank_is_noted_without_what_may_be_of_a_person(option: str) -> None:
    some = rows({"JK": ["L", "", "x 12345", NIK, "1962-03-03", "y" * 60]}, unknown_code=option)
    found = some.claims(person={"sex": some.code("JK", "sex")})
    assert found.notes is not None
    assert found.notes.rows() == [(2, "JK", "x 12345"), (3, "JK", None), (4, "JK", None), (5, "JK", "y" * 40)]
    assert (found.rejects.rows(), found.person["sex"].to_list()) == ([], ["L", None, None, None, None, None])


def test_notes_of_several_kinds_of_rows_stay_together() -> None:
    parts = [rows({"JK": [text]}, unknown_code="null") for text in ("X", "L", "Y")]
    found = joined([part.claims(person={"sex": part.code("JK", "sex")}) for part in parts])
    assert found.notes is not None
    assert found.notes["code"].to_list() == ["X", "Y"]


def test_a_required_code_may_be_neither_blank_nor_unknown() -> None:
    some = rows({"JK": ["L", "X", None]}, unknown_code="null")
    some_claims = some.claims(person={"sex": some.code("JK", "sex", required=True)})
    assert sorted(reasons(some_claims)) == [(1, "CODE_UNKNOWN", "JK"), (2, "FIELD_MISSING", "JK")]


def test_a_column_that_was_not_received_reads_as_blank() -> None:
    some = rows({"NIK": [NIK]})
    assert some.text("LAIN").to_list() == [None]
    assert some.code("LAIN", "sex").to_list() == [None]


def test_an_amount_that_cannot_be_read_refuses_its_row_in_every_frame() -> None:
    some = rows({"NIK": [NIK, NIK], "RP": ["Rp300.000", "tiga"]})
    amount = some.parsed("RP", parse_rupiah, pl.Int64, Reason.AMOUNT_INVALID)
    benefit = {"program": "BST", "kind": "money", "amount_idr": amount, "event": "paid", "period": "(,)"}
    claims = some.claims(person=some.nik("NIK"), benefit=[benefit])
    assert claims.person["row"].to_list() == [0]
    assert claims.frames()["benefit"]["amount_idr"].to_list() == [300_000]


def test_the_row_column_names_the_rows() -> None:
    frame = pl.DataFrame({"row": [7, 9], "NIK": [NIK, "1"]})
    some = Rows(frame, entry(), REFERENCE, TODAY)
    claims = some.claims(person=some.nik("NIK"))
    assert (claims.person["row"].to_list(), claims.rejects["row"].to_list()) == ([7], [9])


def test_only_some_rows_may_make_a_claim() -> None:
    some = rows({"NIK": [NIK, NIK], "KKS": ["5", ""]})
    number = some.text("KKS")
    claim = {"scheme": "kks", "value": number, "grade": 3, "where": number.is_not_null()}
    assert some.claims(person=some.nik("NIK"), identifier=[claim]).frames()["identifier"][
        "row"
    ].to_list() == [0]


@pytest.mark.parametrize(
    ("names", "key"),
    [
        (("KAB. JEPARA", "Kec. Kedung", "DESA KEDUNGMALANG"), 3_320_012_001),
        (("KAB. JEPARA", "Kec. Kedung", "x"), 3_320_010_000),
        (("KAB. JEPARA", "x", "KEDUNGMALANG"), 3_320_000_000),
        (("x", "Kec. Kedung", "KEDUNGMALANG"), 0),
    ],
)
def test_names_lead_as_deep_as_they_are_known(names: tuple[str, str, str], key: int) -> None:
    some = rows({"A": [names[0]], "B": [names[1]], "C": [names[2]]})
    area = some.area(Reference.by_names_of_kabupaten, "A", "B", "C")
    assert area["area_key"].to_list() == [key]
    assert area["area_raw"].to_list() == [f"names:{'/'.join(names)}"]


def test_a_refused_row_tells_the_area_that_it_names() -> None:
    some = rows({"NIK": ["", NIK, "x", ""], "DESA": ["33.20.01.2001", "33.20.01.2001", "33.20.01", "luar"]})
    place = some.area(Reference.by_code, "DESA")
    claims = some.claims(person={**some.nik("NIK"), **place})
    assert claims.places is not None
    assert claims.places.rows() == [(0, 3320012001), (2, 3320010000)]
    assert joined([claims, claims]).places is not None


def test_a_refused_row_of_no_person_tells_the_area_of_what_it_would_claim() -> None:
    some = rows({"JUMLAH": ["", "1"], "DESA": ["33.20.01.2001", "33.20.01"]})
    some.refuse(pl.Series([True, False]), Reason.BLANK, "JUMLAH")
    claims = some.claims(group=[{"kind": "kube", **some.area(Reference.by_code, "DESA")}])
    assert claims.places is not None
    assert claims.places.rows() == [(0, 3320012001)]


def test_kinds_of_rows_are_joined_into_one() -> None:
    some = rows({"NIK": [NIK, "1"], "JENIS": ["a", "b"]})
    parts = [some.only(some.text("JENIS") == kind) for kind in ("a", "b")]
    claims = joined([part.claims(person=part.nik("NIK")) for part in parts])
    assert (claims.person["row"].to_list(), claims.rejects["row"].to_list()) == ([0], [1])


@pytest.mark.parametrize("kind", list(SCHEMAS))
def test_a_frame_is_completed_to_its_schema(kind: str) -> None:
    whole = completed(pl.DataFrame({"row": [3]}), SCHEMAS[kind])
    assert whole.schema == pl.Schema(SCHEMAS[kind])
    assert whole["event_area_key"].to_list() == [0]


def test_a_period_is_written_half_open() -> None:
    assert daterange(month(2026, 12)) == "[2026-12-01,2027-01-01)"
