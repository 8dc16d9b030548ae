"""Explanations tell operators what an operation is in SQL, and nobody any value."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
import pytest_asyncio
from starlette.testclient import TestClient

from hub.access.gate import Admitted, OpenGate
from hub.app import create_app
from hub.cli.entrance import local_context
from hub.compiler.engine import Request
from hub.compiler.explaining import explained, laid_out, masked, origins, plan_lines
from hub.schema.build import engine
from hub.store.database import Database
from hub.store.read import Reader, open_reader

NIK = "3320014101909001"
QUERY = "query ($n: NIK!) { one: person(nik: $n) { name enrollments(current: true) { from } } }"


@pytest_asyncio.fixture
async def reader(database: Database) -> AsyncIterator[Reader]:
    async with open_reader(database, 1) as opened:
        yield opened


async def test_an_explanation_has_statement_origins_plan_and_cost_and_no_value(reader: Reader) -> None:
    found = await explained(engine().prepare(Request(QUERY, {"n": NIK})), reader)
    text = json.dumps(found.told())
    assert NIK not in text
    assert found.parameters[:2] == [
        {"parameter": "$1", "type": "text", "from": "access context"},
        {"parameter": "$2", "type": "text", "from": "one.nik"},
    ]
    assert {"parameter": "$3", "type": "date", "from": "today in WIB"} in found.parameters
    assert found.cost == engine().prepare(Request(QUERY, {"n": NIK})).cost
    assert "person_state" in "\n".join(plan_lines(found.plan))
    assert "$2" in json.dumps(found.plan)


async def test_an_operation_that_reads_nothing_has_no_plan(reader: Reader) -> None:
    found = await explained(engine().prepare(Request('{ __type(name: "Person") { name } }')), reader)
    assert (found.plan, list(plan_lines(found.plan))) == (None, [])


async def test_a_connection_explains_again_and_again(reader: Reader) -> None:
    prepared = engine().prepare(Request(QUERY, {"n": NIK}))
    assert await explained(prepared, reader) == await explained(prepared, reader)


@pytest.mark.parametrize(
    "query", [QUERY, "{ people(filter: {name: {eq: \"a ( from 'b'\"}}) { nodes { name } totalCount } }"]
)
def test_laying_out_moves_white_space_alone(query: str) -> None:
    sql, _ = engine().explain(Request(query, {"n": NIK}))
    laid = laid_out(sql)
    assert "".join(laid.split()) == "".join(sql.split())
    assert len(laid.splitlines()) > 5
    assert max(map(len, laid.splitlines())) < len(sql)


def test_every_parameter_has_an_origin() -> None:
    prepared = engine().prepare(
        Request(
            """{ people(filter: {wilayah: "33.20", sex: {in: [P]}}, first: 5, asOf: "2024-01-01") {
              nodes { name } } }"""
        )
    )
    found = [one["from"] for one in origins(prepared.plan)]
    assert len(found) == 1 + len(prepared.parameters)
    assert {"people.filter.wilayah", "people.filter.sex.in", "people.first", "people.asOf"} <= set(found)


def test_a_plan_of_a_run_is_masked() -> None:
    node = {
        "Node Type": "Index Scan",
        "Plan Rows": 5,
        "Index Cond": f"((nik)::text = '{NIK}'::text) AND (person_id = 77) AND (k1$ > $2)",
        "Output": ["'SITI O''NEIL'::text", "a.name"],
        "Plans": [{"Filter": "(area_key >= '3320010000'::bigint)"}],
    }
    [clean] = masked([{"Plan": node}])
    assert clean["Plan"]["Index Cond"] == "((nik)::text = ?::text) AND (person_id = ?) AND (k1$ > $2)"
    assert clean["Plan"]["Output"] == ["?::text", "a.name"]
    assert clean["Plan"]["Plans"] == [{"Filter": "(area_key >= ?::bigint)"}]
    assert clean["Plan"]["Plan Rows"] == 5


class ReadersAlone(OpenGate):
    """Everyone is a caller who may read, and no more."""

    async def admit(
        self, authorization: str = "", purpose: str = "", agreement: str = "", certificate: str = ""
    ) -> Admitted:
        """The one caller."""
        admitted = await super().admit(authorization, purpose, agreement, certificate)
        return replace(admitted, caller=replace(admitted.caller, roles=frozenset({"reader"})))


def test_an_operator_may_ask_over_http_and_nobody_else(database: Database) -> None:
    body = {"query": QUERY, "variables": {"n": NIK}, "extensions": {"explain": True}}
    sign = local_context(database)
    for gate, status in ((OpenGate(sign), 200), (ReadersAlone(sign), 403)):
        app = create_app(lambda: open_reader(database, 1), sign, gate=gate)
        with TestClient(app, "http://localhost:8000") as client:
            response = client.post("/graphql", json=body)
            assert response.status_code == status
            assert NIK not in response.text
            if status == 200:
                assert set(response.json()["extensions"]["explain"]) == {"cost", "sql", "parameters", "plan"}
            else:
                assert response.json()["errors"][0]["extensions"]["reason"] == "explain_refused"
            plain = client.post("/graphql", json=body | {"extensions": {"explain": False}})
            assert "explain" not in plain.json()["extensions"]
