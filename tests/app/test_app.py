"""The application over HTTP: GraphQL to the letter, the page without any other host, health."""

import base64
import json
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.app import GRAPHIQL, create_app
from hub.schema.terms import Terms
from hub.store.database import Database
from hub.store.read import open_reader
from tests.conftest import wait_for
from tests.graph_builders import Graph, context

NIK = "3320014101909001"
HERE = "http://localhost:8000"
MODERN = {"accept": "application/graphql-response+json"}


@pytest.fixture(scope="module")
def client(database: Database) -> Iterator[TestClient]:
    graph = Graph().basics()
    graph.person("SITI AMINAH", NIK)
    wait_for(graph.store(database))
    app = create_app(lambda: open_reader(database, 2), lambda: context(database))
    with TestClient(app, HERE) as made:
        yield made


def post(client: TestClient, query: str, headers: dict[str, str] | None = None, **members: Any) -> Any:
    return client.post("/graphql", json={"query": query} | members, headers=headers)


def test_an_answer_is_json_with_data_and_status_200(client: TestClient) -> None:
    response = post(client, "query ($n: NIK!) { person(nik: $n) { name } }", variables={"n": NIK})
    assert (response.status_code, response.headers["content-type"]) == (200, "application/json")
    assert response.json()["data"] == {"person": {"name": "SITI AMINAH"}}


def test_introspection_and_data_stand_in_one_answer_in_the_order_asked(client: TestClient) -> None:
    query = """query ($t: String = "NIK", $n: NIK!) {
      __typename person(nik: $n) { name } __type(name: $t) { kind } z: programs { code } }"""
    text = post(client, query, variables={"n": NIK}).text
    assert list(json.loads(text)["data"]) == ["__typename", "person", "__type", "z"]
    assert json.loads(text)["data"]["__type"] == {"kind": "SCALAR"}


def test_the_full_introspection_query_is_within_the_limits(client: TestClient) -> None:
    from graphql import build_client_schema, get_introspection_query

    found = post(client, get_introspection_query(descriptions=True, input_value_deprecation=True)).json()
    assert build_client_schema(found["data"]).query_type is not None


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ('{ person(nik: "12") { name } }', "BAD_USER_INPUT"),
        ("{ people(first: 501) { nodes { name } } }", "BAD_USER_INPUT"),
        ("{ people(first: 1, last: 1) { nodes { name } } }", "BAD_USER_INPUT"),
        ('{ people(after: "x") { nodes { name } } }', "BAD_USER_INPUT"),
        ("{ a: programs { code } } query B { programs { code } }", "BAD_USER_INPUT"),
        (
            "{ people(first: 500) { nodes { enrollments { payments(first: 500) { amount } } } } }",
            "LIMIT_EXCEEDED",
        ),
    ],
)
def test_a_query_that_cannot_run_says_why_with_a_code(client: TestClient, query: str, code: str) -> None:
    old, modern = post(client, query), post(client, query, MODERN)
    assert (old.status_code, modern.status_code) == (200, 400)
    assert modern.headers["content-type"] == MODERN["accept"]
    assert [error["extensions"]["code"] for error in modern.json()["errors"]] == [code]
    assert "data" not in old.json()


def test_a_message_is_indonesian_unless_english_is_asked_for(client: TestClient) -> None:
    query = "query ($n: NIK!) { person(nik: $n) { name } }"
    given = {"variables": {"n": "3.57E+15"}}
    assert "notasi ilmiah" in post(client, query, **given).json()["errors"][0]["message"]
    english = post(client, query, {"accept-language": "en-GB,id;q=0.5"}, **given).json()
    assert "scientific notation" in english["errors"][0]["message"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"{}", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{", "application/json", 400),
        (b'{"query": "{ programs { code } }", "variables": []}', "application/json", 400),
        (b'{"query": 1}', "application/json", 400),
        (b'{"query": "\xff"}', "application/json", 400),
        (b'{"query": "{ programs { code } }"}', "text/plain", 415),
        (b'{"query": "{ programs { code } }"}', "application/json; charset=latin1", 415),
        (b" " * (256 * 1024 + 1), "application/json", 413),
    ],
)
def test_a_request_that_is_not_graphql_over_http_is_refused(
    client: TestClient, body: bytes, kind: str, status: int
) -> None:
    response = client.post("/graphql", content=body, headers={"content-type": kind})
    assert response.status_code == status
    assert response.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"


