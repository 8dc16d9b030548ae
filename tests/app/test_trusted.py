"""Trusted documents: asked for by hash, alone where it is set so, and by GET where they speak of no person."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from hub.app import create_app
from hub.errors import FatalError
from hub.registry.documents import TrustedDocument, document_id, read_documents
from hub.schema.build import engine
from hub.schema.pinning import examined
from hub.schema.terms import Terms
from hub.schema.trusted import Mode, trusted
from hub.settings import default_config_dir
from hub.store.bulk import open_bulk
from hub.store.database import Database
from hub.store.read import open_reader
from tests.conftest import wait_for
from tests.graph_builders import Graph, context

HERE = "http://localhost:8000"
MODERN = {"accept": "application/graphql-response+json", "accept-encoding": "identity"}
OPEN = "query ($c: String) { programs(code: $c) { code } }"
OF_PEOPLE = "{ people { totalCount } }"
EXPORT = "{ people { nodes { name } } }"
TEXTS = (OPEN, OF_PEOPLE, EXPORT)
OTHER = "{ sources { code } }"


@pytest.fixture(scope="module")
def told(database: Database) -> Database:
    graph = Graph().basics()
    graph.person("SITI AMINAH")
    wait_for(graph.store(database))
    return database


def serving(database: Database, mode: Mode) -> TestClient:
    documents = [TrustedDocument(f"d{n}", text) for n, text in enumerate(TEXTS)]
    app = create_app(
        lambda: open_reader(database, 1),
        lambda: context(database),
        terms=Terms(trusted=trusted(mode, documents)),
        open_bulk=lambda: open_bulk(database, 60, 1),
    )
    return TestClient(app, HERE, headers=MODERN)


@pytest.fixture(scope="module")
def client(told: Database) -> Iterator[TestClient]:
    with serving(told, "accept") as made:
        yield made


@pytest.fixture(scope="module")
def closed(told: Database) -> Iterator[TestClient]:
    with serving(told, "only") as made:
        yield made


def post(client: TestClient, path: str = "/graphql", **members: Any) -> Any:
    return client.post(path, json=members, headers={"accept": "*/*"} if path == "/export" else None)


def get(client: TestClient, headers: dict[str, str] | None = None, **members: str) -> Any:
    return client.get(f"/graphql?{urlencode(members)}", headers=headers)


def apollo(text: str) -> dict[str, Any]:
    return {"persistedQuery": {"version": 1, "sha256Hash": document_id(text).removeprefix("sha256:")}}


def reason(response: Any) -> tuple[int, str, str]:
    [error] = response.json()["errors"]
    return response.status_code, error["extensions"]["code"], error["extensions"].get("reason", "")


def test_a_document_is_asked_for_by_its_id_in_both_forms(client: TestClient, closed: TestClient) -> None:
    for server in (client, closed):
        for members in ({"documentId": document_id(OPEN)}, {"extensions": apollo(OPEN)}):
            answer = post(server, variables={"c": "PKH"}, **members)
            assert answer.json()["data"] == {"programs": [{"code": "PKH"}]}
        assert post(server, query=OPEN).status_code == 200
        assert post(server, query=f"  {OPEN}\n").status_code == 200
        assert post(server, query=OPEN, extensions=apollo(OPEN)).status_code == 200


def test_another_document_is_answered_only_where_others_are_accepted(
    client: TestClient, closed: TestClient
) -> None:
    assert post(client, query=OTHER).status_code == 200
    assert post(client, query=OTHER, extensions=apollo(OTHER)).status_code == 200
    refused = (403, "FORBIDDEN", "document_not_trusted")
    assert reason(post(closed, query=OTHER)) == refused
    assert reason(post(closed, query=OTHER, extensions=apollo(OTHER))) == refused
    assert reason(post(closed, query="{ __typename }")) == refused
    assert reason(post(closed, "/export", query="{ people { nodes { id } } }")) == refused
    assert post(closed, "/export", documentId=document_id(EXPORT)).text == '{"name":"SITI AMINAH"}\n'


def test_an_unknown_id_is_told_apart_from_a_wrong_one(client: TestClient, told: Database) -> None:
    unknown = (400, "PERSISTED_QUERY_NOT_FOUND", "document_unknown")
    assert reason(post(client, documentId=document_id(OTHER))) == unknown
    assert reason(post(client, documentId="x-own:1")) == unknown
    assert reason(post(client, extensions=apollo(OTHER))) == unknown
    mismatch = (400, "BAD_USER_INPUT", "document_mismatch")
    assert reason(post(client, query=OTHER, documentId=document_id(OPEN))) == mismatch
    assert reason(post(client, query=OTHER, extensions=apollo(OPEN))) == mismatch
    assert post(client, documentId=7).status_code == 400
    assert post(client, extensions={"persistedQuery": []}).status_code == 400
    with serving(told, "off") as off:
        assert reason(post(off, documentId=document_id(OPEN))) == unknown


def test_a_get_is_for_trusted_documents_that_speak_of_no_person_and_for_the_schema(
    client: TestClient,
) -> None:
    assert get(client, documentId=document_id(OPEN), variables='{"c": "PKH"}').status_code == 200
    assert get(client, query=OPEN).status_code == 200
    assert get(client, extensions=json.dumps(apollo(OPEN))).status_code == 200
    assert get(client, query="{ __typename }").status_code == 200
    for members in ({"documentId": document_id(OF_PEOPLE)}, {"query": OTHER}, {"query": OF_PEOPLE}):
        refused = client.get(f"/graphql?{urlencode(members)}")
        assert (refused.status_code, refused.headers["allow"]) == (405, "POST")


def test_an_open_answer_may_be_kept_and_is_not_sent_twice(client: TestClient) -> None:
    first = get(client, documentId=document_id(OPEN))
    mark = first.headers["etag"]
    assert first.headers["cache-control"] == "public, max-age=60"
    assert first.headers["vary"] == "accept, accept-language, accept-encoding"
    assert first.json()["extensions"] == {"cost": {"requested": 15, "limit": 50_000}}
    for known in (mark, f'"x", {mark}', mark.removeprefix("W/"), "*"):
        again = get(client, {"if-none-match": known}, documentId=document_id(OPEN))
        assert (again.status_code, again.content) == (304, b"")
        assert (again.headers["etag"], again.headers["vary"]) == (mark, first.headers["vary"])
        assert "content-length" not in again.headers
    other = get(client, {"if-none-match": mark}, documentId=document_id(OPEN), variables='{"c": "PKH"}')
    assert (other.status_code, other.headers["etag"] != mark) == (200, True)


def test_what_speaks_of_persons_or_failed_is_never_kept(client: TestClient) -> None:
    for response in (post(client, query=OF_PEOPLE), post(client, query=OPEN), get(client, query=OF_PEOPLE)):
        assert response.headers.get_list("cache-control") == ["no-store"]
        assert "etag" not in response.headers


def test_the_documents_of_the_configuration_can_be_answered() -> None:
    documents = read_documents(default_config_dir())
    assert len(documents) >= 4
    for document in documents:
        assert examined(engine(), document)[0] == []


def test_a_server_with_a_document_that_cannot_be_answered_does_not_start(told: Database) -> None:
    broken = trusted("accept", [TrustedDocument("broken", "{ nothing }")])
    app = create_app(lambda: open_reader(told, 1), lambda: "", terms=Terms(trusted=broken))
    with pytest.raises(FatalError) as caught, TestClient(app):
        pass
    assert caught.value.code == "document_invalid"
