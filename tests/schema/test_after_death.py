"""Enrolled after death where lists that touch have become one enrollment that began in life."""

import pytest

from hub.store.database import Database
from hub.store.tables import claims
from tests.conftest import wait_for
from tests.graph_builders import Graph, days
from tests.schema.conftest import Ask


@pytest.fixture(scope="module")
def told(database: Database) -> Database:
    """Tono and Wati died on one day; two quarterly lists that touch name him, and only the first names her."""
    graph = Graph().basics()
    tono, wati = (graph.person(name, died_on="2025-03-10") for name in ("TONO", "WATI"))
    graph.enrolled(tono, "PKH", "2025-01-01", "2025-07-01")
    graph.enrolled(wati, "PKH", "2025-01-01", "2025-04-01")
    for person, start, end in (
        (tono, "2025-01-01", "2025-04-01"),
        (tono, "2025-04-01", "2025-07-01"),
        (wati, "2025-01-01", "2025-04-01"),
    ):
        graph.add(
            claims.claim_enrollment,
            record_id=graph.stated(person, "pkh", "NAMA"),
            mention_id=0,
            source_id=2,
            person_id=person,
            program="PKH",
            role="holder",
            status="active",
            period=days(start, end),
        )
    wait_for(graph.store(database))
    return database


async def test_a_list_for_days_after_a_death_is_shown_though_the_enrollment_began_in_life(ask: Ask) -> None:
    query = """{ enrolledAfterDeath { totalCount nodes { person { name } beganAfter since amount
        payments { from } enrollment { from to } } } }"""
    assert (await ask(query))["enrolledAfterDeath"] == {
        "totalCount": 1,
        "nodes": [
            {
                "person": {"name": "TONO"},
                "beganAfter": False,
                "since": "2025-04-01",
                "amount": None,
                "payments": [],
                "enrollment": {"from": "2025-01-01", "to": "2025-07-01"},
            }
        ],
    }