def test_other_methods_and_other_media_types_are_refused(client: TestClient) -> None:
    assert client.get("/graphql", headers={"accept": "application/json"}).status_code == 400
    refused = client.put("/graphql")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, POST")
    assert refused.json()["errors"][0]["extensions"]["code"] == "BAD_REQUEST"
    assert post(client, "{ programs { code } }", {"accept": "image/png"}).status_code == 406


def test_a_site_whose_name_points_here_is_refused(client: TestClient) -> None:
    assert post(client, "{ __typename }", {"host": "evil.example:8000"}).status_code == 400
    for host in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000"):
        assert post(client, "{ __typename }", {"host": host}).status_code == 200


NOT_A_NIK = 3320014101909001
REPEATING: list[tuple[str, dict[str, Any]]] = [
    ("query ($f: PersonFilter) { people(filter: $f) { totalCount } }", {"f": {"nik": NIK}}),
    ("query ($f: PersonFilter) { people(filter: $f) { totalCount } }", {"f": {NIK: NIK}}),
    ("query ($f: PersonFilter) { people(filter: $f) { totalCount } }", {"f": {"name": {"eq": NOT_A_NIK}}}),
    ("query ($n: Int) { people(first: $n) { totalCount } }", {"n": "SITI: AMINAH"}),
    ("query ($n: NIK!) { person(nik: $n) { name } }", {"n": {"nik": "SITI AMINAH"}}),
    ('{ people(filter: {nik: "SITI AMINAH"}) { totalCount } }', {}),
    ('{ people(filter: "SITI AMINAH") { totalCount } }', {}),
    (f"{{ people(first: {NOT_A_NIK}) {{ totalCount }} }}", {}),
    (f"{{ programCombinations(level: X{NOT_A_NIK}) {{ totalCount }} }}", {}),
    ('{ person(nik: "" "SITI AMINAH") { name } }', {}),
    (f"{{ person({NOT_A_NIK}) {{ name }} }}", {}),
]


@pytest.mark.parametrize(("query", "variables"), REPEATING)
@pytest.mark.parametrize("language", ["id", "en"])
def test_no_message_repeats_a_number_or_a_name(
    client: TestClient, query: str, variables: dict[str, Any], language: str
) -> None:
    response = post(client, query, {"accept-language": language}, variables=variables)
    assert response.json()["errors"] != []
    assert NIK not in response.text
    assert "AMINAH" not in response.text


def test_a_message_of_the_library_says_in_indonesian_what_is_wrong_at_all(client: TestClient) -> None:
    missing = post(client, "query ($n: NIK!) { person(nik: $n) { name } }").json()["errors"][0]
    assert missing["message"] == (
        "Nilai variabel tidak sesuai dengan tipenya: Variable '$n' has invalid value:"
        " Expected a value of non-null type 'NIK!' to be provided."
    )
    assert missing["extensions"] == {"code": "BAD_USER_INPUT"}


@pytest.mark.parametrize(
    ("filter_", "reason"),
    [
        ({"sex": {"in": ["L"] * 40_000}}, "limit_values"),
        ({"program": {"has": ["PKH"] * 13}}, "limit_links"),
        ({"or": [{}] * 501}, "limit_values"),
        ({"or": [{"sex": {"eq": "L"}, "vital": {"eq": "hidup"}}] * 251}, "limit_values"),
        ({"birthDate": {"eq": "2024-W01-1"}}, "bad_date"),
        ({"birthDate": {"eq": "20240101"}}, "bad_date"),
        ({"payments": {"some": {"period": "2024-Q5"}}}, "bad_period"),
    ],
    ids=["in", "has", "or", "sum", "week", "bare", "period"],
)
def test_a_filter_that_asks_too_much_or_wrongly_is_refused(
    client: TestClient, filter_: dict[str, Any], reason: str
) -> None:
    query = "query ($f: PersonFilter) { people(filter: $f) { totalCount } }"
    [error] = post(client, query, variables={"f": filter_}).json()["errors"]
    assert error["extensions"]["reason"] == reason


