"""One NIK twice in a program: a list that names it twice is a finding, two lists that name it once are none."""

import pytest

from hub.store.database import Database
from tests.conftest import wait_for
from tests.graph_builders import Graph
from tests.schema.conftest import Ask

TWICE, ONCE, SHARED = "3320014101909001", "3320010101859002", "3320010101859003"


@pytest.fixture(scope="module")
def told(database: Database) -> Database:
    """Tuti stands twice in one list, Oni once in each of two, and one NIK is Sari's in one and Sarip's in the other."""
    graph = Graph().basics()
    tuti, oni = graph.person("TUTI", TWICE), graph.person("ONI", ONCE)
    sari, sarip = graph.person("SARI", SHARED), graph.person("SARIP", SHARED)
    for person, source in ((tuti, 2), (tuti, 2), (oni, 2), (oni, 3), (sari, 2), (sarip, 3)):
        graph.enrolled(person, "PKH", "2025-01-01", source_id=source)
    wait_for(graph.store(database))
    return database


async def test_a_person_whom_two_lists_name_is_enrolled_once_and_no_finding(ask: Ask) -> None:
    query = "{ sameNikTwice { totalCount nodes { nik persons enrollments { person { name } } } } }"
    found = (await ask(query))["sameNikTwice"]
    assert [(one["nik"], one["persons"], len(one["enrollments"])) for one in found["nodes"]] == [
        (TWICE, 1, 2),
        (SHARED, 2, 2),
    ]
    assert found["totalCount"] == 2
