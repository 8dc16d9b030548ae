"""Survey answers in the hub's own words: nothing is guessed, nothing is stated that was not answered."""

import json
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import FatalError
from hub.registry.attributes import Attribute, AttributeSet, CodeLabel
from hub.registry.registers import AttributeMap, FlagMap, Implied, MaskMap, Register
from hub.toolkit.pmt import Survey, bits, desils, interval, percentiles, quarters, relations, same_where_both
from hub.toolkit.reference import Reference
from hub.toolkit.rows import Rows
from tests.toolkit.builders import entry

LABEL = CodeLabel(label_id="x", label_en="x")


def attribute(code: str, kind: Any, unit: Any = "family", *codes: str) -> Attribute:
    labels = dict.fromkeys(codes, LABEL)
    return Attribute(
        code=code, unit=unit, kind=kind, label_id=code, label_en=code, codes=labels, evidence="I"
    )


SET = AttributeSet(
    vocabulary="pmt-1",
    attributes=(
        attribute("lantai", "code", "family", "tanah", "keramik"),
        attribute("daya", "code", "family", "450", "bukan_pln"),
        attribute("luas", "number"),
        attribute("ac", "yes_no"),
        attribute("bekerja", "yes_no", "person"),
    ),
)
MAPS = Register(
    register_name="list",
    version="1",
    vocabulary="pmt-1",
    attribute=(
        AttributeMap(column="LANTAI", attribute="lantai", codes={"8": "tanah", "2": "keramik"}, evidence="V"),
        AttributeMap(
            column="DAYA",
            attribute="daya",
            codes={"1": "450"},
            blank=("8",),
            implied=(Implied(column="LAMPU", codes=("3",), value="bukan_pln"),),
            evidence="V",
        ),
        AttributeMap(column="LUAS", attribute="luas", evidence="V"),
        AttributeMap(column="AC", attribute="ac", codes={"3": True, "4": False}, evidence="V"),
        AttributeMap(column="KERJA", attribute="bekerja", codes={"1": True, "2": False}, evidence="V"),
    ),
    flag=(
        FlagMap(
            column="PKH", scheme="program", code="PKH", yes=("1",), no=("2",), unit="household", evidence="V"
        ),
    ),
    mask=(
        MaskMap(
            column="SURAT",
            scheme="dokumen",
            bits={"1": "akta", "2": "kia", "4": "ktp"},
            alone={"0": "", "99": "lain"},
            evidence="V",
        ),
    ),
)
REFERENCE = Reference({}, registers={"list": (MAPS, SET)})


def rows(columns: dict[str, list[str | None]], **options: Any) -> Rows:
    frame = pl.DataFrame([pl.Series(name, cells, dtype=pl.String) for name, cells in columns.items()])
    return Rows(frame, entry(options=options), REFERENCE, date(2026, 11, 21))


def stated(answers: dict[str, str | None], unit: Any = "family", **options: Any) -> dict[str, Any] | None:
    some = rows({name: [value] for name, value in answers.items()}, **options)
    found = Survey(some, "list").attributes(unit)["given"][0]
    return json.loads(found) if found is not None else None


def refused(answers: dict[str, str | None], **options: Any) -> list[tuple[str, str]]:
    some = rows({name: [value] for name, value in answers.items()}, **options)
    survey = Survey(some, "list")
    survey.attributes("family")
    survey.statuses()
    rejects = some.claims().rejects
    return list(zip(rejects["reason"], rejects["field"], strict=True))


def test_answers_become_values_of_the_set_and_blank_ones_are_left_out() -> None:
    assert stated({"LANTAI": "08", "LUAS": "40,5", "AC": "4", "KERJA": "1"}) == {
        "lantai": "tanah",
        "luas": 40.5,
        "ac": False,
    }


def test_a_row_without_any_answer_states_nothing() -> None:
    assert stated({"LANTAI": " ", "LUAS": None}) is None


def test_the_attributes_of_one_unit_leave_out_those_of_the_other() -> None:
    assert stated({"LANTAI": "2", "KERJA": "2"}, "person") == {"bekerja": False}


def test_an_answer_elsewhere_implies_one_that_was_not_asked_but_never_overrides_one_that_was() -> None:
    assert stated({"DAYA": None, "LAMPU": "3"}) == {"daya": "bukan_pln"}
    assert stated({"DAYA": "1", "LAMPU": "3"}) == {"daya": "450"}
    assert stated({"DAYA": "8", "LAMPU": "3"}) is None


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        ({"LANTAI": "77"}, ("CODE_UNKNOWN", "LANTAI")),
        ({"LUAS": "luas"}, ("NUMBER_INVALID", "LUAS")),
        ({"AC": "1"}, ("CODE_UNKNOWN", "AC")),
        ({"PKH": "3"}, ("CODE_UNKNOWN", "PKH")),
        ({"SURAT": "8"}, ("CODE_UNKNOWN", "SURAT")),
        ({"SURAT": "x"}, ("CODE_UNKNOWN", "SURAT")),
    ],
    ids=str,
)
def test_an_answer_in_no_table_refuses_its_row(
    answers: dict[str, str | None], reason: tuple[str, str]
) -> None:
    assert refused(answers) == [reason]