def test_a_list_of_values_is_one_parameter(client: TestClient) -> None:
    query = "query ($f: PersonFilter) { people(filter: $f) { totalCount } }"
    for values, count in (([NIK], 1), ([NIK] * 500, 1), ([], 0)):
        answer = post(client, query, variables={"f": {"nik": {"in": values}}}).json()
        assert answer["data"] == {"people": {"totalCount": count}}


@pytest.mark.parametrize(
    "parts",
    [
        '["Query.programCombinations", 1, "\\ud800"]',
        '["Query.programCombinations", 1, "a\\u0000"]',
        '["Query.programCombinations", 1, "a", 3]',
        '["Query.programCombinations", "x", "y"]',
        '[1, "a"]',
        '{"a": 1}',
        "[]",
    ],
)
def test_a_cursor_that_was_tampered_with_is_refused(client: TestClient, parts: str) -> None:
    query = "query ($c: String) { programCombinations(after: $c) { nodes { combination } } }"
    cursor = base64.b64encode(parts.encode()).decode()
    [error] = post(client, query, variables={"c": cursor}).json()["errors"]
    assert error["extensions"]["reason"] == "bad_cursor"


def test_everything_the_page_names_is_served_by_us(client: TestClient) -> None:
    page = client.get("/graphql", headers={"accept": "text/html"})
    assert page.status_code == 200
    named = re.findall(r'(?:src|href|data-endpoint)="([^"]+)"', page.text)
    assert [url for url in named if not url.startswith(("/", "data:"))] == []
    assert [url for url in named if url.startswith("/graphiql") and client.get(url).status_code != 200] == []
    assert "http" not in page.headers["content-security-policy"]


def test_everything_the_bundle_loads_is_in_the_package() -> None:
    folder = GRAPHIQL / "static"
    loaded = {
        name
        for path in folder.glob("*.js")
        for name in re.findall(r'"\./([\w.-]+\.(?:js|css|ttf))"', path.read_text(encoding="utf-8"))
    }
    assert sorted(name for name in loaded if not (folder / name).is_file()) == []
    styles = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.css"))
    assert re.findall(r"url\((?!data:|\./codicon|['\"]data:|#)[^)]{0,40}", styles) == []


def test_the_default_query_of_the_page_is_a_good_one(client: TestClient) -> None:
    page = (GRAPHIQL / "page.html").read_text(encoding="utf-8")
    query = re.findall(r'data-query="([^"]+)"', page)[0]
    assert "errors" not in post(client, query).json()


def test_health_is_ready_while_the_database_answers(client: TestClient) -> None:
    response = client.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


class Broken:
    """A store that fails with a person's number in the text of its error."""

    async def text(self, sql: str, args: Sequence[object]) -> str | None:  # noqa: ARG002, D102
        raise OSError(NIK)


@asynccontextmanager
async def broken() -> AsyncIterator[Broken]:
    yield Broken()


def test_a_failure_inside_shows_and_logs_nothing_of_what_was_asked(caplog: pytest.LogCaptureFixture) -> None:
    with TestClient(create_app(broken, lambda: ""), HERE) as client:
        response = post(client, '{ person(nik: "%s") { name } }' % NIK)  # noqa: UP031
        assert client.get("/health").status_code == 503
    assert response.status_code == 500
    assert response.json()["errors"][0]["extensions"]["code"] == "INTERNAL_SERVER_ERROR"
    assert NIK not in response.text + caplog.text


def test_a_server_is_a_subgraph_only_where_its_terms_say_so(client: TestClient, database: Database) -> None:
    query = '{ _service { sdl } _entities(representations: [{__typename: "Program", code: "PKH"}]) { __typename } }'
    assert post(client, query).json()["errors"][0]["extensions"]["code"] == "GRAPHQL_VALIDATION_FAILED"
    terms = Terms(federation=True)
    app = create_app(lambda: open_reader(database, 1), lambda: context(database), terms=terms)
    with TestClient(app, HERE) as subgraph:
        found = post(subgraph, query).json()["data"]
        assert found["_entities"] == [{"__typename": "Program"}]
        assert found["_service"]["sdl"].startswith("extend schema @link(")
        for by_get in ("{ _service { sdl } }", "{ _entities(representations: []) { __typename } }"):
            assert subgraph.get("/graphql", params={"query": by_get}).status_code == 405
