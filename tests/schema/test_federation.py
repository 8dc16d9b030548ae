"""The hub as a subgraph: what a router composes, and things found by the keys that other subgraphs know."""

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio
from graphql import ObjectTypeDefinitionNode, parse, print_ast, validate_schema

from hub.compiler.documents import InvalidDocument
from hub.compiler.engine import Request
from hub.compiler.limits import Limits
from hub.domain import clock
from hub.errors import InputError
from hub.schema.build import engine, federated, printed, schema
from hub.schema.refusing import faults
from hub.store.database import Database
from hub.store.read import open_reader
from tests.conftest import wait_for
from tests.graph_builders import context, uid
from tests.schema.conftest import NOW, Ask, Counting
from tests.schema.reaching import leaves
from tests.schema.test_relay import NODES, things
from tests.schema.town import KK, NIK, town

ROUTER = "query ($r: [_Any!]!) { _entities(representations: $r) %s }"
NAMED = "{ __typename ... on Person { nik name } ... on Program { code } ... on FamilyCard { kk } }"
AskRouter = Callable[..., Awaitable[Any]]


def person_id(number: int) -> str:
    return b64encode(f"Person:{uid('person', number)}".encode()).decode()


BY_ID = '@key(fields: "id")'


def objects(text: str) -> list[ObjectTypeDefinitionNode]:
    """The object types of a schema in print."""
    return [one for one in parse(text).definitions if isinstance(one, ObjectTypeDefinitionNode)]


@pytest.fixture(scope="module")
def told(database: Database) -> Database:
    """A database that holds the town."""
    wait_for(town().graph.store(database))
    return database


@pytest_asyncio.fixture
async def reads(told: Database) -> AsyncIterator[Counting]:
    async with open_reader(told, 1) as reader:
        yield Counting(reader)


@pytest.fixture
def entities(reads: Counting, told: Database) -> AskRouter:
    """Asks for representations as a router does, of an area where one is given."""

    async def asked(selection: str, *given: Any, areas: tuple[int, int] | None = None) -> Any:
        def signed() -> str:
            return context(told, areas) if areas else context(told)

        with clock.pin(NOW):
            request = Request(ROUTER % selection, {"r": list(given)})
            return json.loads(await engine(None, federation=True).run(request, reads, signed))["_entities"]

    return asked


def test_the_plain_schema_knows_nothing_of_federations() -> None:
    assert {"_Any", "_Entity", "_Service"} & schema().type_map.keys() == set()
    assert "@" not in printed().replace("@deprecated", "")


def test_the_subgraph_is_a_valid_schema_with_described_roots() -> None:
    assert validate_schema(federated().schema) == []
    query = federated().schema.query_type
    assert query is not None
    for name in ("_service", "_entities"):
        assert " / " in (query.fields[name].description or "")


def test_a_router_is_told_every_thing_with_its_keys_and_nothing_twice() -> None:
    told = {
        one.name.value: [print_ast(each) for each in one.directives or ()]
        for one in objects(federated().text)
    }
    assert {name: words for name, words in told.items() if words} == {
        **{name: [BY_ID] for name in NODES},
        "FamilyCard": [BY_ID, '@key(fields: "kk")'],
        "Person": [BY_ID, '@key(fields: "nik")'],
        "Program": [BY_ID, '@key(fields: "code")'],
        "Source": [BY_ID, '@key(fields: "code")'],
        "Wilayah": [BY_ID, '@key(fields: "code")'],
        "PageInfo": ["@shareable"],
    }
    assert set(told) == {one.name.value for one in objects(printed())}
    (query,) = (one for one in objects(federated().text) if one.name.value == "Query")
    assert "node" not in {field.name.value for field in query.fields or ()}


async def test_things_of_several_types_come_in_order_by_one_statement(
    entities: AskRouter, reads: Counting
) -> None:
    found = await entities(
        NAMED,
        {"__typename": "Program", "code": "PKH"},
        {"__typename": "Person", "nik": NIK, "cases": 3},
        {"__typename": "FamilyCard", "kk": KK},
        {"__typename": "Program", "code": "x"},
        {"__typename": "Person", "id": person_id(10)},
        {"__typename": "Program", "code": "PKH"},
    )
    assert [one and one["__typename"] for one in found] == [
        "Program", "Person", "FamilyCard", None, "Person", "Program",
    ]  # fmt: skip
    assert (found[0], found[1]["nik"], found[2]["kk"]) == ({"__typename": "Program", "code": "PKH"}, NIK, KK)
    assert found[5] == found[0]
    assert len(reads.statements) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"__typename": "Person", "nik": "3320014101909098"},
        {"__typename": "Person", "nik": "12"},
        {"__typename": "Person", "id": person_id(999)},
        {"__typename": "Person", "id": "no id"},
        {"__typename": "FamilyCard", "id": person_id(1)},
        {"__typename": "FamilyCard", "kk": ""},
        {"__typename": "Wilayah", "code": "x"},
        {"__typename": "Program", "code": "P\0"},
        {"__typename": "Run", "id": b64encode(b"Run:x").decode()},
        {"__typename": "Run", "id": b64encode(b"Run:99999999999999999999").decode()},
    ],
    ids=" ".join,
)
async def test_a_key_that_names_nothing_yields_null_and_spoils_no_other(
    entities: AskRouter, given: dict[str, Any]
) -> None:
    found = await entities("{ __typename }", given, {"__typename": "Program", "code": "PKH"})
    assert found == [None, {"__typename": "Program"}]


