"""No open door reaches a person: none enters a context, and without one the reading role sees no row of anybody."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import cast

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from hub.app import create_app
from hub.catalog_api.ckan.datastore import CHOSEN, PLAIN
from hub.catalog_api.ckan.service import EVERY
from hub.catalog_api.routes import METHODS, routes
from hub.schema.budget import Budget
from hub.schema.terms import Terms
from hub.settings import Settings
from hub.sharing.contents import contents_of
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.tables import metadata
from tests.catalog_api.asked import NOWHERE, OPEN
from tests.conftest import wait_for
from tests.graph_builders import context
from tests.house.tree import ROOT
from tests.schema.conftest import Counting, story
from tests.sharing.conftest import PERIOD, Office, crowd

PERSONAL = {table.name for table in metadata.sorted_tables if "home_area_key" in table.c}
SECRETS = ("SITI", "BUDI", "3320014101909001", "3320010101859002")
NAMED = re.compile(r"hub\.(\w+)")


statements: list[str] = []


@pytest.fixture(scope="module")
def office(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Siti and Budi in a crowd, and what was counted of it released."""
    wait_for(crowd(150, among=story()).store(database))
    made = Office(database, Settings(data_dir=tmp_path_factory.mktemp("office")))
    made.release("penerima", period=PERIOD)
    return made


@pytest.fixture(scope="module")
def client(office: Office) -> Iterator[TestClient]:
    @asynccontextmanager
    async def watched() -> AsyncIterator[Counting]:
        async with open_reader(office.database, 1) as reader:
            yield Counting(reader, statements)

    terms = Terms(releases=contents_of(office.settings.data_dir))
    app = create_app(watched, lambda: context(office.database), terms=terms)
    with TestClient(app, "http://localhost") as made:
        yield made


def named(client: TestClient, asked: str) -> str:
    """An address with the id of a file of the released rows where RESOURCE stands."""
    if "RESOURCE" in asked:
        package = client.get("/api/3/action/package_show?id=penerima").json()["result"]
        asked = asked.replace("RESOURCE", package["resources"][0]["id"])
    return asked


def test_every_open_door_is_among_those_asked_here() -> None:
    every = {route.path for route in routes() if hasattr(route, "path")} - {"/reconcile/persons"}
    assert every == set(OPEN)


@pytest.mark.parametrize("path", OPEN)
def test_what_a_door_reads_names_no_table_of_persons_and_enters_no_context(
    client: TestClient, path: str
) -> None:
    statements.clear()
    for asked in OPEN[path]:
        answer = client.get(named(client, asked))
        assert answer.status_code == 200, answer.text
        assert not [secret for secret in SECRETS if secret in answer.text]
    for sql in statements:
        assert "enter(" not in sql
        assert not set(NAMED.findall(sql)) & PERSONAL
    if "{action}" in path:
        assert {PLAIN, CHOSEN} <= set(statements)


@pytest.mark.parametrize("asked", NOWHERE)
def test_no_address_leads_to_a_table_or_a_person(client: TestClient, asked: str) -> None:
    answer = client.get(asked)
    assert answer.status_code == 404
    assert not [secret for secret in SECRETS if secret in answer.text]


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


@pytest.mark.parametrize(
    ("said", "times"),
    [("", 0), ("&q=pkh", 1), ("&q=a b c", 3), ("&sort=desil", 1), ("&q=a b&sort=desil,program", 4)],
)
def test_a_word_or_an_order_costs_every_row_that_it_looks_at(
    client: TestClient, said: str, times: int
) -> None:
    app = cast("Starlette", client.app)
    usual, budget = app.state.open_door, Budget(100_000, now=lambda: 0.0)
    resource = named(client, "/api/3/action/datastore_search?resource_id=RESOURCE")
    told = client.get(resource).json()["result"]
    app.state.open_door = replace(usual, budget=budget)
    try:
        asked = f"{resource}&limit=1000{said}"
        assert client.get(asked).status_code == 200
    finally:
        app.state.open_door = usual
    looked = told["total"] // 10 if said else 0
    assert budget.take("testclient", 0).remaining == 100_000 - 1000 - looked - times * told["total"]
    assert told["total"] > 0


def test_an_address_that_asks_for_too_much_has_to_wait(database: Database) -> None:
    app = create_app(lambda: open_reader(database, 1), lambda: "")
    with TestClient(app, "http://localhost") as client:
        app.state.open_door = replace(app.state.open_door, budget=Budget(1000, now=lambda: 0.0))
        answers = [client.get("/reference/codes") for _ in range(12)]
    assert [one.status_code for one in answers] == [200] * 10 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) > 0
