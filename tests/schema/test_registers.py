"""What registers, social services and publishers state, as callers ask for it."""

from typing import Any

import pytest

from hub.store.database import Database
from hub.store.tables import claims, graph, reference
from tests.conftest import wait_for
from tests.graph_builders import DESA, Graph, days, uid
from tests.schema.conftest import KK, SITI, Ask, Counting

SET = "pmt-1"
ORIGIN = {"source_id": 1, "record_id": 1}


def _labels(story: Graph) -> None:
    for scheme, code, label in (
        (SET, "lantai", "Lantai"),
        (f"{SET}:lantai", "tanah", "tanah"),
        (SET, "luas", "Luas"),
    ):
        story.add(reference.code, scheme=scheme, code=code, label_id=label, label_en=label.lower(), sort=1)


def _family(story: Graph, key: str, person: int, given: dict[str, Any], missing: list[str]) -> None:
    told = {"given": given, "stated_by": dict.fromkeys(given, 1), "missing": missing, "expected": 2}
    no_kk = key if key.isdigit() else None
    story.add(
        graph.family_attributes,
        family_key=key,
        no_kk=no_kk,
        person_id=person,
        vocabulary=SET,
        valid=days(None),
        **told,
    )


def _survey(story: Graph, person: int) -> None:
    ruta = {"household_id": 99, "uid": uid("household", 99), "basis": "ruta", "dwelling": "ruta:idbdt:A:17"}
    story.add(graph.household, address="DUSUN I", valid=days(None), **ruta)
    found = {"scheme": "idbdt", "family_no": "1", "relation": "1", "valid": days("2015-10-01", "2020-01-01")}
    story.add(graph.household_member, person_id=person, household_id=99, **found)


def _social(story: Graph, person: int) -> None:
    kube = {
        "kind": "kube",
        "number": "K-1",
        "name": "MELATI",
        "size": 10,
        "program_id": 1,
        "valid": days("2024-01-01"),
    }
    story.add(graph.social_group, group_id=1, uid=uid("group", 1), **kube, **ORIGIN)
    story.add(graph.group_member, group_id=1, person_id=person, role="chair", valid=days("2024-01-01"))
    house = {
        "kind": "LKS",
        "number": "L-1",
        "name": "PANTI",
        "valid": days(None),
        "detail": {"akreditasi": "B"},
    }
    story.add(graph.institution, institution_id=1, uid=uid("lks", 1), person_id=person, **house, **ORIGIN)


def _numbers(story: Graph) -> None:
    for area, value, sex in ((DESA, 12.5, "L"), (DESA, None, "P"), (None, 1e6, "L")):
        row = {
            "dataset": "kemiskinan",
            "measure": "miskin",
            "unit": "orang",
            "valid": days("2024-01-01", "2025-01-01"),
        }
        story.add(graph.observation, area_key=area, value=value, dimensions={"jk": sex}, **row, **ORIGIN)


def surveyed() -> Graph:
    """Siti in every register, and two families with more missing than hers."""
    story = Graph().basics()
    _labels(story)
    siti = story.person("SITI AMINAH", SITI)
    story.member(siti, story.card(KK))
    story.household(siti)
    record = story.stated(siti, "pkh", "SITI AMINAH")
    for edition, desil, valid in (
        ("2025-Q4", 2, days("2025-10-01", "2026-01-01")),
        ("2026-Q1", 3, days("2026-01-01")),
    ):
        rank = {"register": "dtsen", "unit": "family", "unit_number": KK, "edition": edition, "desil": desil}
        story.add(graph.score, person_id=siti, valid=valid, **rank, **ORIGIN)
    own = {"given": {"bekerja": True}, "stated_by": {"bekerja": 1}, "missing": ["lantai"], "expected": 2}
    story.add(graph.person_attributes, person_id=siti, vocabulary=SET, valid=days(None), **own)
    _family(story, KK, siti, {"lantai": "tanah"}, ["luas"])
    _family(story, "bdt2015:17", siti, {}, ["lantai", "luas"])
    _family(story, "bdt2015:18", siti, {"lantai": "tanah", "luas": 20}, [])
    _survey(story, siti)
    _social(story, siti)
    _numbers(story)
    wage = {"unit": "person", "detail": {"upah": 3000000}, "valid": days(None)}
    story.add(graph.status, person_id=siti, scheme="upah", code="di_atas_ump", **wage, **ORIGIN)
    card = {"record_id": record, "mention_id": record * 16, "source_id": 2, "person_id": siti, "grade": 3}
    story.add(
        claims.claim_identifier, scheme="kks", value="6013", valid=days("2023-01-01", "2024-01-01"), **card
    )
    return story


