"""Areas and their codes over time, programs with their amounts, and where a person lived."""

import pytest

from hub.store.database import Database
from hub.store.tables import reference
from tests.conftest import wait_for
from tests.graph_builders import DESA, Graph, days
from tests.schema.conftest import SITI, Ask, Counting

NEXT = 3320012002


def settled() -> Graph:
    """A village whose codes changed twice, and Siti who moved once and changed her card in between."""
    story = Graph().basics()
    story._area("kemendagri", "33.20.01.2002", 4, "KARANGAJI", "33.20.01", NEXT)
    _renamed(story)
    _paying(story)
    for start, end, card, area in (
        (None, "2020-01-01", "1", DESA),
        ("2020-01-01", "2022-01-01", "2", DESA),
        ("2022-01-01", None, "2", NEXT),
    ):
        story.person(
            *("SITI AMINAH", SITI),
            person_id=1,
            no_kk=f"332001010120900{card}",
            address="DUKUH I",
            rt="001",
            area_key=area,
            valid=days(start, end),
        )
    pkh = story.enrolled(1, "PKH", "2025-01-01")
    for start, end, amount in (
        ("2025-01-01", "2025-04-01", 900_000),
        ("2025-04-01", "2025-07-01", 225_000),
        ("2025-07-01", "2025-10-01", 750_000),
    ):
        story.paid(1, pkh, "PKH", start, end, amount)
    return story


def _renamed(story: Graph) -> None:
    for code, name, valid in (
        ("33.19.01.2001", "KEDUNG MALANG", days(None, "2018-01-01")),
        ("33.19.07.2001", "KEDUNG MALANG", days("2018-01-01", "2023-01-01")),
    ):
        story.add(
            reference.wilayah_successor,
            code=code,
            level=4,
            name=name,
            first_seen="2016",
            last_seen="2022",
            successor_code="33.20.01.2001",
            method="parent+name",
            valid=valid,
        )


def _paying(story: Graph) -> None:
    story.add(
        reference.component,
        id=101,
        program_id=1,
        code="sd",
        name_id="Anak SD",
        name_en="Primary school pupil",
    )
    for amount, valid in ((450_000, days("2020-01-01", "2024-01-01")), (900_000, days("2024-01-01"))):
        story.add(
            reference.program_amount,
            program_id=1,
            component_id=101,
            valid=valid,
            amount_idr=amount,
            per="year",
            unit="person",
            evidence="V",
        )


@pytest.fixture(scope="module")
def told(database: Database) -> Database:
    """A database that holds the village."""
    wait_for(settled().store(database))
    return database


async def test_an_area_tells_which_code_it_had_when_in_both_systems(ask: Ask, reads: Counting) -> None:
    query = """query ($day: Date) { wilayah(code: "33.20.01.2001", asOf: $day) {
        codes { system code from to } predecessors { code name to successor { code } } } }"""
    now = {"system": "KEMENDAGRI", "code": "33.20.01.2001", "from": "2023-01-01", "to": None}
    bps = {"system": "BPS", "code": "3320010001", "from": None, "to": None}
    first = {"system": "KEMENDAGRI", "code": "33.19.01.2001", "from": None, "to": "2018-01-01"}
    second = {"system": "KEMENDAGRI", "code": "33.19.07.2001", "from": "2018-01-01", "to": "2023-01-01"}
    found = (await ask(query))["wilayah"]
    assert found["codes"] == [bps, first, second, now]
    assert [one["code"] for one in found["predecessors"]] == ["33.19.01.2001", "33.19.07.2001"]
    assert found["predecessors"][0]["successor"] == {"code": "33.20.01.2001"}
    assert (await ask(query.replace("33.20.01", "33.19.01"), day="2016-07-01"))["wilayah"]["codes"] == [
        bps,
        first,
    ]
    assert len(reads.statements) == 2


@pytest.mark.parametrize(
    ("code", "day", "found"),
    [
        ("33.19.01.2001", None, "33.20.01.2001"),
        ("33.19.01.2001", "2017-12-31", "33.20.01.2001"),
        ("33.19.01.2001", "2018-01-01", None),
        ("33.19.07.2001", "2018-01-01", "33.20.01.2001"),
        ("33.20.01.2001", "2022-12-31", None),
        ("33.20.01.2001", "2023-01-01", "33.20.01.2001"),
        ("33.20.01.2002", "1990-01-01", "33.20.01.2002"),
        ("33.99", None, None),
    ],
)
async def test_a_code_means_an_area_on_the_days_of_the_code(
    ask: Ask, code: str, day: str | None, found: str | None
) -> None:
    query = "query ($code: String!, $day: Date) { wilayah(code: $code, asOf: $day) { code } }"
    assert (await ask(query, code=code, day=day))["wilayah"] == (found and {"code": found})