@pytest.mark.parametrize("name", NODES)
async def test_an_entity_is_the_thing_that_its_global_id_leads_to(
    ask: Ask, entities: AskRouter, name: str
) -> None:
    seen = (await things(ask, name))[:8]
    leaf = leaves(schema().type_map[name])
    given = [{"__typename": name, "id": one["id"]} for one in reversed(seen)]
    assert await entities(f"{{ ... on {name} {leaf} }}", *given) == seen[::-1]
    assert await entities("{ ... on Node { id } }", *given) == [{"id": one["id"]} for one in reversed(seen)]


async def test_of_several_keys_the_first_that_is_given_counts(entities: AskRouter) -> None:
    both = {"__typename": "Person", "nik": NIK, "id": person_id(10)}
    null = {"__typename": "Person", "nik": NIK, "id": None}
    found = await entities("{ ... on Person { id } }", both, null)
    assert found[0] == {"id": person_id(10)} != found[1]


async def test_a_type_of_which_nothing_is_selected_is_an_empty_object(entities: AskRouter) -> None:
    given = {"__typename": "Program", "code": "PKH"}
    assert await entities("{ ... on Person { name } }", given) == [{}]
    assert await entities("{ __typename }") == []


async def test_what_lies_outside_the_caller_s_area_is_null(ask: Ask, entities: AskRouter) -> None:
    query = "query ($w: WilayahCode) { people(filter: {wilayah: $w}, first: 1) { nodes { id nik } } }"
    here, there = [(await ask(query, w=code))["people"]["nodes"][0] for code in ("33.20.01.2001", "33.20.02")]
    given = [{"__typename": "Person", "id": one["id"]} for one in (there, here)]
    found = await entities("{ ... on Person { id } }", *given, areas=(3320012001, 3320012001))
    assert found == [None, {"id": here["id"]}]


async def test_connections_below_entities_are_read_in_the_same_statement(
    entities: AskRouter, reads: Counting
) -> None:
    selection = "{ ... on Person { benefitHistory(first: 2) { totalCount nodes { amount } } } }"
    (found,) = await entities(selection, {"__typename": "Person", "nik": NIK})
    assert found["benefitHistory"]["totalCount"] >= len(found["benefitHistory"]["nodes"]) > 0
    assert len(reads.statements) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"__typename": "Nobody", "id": "x"},
        {"__typename": "Person"},
        {"__typename": "Person", "nik": 3320014101909001},
        {"__typename": ["Person"], "nik": NIK},
        {"nik": NIK},
        "Person",
        7,
        [NIK],
        None,
    ],
    ids=str,
)
def test_what_is_no_representation_is_refused_without_repeating_it(given: Any) -> None:
    with pytest.raises(InvalidDocument) as refused:
        engine(None, federation=True).prepare(Request(ROUTER % "{ __typename }", {"r": [given]}))
    (told,) = faults(refused.value, "id")
    assert told["extensions"]["code"] == "BAD_USER_INPUT"
    assert "3320" not in json.dumps(told)
    if given is not None and not isinstance(given, list):
        assert told["extensions"]["reason"] == "bad_representation"


def test_representations_may_stand_in_the_document_and_in_variables_of_their_own() -> None:
    document = """query ($one: _Any!) { _entities(representations: [
        {__typename: "Program", code: "PKH"}, $one]) { __typename } }"""
    prepared = engine(None, federation=True).prepare(
        Request(document, {"one": {"__typename": "Person", "nik": NIK}})
    )
    assert prepared.cost == 2
    assert [one for one in prepared.parameters if isinstance(one, list)] == [[NIK], [1], ["PKH"], [0]]


def test_representations_count_as_rows_and_are_bounded() -> None:
    deep = "{ ... on Person { payments(first: 500) { amount } } }"
    one = {"__typename": "Person", "nik": NIK}
    for selection, count, code in (("{ __typename }", 501, "limit_values"), (deep, 101, "limit_rows")):
        with pytest.raises(InputError) as refused:
            engine(None, federation=True).prepare(Request(ROUTER % selection, {"r": [one] * count}))
        assert refused.value.code == code
    assert (
        engine(None, federation=True).prepare(Request(ROUTER % deep, {"r": [one] * 99})).cost == 99 + 99 * 500
    )


def test_one_plan_serves_lists_of_any_length_and_order() -> None:
    own = engine(Limits(rows=49_999), federation=True)
    nik, code = {"__typename": "Person", "nik": NIK}, {"__typename": "Program", "code": "PKH"}
    plans = [
        own.prepare(Request(ROUTER % NAMED, {"r": given})).plan
        for given in ([nik, code], [code, nik, nik], [nik] * 3 + [code], [nik])
    ]
    assert plans[0] is plans[1] is plans[2] is not plans[3]


def test_no_federation_is_told_of_unless_it_is_switched_on() -> None:
    for document in (ROUTER % "{ __typename }", "{ _service { sdl } }"):
        with pytest.raises(InvalidDocument):
            engine().prepare(Request(document, {"r": []}))


async def test_the_service_tells_its_schema_without_a_statement(reads: Counting, told: Database) -> None:
    answer = await engine(None, federation=True).run(Request("{ a: _service { sdl } }"), reads, lambda: "")
    assert json.loads(answer) == {"a": {"sdl": federated().text}}
    assert reads.statements == []
