"""Requests made to hurt are refused by little work, without the database, and by a word that says why."""

import asyncio
import json
import sys
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

import pytest
from starlette.requests import Request as HttpRequest
from starlette.testclient import TestClient

from hub.app import create_app
from hub.compiler.documents import InvalidDocument
from hub.compiler.engine import Request
from hub.compiler.limits import Limits
from hub.errors import InputError
from hub.schema import asking
from hub.schema.asking import GRAPHQL
from hub.schema.build import engine
from hub.schema.trusted import Trusted
from tests.app.hostile import BODIES, DOCUMENTS, VARIABLES, bodies
from tests.app.test_protocol import untouched

TYPO = "{ peopel { totalCount } }"
HERE = "http://localhost:8000"
MOST_CALLS = 200_000
"""Calls of functions, of Python and of C: about what a tenth of a second holds."""


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    with TestClient(create_app(untouched, lambda: ""), HERE) as made:
        yield made


def calls(work: Callable[[], object]) -> int:
    """Function calls that some work takes, which is the same on every machine."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def refused(request: Request) -> None:
    with pytest.raises((InputError, InvalidDocument)):
        engine().prepare(request)


def test_there_are_enough_of_them() -> None:
    assert len(bodies()) >= 80


@pytest.mark.parametrize("sent", bodies().values(), ids=bodies())
def test_a_hostile_request_is_refused_without_the_database(client: TestClient, sent: bytes) -> None:
    headers = {"accept": GRAPHQL, "content-type": "application/json"}
    response = client.post("/graphql", content=sent, headers=headers)
    assert 400 <= response.status_code < 500
    [*errors] = response.json()["errors"]
    assert 1 <= len(errors) <= 21
    assert len(response.content) < 50_000
    assert {error["extensions"]["code"] for error in errors} <= {
        "GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED", "BAD_USER_INPUT", "LIMIT_EXCEEDED", "BAD_REQUEST",
    }  # fmt: skip


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_hostile_document_takes_little_work(name: str) -> None:
    assert calls(lambda: refused(Request(DOCUMENTS[name]))) < MOST_CALLS


@pytest.mark.parametrize("name", VARIABLES)
def test_hostile_values_take_little_work(name: str) -> None:
    document, values = VARIABLES[name]
    assert calls(lambda: refused(Request(document, values))) < MOST_CALLS


@pytest.mark.parametrize("name", ["batch", "JSON deep", "JSON variables deep"])
def test_an_export_refuses_them_likewise(name: str) -> None:
    from hub.compiler.exporting import export

    def asked() -> None:
        export(engine(), asking.in_body(BODIES[name], "id", Trusted()), 1000)

    with pytest.raises((asking.Malformed, InputError, InvalidDocument)):
        asked()


def request(*pieces: bytes, slowly: bool = False) -> HttpRequest:
    """A POST whose body comes in these pieces, and, slowly, never to its end."""
    waiting: list[MutableMapping[str, Any]] = [
        {"type": "http.request", "body": piece, "more_body": True} for piece in pieces
    ]

    async def receive() -> MutableMapping[str, Any]:
        if waiting:
            return waiting.pop(0)
        if slowly:
            await asyncio.sleep(3600)
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(b"content-type", b"application/json")]
    return HttpRequest({"type": "http", "method": "POST", "path": "/", "headers": headers}, receive)


async def test_a_body_that_drips_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await asking.body(request(b'{"a"', b": 1}")) == b'{"a": 1}'
    monkeypatch.setattr(asking, "SLOWEST_BODY", 0.01)
    with pytest.raises(asking.Malformed) as caught:
        await asking.body(request(b"{", slowly=True))
    assert caught.value.status == 408


def test_a_schema_that_may_not_be_asked_for_is_not_hinted_at() -> None:
    closed = engine(Limits(introspection=False))
    for query in (
        "{ __schema { queryType { name } } }",
        '{ __type(name: "Person") { name } }',
        "{ peopel { totalCount } }",
    ):
        with pytest.raises(InvalidDocument) as caught:
            closed.prepare(Request(query))
        assert "Did you mean" not in json.dumps([one.formatted for one in caught.value.errors])
    with pytest.raises(InvalidDocument) as values:
        closed.prepare(
            Request("query ($f: PersonFilter) { people(filter: $f) { totalCount } }", {"f": {"nam": {}}})
        )
    assert "Did you mean" not in json.dumps([one.formatted for one in values.value.errors])
    assert closed.prepare(Request("{ __typename programs { __typename code } }")).cost > 0
    with pytest.raises(InvalidDocument) as open_:
        engine().prepare(Request(TYPO))
    assert "Did you mean 'people'" in str(open_.value.errors[0])
