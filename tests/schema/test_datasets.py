"""Data sets in the graph: what anybody may read of a release, and that nobody needs a scope for it (faults F2, F3)."""

import json
from typing import Any

import pytest

from hub.access.areas import NATIONAL_KEYS
from hub.access.context import Reach, sign
from hub.compiler.engine import Request
from hub.compiler.needs import Sight
from hub.schema.build import engine
from hub.store.database import Database
from hub.store.read import open_reader
from tests.conftest import wait_for
from tests.schema.town import town

CELLS = """query($where: [String!]!) { dataSet(name: "penerima") {
  releases { number reason files { path } cells(where: $where, first: 2) { totalCount nodes { values } } } } }"""


@pytest.fixture(scope="module")
def published(database: Database) -> Database:
    wait_for(town().graph.store(database))
    return database


async def told(database: Database, document: str, **variables: Any) -> Any:
    """What a caller without any scope is told."""
    signed = sign(database.roles.derive("context"), Reach([NATIONAL_KEYS], 0, "nobody", "public"))
    prepared = engine().prepare(Request(document, variables), Sight(frozenset()))
    async with open_reader(database, 1) as reader:
        return json.loads((await engine().answer(prepared, reader, lambda: signed)).data)


async def test_whoever_has_no_scope_reads_cells_by_their_columns(published: Database) -> None:
    newest, _ = (await told(published, CELLS, where=["program=PKH"]))["dataSet"]["releases"]
    assert (newest["number"], newest["reason"]) == (2, "salah hitung")
    assert newest["files"] == [{"path": f"/data/penerima/2/penerima-2.{form}"} for form in ("csv", "json")]
    assert newest["cells"]["totalCount"] == 2
    assert [cell["values"]["jumlah"] for cell in newest["cells"]["nodes"]] == [12, None]


@pytest.mark.parametrize(
    "where", [["program=KUBE"], ["no=1"], ["program"], ["jumlah="], ["program=PKH", "status=x"]]
)
async def test_what_matches_nothing_is_no_cell(published: Database, where: list[str]) -> None:
    newest, _ = (await told(published, CELLS, where=where))["dataSet"]["releases"]
    assert newest["cells"] == {"totalCount": 0, "nodes": []}


async def test_whoever_has_no_scope_counts_no_persons_otherwise(published: Database) -> None:
    found = await told(
        published,
        "{ dataSets { name } peopleAggregate { nodes { count } }"
        ' coverage(program: "PKH") { nodes { persons } }'
        ' programOverlap(programs: ["PKH", "BPNT"]) { nodes { persons } } }',
    )
    assert [one["name"] for one in found.pop("dataSets")] == ["penerima", "wilayah"]
    assert set(found.values()) == {None}
