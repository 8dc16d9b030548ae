"""Serves the application with uvicorn until it is told to end; beyond this machine only where that is safe."""

import asyncio
import gc
import ipaddress
import logging
import signal
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from hub.cli.joined import Joined
from hub.errors import FatalError, InputError

if TYPE_CHECKING:
    from hub.schema.terms import Terms
    from hub.settings import Settings
    from hub.store.database import Database

log = logging.getLogger(__name__)

GRACE = 10
"""Seconds that open answers have to end."""
LEARNING = 5.0
"""Seconds between two looks at which keys are believed."""
HEAD_SECONDS = 5
"""Seconds in which the head of a request has to be here, from its first byte; the first one from the connection on."""


def is_loopback(host: str) -> bool:
    """Whether an address is of this machine alone."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def require_fit(host: str, settings: "Settings | None" = None) -> None:
    """Refuses an address that others could reach, unless callers need tokens of another issuer, and TLS is before it.

    Raises:
        InputError: `not_loopback`.
    """
    if is_loopback(host):
        return
    unmet = _unmet(settings)
    if unmet:
        raise InputError(
            "not_loopback",
            f"others could reach this address, and {unmet[0]}: use --host 127.0.0.1, ::1 or localhost, or see"
            " docs/operations.md",
        )


def _unmet(settings: "Settings | None") -> list[str]:
    """What is not as it has to be where others can reach the server."""
    if settings is None:
        return ["what is served is for this machine alone"]
    wanted = {
        "everyone is let in as the operator (HUB_ACCESS is not `tokens`)": settings.access == "tokens",
        "the hub issues its own tokens (HUB_OWN_ISSUER)": not settings.own_issuer,
        "HUB_PUBLIC_URL is no https address: no proxy ends TLS": (settings.public_url or "").startswith(
            "https://"
        ),
        "a sender of spdci.toml is for tests, and need not sign": not _tested(settings),
    }
    return [trouble for trouble, met in wanted.items() if not met]


def _tested(settings: "Settings") -> bool:
    from hub.registry.spdci import load_spdci

    return any(one.test for one in load_spdci(settings.config_dir).senders)


def listen(host: str, port: int, settings: "Settings | None" = None) -> socket.socket:
    """A listening socket; port 0 takes a free one. Without settings it is for this machine alone.

    Raises:
        InputError: `not_loopback`.
        FatalError: `port_taken`.
    """
    require_fit(host, settings)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(("127.0.0.1" if host == "localhost" else host, port))
        listener.listen(1024)
    except (OSError, OverflowError) as error:
        listener.close()
        raise FatalError(
            "port_taken", f"port {port} of {host} is not free; name another with --port"
        ) from error
    listener.setblocking(False)  # noqa: FBT003  # the standard library's signature
    return listener


def address(listener: socket.socket) -> str:
    """The base URL of a listening socket, without a slash at its end."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Impatient(HttpToolsProtocol):
    """Closes a connection on which the head of a request comes too slowly, or not at all."""

    _hurry: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """A head is waited for."""
        super().connection_made(transport)
        self.transport = Joined(transport, self.loop)  # type: ignore[assignment]  # a transport to all who use it
        self._wait()

    def on_message_begin(self) -> None:
        """A head has begun, the first one or a later one on the same connection."""
        super().on_message_begin()
        if self._hurry is None:
            self._wait()

    def on_headers_complete(self) -> None:
        """A head is here."""
        self._calm()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is waited for any more."""
        self._calm()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._hurry = self.loop.call_later(HEAD_SECONDS, self.transport.close)

    def _calm(self) -> None:
        if self._hurry:
            self._hurry.cancel()
            self._hurry = None


Ending = Callable[[], Awaitable[None]]


class _Server(uvicorn.Server):
    """A server that ends in peace on SIGINT and SIGTERM, so that its owner can put the database in order."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], ending: Ending) -> None:
        super().__init__(config)
        self._ready = ready
        self._ending = ending

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Ends what would stay open by itself before it waits for the rest."""
        for listener in self.servers:
            listener.close()
        await self._ending()
        await super().shutdown(sockets)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Tells when it answers; what was made to get there is never looked through for garbage again."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        if not self.should_exit:
            self._ready()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Ends on the signals without raising them again afterwards."""
        loop, numbers = asyncio.get_running_loop(), (signal.SIGINT, signal.SIGTERM)
        before = {number: signal.getsignal(number) for number in numbers}
        for number in numbers:
            loop.add_signal_handler(number, self.handle_exit, number, None)
        try:
            yield
        finally:
            for number in numbers:
                loop.remove_signal_handler(number)
                signal.signal(number, before[number])


async def serve_until_told(database: "Database", listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serves the graph on a socket; `ready` is called once it answers.

    No access log: a line of it holds a query string, and that may hold a person's number.
    """
    from hub.app import LOOPBACK, create_app, end_streams
    from hub.cli.admitting import gate_of
    from hub.cli.entrance import local_context
    from hub.settings import settings
    from hub.store.bulk import open_bulk
    from hub.store.read import open_reader

    chosen = settings()
    hosts = (*LOOPBACK, listener.getsockname()[0], *_public(chosen))
    app = create_app(
        lambda: open_reader(database, chosen.query_concurrency, chosen.query_seconds),
        local_context(database),
        hosts,
        terms_here(database, chosen),
        lambda: open_bulk(database, chosen.export_seconds),
        gate_of(database, chosen),
    )
    async with _learning_keys(database):
        await serve_app(app, listener, ready, lambda: end_streams(app))


def terms_here(database: "Database", chosen: "Settings") -> "Terms":
    """The terms of a server: acts are done, and the open doors have connections of their own.

    Whoever keeps these busy keeps nobody from the graph.
    """
    from hub.catalog_api.open_door import PLACES, SECONDS
    from hub.schema.mutating import Desk
    from hub.schema.terms import terms_of
    from hub.store.read import open_reader

    return replace(
        terms_of(chosen),
        desk=Desk(database, chosen.config_dir),
        open_reads=lambda: open_reader(database, PLACES, min(SECONDS, chosen.query_seconds)),
    )


def _public(settings: "Settings") -> list[str]:
    """The name that the server is known by outside."""
    found = urlsplit(settings.public_url or "").hostname
    return [found] if found else []


@asynccontextmanager
async def _learning_keys(database: "Database") -> AsyncIterator[None]:
    """Keeps to the generations of the keys: one that is changed needs no new start."""

    async def learning() -> None:
        while True:
            await asyncio.sleep(LEARNING)
            try:
                async with asyncio.timeout(LEARNING):
                    await database.learn_keys()
            except Exception as error:  # noqa: BLE001  # whatever it is may pass, and old keys must not stay for good
                log.warning("keys not read anew (%s); again in %g s", type(error).__name__, LEARNING)

    await database.learn_keys()
    task = asyncio.create_task(learning())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _nothing() -> None:
    """An application without streams has none to end."""


async def serve_app(
    app: Callable[..., Any], listener: socket.socket, ready: Callable[[], None], ending: Ending = _nothing
) -> None:
    """Serves an application on a socket; `ready` is called once it answers, `ending` before it ends."""
    from hub.schema.socket_door import LARGEST_MESSAGE

    config = uvicorn.Config(
        app,
        http=Impatient,
        ws="websockets-sansio",
        ws_max_size=LARGEST_MESSAGE,
        ws_max_queue=4,
        ws_per_message_deflate=False,
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config, ready, ending)
    await server.serve([listener])
    if not server.started:
        raise FatalError("not_started", "the server did not start; the log lines above say why")