async def test_areas_are_walked_up_and_down_and_found_by_their_names(ask: Ask) -> None:
    query = """{ wilayah(code: "33.20") {
        ancestors { name } all: descendants { totalCount } descendants(level: 4, first: 1) { nodes { code } } }
      desa: wilayah(code: "33.20.01.2001") { ancestors { level } children { code } }
      named: wilayahList(filter: {name: {prefix: "ked"}}, orderBy: {field: NAME, direction: DESC}) { nodes { name } }
      below: wilayahList(filter: {parent: {name: {eq: "kedung"}}}) { nodes { code } }
      large: wilayahList(filter: {wilayah: "33.20", type: {in: [kabupaten, kecamatan]}},
        orderBy: {field: POPULATION, direction: DESC}) { nodes { code } }
      bps: wilayahList(filter: {bpsCode: {eq: "3320010001"}}) { nodes { code } }
      retired: retiredWilayah(filter: {to: {gte: "2020-01-01"}}) { nodes { code } } }"""
    assert await ask(query) == {
        "wilayah": {
            "ancestors": [{"name": "JAWA TENGAH"}],
            "all": {"totalCount": 3},
            "descendants": {"nodes": [{"code": "33.20.01.2001"}]},
        },
        "desa": {"ancestors": [{"level": 1}, {"level": 2}, {"level": 3}], "children": []},
        "named": {"nodes": [{"name": "KEDUNGMALANG"}, {"name": "KEDUNG"}]},
        "below": {"nodes": [{"code": "33.20.01.2001"}, {"code": "33.20.01.2002"}]},
        "large": {"nodes": [{"code": "33.20.01"}, {"code": "33.20"}]},
        "bps": {"nodes": [{"code": "33.20.01.2001"}]},
        "retired": {"nodes": [{"code": "33.19.07.2001"}]},
    }


async def test_a_component_is_a_thing_with_the_amounts_of_a_day(ask: Ask) -> None:
    query = """query ($day: Date) { programs(code: "PKH", asOf: $day) { components {
        id program { code } amounts { amount } now: amounts(current: true) { amount unit per } } } }"""
    [component] = (await ask(query))["programs"][0]["components"]
    assert [one["amount"] for one in component["amounts"]] == [450_000, 900_000]
    assert component["now"] == [{"amount": 900_000, "unit": "person", "per": "year"}]
    then = (await ask(query, day="2021-01-01"))["programs"][0]["components"][0]["now"]
    assert [one["amount"] for one in then] == [450_000]
    node = "query ($id: ID!) { node(id: $id) { ... on Component { code name program { code } } } }"
    assert (await ask(node, id=component["id"]))["node"] == {
        "code": "sd",
        "name": "Anak SD",
        "program": {"code": "PKH"},
    }


async def test_programs_say_what_excludes_them_and_since_when(ask: Ask) -> None:
    query = '{ programs(code: "BPNT") { exclusions { program { code } unit from to evidence } } }'
    other = {
        "program": {"code": "BLT-DD"},
        "unit": "family",
        "from": "2022-01-01",
        "to": None,
        "evidence": "S",
    }
    assert (await ask(query))["programs"] == [{"exclusions": [other]}]


async def test_states_with_one_address_are_one_stay(ask: Ask) -> None:
    query = """query ($nik: NIK!, $day: Date) { person(nik: $nik, asOf: $day) {
        addresses { street rt wilayah { code } from to } now: addresses(current: true) { from } } }"""
    old = {
        "street": "DUKUH I",
        "rt": "001",
        "wilayah": {"code": "33.20.01.2001"},
        "from": None,
        "to": "2022-01-01",
    }
    new = {**old, "wilayah": {"code": "33.20.01.2002"}, "from": "2022-01-01", "to": None}
    assert (await ask(query, nik=SITI))["person"] == {
        "addresses": [old, new],
        "now": [{"from": "2022-01-01"}],
    }
    assert (await ask(query, nik=SITI, day="2021-06-01"))["person"]["addresses"] == [old]


@pytest.mark.parametrize(
    ("asked", "amounts"),
    [
        ("orderBy: {field: AMOUNT}", [225_000, 750_000, 900_000]),
        ("orderBy: {field: AMOUNT, direction: DESC}, first: 2", [900_000, 750_000]),
        ("filter: {from: {gte: \"2025-04-01\"}}", [750_000, 225_000]),
        ("filter: {not: {amount: {gte: 700000}}}", [225_000]),
        ("filter: {status: {eq: returned}}", []),
    ],
)  # fmt: skip
async def test_a_list_beneath_a_person_is_filtered_and_ordered(
    ask: Ask, asked: str, amounts: list[int]
) -> None:
    query = f"query ($nik: NIK!) {{ person(nik: $nik) {{ payments({asked}) {{ amount }} }} }}"
    assert [one["amount"] for one in (await ask(query, nik=SITI))["person"]["payments"]] == amounts
