"""Welfare attributes: the latest word on each, who said it, what is missing, and since when."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.graph.attribute_sets import SMALL_SET, adult, told
from tests.ingest.builders import Desk, Row, kk, nik, said

STATE = "given, missing, expected, valid::text"
BY = """
    select s.code from source s join family_attributes f on cast(f.stated_by ->> :name as int) = s.id
    where upper_inf(f.recorded)
"""


@pytest.fixture
def desk(desk: Desk) -> Desk:
    """A desk with an attribute set in force."""
    desk.attributes = SMALL_SET
    return desk


async def test_what_nobody_states_is_missing_in_the_order_of_the_set(desk: Desk) -> None:
    await desk.absorb("kip", [told(adult("1", "ALI", nik(1)), "2025-01-01", penyakit=0)])
    assert await desk.now("person_attributes", STATE) == [({"penyakit": 0}, ["bekerja"], 2, "[2025-01-01,)")]


@pytest.mark.parametrize(
    ("born", "sex", "asked"),
    [
        ("2023-01-01", "L", ["penyakit"]),
        ("1990-01-01", "P", ["bekerja", "hamil", "penyakit"]),
        ("1960-01-01", "P", ["bekerja", "penyakit"]),
        (None, None, ["bekerja", "hamil", "penyakit"]),
    ],
    ids=["a child", "a woman", "a woman of 65", "of unknown age and sex"],
)
async def test_an_attribute_is_asked_of_whom_it_does_not_plainly_leave_out(
    desk: Desk, born: str | None, sex: str | None, asked: list[str]
) -> None:
    row = said("1", "ALI", nik(1), birth_date=born, sex=sex)
    await desk.absorb("kip", [told(row, "2025-01-01")])
    assert await desk.now("person_attributes", "missing, expected") == [(asked, len(asked))]


async def test_a_later_register_adds_and_replaces_and_what_it_leaves_out_stays(desk: Desk) -> None:
    early = told(adult("1", "ALI", nik(1)), "2022-10-01", bekerja=True, penyakit=1)
    late = told(adult("2", "ALI", nik(1)), "2025-01-01", bekerja=False)
    await desk.absorb("kip", [late, early])
    assert await desk.now("person_attributes", STATE, "valid") == [
        ({"bekerja": True, "penyakit": 1}, [], 2, "[2022-10-01,2025-01-01)"),
        ({"bekerja": False, "penyakit": 1}, [], 2, "[2025-01-01,)"),
    ]


async def test_of_one_day_the_most_believed_source_has_the_word(desk: Desk) -> None:
    for source, area in (("pkh", 40), ("dukcapil", 50), ("bpnt", 60)):
        row = told(adult(source, "ALI", nik(1)), "2025-01-01", "family", kk(1), luas=area)
        await desk.absorb(source, [row])
    held = await desk.now("family_attributes", "family_key, no_kk, given, missing")
    assert held == [(kk(1), kk(1), {"luas": 50}, ["mobil"])]
    assert await desk.column(BY, name="luas") == ["dukcapil"]


async def test_a_household_of_a_survey_stands_beside_the_families(desk: Desk) -> None:
    row = told(adult("1", "ALI", nik(1)), "2015-10-01", "household", "17", luas=30)
    await desk.absorb("kip", [told(row, "2025-01-01", "family", kk(1), mobil=False)])
    assert await desk.now("family_attributes", "family_key, no_kk, given") == [
        (kk(1), kk(1), {"mobil": False}),
        ("kip:17", None, {"luas": 30}),
    ]


async def test_a_family_without_a_number_is_known_by_its_record(desk: Desk) -> None:
    for area in (30, 40):
        await desk.absorb("kip", [told(adult("R7", "ALI", nik(1)), None, "family", None, luas=area)])
    assert await desk.now("family_attributes", "family_key, given") == [("kip:R7", {"luas": 40})]


async def test_what_a_closed_record_stated_is_stated_no_more(desk: Desk) -> None:
    rows = [told(adult("1", "ALI", nik(1)), "2025-01-01", bekerja=True), adult("2", "BUDI", nik(2))]
    await desk.absorb("kip", rows)
    await desk.absorb("kip", rows[1:], "2026-08-01")
    assert await desk.now("person_attributes", STATE) == []
    assert await desk.column("select upper_inf(recorded) from person_attributes") == [False]


async def test_a_stated_null_says_nothing(desk: Desk) -> None:
    await desk.absorb("kip", [told(adult("1", "ALI", nik(1)), None, bekerja=None, penyakit=2)])
    assert await desk.now("person_attributes", "given, missing") == [({"penyakit": 2}, ["bekerja"])]


async def test_another_vocabulary_is_not_folded(desk: Desk) -> None:
    row = adult("1", "ALI", nik(1)).also(
        "attribute", unit="person", vocabulary="pmt-0", edition="1", given='{"bekerja": true}', valid="(,)"
    )
    await desk.absorb("kip", [row])
    assert await desk.now("person_attributes", "given, missing") == []


CLAIM = st.tuples(
    st.sampled_from(["2015-10-01", "2022-10-01", "2025-01-01"]),
    st.dictionaries(st.sampled_from(["luas", "mobil"]), st.integers(0, 3)),
)


@given(claims=st.lists(CLAIM, min_size=1, max_size=5, unique_by=lambda claim: claim[0]))
@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_known_and_missing_always_make_up_the_set_and_the_last_word_is_the_latest(
    desk: Desk, claims: list[tuple[str, dict[str, int]]]
) -> None:
    await desk.restart()
    rows: list[Row] = [
        told(adult(since, "ALI", nik(1)), since, "family", kk(1), **stated) for since, stated in claims
    ]
    await desk.absorb("kip", rows)
    latest: dict[str, int] = {}
    for _, stated in sorted(claims):
        latest |= stated
    states = await desk.now("family_attributes", "given, missing, expected, lower(valid)", "4")
    assert states[-1][0] == latest
    assert all(len(known) + len(missing) == expected == 2 for known, missing, expected, _ in states)
