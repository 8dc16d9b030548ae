"""Who was a child on the day that is looked from is one, by every door, for a caller without the scope of children."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
from starlette.testclient import TestClient

from hub.registry.agencies import load_terms
from hub.settings import default_config_dir
from hub.store.database import Database
from tests.app.apart import gate_of, serving, who
from tests.app.levels import Level
from tests.conftest import wait_for
from tests.graph_builders import Graph

WITHOUT, WITH = Level("without", ("33.20",), frozenset({"children"})), Level("with", ("33.20",))
BORN = date(2000, 6, 15)
#: A day looked from, and whether somebody born on that day is grown on it: 18 on the birthday itself.
DAYS = [
    ("2018-06-14", False),
    ("2018-06-15", True),
    ("2024-01-01", True),
    ("9999-12-31", True),
    ("0001-01-01", False),
]
WAYS = {
    "list": "{{ people(asOf: \"{}\") {{ nodes {{ name }} }} }}",
    "count": "{{ people(asOf: \"{}\") {{ totalCount }} }}",
    "held page": "{{ people(asOf: \"{}\") {{ nodes {{ name }} edges {{ cursor }} pageInfo {{ endCursor }} }} }}",
    "one": "{{ person(nik: \"3320011506009001\", asOf: \"{}\") {{ name }} }}",
    "nested": "{{ enrollments(filter: {{wilayah: \"33.20\"}}, asOf: \"{}\") {{ nodes {{ person {{ name }} }} }} }}",
    "beside another day": "{{ a: people(asOf: \"{}\") {{ nodes {{ name }} }} b: programs {{ code }} }}",
}  # fmt: skip


def small() -> Graph:
    graph = Graph().basics()
    person = graph.person("DEWI", "3320011506009001", birth_date=BORN)
    graph.enrolled(person, "PKH", "0001-01-01")
    return graph


@pytest.fixture(scope="module")
def client(database: Database) -> Iterator[TestClient]:
    wait_for(small().store(database))
    gate = gate_of(database, load_terms(default_config_dir()), (WITHOUT, WITH))
    with serving(database, gate) as made:
        yield made


@pytest.mark.parametrize(("day", "grown"), DAYS)
@pytest.mark.parametrize("way", WAYS)
def test_a_child_of_that_day_is_not_told_of(client: TestClient, way: str, day: str, grown: bool) -> None:
    asked = {"query": WAYS[way].format(day)}
    found = client.post("/graphql", json=asked, headers=who(WITHOUT)).json()["data"]
    assert (('"DEWI"' in json.dumps(found)) or found.get("people") == {"totalCount": 1}) is grown
    every = client.post("/graphql", json=asked, headers=who(WITH)).json()["data"]
    assert '"DEWI"' in json.dumps(every) or every["people"] == {"totalCount": 1}


@pytest.mark.parametrize(("day", "grown"), DAYS)
def test_nor_is_one_exported(client: TestClient, day: str, grown: bool) -> None:
    asked = {"query": f'{{ people(asOf: "{day}") {{ nodes {{ name }} }} }}'}
    found = client.post("/export", json=asked, headers=who(WITHOUT)).text
    assert ("DEWI" in found) is grown
    assert "DEWI" in client.post("/export", json=asked, headers=who(WITH)).text


def test_the_earliest_of_two_days_is_the_one_that_counts(client: TestClient) -> None:
    asked = '{ a: people(asOf: "2024-01-01") { totalCount } b: people(asOf: "2018-01-01") { totalCount } }'
    found = client.post("/graphql", json={"query": asked}, headers=who(WITHOUT)).json()["data"]
    assert found == {"a": {"totalCount": 0}, "b": {"totalCount": 0}}


def test_a_day_that_a_filter_names_counts_too(client: TestClient) -> None:
    for day, count in (("2018-01-01", 0), ("2024-01-01", 1)):
        held = f'{{enrollments: {{some: {{program: {{eq: "PKH"}}}}, at: "{day}"}}}}'
        asked = f"{{ people(filter: {held}) {{ totalCount }} }}"
        found = client.post("/graphql", json={"query": asked}, headers=who(WITHOUT)).json()
        assert found["data"] == {"people": {"totalCount": count}}, found
