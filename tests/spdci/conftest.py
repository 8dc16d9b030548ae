"""A hub that holds the story, with its partners."""

from collections.abc import Iterator

import pytest

from hub.store.database import Database
from tests.conftest import wait_for
from tests.schema.conftest import story
from tests.spdci.office import Office, made, serving
from tests.spdci.receiving import receiver

__all__ = ["office", "receiver"]


@pytest.fixture(scope="module")
def office(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A hub with the story, served for the length of a module."""
    wait_for(story().store(database))
    with serving(made(database, tmp_path_factory.mktemp("config"))) as served:
        yield served
