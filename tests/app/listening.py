"""A server as `hub serve` has it, and clients of both protocols of subscriptions, frame by frame."""

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from hub.app import create_app, end_streams
from hub.cli.serving import serve_app
from hub.errors import RefusedError
from hub.schema.pulse import BOOK
from hub.schema.streams import Patience
from hub.schema.terms import Terms
from hub.store.database import Database
from hub.store.read import Reader, open_reader
from tests.graph_builders import context

PROTOCOL = Subprotocol("graphql-transport-ws")
INIT = {"type": "connection_init"}
QUICK = Patience(connections=2, operations=2, greeting=0.3, silence=0.2, rest=0.1, looks=0.05)


@dataclass
class Served:
    """A server with its database, the statements it has read by, and the right of its callers."""

    database: Database
    url: str = ""
    statements: list[str] = field(default_factory=list)
    revoked: bool = False

    def context(self) -> str:
        """The access context of a caller, as long as there is one."""
        if self.revoked:
            raise RefusedError("revoked", "the agreement has ended")
        return context(self.database)

    @property
    def read(self) -> list[str]:
        """The statements but for the looks at the book."""
        return [each for each in self.statements if each != BOOK]


@dataclass
class Noting:
    """A reader that notes each statement once it has been answered."""

    reader: Reader
    statements: list[str]

    async def text(self, sql: str, args: Sequence[object]) -> str | None:
        """As Reader has it."""
        found = await self.reader.text(sql, args)
        self.statements.append(sql)
        return found


@asynccontextmanager
async def serving(database: Database, terms: Terms | None = None) -> AsyncIterator[Served]:
    """The hub as `hub serve` has it, on a free port, until the block ends or the process is told to end."""
    served, ready = Served(database), asyncio.Event()

    @asynccontextmanager
    async def reads() -> AsyncIterator[Noting]:
        async with open_reader(database, 3) as reader:
            yield Noting(reader, served.statements)

    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0)
    served.url = f"127.0.0.1:{listener.getsockname()[1]}"
    app = create_app(reads, served.context, terms=terms or Terms(patience=QUICK))
    task = asyncio.create_task(serve_app(app, listener, ready.set, lambda: end_streams(app)))
    await asyncio.wait_for(ready.wait(), 30)
    try:
        yield served
    finally:
        if not task.done():
            os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(task, 30)


class Client:
    """A client of graphql-transport-ws, frame by frame."""

    def __init__(self, socket_: ClientConnection) -> None:
        self.socket = socket_

    async def say(self, **message: Any) -> None:
        """One message."""
        await self.socket.send(json.dumps(message))

    async def hear(self) -> Any:
        """The next message."""
        return json.loads(await asyncio.wait_for(self.socket.recv(), 20))

    async def subscribe(self, name: str, query: str, **variables: Any) -> None:
        """Begins an operation."""
        await self.say(id=name, type="subscribe", payload={"query": query, "variables": variables})

    async def end(self) -> tuple[int, str]:
        """Code and reason with which the server ends the connection."""
        with pytest.raises(ConnectionClosed) as ended:
            await self.drain()
        closed = ended.value.rcvd
        assert closed is not None
        return closed.code, closed.reason

    async def drain(self) -> None:
        """Hears whatever comes, for ever."""
        while True:
            await asyncio.wait_for(self.socket.recv(), 20)


@asynccontextmanager
async def bare(served: Served, protocol: Subprotocol = PROTOCOL, **options: Any) -> AsyncIterator[Client]:
    async with connect(f"ws://{served.url}/graphql", subprotocols=[protocol], proxy=None, **options) as made:
        yield Client(made)


@asynccontextmanager
async def greeted(served: Served) -> AsyncIterator[Client]:
    async with bare(served) as client:
        await client.say(type="connection_init")
        assert await client.hear() == {"type": "connection_ack"}
        yield client


@asynccontextmanager
async def events(
    served: Served, query: str, **variables: Any
) -> AsyncIterator[AsyncIterator[tuple[str, Any]]]:
    """The events of an operation over server-sent events."""
    body = {"query": query, "variables": variables}
    headers = {"accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream("POST", f"http://{served.url}/graphql/stream", json=body, headers=headers) as answer,
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (
            200,
            "text/event-stream; charset=utf-8",
        )
        yield _events(answer)


async def _events(answer: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    name = ""
    async for line in answer.aiter_lines():
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            told = line.removeprefix("data: ")
            yield name, json.loads(told) if told else None