@pytest.fixture(scope="module")
def told(database: Database) -> Database:
    """A database in which registers have spoken."""
    wait_for(surveyed().store(database))
    return database


async def test_ranks_are_shown_over_time_and_of_today_alone_when_asked(ask: Ask) -> None:
    query = """query ($nik: NIK!) { person(nik: $nik) {
        scores { edition desil from to } now: scores(current: true, register: "dtsen") { desil unit unitNumber } } }"""
    assert (await ask(query, nik=SITI))["person"] == {
        "scores": [
            {"edition": "2025-Q4", "desil": 2, "from": "2025-10-01", "to": "2026-01-01"},
            {"edition": "2026-Q1", "desil": 3, "from": "2026-01-01", "to": None},
        ],
        "now": [{"desil": 3, "unit": "family", "unitNumber": KK}],
    }


async def test_attributes_have_words_sources_and_what_is_missing(ask: Ask) -> None:
    query = """query ($nik: NIK!) { person(nik: $nik) {
        attributes { completeness expected given { attribute value source { code } } missing { attribute label } }
        familyCards { familyCard { attributes { kk completeness given { label value valueLabel } } } } } }"""
    found = (await ask(query, nik=SITI))["person"]
    assert found["attributes"] == {
        "completeness": 0.5,
        "expected": 2,
        "given": [{"attribute": "bekerja", "value": "true", "source": {"code": "dukcapil"}}],
        "missing": [{"attribute": "lantai", "label": "Lantai"}],
    }
    given = [{"label": "Lantai", "value": "tanah", "valueLabel": "tanah"}]
    assert found["familyCards"] == [
        {"familyCard": {"attributes": {"kk": KK, "completeness": 0.5, "given": given}}}
    ]


async def test_surveyed_households_stand_apart_from_where_a_person_lives(ask: Ask) -> None:
    query = """query ($nik: NIK!) { person(nik: $nik) {
        households { scheme household { basis number } }
        surveyHouseholds(scheme: "idbdt") { scheme familyNo relation to household { basis scheme number address } } }
      households { nodes { basis } }
      surveyHouseholds(scheme: "idbdt", wilayah: "33") { nodes { number members { person { name } } } }
      none: surveyHouseholds(scheme: "id") { totalCount } }"""
    found = await ask(query, nik=SITI)
    assert found["person"]["households"] == [
        {"scheme": None, "household": {"basis": "address", "number": None}}
    ]
    ruta = {"basis": "ruta", "scheme": "idbdt", "number": "A:17", "address": "DUSUN I"}
    assert found["person"]["surveyHouseholds"] == [
        {"scheme": "idbdt", "familyNo": "1", "relation": "1", "to": "2020-01-01", "household": ruta}
    ]
    assert found["households"]["nodes"] == [{"basis": "address"}]
    assert found["surveyHouseholds"]["nodes"] == [
        {"number": "A:17", "members": [{"person": {"name": "SITI AMINAH"}}]}
    ]
    assert found["none"] == {"totalCount": 0}


async def test_missing_attributes_are_counted_by_village_in_one_statement(ask: Ask, reads: Counting) -> None:
    query = """{ missingAttributes(wilayah: "33.20") { totalCount nodes {
        wilayah { code } unit attribute label lacking asked } } }"""
    found = (await ask(query))["missingAttributes"]
    desa = {"wilayah": {"code": "33.20.01.2001"}}
    assert found["nodes"] == [
        {**desa, "unit": "family", "attribute": "lantai", "label": "Lantai", "lacking": 1, "asked": 3},
        {**desa, "unit": "family", "attribute": "luas", "label": "Luas", "lacking": 2, "asked": 3},
        {**desa, "unit": "person", "attribute": "lantai", "label": "Lantai", "lacking": 1, "asked": 1},
    ]
    assert (found["totalCount"], len(reads.statements)) == (3, 1)


