"""The roots of the schema over the story of conftest.py."""

import base64
from typing import Any

import pytest

from hub.errors import InputError, RefusedError
from tests.schema.conftest import BUDI, KK, SITI, Ask, Counting

MAIN = """
query ($nik: NIK!) {
  person(nik: $nik) {
    name sexLabel
    familyCards { relationLabel from to familyCard { kk members(current: true) { person { name } } } }
    households { household { address familyCards { kk } } }
    enrollments(current: true) { program { code } from to payments(first: 1) { from to amount } paid }
    statements(field: [NAME]) { field value original source { code } firstSeen lastSeen current
      record { file row } }
    origin(field: NAME) { code }
    links { judgement other { name } }
    wilayah { name parent { code } }
  }
}
"""


async def test_the_main_query_is_one_statement_and_tells_the_whole_story(ask: Ask, reads: Counting) -> None:
    found = (await ask(MAIN, nik=SITI))["person"]
    assert len(reads.statements) == 1
    assert (found["name"], found["sexLabel"]) == ("SITI AMINAH", "PEREMPUAN")
    cards = [(card["familyCard"]["kk"], card["from"], card["to"]) for card in found["familyCards"]]
    assert cards == [(KK, None, "2024-06-01"), ("3320010101219004", "2024-06-01", None)]
    assert [m["person"]["name"] for m in found["familyCards"][1]["familyCard"]["members"]] == [
        "SITI AMINAH",
        "BUDI SANTOSO",
    ]
    assert found["households"] == [
        {"household": {"address": "JL. 1", "familyCards": [{"kk": "3320010101219004"}]}}
    ]
    assert found["enrollments"] == [
        {
            "program": {"code": "PKH"},
            "from": "2024-01-01",
            "to": None,
            "payments": [{"from": "2025-04-01", "to": "2025-07-01", "amount": 750000}],
            "paid": 1350000,
        }
    ]
    assert found["links"] == [{"judgement": "unsure", "other": {"name": "TINI"}}]
    assert found["wilayah"] == {"name": "KEDUNGMALANG", "parent": {"code": "33.20.01"}}
    assert found["origin"] == {"code": "dukcapil"}


async def test_a_statement_says_who_stated_what_from_when_until_when(ask: Ask) -> None:
    first, second = (await ask(MAIN, nik=SITI))["person"]["statements"]
    assert first == {
        "field": "NAME",
        "value": "SITI AMINAH",
        "original": "Siti  Aminah",
        "source": {"code": "pkh"},
        "firstSeen": "2025-01-01T00:00:00+00:00",
        "lastSeen": "2025-01-03T00:00:00+00:00",
        "current": True,
        "record": {"file": "pkh.xlsx", "row": 1},
    }
    assert (second["lastSeen"], second["current"]) == ("2025-06-01T00:00:00+00:00", False)


async def test_known_at_brings_back_what_the_hub_held_then(ask: Ask) -> None:
    query = '{ now: people(filter: {name: {eq: "ani"}}) { nodes { name } }'
    query += (
        ' then: people(filter: {name: {eq: "ani"}}, knownAt: "2025-08-01T00:00:00Z") { nodes { name } } }'
    )
    assert await ask(query) == {"now": {"nodes": []}, "then": {"nodes": [{"name": "ANI"}]}}


async def test_as_of_narrows_histories_to_one_day(ask: Ask) -> None:
    query = 'query ($n: NIK!) { person(nik: $n, asOf: "2024-05-31") { familyCards { familyCard { kk } } } }'
    assert await ask(query, n=SITI) == {"person": {"familyCards": [{"familyCard": {"kk": KK}}]}}


async def test_pages_join_to_the_whole_list_in_both_directions(ask: Ask) -> None:
    query = """query ($first: Int, $after: String, $last: Int, $before: String) {
      people(first: $first, after: $after, last: $last, before: $before) {
        totalCount edges { cursor node { name } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }"""
    whole = (await ask(query))["people"]
    names = [edge["node"]["name"] for edge in whole["edges"]]
    assert names == ["SITI AMINAH", "BUDI SANTOSO", "TINI", "ANI WIJAYA"]
    assert whole["totalCount"] == 4
    for size in (1, 2, 3):
        assert await walk(ask, query, size, "first", "after") == names
        assert await walk(ask, query, size, "last", "before") == names


async def walk(ask: Ask, query: str, size: int, count: str, cursor: str) -> list[str]:
    """The names of all pages, read from the start (first/after) or from the end (last/before)."""
    forward = count == "first"
    found: list[str] = []
    more, at = True, None
    while more:
        page = (await ask(query, **{count: size, cursor: at}))["people"]
        part = [edge["node"]["name"] for edge in page["edges"]]
        found = found + part if forward else part + found
        facts = page["pageInfo"]
        assert facts["startCursor"] == page["edges"][0]["cursor"]
        assert facts["endCursor"] == page["edges"][-1]["cursor"]
        assert facts["hasPreviousPage" if forward else "hasNextPage"] is (at is not None)
        more, at = (
            (facts["hasNextPage"], facts["endCursor"])
            if forward
            else (facts["hasPreviousPage"], facts["startCursor"])
        )
    return found


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ('{name: {eq: "Budi  SANTOSO"}}', ["BUDI SANTOSO"]),
        ('{nik: {in: ["%s"]}}' % BUDI, ["BUDI SANTOSO"]),  # noqa: UP031
        ("{nik: {isNull: true}}", ["ANI WIJAYA"]),
        ('{wilayah: "33.20.01", sex: {eq: L}}', ["BUDI SANTOSO"]),
        ('{wilayah: "33.21"}', []),
        ('{program: {has: ["PKH"]}}', ["SITI AMINAH", "TINI"]),
        ('{wilayah: "33", program: {not: ["PKH", "BLT-DD"]}}', ["ANI WIJAYA"]),
        ('{wilayah: "33", vital: {eq: meninggal}}', ["BUDI SANTOSO"]),
        ('{or: [{name: {eq: "TINI"}}, {nik: {eq: "%s"}}]}' % BUDI, ["BUDI SANTOSO", "TINI"]),  # noqa: UP031
        ('{wilayah: "33", not: {nik: {isNull: false}}}', ["ANI WIJAYA"]),
        ('{birthDate: {gte: "1990-01-01", lt: "1990-01-02"}, name: {eq: "TINI"}}', ["TINI"]),
        ("{nik: {in: []}}", []),
        ("{or: []}", []),
    ],
)
async def test_a_filter_lets_through_what_it_names(ask: Ask, given: str, names: list[str]) -> None:
    found = await ask("{ people(filter: %s) { nodes { name } } }" % given)  # noqa: UP031
    assert [node["name"] for node in found["people"]["nodes"]] == names


