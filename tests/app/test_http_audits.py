"""The 61 server audits of GraphQL over HTTP (names and rules of the `graphql-http` suite), one case each."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from hub.app import create_app
from hub.store.database import Database
from hub.store.read import open_reader
from tests.graph_builders import context

JSON, GRAPHQL = "application/json", "application/graphql-response+json"
TYPENAME = "{ __typename }"
UNKNOWN_FIELD = "{ 8f31403dfe404bccbb0e835f2629c6a7 }"
NAMED_TYPE = "query Type($name: String!) { __type(name: $name) { name } }"
COERCION = {"query": "query CoerceFailure($id: ID!){ __typename }", "variables": {"id": None}}
OK, CLIENT_ERROR, ANY_ERROR = range(200, 201), range(400, 500), range(400, 600)


@dataclass(frozen=True)
class Audit:
    """One request and what its answer has to be.

    Args:
        id: Of the audit in the suite.
        body: Members of the body, or the body itself; None: none.
        status: Statuses that pass.
        accept: Header of the request; None: left out.
        kind: Content type of the request; None: left out.
        url: Members of the query string, which makes it a GET.
        answer: What the content type of the answer has to hold.
        without: Members that the answer has to lack.
    """

    id: str
    body: dict[str, Any] | str | None = field(default_factory=lambda: {"query": TYPENAME})
    status: Sequence[int] = OK
    accept: str | None = None
    kind: str | None = JSON
    url: dict[str, str] | None = None
    answer: str = ""
    without: Sequence[str] = ()


def asks(id_: str, accept: str | None = None, **members: Any) -> Audit:
    """A request that is answered without errors."""
    return Audit(id_, {"query": TYPENAME} | members, accept=accept, without=["errors"])


def refuses(prefix: str, member: str, values: Sequence[object]) -> list[Audit]:
    """A member of the wrong type: 400."""
    return [
        Audit(f"{prefix}{n}", {"query": TYPENAME} | {member: value}, range(400, 401))
        for n, value in enumerate(values)
    ]


def nulls() -> Iterator[Audit]:
    """Members that may be null."""
    for n, member in enumerate(("variables", "operationName", "extensions")):
        yield asks(f"94B{n}", GRAPHQL, **{member: None})
        yield asks(f"022{n}", JSON, **{member: None})


NOT_A_TEXT: Sequence[object] = ({"obj": "ect"}, 0, False, ["array"])
NOT_AN_OBJECT: Sequence[object] = ("string", 0, False, ["array"])
BAD_REQUEST = range(400, 401)
OF_TYPE = {"query": NAMED_TYPE, "variables": {"name": "sometype"}}
OF_TYPE_IN_URL = {"query": NAMED_TYPE, "variables": json.dumps({"name": "sometype"})}
TYPO = {"qeury": TYPENAME}
AUDITS = [
    Audit("22EB", accept=GRAPHQL, answer=GRAPHQL),
    Audit("4655", accept=JSON, answer=JSON),
    Audit("47DE", accept="*/*", answer=JSON),
    Audit("80D8", answer=JSON),
    Audit("82A3"),
    Audit("BF61", {"query": '{ __type(name: "Run🏃Swim🏊") { name } }'}, kind=f"{JSON}; charset=utf-8"),
    Audit("78D5"),
    Audit("2C94"),
    Audit("5A70", url={"query": TYPENAME}),
    Audit("9C48", url={"query": "mutation { __typename }"}, accept=GRAPHQL, status=CLIENT_ERROR),
    Audit("9ABE", kind=None, status=CLIENT_ERROR),
    Audit("03D4"),
    Audit("A5BF", None, BAD_REQUEST),
    Audit("423L", {"notquery": TYPENAME}, BAD_REQUEST, GRAPHQL),
    *refuses("LKJ", "query", NOT_A_TEXT),
    asks("34A2", GRAPHQL),
    asks("13EE", JSON),
    *refuses("6C0", "operationName", NOT_A_TEXT),
    asks("8161", GRAPHQL, operationName="Query", query="query Query { __typename }"),
    asks("B8B3", JSON, operationName="Query", query="query Query { __typename }"),
    *nulls(),
    *refuses("476", "variables", NOT_AN_OBJECT),
    asks("2EA1", GRAPHQL, **OF_TYPE),
    asks("28B9", JSON, **OF_TYPE),
    Audit("D6D5", url=OF_TYPE_IN_URL, accept=GRAPHQL, without=["errors"]),
    Audit("6A70", url=OF_TYPE_IN_URL, accept=JSON, without=["errors"]),
    *refuses("58B", "extensions", NOT_AN_OBJECT),
    asks("428F", GRAPHQL, extensions={"some": "value"}),
    asks("1B7A", JSON, extensions={"some": "value"}),
    Audit("B6DC", '{ "not a JSON', range(200, 600), JSON),
    Audit("BCF8", '{ "not a JSON', BAD_REQUEST, JSON),
    Audit("B7N8", '{ "not a JSON', BAD_REQUEST, GRAPHQL),
    Audit("8764", TYPO, ANY_ERROR),
    Audit("3E3A", TYPO, BAD_REQUEST),
    Audit("572B", {"query": "{"}, OK, JSON),
    Audit("FDE2", {"query": UNKNOWN_FIELD}, OK, JSON),
    Audit("7B9B", COERCION, OK, JSON),
    Audit("865D", {"query": "{"}, ANY_ERROR, GRAPHQL),
    Audit("556A", {"query": "{"}, BAD_REQUEST, GRAPHQL),
    Audit("D586", {"query": "{"}, ANY_ERROR, GRAPHQL, without=["data"]),
    Audit("51FE", {"query": UNKNOWN_FIELD}, ANY_ERROR, GRAPHQL),
    Audit("74FF", {"query": UNKNOWN_FIELD}, BAD_REQUEST, GRAPHQL),
    Audit("5E5B", {"query": UNKNOWN_FIELD}, ANY_ERROR, GRAPHQL, without=["data"]),
    Audit("86EE", COERCION, BAD_REQUEST, GRAPHQL),
]


@pytest.fixture(scope="module")
def client(database: Database) -> Iterator[TestClient]:
    app = create_app(lambda: open_reader(database, 1), lambda: context(database))
    with TestClient(app, "http://localhost:8000") as made:
        del made.headers["accept"]
        yield made


def test_there_are_as_many_audits_as_in_the_suite() -> None:
    assert len({audit.id for audit in AUDITS}) == len(AUDITS) == 61


@pytest.mark.parametrize("audit", AUDITS, ids=lambda audit: audit.id)
def test_an_audit_passes(client: TestClient, audit: Audit) -> None:
    given = {"accept": audit.accept, "content-type": None if audit.url else audit.kind}
    headers = {name: value for name, value in given.items() if value}
    if audit.url:
        response = client.get(f"/graphql?{urlencode(audit.url)}", headers=headers)
    else:
        sent = audit.body if isinstance(audit.body, str) else json.dumps(audit.body) if audit.body else ""
        response = client.post("/graphql", content=sent.encode(), headers=headers)
    assert response.status_code in audit.status
    assert audit.answer in response.headers["content-type"]
    found = json.loads(response.content.decode("utf-8"))
    assert [name for name in audit.without if name in found] == []
