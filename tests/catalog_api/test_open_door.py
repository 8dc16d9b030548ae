"""Whoever keeps the open doors busy keeps nobody else from the graph, and pays for what the database has to look at."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
import pytest

from hub.app import create_app
from hub.catalog_api.open_door import PLACES
from hub.schema.terms import Terms
from hub.store.database import Database
from hub.store.read import open_reader
from tests.graph_builders import context

HERE = "http://localhost"


class Held:
    """A store in which every statement takes until it is let go."""

    def __init__(self) -> None:
        self.asked = 0
        self.free = asyncio.Event()

    async def text(self, sql: str, args: Sequence[object]) -> str | None:  # noqa: ARG002
        """Nothing, in the end."""
        self.asked += 1
        await self.free.wait()
        return None


@pytest.mark.parametrize(("path", "reading"), [("/reference/bridges", PLACES), ("/catalog", 1)])
async def test_a_graph_is_asked_while_all_open_doors_are_held(
    database: Database, path: str, reading: int
) -> None:
    store = Held()

    @asynccontextmanager
    async def held() -> AsyncIterator[Held]:
        yield store

    terms = Terms(open_reads=held)
    app = create_app(lambda: open_reader(database, 1), lambda: context(database), terms=terms)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            asked = [asyncio.ensure_future(client.get(path)) for _ in range(PLACES + 2)]
            await asyncio.wait(asked[PLACES:])
            assert store.asked == reading
            assert (await client.get("/health")).status_code == 200
            answer = await client.post("/graphql", json={"query": "{ programs { code } }"})
            assert "errors" not in answer.json()
            store.free.set()
            answers = await asyncio.gather(*asked)
    refused = [one for one in answers if one.status_code == 503]
    assert len(refused) == 2
    assert refused[0].json()["errors"][0]["extensions"]["reason"] == "overloaded"