async def test_family_cards_households_programs_areas_sources_and_runs_answer(ask: Ask) -> None:
    found = await ask(
        """query ($kk: KK!) {
          familyCard(kk: $kk) { kk members { from to person { name } } wilayah { code bpsCode } }
          households(filter: {wilayah: "33.20"}) { totalCount nodes { members { person { name } } } }
          programs(code: "BPNT") { name excludes { code } }
          kemendagri: wilayah(code: "33.20.01") { name children { name population } }
          bare: wilayah(code: "332001") { code }
          bps: wilayah(code: "3320010001", system: BPS) { code }
          sources { code title lastCompleteRun { status } }
          runs(first: 1) { nodes { source { code } rowsIn } }
        }""",
        kk=KK,
    )
    assert found["familyCard"]["members"] == [
        {"from": None, "to": "2024-06-01", "person": {"name": "SITI AMINAH"}}
    ]
    assert found["familyCard"]["wilayah"] == {"code": "33.20.01.2001", "bpsCode": "3320010001"}
    assert found["households"]["totalCount"] == 1
    assert found["programs"] == [{"name": "Program BPNT", "excludes": [{"code": "BLT-DD"}]}]
    assert found["kemendagri"]["children"] == [{"name": "KEDUNGMALANG", "population": 400}]
    assert (found["bare"]["code"], found["bps"]["code"]) == ("33.20.01", "33.20.01.2001")
    assert [source["code"] for source in found["sources"]] == ["bpnt", "dukcapil", "pkh"]
    assert found["runs"]["nodes"] == [{"source": {"code": "bpnt"}, "rowsIn": 1}]


async def test_every_id_leads_back_to_its_thing(ask: Ask) -> None:
    found = await ask(
        """{ people(first: 1) { nodes { id enrollments { id payments { id } source { id } program { id } } } }
             runs(first: 1) { nodes { id } } wilayah(code: "33") { id }
             households { nodes { id members { person { familyCards { familyCard { id } } } } } } }"""
    )
    for one in ids(found):
        named = base64.b64decode(one).decode().partition(":")[0]
        assert await ask("query ($id: ID!) { node(id: $id) { __typename id } }", id=one) == {
            "node": {"__typename": named, "id": one}
        }


NODES = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Program { code } } }"


async def test_things_of_many_ids_come_in_their_order_with_null_for_those_that_are_missing(
    ask: Ask, reads: Counting
) -> None:
    found = await ask('{ people(first: 2) { nodes { id } } programs { id } wilayah(code: "33") { id } }')
    known = [one["id"] for one in (*found["programs"], *found["people"]["nodes"], found["wilayah"])]
    missing = [base64.b64encode(text).decode() for text in (b"Program:NONE", b"Unknown:1")]
    asked = [known[-1], *missing, *known, known[0]]
    nodes = (await ask(NODES, ids=asked))["nodes"]
    assert [node and node["id"] for node in nodes] == [known[-1], None, None, *known, known[0]]
    assert nodes[3]["__typename"] == "Program"
    assert len(reads.statements) == 2
    assert await ask(NODES, ids=[]) == {"nodes": []}
    with pytest.raises(InputError, match="100"):
        await ask(NODES, ids=known[:1] * 101)


def ids(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [one for key, part in value.items() for one in ([part] if key == "id" else ids(part))]
    return [one for part in value for one in ids(part)] if isinstance(value, list) else []


@pytest.mark.parametrize(
    "text", ["x", "", "UGVyc29u", base64.b64encode(b"Person:1").decode(), "\0", "\ud800"]
)
async def test_an_id_that_the_hub_never_gave_out_is_refused(ask: Ask, text: str) -> None:
    with pytest.raises(InputError):
        await ask("query ($id: ID!) { node(id: $id) { id } }", id=text)


async def test_labels_follow_the_language(ask: Ask) -> None:
    query = '{ person(nik: "%s") { sexLabel } programs(code: "PKH") { name } }' % SITI  # noqa: UP031
    assert await ask(query, language="en") == {
        "person": {"sexLabel": "perempuan"},
        "programs": [{"name": "PKH program"}],
    }


async def test_without_a_context_that_holds_nothing_is_read(reads: Counting) -> None:
    from hub.compiler.engine import Request
    from hub.schema.build import engine

    with pytest.raises(RefusedError):
        await engine().run(Request("{ people { nodes { name } } }"), reads, lambda: "1:2:3:0:a:b." + "0" * 64)
