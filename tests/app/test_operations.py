"""Any operation that the schema allows gets an answer of its shape, and any other a refusal: never a failure."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import Mode
from starlette.testclient import TestClient

from hub.app import create_app
from hub.domain import clock
from hub.store.database import Database
from hub.store.read import open_reader
from tests.app.conforming import ill_formed, strict_schema, unfit
from tests.app.operations import generated, written
from tests.conftest import wait_for
from tests.graph_builders import context
from tests.schema.conftest import NOW
from tests.schema.town import town

SCHEMA = strict_schema()
MODERN = {"accept": "application/graphql-response+json", "accept-language": "en"}
ONE_BY_ONE: dict[str, Any] = {
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": [*HealthCheck],
}
SEEDS = st.integers(0, 2**64 - 1)
#: Made when the first is drawn: whoever collects the tests needs none.
VALID = st.deferred(lambda: generated(SCHEMA))
BROKEN = st.deferred(lambda: generated(SCHEMA, Mode.NEGATIVE))


class Asked:
    """A server over the town, and how many of its answers held data."""

    def __init__(self, client: TestClient) -> None:
        self.client = client
        self.ids = self._ids()

    def _ids(self) -> list[str]:
        query = """{
            people(first: 3) { nodes { id familyCards { familyCard { id } } enrollments { id payments { id } } } }
            programs { id } runs(first: 1) { nodes { id } } groups(first: 1) { nodes { id } } }"""
        found: list[str] = []
        waiting = [self.client.post("/graphql", json={"query": query}).json()["data"]]
        while waiting:
            one = waiting.pop()
            waiting += one.values() if isinstance(one, dict) else one if isinstance(one, list) else ()
            found += [one["id"]] if isinstance(one, dict) and "id" in one else []
        return found

    def answers(self, document: str, variables: dict[str, Any]) -> bool:
        """Whether the operation was answered; a failure or an answer of another shape fails the test."""
        with clock.pin(NOW):
            response = self.client.post(
                "/graphql", json={"query": document, "variables": variables}, headers=MODERN
            )
        body = response.json()
        assert response.headers["content-type"] == MODERN["accept"]
        if response.status_code == 200:
            assert body.keys() == {"data", "extensions"}
            assert unfit(SCHEMA, document, variables, body["data"]) == [], (document, variables)
            return True
        assert (response.status_code, list(body)) == (400, ["errors"]), (body, document, variables)
        assert ill_formed(body["errors"]) == [], document
        return False


@pytest.fixture(scope="module")
def asked(database: Database) -> Iterator[Asked]:
    wait_for(town().graph.store(database))
    app = create_app(lambda: open_reader(database, 2), lambda: context(database))
    with TestClient(app, "http://localhost:8000") as client:
        yield Asked(client)


@settings(max_examples=60, **ONE_BY_ONE)
@given(document=VALID)
def test_an_operation_of_the_schema_is_answered_in_its_shape(asked: Asked, document: str) -> None:
    asked.answers(document, {})


@settings(max_examples=25, **ONE_BY_ONE)
@given(document=BROKEN)
def test_an_operation_against_the_schema_is_refused(asked: Asked, document: str) -> None:
    assert not asked.answers(document, {}), document


@settings(max_examples=50, **ONE_BY_ONE)
@given(seed=SEEDS)
def test_aliases_fragments_and_variables_are_answered_in_their_shape(asked: Asked, seed: int) -> None:
    operation = written(SCHEMA, asked.ids, seed)
    asked.answers(operation.document, operation.requests[0])


@pytest.mark.long
@settings(max_examples=5000, **ONE_BY_ONE)
@given(document=VALID)
def test_thousands_of_operations_are_answered_in_their_shape(asked: Asked, document: str) -> None:
    asked.answers(document, {})


@pytest.mark.long
@settings(max_examples=1000, **ONE_BY_ONE)
@given(document=BROKEN)
def test_thousands_of_broken_operations_are_refused(asked: Asked, document: str) -> None:
    assert not asked.answers(document, {}), document


@pytest.mark.long
@settings(max_examples=4000, **ONE_BY_ONE)
@given(seed=SEEDS)
def test_thousands_of_written_operations_are_answered_in_their_shape(asked: Asked, seed: int) -> None:
    operation = written(SCHEMA, asked.ids, seed)
    asked.answers(operation.document, operation.requests[0])


def test_half_of_the_written_operations_hold_data(asked: Asked) -> None:
    operations = [written(SCHEMA, asked.ids, seed) for seed in range(60)]
    assert sum(asked.answers(one.document, one.requests[0]) for one in operations) > len(operations) // 2
