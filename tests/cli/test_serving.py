"""Where the server listens, and under which context it reads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from hub.catalog_api.open_door import PLACES
from hub.cli import serving
from hub.cli.entrance import local_context
from hub.cli.serving import Impatient, address, listen, require_fit, terms_here
from hub.errors import FatalError, InputError
from hub.settings import Settings
from hub.sharing.recipients import require_released
from hub.store.database import Database
from hub.store.read import Reader, open_reader


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "::1", "localhost"])
def test_loopback_is_served(host: str) -> None:
    require_fit(host)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", "", "localhost.example.org"])  # noqa: S104
def test_every_other_address_is_refused(host: str) -> None:
    with pytest.raises(InputError) as caught:
        require_fit(host)
    assert caught.value.code == "not_loopback"


SAFE: dict[str, Any] = {"access": "tokens", "own_issuer": False, "public_url": "https://hub.example.go.id"}


@pytest.mark.parametrize(
    "slip", [{"access": "local"}, {"own_issuer": True}, {"public_url": "http://hub.example"}]
)
def test_beyond_this_machine_every_condition_has_to_hold(slip: dict[str, Any]) -> None:
    require_fit("192.0.2.1", Settings(**SAFE))
    with pytest.raises(InputError) as caught:
        require_fit("192.0.2.1", Settings(**SAFE | slip))
    assert caught.value.code == "not_loopback"


def test_beyond_this_machine_every_sender_signs(tmp_path: Path) -> None:
    (tmp_path / "spdci.toml").write_text('[[sender]]\nid = "suite"\nagency = "dinsos"\ntest = true\n')
    with pytest.raises(InputError, match="for tests"):
        require_fit("192.0.2.1", Settings(**SAFE, config_dir=tmp_path))


async def test_beyond_this_machine_nothing_is_served_before_counts_are_released(database: Database) -> None:
    with pytest.raises(InputError) as caught:
        await require_released(database)
    assert caught.value.code == "not_released"


def test_a_taken_port_is_told() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        assert address(first) == f"http://127.0.0.1:{port}"
        with pytest.raises(FatalError) as caught:
            listen("127.0.0.1", port)
    assert caught.value.code == "port_taken"


async def test_the_database_lets_the_local_context_in_and_no_altered_one(database: Database) -> None:
    context = local_context(database)()
    async with open_reader(database, 1) as reader:
        assert await reader.text("select hub.enter($1)::text", [context]) == "true"
        assert await reader.text("select hub.enter($1)::text", [context.replace("local", "other")]) == "false"


async def test_the_open_doors_have_connections_of_their_own_that_wait_for_nothing_long(
    database: Database,
) -> None:
    open_reads = terms_here(database, Settings()).open_reads
    assert open_reads is not None
    async with open_reads() as reader:
        assert isinstance(reader, Reader)
        assert reader.pool.get_max_size() == PLACES
        assert await reader.text("select current_setting('statement_timeout')", []) == "2s"


@asynccontextmanager
async def connected(pause: float) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a server that thinks for so many seconds."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive
        await asyncio.sleep(pause)
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config = uvicorn.Config(app, port=0, http=Impatient, ws="none", lifespan="off", log_config=None)
    server = uvicorn.Server(config)
    running = asyncio.ensure_future(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_connection(*server.servers[0].sockets[0].getsockname()[:2])
    async with asyncio.timeout(10):
        yield reader, writer
    writer.close()
    server.should_exit = True
    await running


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        (b"", False),
        (b"GET / HTTP/1.1\r\nhost: ", False),
        (b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\nGET / HTTP/1.1\r\n", True),
    ],
    ids=["silent", "begun", "second"],
)
async def test_a_head_that_does_not_come_closes_the_connection(
    sent: bytes, answered: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.2)
    async with connected(0) as (reader, writer):
        writer.write(sent)
        assert (await reader.read()).startswith(b"HTTP/1.1 204") is answered


async def test_a_request_that_is_here_is_answered_however_long_it_takes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(serving, "HEAD_SECONDS", 0.05)
    async with connected(0.3) as (reader, writer):
        writer.write(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert (await reader.readline()).startswith(b"HTTP/1.1 204")
