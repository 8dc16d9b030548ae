"""No open door reaches a person: none enters a context, and without one the reading role sees no row of anybody."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
from starlette.testclient import TestClient

from hub.app import create_app
from hub.catalog_api.ckan.service import EVERY
from hub.catalog_api.routes import METHODS, routes
from hub.schema.terms import Terms
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.tables import metadata
from tests.catalog_api.asked import OPEN
from tests.conftest import wait_for
from tests.graph_builders import context
from tests.house.tree import ROOT
from tests.schema.conftest import Counting, story

PERSONAL = {table.name for table in metadata.sorted_tables if "home_area_key" in table.c}
SECRETS = ("SITI", "BUDI", "3320014101909001", "3320010101859002")
NAMED = re.compile(r"hub\.(\w+)")


statements: list[str] = []


@pytest.fixture(scope="module")
def client(database: Database) -> Iterator[TestClient]:
    wait_for(story().store(database))

    @asynccontextmanager
    async def watched() -> AsyncIterator[Counting]:
        async with open_reader(database, 1) as reader:
            yield Counting(reader, statements)

    app = create_app(watched, lambda: context(database))
    with TestClient(app, "http://localhost") as made:
        yield made


def test_every_open_door_is_among_those_asked_here() -> None:
    every = {route.path for route in routes() if hasattr(route, "path")} - {"/reconcile/persons"}
    assert every == set(OPEN)


@pytest.mark.parametrize("path", OPEN)
def test_what_a_door_reads_names_no_table_of_persons_and_enters_no_context(
    client: TestClient, path: str
) -> None:
    statements.clear()
    for asked in OPEN[path]:
        answer = client.get(asked)
        assert answer.status_code in (200, 404), answer.text
        assert not [secret for secret in SECRETS if secret in answer.text]
    for sql in statements:
        assert "enter(" not in sql
        assert not set(NAMED.findall(sql)) & PERSONAL


@pytest.mark.parametrize("table", sorted(PERSONAL))
async def test_without_a_context_the_reading_role_sees_no_row_of_a_person(
    database: Database, table: str
) -> None:
    async with open_reader(database, 1) as reader:
        assert await reader.text(f"select count(*)::text from hub.{table}", []) == "0"


def test_every_open_door_and_action_stands_in_its_page() -> None:
    page = (ROOT / "docs/satu-data.md").read_text()
    assert [name for name in EVERY if f"`{name}`" not in page] == []
    first = {"/" + path.split("/")[1].partition(".")[0] for path in OPEN}
    assert [part for part in first if part not in page] == []


@pytest.mark.parametrize("path", OPEN)
def test_every_door_tells_what_it_takes(client: TestClient, path: str) -> None:
    asked = OPEN[path][0]
    allowed = {one.strip() for one in client.options(asked).headers["allow"].split(",")}
    for method in METHODS:
        answer = client.request(method, asked)
        assert (answer.status_code == 405) == (method not in allowed), method
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_address_that_asks_for_too_much_has_to_wait(database: Database) -> None:
    app = create_app(lambda: open_reader(database, 1), lambda: "", terms=Terms(open_budget=1000))
    with TestClient(app, "http://localhost") as client:
        answers = [client.get("/reference/codes") for _ in range(12)]
    assert [one.status_code for one in answers] == [200] * 10 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 0
