"""The further services of the registries, as the hub itself calls them."""

from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from hub.connectors import CONNECTORS
from hub.errors import FatalError
from hub.registry.sources import load_sources
from hub.settings import Settings, adopt, default_config_dir
from hub.simulator import Credentials, RegistryServer
from hub.simulator.services import ckan
from hub.toolkit.connector import Connector, Listing
from hub.toolkit.earlier import Earlier
from hub.toolkit.http import Patience
from hub.toolkit.pull import pages
from tests.toolkit.builders import connector, entry

HURRIED = Patience(attempts=2, first_wait=0.0, longest_wait=0.0)
PUPILS = "dapodik/peserta-didik"
AUTH = {
    "kind": "oauth2", "token_url": "/oauth/token",
    "user_env": "HUB_CREDENTIAL_STYLED_USER", "password_env": "HUB_CREDENTIAL_STYLED_PASSWORD",
}  # fmt: skip
LISTINGS = {
    "offset": Listing(
        f"/styled/offset/{PUPILS}", "result.records", "result.total", "", "offset", size="limit"
    ),
    "cursor": Listing(f"/styled/cursor/{PUPILS}", total="", style="cursor"),
    "link": Listing(f"/styled/link/{PUPILS}", rows="", total="", last="", style="link"),
}


@pytest.fixture
def _credentials() -> Any:
    ours = Credentials()
    held = {"styled_user": SecretStr(ours.user), "styled_password": SecretStr(ours.password)}
    adopt(Settings(credentials=held))
    yield
    adopt(None)


async def count(
    server: RegistryServer, a_connector: Connector, earlier: Earlier | None = None, **changed: Any
) -> int:
    values = {"transport": "http_json", "address": server.url, "auth": AUTH, "options": {"page_size": 70}}
    found = pages(a_connector, entry(**values | changed), patience=HURRIED, earlier=earlier)
    return sum([page.frame.height async for page in found])


def total(server: RegistryServer) -> int:
    headers = {"X-API-Key": Credentials().api_key}
    return int(httpx.get(f"{server.url}/{PUPILS}", headers=headers, trust_env=False).json()["total"])


@pytest.mark.usefixtures("_credentials")
@pytest.mark.parametrize("style", LISTINGS)
async def test_a_listing_has_the_same_rows_in_every_style(server: RegistryServer, style: str) -> None:
    assert await count(server, connector(listings=(("people", LISTINGS[style]),))) == total(server) > 70
    glanced = await count(server, connector(listings=(("people", LISTINGS[style]),)), Earlier(glance=True))
    assert glanced == 70


@pytest.mark.usefixtures("_credentials")
async def test_a_token_that_does_not_advance_is_noticed(server: RegistryServer) -> None:
    server.fault("/styled", "next_stuck", after=1)
    assert await count(server, connector(listings=(("people", LISTINGS["cursor"]),))) == total(server)


@pytest.mark.usefixtures("_credentials")
async def test_a_social_registry_answers_a_search(server: RegistryServer) -> None:
    asked: dict[str, Any] = {"transport": "spdci", "address": f"{server.url}/spdci/sr"}
    assert await count(server, connector(), **asked) == total(server)
    assert await count(server, connector(), Earlier(glance=True), **asked) == 70


async def test_a_data_set_says_the_same_from_the_datastore_and_from_its_file(server: RegistryServer) -> None:
    declared = load_sources(default_config_dir() / "sources")["ckan"]
    [dataset] = declared.options["datasets"]
    said = []
    for name in (ckan.NAME, ckan.FILED):
        options = {**declared.options, "datasets": [{**dataset, "name": name}]}
        asked = declared.model_copy(update={"address": f"{server.url}/ckan", "options": options})
        found = [page async for page in pages(CONNECTORS["ckan"], asked, patience=HURRIED)]
        said.append([row for page in found for row in page.frame.select("key", "cells").rows()])
    assert said[0] == said[1] != []


async def test_a_client_that_is_not_known_gets_no_token(server: RegistryServer) -> None:
    adopt(Settings(credentials={"styled_user": SecretStr("x"), "styled_password": SecretStr("y")}))
    with pytest.raises(FatalError) as caught:
        await count(server, connector(listings=(("people", LISTINGS["link"]),)))
    adopt(None)
    assert caught.value.code == "credential_refused"
