"""`python -m tests.bench.sides SIDE DATABASE`: one server of area `serving` in a process of its own.

It prints its port once it answers, and ends with SIGTERM. The sides: `hub` as `hub serve` is; `hub-ledger` the same
with a line in the ledger for each answer; `hub-open` without entry, under the administrator whom no policy binds;
`hub-regency` for a caller who reaches one regency;
`hand` a bare ASGI application with the SQL by hand behind the entry; `hand-open` without it.
"""

import asyncio
import base64
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson
import uvloop

from hub.access.context import EVERY_SCOPE, Reach, sign
from hub.app import create_app
from hub.cli.entrance import LIFE, local_context
from hub.cli.serving import listen, serve_app, serve_until_told
from hub.domain import clock
from hub.schema.terms import Terms
from hub.settings import adopt, read_settings
from hub.store.database import Database, Session
from hub.store.read import READ_SETTINGS, Reader, open_reader
from tests.bench.loading import HOST
from tests.bench.place import open_place
from tests.bench.queries import QUESTIONS, REGENCY

ENTER, NO_ENTRY = "hub.enter($1::text)", "$1::text is not null"
SIDES = ("hub", "hub-ledger", "hub-open", "hub-regency", "hand", "hand-open")


@dataclass(frozen=True)
class Unguarded:
    """Runs the statements of the compiler without their entry."""

    reader: Reader

    async def text(self, sql: str, args: Sequence[object]) -> str | None:
        """The single value of a statement."""
        return await self.reader.text(sql.replace(ENTER, NO_ENTRY, 1), args)


@asynccontextmanager
async def _unguarded(database: Database) -> AsyncIterator[Unguarded]:
    url = database.admin.set(drivername="postgresql", database=database.name)
    async with asyncpg.create_pool(
        url.render_as_string(hide_password=False),
        min_size=1,
        max_size=Terms().concurrency,
        server_settings=READ_SETTINGS,
        connection_class=Session,
    ) as pool:
        reader = Reader(pool)
        try:
            yield Unguarded(reader)
        finally:
            await reader.end()


def _opened(database: Database, side: str) -> AbstractAsyncContextManager[Any]:
    return _unguarded(database) if side.endswith("-open") else open_reader(database, Terms().concurrency)


class Bare:
    """The least that can answer a question over HTTP: a path, its statement, its bytes.

    Args:
        database: What is read.
        side: `hand` or `hand-open`.
    """

    def __init__(self, database: Database, side: str) -> None:
        self._database, self._side = database, side
        self._sign = local_context(database)
        self._asked = {f"/{one.name}": (one.statement, _READERS[one.kind]) for one in QUESTIONS if one.sql}

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request, or the life of the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        message = await receive()
        body = message["body"]
        while message.get("more_body"):
            message = await receive()
            body += message["body"]
        statement, read = self._asked[scope["path"]]
        value = await self._reads.text(statement, [self._sign(), *read(orjson.loads(body)["variables"])])
        answer = b'{"data":' + value.encode() + b"}"
        headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": answer})

    async def _live(self, receive: Any, send: Any) -> None:
        await receive()
        async with _opened(self._database, self._side) as self._reads:
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def _near(database: Database) -> Callable[[], str]:
    """Makes the contexts of a caller who reaches one regency."""
    reach = Reach([REGENCY], EVERY_SCOPE, "local", "local")
    return lambda: sign(database.roles.key("context"), reach, LIFE)


def _page(variables: dict[str, Any]) -> list[object]:
    _, area, person = orjson.loads(base64.b64decode(variables["after"]))
    return [variables["first"], clock.today(), area, person, *REGENCY]


_READERS: dict[str, Callable[[dict[str, Any]], list[object]]] = {
    "person": lambda variables: [variables["nik"], clock.today()],
    "page": _page,
    "programs": lambda variables: [variables["programs"], clock.today(), *REGENCY],
}


async def _serve(side: str, name: str) -> None:
    settings = read_settings()
    adopt(settings)
    async with open_place(settings) as place:
        database = place.named(name)
        with listen(HOST, 0) as listener:

            def ready() -> None:
                sys.stdout.write(f"{listener.getsockname()[1]}\n")
                sys.stdout.flush()

            if side in ("hub", "hub-ledger"):
                await serve_until_told(database, listener, ready)
            elif side in ("hub-open", "hub-regency"):
                context = local_context(database) if side == "hub-open" else _near(database)
                await serve_app(create_app(lambda: _opened(database, side), context), listener, ready)
            else:
                await serve_app(Bare(database, side), listener, ready)


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(*sys.argv[1:]))
