"""A database that holds the village, asked by the fixture `ask` of the folder above."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from hub.store.database import Database
from hub.store.read import open_reader
from tests.conftest import wait_for
from tests.schema.conftest import Counting
from tests.schema.village import Village


@pytest.fixture(scope="module")
def village() -> Village:
    return Village()


@pytest.fixture(scope="module")
def told(database: Database, village: Village) -> Database:
    """A database that holds the village."""
    wait_for(village.graph.store(database))
    return database


@pytest_asyncio.fixture
async def reads(told: Database) -> AsyncIterator[Counting]:
    async with open_reader(told, 1) as reader:
        yield Counting(reader)
