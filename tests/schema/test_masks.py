"""Masks of an agreement: no answer holds what they stand before, and nothing finds or orders by it."""

import asyncio
import json
import re
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest
import pytest_asyncio
from graphql import GraphQLObjectType, get_named_type

from hub.compiler.engine import Request
from hub.compiler.needs import KECAMATAN, Sight
from hub.domain import clock
from hub.errors import RefusedError
from hub.schema.build import engine, schema
from hub.schema.mutation import ACTS
from hub.store.database import Database
from hub.store.read import Reader, open_reader
from hub.store.sql import text
from tests.conftest import wait_for
from tests.graph_builders import context
from tests.schema.conftest import NOW
from tests.schema.reaching import Way, leaves, ways
from tests.schema.town import KK, NIK, town

MASKS = ("nik-partly", "initials", "birth-year", KECAMATAN, "pseudonym")
KEY, OTHER = bytes(range(32)), bytes(32)
#: What must not be found in any answer under each mask: SQL of every value of it.
RAW = {
    "nik-partly": "select nik from person_state union select no_kk from family_card",
    "initials": "select name from person_state",
    "birth-year": "select birth_date::text from person_state where to_char(birth_date, 'MM-DD') <> '01-01'"
    " union select nik from person_state",
    KECAMATAN: "select code from wilayah where level = 4 and system = 'kemendagri'",
    "pseudonym": "select nik from person_state union select no_kk from family_card union select name from person_state"
    " union select uid::text from person_state union select uid::text from family_card"
    " union select uid::text from enrollment union select uid::text from benefit",
}


def objects() -> list[Way]:
    """A way to each object type that speaks of persons, but for what a server alone tells a role."""
    found: dict[str, Way] = {}
    for way in (one for one in ways(schema()) if one.steps[0][0] not in ACTS):
        below = get_named_type(way.field.type)
        made = below.name.endswith(("Connection", "PageInfo"))
        if (
            isinstance(below, GraphQLObjectType)
            and not made
            and way.steps[-1][0] not in ("origin", "pageInfo")
        ):
            found.setdefault(below.name, way)
    return list(found.values())


@pytest.fixture(scope="module")
def settled(database: Database) -> Database:
    wait_for(town().graph.store(database))
    return database


@pytest_asyncio.fixture
async def reader(settled: Database) -> AsyncIterator[Reader]:
    async with open_reader(settled, 4) as reads:
        yield reads


async def asked(reader: Reader, database: Database, query: str, *masks: str, key: bytes = KEY) -> str:
    prepared = engine().prepare(Request(query), Sight(None, frozenset(masks), pseudonyms=key))
    with clock.pin(NOW):
        return (await engine().answer(prepared, reader, lambda: context(database))).data.decode()


def told(answer: str) -> str:
    """An answer with its global ids and cursors read."""
    opened = [_opened(one) for one in re.findall(r'"([A-Za-z0-9+/]{16,}=*)"', answer)]
    return answer + " ".join(opened)


def _opened(one: str) -> str:
    with suppress(ValueError):
        return b64decode(one).decode(errors="replace")
    return ""


@pytest.mark.parametrize("mask", MASKS)
async def test_no_way_leads_past_a_mask(reader: Reader, settled: Database, mask: str) -> None:
    async with settled.connect() as connection:
        raw = {value for value in (await connection.execute(text(RAW[mask]))).scalars() if value}
    assert len(raw) > 2

    # On a busy machine whoever waits for a connection behind hundreds of others waits too long.
    turns = asyncio.Semaphore(4)

    async def leaked(way: Way) -> tuple[str, list[str]]:
        query = way.document(leaves(get_named_type(way.field.type)))
        try:
            async with turns:
                answer = told(await asked(reader, settled, query, mask))
        except RefusedError as error:
            return way.name, [] if error.code == "masked" else [error.code]
        return way.name, [value for value in raw if value in answer]

    found = await asyncio.gather(*(leaked(way) for way in objects() if "wilayah" not in way.name))
    assert [one for one in found if one[1]] == []


async def test_a_mask_shows_what_it_leaves(reader: Reader, settled: Database) -> None:
    query = "{ people(first: 1) { nodes { nik kk name birthDate wilayah { code level } rt } } }"
    [shown] = json.loads(
        await asked(reader, settled, query, "nik-partly", "initials", "birth-year", KECAMATAN)
    )["people"]["nodes"]
    assert re.fullmatch(r"\d{6}\*{10}", shown["nik"])
    assert re.fullmatch(r"(\w\. ?)+", shown["name"])
    assert shown["birthDate"].endswith("-01-01")
    assert (shown["wilayah"]["level"], shown["rt"]) == (3, None)


async def test_a_pseudonym_is_the_same_under_one_agreement_and_another_under_each_other(
    reader: Reader, settled: Database
) -> None:
    query = "{ people { nodes { id name enrollments { id person { id } } } } }"
    answers = [
        json.loads(await asked(reader, settled, query, "pseudonym", key=key))["people"]["nodes"]
        for key in (KEY, KEY, OTHER)
    ]
    ids = [[node["id"] for node in nodes] for nodes in answers]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == len(ids[0]) > 5
    assert not set(ids[0]) & set(ids[2])
    for node in answers[0]:
        assert node["name"] is None
        assert {one["person"]["id"] for one in node["enrollments"]} <= {node["id"]}


