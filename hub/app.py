"""The web application: GraphQL, the page to try it, the open doors, and health."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.websockets import WebSocket

from hub.access.certificates import SHOWN, ClientCertificates
from hub.access.gate import Gate, OpenGate
from hub.catalog_api.open_door import PLACES, OpenDoor
from hub.catalog_api.routes import routes as open_routes
from hub.catalog_api.shelf import Shelf
from hub.compiler.engine import Reads
from hub.console.handed import ROUTE as HANDED
from hub.console.handed import HandedDoor
from hub.errors import HubError
from hub.schema.admission import Admission
from hub.schema.budget import Budget
from hub.schema.build import engine
from hub.schema.door import Door
from hub.schema.event_door import EventDoor
from hub.schema.export_door import ExportDoor, Snapshots
from hub.schema.guarded import Guarded
from hub.schema.mutating import Acting
from hub.schema.mutation import ACTS
from hub.schema.pinning import keep
from hub.schema.pulse import Pulse
from hub.schema.socket_door import SocketDoor
from hub.schema.straight import Straight, Unweighed
from hub.schema.streams import Patience, Streams
from hub.schema.terms import Terms
from hub.settings import settings
from hub.sharing.handing import HandedFiles
from hub.spdci.door import open_spdci
from hub.spdci.routes import routes as spdci_routes
from hub.spdci.working import Worker

GRAPHIQL = Path(__file__).parent / "console" / "graphiql"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self' data:;"
    " img-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; frame-ancestors 'none';"
    " base-uri 'none'"
)
"""Nothing on the page comes from another host; the editor writes its own styles, hence `unsafe-inline`."""
PROBE = "select 'ready'"
LOOPBACK = ("localhost", "127.0.0.1", "[::1]", "::1")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


def create_app(
    open_reads: Callable[[], AbstractAsyncContextManager[Reads]],
    context: Callable[[], str],
    hosts: Sequence[str] = LOOPBACK,
    terms: Terms | None = None,
    open_bulk: Callable[[], AbstractAsyncContextManager[Snapshots]] | None = None,
    gate: Gate | None = None,
) -> Starlette:
    """The application.

    Args:
        open_reads: Opens what the queries read through, for as long as the application runs.
        context: Makes the signed access context of whoever asks, one for each statement.
        hosts: Names that a request may call this server by. A page of another site can have its own name
            point at this machine, and would then read all of it through the visitor's browser.
        terms: What it allows; the usual when left out.
        open_bulk: Opens what exports read through; without it there are none.
        gate: Decides who asks, in place of `context`.
    """
    chosen, admits = terms or Terms(), gate or OpenGate(context)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            compiler = engine(chosen.limits, chosen.federation)
            reads, budget = await stack.enter_async_context(open_reads()), Budget(chosen.budget)
            keep(compiler, chosen.trusted)
            rest = Admission(chosen.concurrency), chosen.trusted, _acting(chosen, reads, admits)
            app.state.door = Door(compiler, reads, admits, budget, *rest)
            opened = await stack.enter_async_context(chosen.open_reads()) if chosen.open_reads else reads
            app.state.open_door, app.state.released = _open_door(opened, chosen), chosen.releases
            _open_partners(app, chosen, stack)
            stack.push_async_callback(_begin_streams(app, chosen.patience))
            if open_bulk:
                bulk = await stack.enter_async_context(open_bulk())
                app.state.exports = ExportDoor(compiler, bulk, admits, budget, chosen, reads)
            yield

    return Starlette(
        lifespan=lifespan,
        middleware=_before(hosts, chosen),
        routes=[
            Route("/graphql", _graphql, methods=METHODS),
            WebSocketRoute("/graphql", _socket),
            Route("/graphql/stream", _events, methods=METHODS),
            *([Route("/export", _export, methods=METHODS)] if open_bulk else []),
            Route("/health", _health, methods=["GET"]),
            *_routes(chosen),
            Mount("/graphiql", StaticFiles(directory=GRAPHIQL / "static")),
        ],
    )


def _acting(chosen: Terms, reads: Reads, gate: Gate) -> Acting | None:
    return Acting(ACTS, chosen.desk, reads, gate.ledger) if chosen.desk else None


def _before(hosts: Sequence[str], chosen: Terms) -> list[Middleware]:
    """What every request passes."""
    unweighed = Unweighed.of(hosts, (SHOWN, chosen.proxies.header))
    return [
        Middleware(Guarded, files="/graphiql/"),
        Middleware(Straight, path="/graphql", endpoint=_graphql, unweighed=unweighed),
        Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts), www_redirect=False),
        Middleware(ClientCertificates, proxies=chosen.proxies),
        Middleware(Straight, path="/graphql", endpoint=_graphql),
    ]


def _routes(chosen: Terms) -> list[BaseRoute]:
    """Of the doors beside the graph; SPDCI and handed files note what came, so that they need a desk."""
    return [*open_routes(), *([*spdci_routes(), HANDED] if chosen.desk else [])]


def _open_partners(app: Starlette, chosen: Terms, stack: AsyncExitStack) -> None:
    if chosen.desk:
        app.state.spdci = open_spdci(app.state.door, chosen.desk)
        app.state.handed = HandedDoor(HandedFiles(chosen.desk.database, settings().data_dir))
        worker = Worker(app.state.spdci)
        worker.begin()
        stack.push_async_callback(worker.end)


def _open_door(reads: Reads, chosen: Terms) -> OpenDoor:
    admission = Admission(PLACES)
    bounds = Budget(chosen.open_budget), admission
    return OpenDoor(reads, *bounds, Shelf(reads, admission), chosen.public_url)


async def _graphql(request: Request) -> Response:
    """A POST is answered, and a GET of what speaks of no person; a browser's GET gets the page."""
    door: Door = request.app.state.door
    if request.method in ("GET", "HEAD") and "text/html" in request.headers.get("accept", ""):
        response: Response = HTMLResponse(
            (GRAPHIQL / "page.html").read_text(encoding="utf-8"),
            headers={"content-security-policy": PAGE_POLICY},
        )
    elif request.method in ("GET", "POST"):
        response = await door.answer(request)
    else:
        response = _only("GET, POST")
    return response


