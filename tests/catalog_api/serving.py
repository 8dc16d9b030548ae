"""The catalog of a hub whose data sets are all released, served over real HTTP."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest
import uvicorn

from hub.app import create_app
from hub.cli.serving import address, listen
from hub.schema.terms import Terms
from hub.sharing.contents import contents_of
from hub.store.read import open_reader
from tests.sharing.conftest import Office, office

__all__ = ["catalog", "office"]


@dataclass
class Catalog:
    """A served catalog.

    Args:
        url: Where it stands, without a slash at its end.
        client: Asks it.
        office: The hub behind it.
    """

    url: str
    client: httpx.Client
    office: Office

    def get(self, path: str, **headers: str) -> httpx.Response:
        """The answer to a path."""
        return self.client.get(path, headers=headers)

    def act(self, action: str, *expected: int, **said: str) -> object:
        """What an action of CKAN's tells, or its error where a status other than 200 is expected."""
        [status] = expected or (200,)
        answer = self.client.get(f"/api/3/action/{action}", params=said)
        assert answer.status_code == status, answer.text
        told = answer.json()
        assert told["success"] == (status == 200)
        return told["result" if status == 200 else "error"]


@pytest.fixture(scope="module")
def catalog(office: Office) -> Iterator[Catalog]:
    """A server on loopback for the length of a module."""
    database, terms = office.database, Terms(releases=contents_of(office.settings.data_dir))
    app = create_app(lambda: open_reader(database, 2), lambda: "", terms=terms)
    listener = listen("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        with httpx.Client(base_url=address(listener), timeout=60) as client:
            yield Catalog(address(listener), client, office)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