def test_an_answer_in_no_table_is_left_out_where_the_entry_says_so() -> None:
    assert refused({"LANTAI": "77", "SURAT": "8"}, unknown_code="null") == []
    assert stated({"LANTAI": "77", "AC": "3"}, unknown_code="null") == {"ac": True}
    some = rows({"LANTAI": ["77"], "SURAT": ["8"]}, unknown_code="accept")
    survey = Survey(some, "list")
    notes = some.claims(status=survey.statuses(), attribute=[survey.attributes("family")]).notes
    assert notes is not None
    assert {row[1:] for row in notes.rows()} == {("LANTAI", "77"), ("SURAT", "8")}


def test_flags_and_bits_are_stated_for_the_rows_that_have_them() -> None:
    some = rows({"PKH": ["1", "2", None], "SURAT": ["5", "99", "0"]}, valid_from=date(2015, 10, 1))
    found = {
        (each["code"], at)
        for each in Survey(some, "list").statuses(unit_number=some.text("PKH"))
        for at, held in enumerate(each["where"])
        if held
    }
    assert found == {("PKH", 0), ("akta", 0), ("ktp", 0), ("lain", 1)}


def test_a_household_is_named_beside_its_flags_and_not_beside_what_a_person_has() -> None:
    some = rows({"PKH": ["1"], "SURAT": ["1"]})
    claims = {each["code"]: each for each in Survey(some, "list").statuses(unit_number="R1")}
    assert claims["PKH"]["unit"] == "household"
    assert claims["PKH"]["unit_number"] == "R1"
    assert claims["akta"]["unit"] is None
    assert "unit_number" not in claims["akta"]


def test_a_list_without_maps_is_refused_by_the_name_of_its_file() -> None:
    with pytest.raises(FatalError, match=r"config/attributes/other\.toml"):
        Survey(rows({"AC": ["3"]}), "other")


@given(st.lists(st.one_of(st.none(), st.integers(0, 300)), min_size=1, max_size=20))
def test_the_bits_of_a_sum_add_up_to_it_or_it_is_no_sum(sums: list[int | None]) -> None:
    known = {"a": 1, "b": 2, "c": 4, "d": 16}
    texts = pl.Series("sum", [None if each is None else str(each) for each in sums], dtype=pl.String)
    found = bits(texts, known)
    for at, value in enumerate(sums):
        total = sum(bit for name, bit in known.items() if found[name][at])
        assert found[""][at] == (value is not None and total == value)


@given(st.lists(st.text(max_size=6), min_size=1, max_size=10))
def test_no_text_in_place_of_a_sum_makes_it_fall_over(texts: list[str]) -> None:
    found = bits(pl.Series("sum", texts, dtype=pl.String), {"a": 1, "b": 2})
    assert all(len(each) == len(texts) for each in found.values())


@given(st.integers(-5, 120))
def test_a_percentile_gives_its_desil_or_refuses_the_row(value: int) -> None:
    some = rows({"P": [str(value)]})
    found = percentiles(some, "P")
    refusals = some.claims().rejects
    if 1 <= value <= 100:
        assert found["desil"][0] == (value + 9) // 10
        assert refusals.is_empty()
    else:
        assert found["desil"][0] is None
        assert refusals["reason"].to_list() == ["NUMBER_INVALID"]


def test_a_family_without_rank_is_unranked_and_not_refused() -> None:
    some = rows({"D": ["0", None, "10", "11"]})
    assert desils(some, "D")["desil"].to_list() == [None, None, 10, None]
    assert some.claims().rejects["row"].to_list() == [3]


def test_an_edition_is_the_quarter_that_the_row_names_else_the_one_of_the_entry() -> None:
    some = rows(
        {"E": ["2026Q4", None, "2026Q5"]}, edition="2025-Q1", valid_from=date(2025, 2, 5), valid_to=None
    )
    edition, valid = quarters(some, "E")
    assert edition.to_list() == ["2026-Q4", "2025-Q1", None]
    assert valid.to_list() == ["[2026-10-01,2027-01-01)", "[2025-02-05,)", None]
    assert some.claims().rejects["reason"].to_list() == ["PERIOD_INVALID"]


def test_an_interval_without_ends_is_open() -> None:
    assert interval(None, None) == "(,)"
    assert interval(date(2022, 10, 15), date(2025, 2, 5)) == "[2022-10-15,2025-02-05)"


def test_a_spouse_is_told_by_sex_and_a_parent_of_either_side_is_not() -> None:
    codes = pl.Series(["1", "2", "2", "2", "6", "9", None])
    sex = pl.Series(["L", "P", "L", None, "P", "P", "L"])
    assert relations(codes, sex).to_list() == ["1", "3", "2", None, None, None, None]


def test_two_columns_are_compared_where_both_are_filled() -> None:
    some = rows({"A": ["budi", "BUDI", None], "B": ["BUDI", "ANI", "ANI"]})
    assert same_where_both(some, {"nama": ("A", "B")}).to_list() == ['{"nama":true}', '{"nama":false}', "{}"]