ORACLES = [
    ("nik-partly", f'{{ person(nik: "{NIK}") {{ sex }} }}'),
    ("pseudonym", f'{{ person(nik: "{NIK}") {{ sex }} }}'),
    ("birth-year", '{ people(filter: {nik: {prefix: "3320014"}}) { totalCount } }'),
    ("nik-partly", f'{{ familyCard(kk: "{KK}") {{ from }} }}'),
    ("initials", '{ people(filter: {name: {prefix: "BUDI"}}) { totalCount } }'),
    ("initials", "{ people(orderBy: {field: NAME, direction: ASC}) { totalCount } }"),
    ("birth-year", '{ people(filter: {birthDate: {lt: "1990-05-05"}}) { totalCount } }'),
    ("birth-year", "{ people(orderBy: {field: BIRTH_DATE, direction: ASC}) { totalCount } }"),
    ("birth-year", '{ holders(childUnder: 5, wilayah: "33.20") { totalCount } }'),
    (KECAMATAN, '{ people(filter: {wilayah: "33.20.01.2001"}) { totalCount } }'),
    (KECAMATAN, '{ people(filter: {or: [{wilayah: "33.20.01.2001"}], wilayah: "33.20"}) { totalCount } }'),
    (KECAMATAN, "{ peopleAggregate(groupBy: [KECAMATAN, DESA]) { nodes { count } } }"),
    (KECAMATAN, '{ programOverlap(programs: ["PKH"], level: DESA) { nodes { persons } } }'),
    (KECAMATAN, '{ missingAttributes(wilayah: "33.20") { totalCount } }'),
    (KECAMATAN, '{ people(after: "WyJRdWVyeS5wZW9wbGUiLDEsMV0=") { totalCount } }'),
    ("pseudonym", '{ people(after: "WyJRdWVyeS5wZW9wbGUiLDEsMV0=") { totalCount } }'),
    ("initials", f'{{ match(rows: [{{nik: "{NIK}"}}]) {{ result }} }}'),
    ("birth-year", '{ people(filter: {identifiers: {some: {value: {eq: "1"}}}, wilayah: "33.20"}) { totalCount } }'),
]  # fmt: skip


@pytest.mark.parametrize(("mask", "query"), ORACLES)
def test_nothing_finds_or_orders_what_is_masked(mask: str, query: str) -> None:
    assert engine().prepare(Request(query)).plan.refused == ()
    sight = Sight(None, frozenset({mask}), pseudonyms=KEY)
    if query.startswith("{ missingAttributes"):
        assert [(one.path, one.mask) for one in engine().prepare(Request(query), sight).plan.refused] == [
            (("missingAttributes",), mask)
        ]
        return
    with pytest.raises(RefusedError) as refused:
        engine().prepare(Request(query), sight)
    assert (refused.value.code, mask in str(refused.value.allowed_by)) == ("masked", True)


def test_a_plan_for_areas_looks_at_each_request(settled: Database) -> None:
    query = "query ($w: WilayahCode, $g: [PersonDimension!]!) { people(filter: {wilayah: $w}) { totalCount }"
    query += " peopleAggregate(groupBy: $g) { nodes { count } } }"
    sight = Sight(None, frozenset({KECAMATAN}))

    def prepared(area: str, by: str) -> Any:
        return engine().prepare(Request(query, {"w": area, "g": [by]}), sight).plan

    plan = prepared("33.20.01", "KECAMATAN")
    assert prepared("33.20", "SEX") is plan
    for area, by in (("33.20.01.2001", "SEX"), ("33.20", "DESA")):
        with pytest.raises(RefusedError):
            prepared(area, by)


async def test_cursors_of_what_is_masked_are_held_back(reader: Reader, settled: Database) -> None:
    query = "{ people(first: 1) { edges { cursor node { sex } } pageInfo { endCursor hasNextPage } } }"
    found = json.loads(await asked(reader, settled, query, KECAMATAN))["people"]
    assert (found["edges"][0]["cursor"], found["pageInfo"]) == (
        None,
        {"endCursor": None, "hasNextPage": True},
    )
    assert json.loads(await asked(reader, settled, query, "initials"))["people"]["pageInfo"]["endCursor"]
    refused = engine().prepare(Request(query), Sight(None, frozenset({KECAMATAN}))).plan.refused
    assert [(".".join(one.path), one.mask) for one in refused] == [
        ("people.edges.cursor", KECAMATAN),
        ("people.pageInfo.endCursor", KECAMATAN),
    ]


async def test_the_order_of_a_list_tells_no_smaller_areas_apart(settled: Database) -> None:
    sight = Sight(None, frozenset({KECAMATAN}))
    sql = engine().prepare(Request("{ people { nodes { sex } } }"), sight).plan.sql
    assert re.search(r"order by \(\w+\$\.home_area_key\) / 10000 asc", sql)


def test_the_key_of_pseudonyms_stands_in_no_statement() -> None:
    sight = Sight(None, frozenset({"pseudonym"}), pseudonyms=KEY)
    prepared = engine().prepare(Request("{ people { nodes { id } } }"), sight)
    assert KEY.hex() not in prepared.plan.sql
    assert KEY.hex() not in repr(sight)
    assert sum(isinstance(value, bytes) for value in prepared.parameters) == 2
