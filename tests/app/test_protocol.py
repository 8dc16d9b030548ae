"""Media types, methods, other sites, sizes, and clients that leave."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

import pytest
from graphql import GraphQLObjectType, get_named_type
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from hub.app import create_app
from hub.compiler.limits import Limits
from hub.schema.asking import GRAPHQL, JSON, LARGEST_BODY, Malformed, media_type
from hub.schema.build import schema
from hub.schema.terms import Terms
from hub.schema.trusted import OPEN_ROOTS
from hub.store.database import Database
from hub.store.read import Reader, open_reader
from tests.conftest import wait_for
from tests.graph_builders import Graph, context

HERE = "http://localhost:8000"
PEOPLE = '{ people(filter: {name: {eq: "SITI AMINAH"}}) { totalCount } }'


@pytest.fixture(scope="module")
def client(database: Database) -> Iterator[TestClient]:
    wait_for(Graph().basics().store(database))
    app = create_app(lambda: open_reader(database, 2), lambda: context(database))
    with TestClient(app, HERE) as made:
        yield made


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("", JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        (f"{GRAPHQL}, {JSON}", GRAPHQL),
        (f"{JSON}, {GRAPHQL}", GRAPHQL),
        (f"{GRAPHQL};q=0.9, {JSON}", JSON),
        (f"{GRAPHQL};q=0.5, {JSON};q=0.4", GRAPHQL),
        (f"{GRAPHQL}, */*;q=0.1", GRAPHQL),
        (f"{JSON}, */*", JSON),
        (f"{JSON};q=0, */*", GRAPHQL),
        (f"{GRAPHQL};q=0, */*", JSON),
        ("application/*;q=0.2, */*;q=0", JSON),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        (f"{GRAPHQL}; charset=utf-8", GRAPHQL),
        ("APPLICATION/JSON", JSON),
    ],
)
def test_the_best_admitted_media_type_is_answered(accept: str, media: str) -> None:
    assert media_type(accept) == media


@pytest.mark.parametrize("accept", ["image/png", f"{JSON};q=0", f"{JSON};q=x", f"{JSON};q=nan", "*/*;q=2"])
def test_where_neither_is_admitted_the_answer_is_406(accept: str) -> None:
    with pytest.raises(Malformed) as caught:
        media_type(accept)
    assert caught.value.status == 406


@given(st.text(max_size=60))
def test_any_accept_header_gives_one_of_the_two_or_406(accept: str) -> None:
    try:
        found = media_type(accept)
    except Malformed as error:
        found = str(error.status)
    assert found in (JSON, GRAPHQL, "406")


def get(client: TestClient, query: str, **headers: str) -> Any:
    return client.get("/graphql?" + urlencode({"query": query}), headers={"accept": GRAPHQL} | headers)


def test_a_get_may_ask_for_the_schema(client: TestClient) -> None:
    answer = get(client, '{ __type(name: "Person") { name } }')
    assert (answer.status_code, answer.json()["data"]) == (200, {"__type": {"name": "Person"}})


@pytest.mark.parametrize(
    "query",
    [
        "{ programs { code } }",
        PEOPLE,
        "{ programs { code } people { totalCount } }",
        "mutation { __typename }",
    ],
)
def test_a_get_that_asks_for_more_is_told_to_post(client: TestClient, query: str) -> None:
    refused = get(client, query)
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert "data" not in refused.json()


def test_a_get_whose_members_are_no_json_is_refused(client: TestClient) -> None:
    for parts in (
        {},
        {"query": "{ __typename }", "variables": "{"},
        {"query": "{ __typename }", "variables": "[]"},
    ):
        assert client.get("/graphql?" + urlencode(parts), headers={"accept": JSON}).status_code == 400
    assert get(client, "{ __typename }" + " " * 9000).status_code == 414


def test_nothing_behind_the_roots_of_a_get_speaks_of_a_person() -> None:
    query = schema().query_type
    assert query is not None
    reached: set[str] = set()
    waiting = [get_named_type(query.fields[name].type) for name in OPEN_ROOTS if name in query.fields]
    while waiting:
        type_ = waiting.pop()
        if isinstance(type_, GraphQLObjectType) and type_.name not in reached:
            reached.add(type_.name)
            waiting += [get_named_type(field.type) for field in type_.fields.values()]
    things = {name for name in reached if not name.endswith(("Connection", "Edge", "PageInfo"))}
    programs = {"Program", "Component", "ProgramAmount", "ProgramExclusion", "ProgramAllowance"}
    released = {"DataSet", "DataRelease", "DataFile", "DataCell"}
    assert things == programs | released | {"Source", "Run", "Wilayah", "RetiredWilayah", "AreaCode"}


def test_a_page_of_another_site_cannot_ask(client: TestClient) -> None:
    body = {"query": "{ __typename }"}
    for site in ("cross-site", "same-site"):
        assert client.post("/graphql", json=body, headers={"sec-fetch-site": site}).status_code == 403
    for site in ("same-origin", "none"):
        assert client.post("/graphql", json=body, headers={"sec-fetch-site": site}).status_code == 200
    plain = client.post(
        "/graphql", content='{"query": "{ __typename }"}', headers={"content-type": "text/plain"}
    )
    form = client.post("/graphql", data={"query": "{ __typename }"})
    assert (plain.status_code, form.status_code) == (415, 415)


def test_a_preflight_is_answered_without_leave(client: TestClient) -> None:
    asked = {"origin": "http://evil.example", "access-control-request-method": "POST"}
    answer = client.options("/graphql", headers=asked)
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert [name for name in answer.headers if name.startswith("access-control")] == []


def test_a_packed_body_is_refused(client: TestClient) -> None:
    headers = {"content-type": JSON, "content-encoding": "gzip"}
    assert client.post("/graphql", content=b"\x1f\x8b", headers=headers).status_code == 415


def test_an_answer_tells_its_cost_and_the_bound(client: TestClient) -> None:
    query = (
        "query ($n: Int) { people(first: $n) { nodes { enrollments { payments(first: 3) { amount } } } } }"
    )
    answer = client.post("/graphql", json={"query": query, "variables": {"n": 10}}).json()
    cost = 10 + 10 * 4 + 10 * 4 * 3
    assert answer["extensions"] == {
        "cost": {
            "requested": cost,
            "limit": Limits().rows,
            "remaining": Terms().budget - cost,
            "restoreRate": Terms().budget // 60,
        }
    }


class Untouched:
    """A store that nothing may reach."""

    async def text(self, sql: str, args: Sequence[object]) -> str | None:  # noqa: ARG002, D102
        raise AssertionError("the database was asked")


@asynccontextmanager
async def untouched() -> AsyncIterator[Untouched]:
    yield Untouched()


def bomb(levels: int) -> str:
    parts = [f"fragment f{n} on Person {{ ...f{n + 1} ...f{n + 1} }}" for n in range(levels)]
    return " ".join(["{ people { nodes { ...f0 } } }", *parts, f"fragment f{levels} on Person {{ name }}"])


HOSTILE: dict[str, tuple[dict[str, Any], int]] = {
    "aliases": ({"query": "{" + " ".join(f"a{n}: __typename" for n in range(900)) + "}"}, 400),
    "aliased roots": (
        {"query": "{" + " ".join(f"a{n}: people {{ totalCount }}" for n in range(200)) + "}"},
        400,
    ),
    "cycle": ({"query": "{ ...f } fragment f on Query { ...g } fragment g on Query { ...f }"}, 400),
    "fragments that double": ({"query": bomb(40)}, 400),
    "nesting": ({"query": "{a" * 10_000 + "}" * 10_000}, 400),
    "nested list": (
        {"query": "{ people(filter: {nik: {in: " + "[" * 9000 + "]" * 9000 + "}}) { totalCount } }"},
        400,
    ),
    "nested object": (
        {"query": "{ people(filter: " + "{not: " * 3000 + "{}" + "}" * 3000 + ") { totalCount } }"},
        400,
    ),
    "directives": ({"query": "{ __typename " + "@skip(if: false) " * 900 + "}"}, 400),
    "repeated field": ({"query": "{" + "__typename " * 1800 + "}"}, 400),
    "tokens": ({"query": "{" + "a," * 9000 + "}"}, 400),
    "characters": ({"query": "{ __typename }" + " " * 20_000}, 400),
    "operations": ({"query": "query A { __typename } " * 300}, 400),
    "pages": (
        {"query": "{ people(first: 500) { nodes { enrollments { payments(first: 500) { amount } } } } }"},
        400,
    ),
    "deep variable": (
        {
            "query": "query ($f: PersonFilter) { people(filter: $f) { totalCount } }",
            "variables": {"f": json.loads('{"not":' * 300 + "{}" + "}" * 300)},
        },
        400,
    ),
    "repeats": ({"query": "{" + "people { totalCount } " * 200 + "}"}, 400),
    "body": ({"query": "{ __typename }", "extensions": {"a": "x" * LARGEST_BODY}}, 413),
    "10 MB": ({"query": "{ __typename }", "variables": {"a": "x" * 10_000_000}}, 413),
    "values": (
        {
            "query": "query ($f: PersonFilter) { people(filter: $f) { totalCount } }",
            "variables": {"f": {"sex": {"in": ["L"] * 40_000}}},
        },
        400,
    ),
}


@pytest.mark.parametrize(("members", "status"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_request_is_refused_without_the_database(members: dict[str, Any], status: int) -> None:
    with TestClient(create_app(untouched, lambda: ""), HERE) as client:
        response = client.post("/graphql", json=members, headers={"accept": GRAPHQL})
    assert response.status_code == status
    assert "data" not in response.json()


def test_the_bounds_of_a_document_can_be_set() -> None:
    app = create_app(untouched, lambda: "", terms=Terms(limits=Limits(depth=2)))
    with TestClient(app, HERE) as client:
        found = client.post("/graphql", json={"query": "{ programs { components { code } } }"}).json()
    assert found["errors"][0]["extensions"] == {"code": "LIMIT_EXCEEDED", "reason": "limit_depth"}


class Slow:
    """A store whose every statement takes a minute, until it is ended."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.began = asyncio.Event()

    async def text(self, sql: str, args: Sequence[object]) -> str | None:  # noqa: ARG002
        """Sleeps in the database."""
        self.began.set()
        return await self.reader.text("select pg_sleep(60)::text", [])


async def test_the_statement_ends_when_its_client_leaves(database: Database) -> None:
    async with open_reader(database, 1, seconds=60) as reader:
        slow = Slow(reader)

        @asynccontextmanager
        async def opened() -> AsyncIterator[Slow]:
            yield slow

        app = create_app(opened, lambda: "")
        messages = iter([{"type": "http.request", "body": b'{"query": "{ programs { code } }"}'}])
        sent: list[Any] = []

        async def receive() -> Any:
            for message in messages:
                return message
            await slow.began.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message)

        headers = [(b"host", b"localhost"), (b"content-type", b"application/json")]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/graphql",
            "query_string": b"",
            "headers": headers,
        }
        async with app.router.lifespan_context(app):
            async with asyncio.timeout(20):
                await app(scope | {"app": app}, receive, send)
            assert [one["status"] for one in sent if "status" in one] == [499]
            assert await reader.text("select 'free'", []) == "free"