async def _socket(socket: WebSocket) -> None:
    sockets: SocketDoor = socket.app.state.sockets
    await sockets.serve(socket)


async def _events(request: Request) -> Response:
    door: EventDoor = request.app.state.events
    return await door.answer(request) if request.method == "POST" else _only("POST")


def _begin_streams(app: Starlette, patience: Patience) -> Callable[[], Awaitable[None]]:
    """Lets streams in by both doors; what it returns ends them all."""
    door: Door = app.state.door
    streams = Streams(door, Pulse(door.reads, patience.looks), patience)
    app.state.events, app.state.sockets = EventDoor(streams), SocketDoor(streams)
    return lambda: end_streams(app)


async def end_streams(app: Starlette) -> None:
    """Ends what stays open by itself: event streams with `complete`, WebSockets with 1001. Twice is as good as once."""
    sockets: SocketDoor = app.state.sockets
    await sockets.streams.pulse.end()
    await sockets.end()


async def _export(request: Request) -> Response:
    door: ExportDoor = request.app.state.exports
    return await door.answer(request) if request.method == "POST" else _only("POST")


def _only(methods: str) -> Response:
    """The refusal of a method that is none of these."""
    error = {"message": "Kirimlah dengan POST. / Send it by POST.", "extensions": {"code": "BAD_REQUEST"}}
    return JSONResponse({"errors": [error]}, 405, {"allow": methods})


async def _health(request: Request) -> Response:
    """200 when the database answers, else 503."""
    door: Door = request.app.state.door
    try:
        ready = await door.reads.text(PROBE, []) == "ready"
    except (HubError, OSError, TimeoutError):
        ready = False
    return JSONResponse({"status": "ready" if ready else "unavailable"}, 200 if ready else 503)
