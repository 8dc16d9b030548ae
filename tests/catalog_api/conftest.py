"""The open doors over a hub with its reference data, and nobody in it."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from hub.app import create_app
from hub.store.read import open_reader
from tests.graph_builders import context
from tests.sync_builders import Hub, loaded

__all__ = ["loaded"]


@pytest.fixture(scope="module")
def client(loaded: Hub) -> Iterator[TestClient]:
    """Asks the reference service and reconciliation."""
    app = create_app(lambda: open_reader(loaded.database, 2), lambda: context(loaded.database))
    with TestClient(app, "http://localhost") as made:
        yield made
