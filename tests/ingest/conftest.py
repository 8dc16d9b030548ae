"""A desk on a prepared database."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from hub.store.database import Database
from tests.ingest.builders import Desk, open_desk, prepare


@pytest.fixture(scope="module")
def prepared(database: Database) -> Database:
    """The module's database with programs and sources."""
    prepare(database)
    return database


@pytest_asyncio.fixture
async def desk(prepared: Database) -> AsyncIterator[Desk]:
    """A desk of this test's own."""
    async with open_desk(prepared) as opened:
        yield opened