async def test_families_come_by_how_much_is_known_of_them_page_by_page(ask: Ask) -> None:
    query = """query ($after: String) { incompleteFamilies(wilayah: "33.20", first: 1, after: $after) {
        totalCount nodes { key kk completeness missing { attribute } } pageInfo { endCursor hasNextPage } } }"""
    first = (await ask(query))["incompleteFamilies"]
    assert (first["totalCount"], first["pageInfo"]["hasNextPage"]) == (2, True)
    assert [(one["key"], one["completeness"]) for one in first["nodes"]] == [("bdt2015:17", 0)]
    second = (await ask(query, after=first["pageInfo"]["endCursor"]))["incompleteFamilies"]
    assert second["nodes"] == [{"key": KK, "kk": KK, "completeness": 0.5, "missing": [{"attribute": "luas"}]}]
    assert second["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        ('attribute: "lantai"', ["bdt2015:17"]),
        ("below: 0.5", ["bdt2015:17"]),
        ("below: 1.0", ["bdt2015:17", KK]),
        ("last: 2", ["bdt2015:17", KK]),
        ('attribute: "atap"', []),
    ],
)
async def test_families_are_filtered_by_attribute_and_completeness(
    ask: Ask, asked: str, keys: list[str]
) -> None:
    query = f'{{ incompleteFamilies(wilayah: "33.20.01.2001", {asked}) {{ nodes {{ key }} }} }}'
    assert [one["key"] for one in (await ask(query))["incompleteFamilies"]["nodes"]] == keys


async def test_groups_and_institutions_are_found_with_who_belongs_to_them(ask: Ask) -> None:
    query = """query ($nik: NIK!) {
      group(kind: "kube", number: "K-1") { name size program { code } members { role person { name } } }
      other: group(kind: "kube", number: "K-1", source: "bpnt") { name }
      groups(kind: "kube", wilayah: "33.20") { totalCount }
      institutions(wilayah: "33.20") { nodes { number detail { key value } person { name } } }
      person(nik: $nik) { groups { role group { number } } } }"""
    assert await ask(query, nik=SITI) == {
        "group": {
            "name": "MELATI",
            "size": 10,
            "program": {"code": "PKH"},
            "members": [{"role": "chair", "person": {"name": "SITI AMINAH"}}],
        },
        "other": None,
        "groups": {"totalCount": 1},
        "institutions": {
            "nodes": [
                {
                    "number": "L-1",
                    "detail": [{"key": "akreditasi", "value": "B"}],
                    "person": {"name": "SITI AMINAH"},
                }
            ]
        },
        "person": {"groups": [{"role": "chair", "group": {"number": "K-1"}}]},
    }


async def test_published_numbers_come_in_pages_by_data_set_measure_and_area(ask: Ask) -> None:
    query = """query ($after: String) { observations(dataset: "kemiskinan", first: 2, after: $after) {
        totalCount nodes { value dimensions { key value } wilayah { code } from to } pageInfo { endCursor } } }"""
    first = (await ask(query))["observations"]
    assert first["totalCount"] == 3
    assert first["nodes"] == [
        {
            "value": value,
            "dimensions": [{"key": "jk", "value": "L"}],
            "wilayah": area,
            "from": "2024-01-01",
            "to": "2025-01-01",
        }
        for value, area in ((1e6, None), (12.5, {"code": "33.20.01.2001"}))
    ]
    second = (await ask(query, after=first["pageInfo"]["endCursor"]))["observations"]
    assert [(one["value"], one["dimensions"][0]["value"]) for one in second["nodes"]] == [(None, "P")]
    narrow = '{ observations(wilayah: "33.20", measure: "miskin", asOf: "2024-05-05") { totalCount } }'
    assert (await ask(narrow))["observations"] == {"totalCount": 2}


async def test_a_status_tells_whose_it_is_and_what_was_stated_beside(ask: Ask) -> None:
    query = "query ($nik: NIK!) { person(nik: $nik) { statuses { code unit detail { key value } } } }"
    assert (await ask(query, nik=SITI))["person"]["statuses"] == [
        {"code": "di_atas_ump", "unit": "person", "detail": [{"key": "upah", "value": "3000000"}]}
    ]


async def test_an_identifier_tells_when_it_was_in_use(ask: Ask) -> None:
    query = "query ($nik: NIK!) { person(nik: $nik) { identifiers { scheme value from to } } }"
    assert {"scheme": "kks", "value": "6013", "from": "2023-01-01", "to": "2024-01-01"} in (
        await ask(query, nik=SITI)
    )["person"]["identifiers"]
