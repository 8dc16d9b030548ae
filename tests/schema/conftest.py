"""A graph with one of each thing, and a way to ask it."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio

from hub.compiler.engine import Reads, Request
from hub.domain import clock
from hub.schema.build import engine
from hub.store.database import Database
from hub.store.read import Reader, open_reader
from tests.conftest import wait_for
from tests.graph_builders import DESA, Graph, context, days, known

NOW = datetime(2026, 1, 10, 3, tzinfo=UTC)
SITI, BUDI, KK = "3320014101909001", "3320010101859002", "3320010101209003"
Ask = Callable[..., Awaitable[Any]]


@dataclass
class Counting:
    """A reader that keeps the statements that pass through it."""

    reader: Reader
    statements: list[str] = field(default_factory=list)

    async def text(self, sql: str, args: Sequence[object]) -> str | None:
        """As Reader has it."""
        self.statements.append(sql)
        return await self.reader.text(sql, args)


def story() -> Graph:
    """Siti and Budi, a couple on one card; Budi died in 2025 and was paid after; Tini bears Siti's NIK."""
    graph = Graph().basics()
    siti = graph.person("SITI AMINAH", SITI)
    budi = graph.person("BUDI SANTOSO", BUDI, died_on="2025-03-10", sex="L")
    tini = graph.person("TINI", SITI)
    old, new = graph.card(KK), graph.card("3320010101219004")
    graph.member(siti, old, None, "2024-06-01")
    graph.member(siti, new, "2024-06-01")
    graph.member(budi, new, "2024-06-01", relation="2")
    graph.household(siti, budi)
    pkh = graph.enrolled(siti, "PKH", "2024-01-01")
    graph.paid(siti, pkh, "PKH", "2025-01-01", "2025-04-01")
    graph.paid(siti, pkh, "PKH", "2025-04-01", "2025-07-01", 750_000)
    graph.enrolled(tini, "PKH", "2025-01-01")
    graph.enrolled(siti, "BPNT", "2024-01-01", "2025-06-01")
    late = graph.enrolled(budi, "BLT-DD", "2025-01-01")
    graph.paid(budi, late, "BLT-DD", "2025-01-01", "2025-02-01", 300_000)
    graph.paid(budi, late, "BLT-DD", "2025-04-01", "2025-05-01", 300_000)
    graph.stated(siti, "pkh", "SITI AMINAH", name_raw="Siti  Aminah", nik=SITI, nik_grade=3)
    graph.stated(siti, "bpnt", "SITI AMINAH BINTI A", recorded=known(end=datetime(2025, 6, 1, tzinfo=UTC)))
    graph.unsure(siti, tini)
    ani = graph.person("ANI", recorded=known(end=datetime(2025, 9, 1, tzinfo=UTC)))
    graph.person(
        "ANI WIJAYA", person_id=ani, recorded=known(datetime(2025, 9, 1, tzinfo=UTC)), valid=days(None)
    )
    assert graph.area == DESA
    return graph


@pytest.fixture(scope="module")
def told(database: Database) -> Database:
    """A database that holds the story."""
    wait_for(story().store(database))
    return database


def asking(reads: Reads, told: Database) -> Ask:
    """What runs a query over a database on the tenth of January 2026 and returns its data."""

    async def asked(query: str, language: str = "id", **variables: Any) -> Any:
        with clock.pin(NOW):
            request = Request(query, variables, None, language)
            return json.loads(await engine().run(request, reads, lambda: context(told)))

    return asked


@pytest_asyncio.fixture
async def reads(told: Database) -> AsyncIterator[Counting]:
    async with open_reader(told, 1) as reader:
        yield Counting(reader)


@pytest.fixture
def ask(reads: Counting, told: Database) -> Ask:
    """Runs a query on the tenth of January 2026 and returns its data."""
    return asking(reads, told)
