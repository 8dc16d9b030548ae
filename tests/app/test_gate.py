"""Through the door with tokens: nobody gets in without one, and a caller reads what was granted and no more."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient

from hub.access.gate import TokenGate
from hub.access.issuer import NAME, OwnIssuer
from hub.app import create_app
from hub.domain import clock
from hub.domain.clock import WIB
from hub.registry.agreements import Agreement
from hub.store.bulk import open_bulk
from hub.store.database import Database
from hub.store.read import open_reader
from tests.access.test_callers import AGENCIES, TERMS, agreement
from tests.conftest import wait_for
from tests.graph_builders import DESA
from tests.schema.conftest import story

OWN = OwnIssuer(lambda use: hashlib.sha256(use.encode()).digest())
HERE = "http://localhost"
NAMES = {"query": "{ people { nodes { name } } }"}
GRAPHQL = {"accept": "application/graphql-response+json"}


@pytest.fixture(scope="module")
def told(database: Database) -> Database:
    """A database that holds the story; its people live in the areas of the agency."""
    wait_for(story().store(database))
    return database


@pytest.fixture(scope="module")
def client(told: Database) -> Iterator[TestClient]:
    async def read() -> Mapping[str, Agreement]:
        return {
            "pks-1": agreement(to="2999-01-01"),
            "pks-2": agreement(code="pks-2", purposes=["penyaluran"], areas=["33.21"]),
        }

    gate = TokenGate(lambda: told.roles.derive("context"), {NAME: OWN.trusted()}, AGENCIES, TERMS, read)
    app = create_app(
        lambda: open_reader(told, 1), lambda: "", open_bulk=lambda: open_bulk(told, 10), gate=gate
    )
    with TestClient(app, HERE) as made:
        yield made


def headers(purpose: str = "verivali", subject: str = "sistem", **private: Any) -> dict[str, str]:
    token = OWN.token(subject, **({"agency": "dinsos"} | private))
    return GRAPHQL | {"authorization": f"Bearer {token}"} | ({"hub-purpose": purpose} if purpose else {})


@pytest.mark.parametrize("path", ["/graphql", "/export"])
@pytest.mark.parametrize("said", [{}, {"authorization": "Bearer x"}, {"authorization": "Basic eDp5"}])
def test_nobody_without_a_token_is_let_in(client: TestClient, path: str, said: dict[str, str]) -> None:
    found = client.post(path, json=NAMES, headers=GRAPHQL | said)
    assert (found.status_code, found.headers["www-authenticate"]) == (401, "Bearer")
    assert found.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"


def test_a_stranger_learns_nothing_of_the_document_either(client: TestClient) -> None:
    said = [
        client.post("/graphql", json={"query": query}, headers=GRAPHQL)
        for query in ("{ people", "{ nix }", "")
    ]
    assert len({found.content for found in said}) == 1


def test_a_caller_reads_what_the_agreement_grants(client: TestClient) -> None:
    found = client.post("/graphql", json=NAMES, headers=headers()).json()
    assert {node["name"] for node in found["data"]["people"]["nodes"]} >= {"SITI AMINAH", "BUDI SANTOSO"}
    assert str(DESA).startswith("3320")


def test_a_caller_without_a_purpose_sees_no_person_and_reference_data(client: TestClient) -> None:
    asked = {"query": "{ people { totalCount } programs { code } }"}
    found = client.post("/graphql", json=asked, headers=headers("")).json()
    assert found["data"]["people"] is None
    assert found["data"]["programs"]
    assert [one["path"] for one in found["extensions"]["refused"]] == [["people"]]


def test_what_is_refused_stands_once_a_path_with_what_would_allow_it(client: TestClient) -> None:
    asked = {"query": "{ people { nodes { name rt payments { amount } } } }"}
    found = client.post("/graphql", json=asked, headers=headers() | {"accept-language": "en"}).json()
    assert {node["payments"] for node in found["data"]["people"]["nodes"]} == {None}
    first, second = found["extensions"]["refused"]
    assert (first["path"], first["scope"]) == (["people", "nodes", "rt"], "contact")
    assert (second["path"], second["reason"]) == (
        ["people", "nodes", "payments"],
        "outside your scopes: payment",
    )
    assert second["allowedBy"] == "an approved agreement of dinsos with the scope payment"
    assert "refused" not in client.post("/graphql", json=NAMES, headers=headers()).json()["extensions"]


def test_who_wants_all_or_nothing_says_so(client: TestClient) -> None:
    asked = {"query": "{ people { nodes { name rt } } }"}
    for said, body in (({"hub-refusals": "fail"}, asked), ({}, asked | {"extensions": {"refusals": "fail"}})):
        found = client.post("/graphql", json=body, headers=headers() | said)
        assert found.status_code == 403
        assert found.json()["errors"][0]["extensions"]["reason"] == "fields_refused"
    assert client.post("/graphql", json=asked, headers=headers() | {"hub-refusals": "x"}).status_code == 400


def test_filtering_by_what_lies_outside_the_scopes_is_refused(client: TestClient) -> None:
    asked = {"query": '{ people(filter: {enrollments: {some: {}}, wilayah: "33.20"}) { totalCount } }'}
    found = client.post("/graphql", json=asked, headers=headers())
    told = found.json()["errors"][0]["extensions"]
    assert (found.status_code, told["reason"]) == (403, "scope_missing")
    assert "enrollment" in told["allowedBy"]


def test_the_areas_of_token_and_agreement_bound_what_is_read(client: TestClient) -> None:
    asked = {"query": "{ people { totalCount } }"}
    for narrowed in (headers(areas=["33.20.07"]), headers(areas=[]), headers(subject="meja")):
        found = client.post("/graphql", json=asked, headers=narrowed).json()["data"]
        assert found["people"]["totalCount"] == 0


def test_a_purpose_that_nothing_grants_is_refused_and_says_what_would(client: TestClient) -> None:
    found = client.post("/graphql", json=NAMES, headers=headers("pengawasan"))
    told = found.json()["errors"][0]["extensions"]
    assert (found.status_code, told["code"], told["reason"]) == (403, "FORBIDDEN", "no_agreement")
    assert "pengawasan" in told["allowedBy"]


def test_only_an_exporter_exports(client: TestClient) -> None:
    found = client.post("/export", json=NAMES, headers=headers() | {"accept": "*/*"})
    assert (found.status_code, found.json()["errors"][0]["extensions"]["reason"]) == (403, "no_exporter")


def test_an_export_names_the_columns_that_it_holds_back(client: TestClient) -> None:
    asked = {"query": "{ people { nodes { name rt } } }"}
    said = headers(subject="pengekspor") | {"accept": "application/x-ndjson"}
    found = client.post("/export", json=asked, headers=said)
    assert found.headers["hub-refused"] == "people.nodes.rt;contact"
    assert {line["rt"] for line in map(json.loads, found.text.splitlines())} == {None}
    assert client.post("/export", json=asked, headers=said | {"hub-refusals": "fail"}).status_code == 403
    other = client.post("/export", json={"query": "{ payments { nodes { amount } } }"}, headers=said)
    assert (other.status_code, other.json()["errors"][0]["extensions"]["reason"]) == (403, "scope_missing")


def test_an_event_stream_tells_what_it_holds_back(client: TestClient) -> None:
    said = headers() | {"accept": "text/event-stream"}
    found = client.post(
        "/graphql/stream", json={"query": "{ people(first: 1) { nodes { rt } } }"}, headers=said
    )
    [event] = [line[6:] for line in found.text.splitlines() if line.startswith("data: {")]
    assert [one["scope"] for one in json.loads(event)["extensions"]["refused"]] == ["contact"]
    asked = {"query": "subscription { personsChanged { count } }"}
    assert "scope_missing" in client.post("/graphql/stream", json=asked, headers=said).text


def test_what_speaks_of_no_person_is_had_by_anyone_with_get_and_nothing_else(client: TestClient) -> None:
    found = client.get("/graphql", params={"query": "{ __typename }"}, headers=GRAPHQL)
    assert (found.status_code, found.json()["data"]) == (200, {"__typename": "Query"})
    assert client.get("/graphql", params=NAMES, headers=GRAPHQL).status_code == 405


MIDNIGHT = datetime(2999, 1, 1, tzinfo=WIB)
"""At which the agreement `pks-1` ends."""


@pytest.mark.parametrize(("seconds", "status"), [(-1, 200), (0, 403)])
def test_the_last_second_of_an_agreement_is_answered_and_the_next_one_is_refused(
    client: TestClient, seconds: int, status: int
) -> None:
    with clock.pin(MIDNIGHT + timedelta(seconds=seconds)):
        assert client.post("/graphql", json=NAMES, headers=headers()).status_code == status
