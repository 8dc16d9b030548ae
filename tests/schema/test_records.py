"""Source records as a list: what was received, its versions and refusals, whom it names, and who states what."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from hub.errors import InputError
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.tables import identity, provenance
from tests.conftest import wait_for
from tests.graph_builders import Graph, known, uid
from tests.schema.conftest import Ask, asking

LATER = datetime(2025, 9, 1, tzinfo=UTC)
NIK = "3320014101909001"
ELSEWHERE = 3320022001


@pytest.fixture(scope="module")
def received(database: Database) -> Database:
    """A record in two versions, one that names another person since, one of another area, and a refusal."""
    g = Graph().basics()
    siti, tini = g.person("SITI AMINAH", NIK), g.person("TINI")
    g.add(provenance.layout, id=1, source_id=2, fingerprint=uid("layout", 1), columns=["NAMA", "NIK"])
    cells = {"layout_id": 1, "payload": '["Siti  Aminah", null, "lebih", {"a": 1}]'}
    g.stated(siti, "pkh", "SITI", recorded=known(end=LATER), **cells)
    g.stated(
        siti, "pkh", "SITI AMINAH", entry_id=1, record_key="K1", version=2, recorded=known(LATER), nik=NIK
    )
    for person, span in ((tini, known(end=LATER)), (siti, known(LATER))):
        g.add(identity.cluster_member, mention_id=3 * 16, person_id=person, method="nik_name", recorded=span)
    g.stated(siti, "bpnt", "SITTI", payload='{"nama": "SITTI", "dua": 2}', run_id=3)
    g.area = ELSEWHERE
    g.stated(tini, "bpnt", "TINI")
    refused = {"layout_id": 1, "payload": '["SITI"]', "reasons": ["ragged"], "fields": [""]}
    place = {
        "occurrence": 1,
        "scope": "",
        "file_id": 1,
        "row_no": 9,
        "run_id": 2,
        "content_hash": uid("q", 1),
    }
    g.add(provenance.quarantine, id=1, source_id=2, record_key="K1", **refused, **place)
    wait_for(g.store(database))
    return database


@pytest_asyncio.fixture
async def ask(received: Database) -> AsyncIterator[Ask]:
    async with open_reader(received, 1) as reader:
        yield asking(reader, received)


async def keys(ask: Ask, arguments: str) -> list[str]:
    found = await ask(f"{{ records({arguments}) {{ nodes {{ key version }} }} }}")
    return [f"{one['key']}.{one['version']}" for one in found["records"]["nodes"]]


async def test_a_record_tells_what_was_received_column_by_column(ask: Ask) -> None:
    query = "{ records(ended: true) { nodes { columns { column value } payload contentHash sourceFile { name } } } }"
    first, second, third, _ = (await ask(query))["records"]["nodes"]
    assert first["payload"] == {"NAMA": "Siti  Aminah", "NIK": None, "+1": "lebih", "+2": {"a": 1}}
    assert [(one["column"], one["value"]) for one in first["columns"]] == [
        ("NAMA", "Siti  Aminah"),
        ("NIK", None),
        ("+1", "lebih"),
        ("+2", '{"a": 1}'),
    ]
    assert (second["payload"], second["columns"]) == ({}, [])
    assert third["payload"] == {"nama": "SITTI", "dua": 2}
    assert first["contentHash"] == uid("record", 1).hex
    assert first["sourceFile"] == {"name": "pkh.xlsx"}


async def test_a_record_shows_its_versions_and_what_was_refused_of_it(ask: Ask) -> None:
    query = """query ($known: DateTime) { records(filter: {key: {eq: "K1"}, wilayah: "33"}, knownAt: $known) { nodes {
      version versions { version recordedFrom recordedTo } refusals { reasons columns { value } recordedTo } } } }"""
    [now] = (await ask(query, known=None))["records"]["nodes"]
    [then] = (await ask(query, known="2025-05-01T00:00:00Z"))["records"]["nodes"]
    at = LATER.isoformat()
    assert now["version"] == 2
    assert [(one["version"], one["recordedTo"]) for one in now["versions"]] == [(1, at), (2, None)]
    assert now["refusals"] == [{"reasons": ["ragged"], "columns": [{"value": "SITI"}], "recordedTo": None}]
    assert (then["version"], len(then["versions"])) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ("", ["K1.2", "K3.1", "K4.1"]),
        ("ended: true", ["K1.1", "K1.2", "K3.1", "K4.1"]),
        ("orderBy: {field: RECORDED, direction: DESC}", ["K4.1", "K3.1", "K1.2"]),
        ("orderBy: {field: KEY, direction: DESC}", ["K4.1", "K3.1", "K1.2"]),
        ("orderBy: {field: AREA, direction: DESC}, last: 1", ["K1.2"]),
        ('filter: {source: {eq: "pkh"}}, ended: true', ["K1.1", "K1.2"]),
        ('filter: {source: {in: ["bpnt", "x"]}}', ["K3.1", "K4.1"]),
        ('filter: {run: "UnVuOjM="}', ["K3.1"]),
        ('filter: {run: "UHJvZ3JhbTpQS0g="}', []),
        ('filter: {wilayah: "33.20.02"}', ["K4.1"]),
        ('filter: {recorded: {gte: "2025-09-01T00:00:00Z"}}', ["K1.2"]),
        (f'filter: {{persons: {{some: {{nik: {{eq: "{NIK}"}}}}}}}}', ["K1.2", "K3.1"]),
        ('filter: {wilayah: "33", persons: {none: {name: {eq: "TINI"}}}}', ["K1.2", "K3.1"]),
        (
            'filter: {persons: {some: {name: {eq: "TINI"}}}}, knownAt: "2025-05-01T00:00:00Z"',
            ["K3.1", "K4.1"],
        ),
        ("first: 0", []),
    ],
)
async def test_records_are_filtered_and_ordered(ask: Ask, arguments: str, wanted: list[str]) -> None:
    assert await keys(ask, arguments or "first: 50") == wanted


async def test_a_record_says_whom_it_names_and_what_it_claims(ask: Ask) -> None:
    query = """query ($known: DateTime) { records(filter: {source: {eq: "bpnt"}}, first: 1, knownAt: $known) { nodes {
      mentions { slot method person { name } } claims { kind slot person { name } values { key value } } } } }"""
    [now] = (await ask(query, known=None))["records"]["nodes"]
    [then] = (await ask(query, known="2025-05-01T00:00:00Z"))["records"]["nodes"]
    assert now["mentions"] == [{"slot": 0, "method": "nik_name", "person": {"name": "SITI AMINAH"}}]
    assert then["mentions"][0]["person"] == {"name": "TINI"}
    [claim] = now["claims"]
    assert (claim["kind"], claim["slot"]) == ("PERSON", 0)
    assert {"key": "name", "value": "SITTI"} in claim["values"]
    assert not {"person_id", "name_key", "record_id"} & {one["key"] for one in claim["values"]}


async def test_refusals_are_listed_by_source_and_reason(ask: Ask) -> None:
    query = (
        "query ($s: String, $r: String) { refusals(source: $s, reason: $r) { totalCount nodes { key row } } }"
    )
    assert (await ask(query, s="pkh", r="ragged"))["refusals"] == {
        "totalCount": 1,
        "nodes": [{"key": "K1", "row": 9}],
    }
    for given in ({"s": "bpnt"}, {"r": "blank"}):
        assert (await ask(query, **given))["refusals"]["totalCount"] == 0


STATED = "{ field value source { code } disputed current recordedTo person { name } }"


async def test_statements_that_differ_and_stand_are_disputed(ask: Ask) -> None:
    query = f'query ($f: StatementFilter) {{ people(filter: {{nik: {{eq: "{NIK}"}}}}) {{ nodes {{ '
    query += f"stated(filter: $f) {{ totalCount nodes {STATED} }} }} }} }}"

    async def said(**given: Any) -> list[Any]:
        [person] = (await ask(query, f=given))["people"]["nodes"]
        assert person["stated"]["totalCount"] == len(person["stated"]["nodes"])
        found: list[Any] = person["stated"]["nodes"]
        return found

    names = await said(field=["NAME"])
    told = [(one["value"], one["disputed"], one["current"], one["recordedTo"]) for one in names]
    assert told == [
        ("SITI", False, False, LATER.isoformat()),
        ("SITI AMINAH", True, True, None),
        ("SITTI", True, False, None),
    ]
    assert [one["value"] for one in await said(disputed=True)] == ["SITI AMINAH", "SITTI"]
    assert [one["value"] for one in await said(source={"eq": "bpnt"})] == ["SITTI"]
    assert [one["value"] for one in await said(value={"prefix": "33"})] == [NIK]
    assert await said(field=[]) == []
    assert [one["value"] for one in await said(standing=False)] == ["SITI"]


async def test_statements_as_known_at_an_instant_follow_the_clusters_of_it(ask: Ask) -> None:
    query = """query ($name: String!, $known: DateTime) { statements(knownAt: $known,
      filter: {field: [NAME], person: {name: {eq: $name}}}) { nodes { value } } }"""

    async def said(name: str, known: str | None) -> list[str]:
        return [one["value"] for one in (await ask(query, name=name, known=known))["statements"]["nodes"]]

    then = "2025-05-01T00:00:00Z"
    assert [await said("SITI AMINAH", None), await said("TINI", None)] == [
        ["SITI", "SITI AMINAH", "SITTI"],
        ["TINI"],
    ]
    assert [await said("SITI AMINAH", then), await said("TINI", then)] == [["SITI"], ["SITTI", "TINI"]]


async def test_statements_of_an_area_come_in_order_of_where_people_live_and_page_whole(ask: Ask) -> None:
    query = "query ($n: Int, $after: String) { statements(first: $n, after: $after) {"
    query += " edges { cursor node { value } } } }"
    whole = [one["node"]["value"] for one in (await ask(query, n=500))["statements"]["edges"]]
    assert len(whole) == 5
    parts: list[str] = []
    after = None
    while edges := (await ask(query, n=2, after=after))["statements"]["edges"]:
        parts += [one["node"]["value"] for one in edges]
        after = edges[-1]["cursor"]
    assert parts == whole


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"disputed": True}, "filter_unindexed"),
        ({"field": ["NAME"]}, "filter_unindexed"),
    ],
)
async def test_statements_about_everybody_want_a_filter_that_an_index_serves(
    ask: Ask, given: Any, code: str
) -> None:
    with pytest.raises(InputError) as refused:
        await ask("query ($f: StatementFilter) { statements(filter: $f) { totalCount } }", f=given)
    assert refused.value.code == code


async def test_a_run_that_is_no_id_is_refused(ask: Ask) -> None:
    with pytest.raises(InputError) as refused:
        await ask('{ records(filter: {run: "x"}) { totalCount } }')
    assert refused.value.code == "bad_id"
