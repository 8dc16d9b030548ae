"""Faults on demand: how a registry misbehaves for its next few answers."""

import asyncio
from dataclasses import dataclass, field
from email.utils import format_datetime

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.domain import clock
from hub.errors import InputError
from hub.simulator import spoiling

WHOOPS = "<h1>Whoops, looks like something went wrong.</h1>"
LOGIN = "<html><title>Login</title><form></form></html>"
#: Answers that stand in for the registry's own.
INSTEAD = ("429", "429_skewed", "500", "503", "204", "redirect", "html200")
#: `truncate` ends the body at half with the full length promised; `reset` drops the connection; `hang` answers
#: nothing at all; `drip` sends a byte now and then.
BROKEN = ("truncate", "reset", "hang", "drip")
MODES = (*INSTEAD, *BROKEN, *spoiling.BYTES, *spoiling.ROWS, *spoiling.PAGES)
DRIP_SECONDS = 0.5


class Dropped(Exception):  # noqa: N818 - it ends a connection, nothing catches it as an error
    """Ends the connection in the middle of an answer."""


@dataclass(slots=True)
class Fault:
    """One way to misbehave, for the paths that start so, this many times.

    Attributes:
        path_prefix: Of the paths.
        mode: One of `MODES`.
        times: Answers that it spoils.
        retry_after: Seconds, for the answers that say when to come back.
        after: Answers that pass unharmed before.
    """

    path_prefix: str
    mode: str
    times: int = 1
    retry_after: float | None = None
    after: int = 0


@dataclass(slots=True)
class FaultBox:
    """The faults still to come, in the order they were asked for."""

    waiting: list[Fault] = field(default_factory=list)

    def put(self, fault: Fault) -> None:
        """Adds a fault.

        Raises:
            InputError: No such mode.
        """
        if fault.mode not in MODES:
            raise InputError("fault_unknown", f"A fault is one of {', '.join(MODES)}.")
        self.waiting.append(fault)

    def clear(self) -> None:
        """Forgets all faults that are still to come."""
        self.waiting.clear()

    def take(self, path: str) -> Fault | None:
        """The fault for this request, counted down."""
        for fault in self.waiting:
            if not path.startswith(fault.path_prefix) or fault.times <= 0:
                continue
            if fault.after > 0:
                fault.after -= 1
                return None
            fault.times -= 1
            return fault
        return None


class FaultyApp:
    """Lets requests through to the app, unless a fault waits for their path."""

    def __init__(self, app: ASGIApp, box: FaultBox) -> None:
        self._app, self._box = app, box

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        path = scope.get("path", "")
        fault = self._box.take(path) if scope["type"] == "http" and not path.startswith("/_") else None
        if fault is None:
            await self._app(scope, receive, send)
        elif fault.mode in INSTEAD:
            await _instead(fault)(scope, receive, send)
        elif fault.mode == "hang":
            await _until_given_up(receive)
        elif fault.mode in BROKEN:
            await self._app(scope, receive, Spoiler(send, fault.mode))
        else:
            await self._spoiled(fault.mode, scope, receive, send)

    async def _spoiled(self, mode: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers with what the fault makes of the whole answer."""
        query = scope["query_string"]
        whole = Whole()
        await self._app({**scope, "query_string": spoiling.other_page(query, mode)}, receive, whole)
        body = spoiling.spoiled(whole.body, mode, query)
        headers = MutableHeaders(raw=list(whole.start["headers"]))
        headers["content-length"] = str(len(body))
        if mode in spoiling.COMPRESSED:
            headers["content-encoding"] = "gzip"
        await send({**whole.start, "headers": headers.raw})
        await send({"type": "http.response.body", "body": body})


def _instead(fault: Fault) -> Response:
    """An answer that the registry itself would not give."""
    wait = {"Retry-After": f"{fault.retry_after:g}"} if fault.retry_after is not None else {}
    if fault.mode == "429_skewed":
        # The registry's clock is years behind, and it says by that clock when to come back.
        then = format_datetime(clock.now().replace(year=2019, month=1, day=1), usegmt=True)
        wait = {"Date": then, "Retry-After": then}
    answers: dict[str, Response] = {
        "500": HTMLResponse(WHOOPS, 500),
        "503": HTMLResponse(WHOOPS, 503, wait),
        "204": Response(status_code=204),
        "redirect": RedirectResponse("http://elsewhere.invalid/", 302),
        "html200": HTMLResponse(LOGIN),
    }
    return answers.get(fault.mode) or JSONResponse({"message": "Too Many Requests"}, 429, wait)


async def _until_given_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    raise Dropped


class Whole:
    """Keeps an answer instead of sending it."""

    def __init__(self) -> None:
        self.start: Message = {}
        self.body = b""

    async def __call__(self, message: Message) -> None:
        """Takes one message."""
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")


class Spoiler:
    """Spoils the body of one answer on its way out."""

    def __init__(self, send: Send, mode: str) -> None:
        self._send, self._mode, self._length = send, mode, 0

    async def __call__(self, message: Message) -> None:
        """Passes one message on, spoiled."""
        if message["type"] == "http.response.start":
            self._length = int(MutableHeaders(raw=message["headers"]).get("content-length", "0"))
            await self._send(message)
        elif self._mode == "drip":
            await self._drip(message)
        else:
            half = message.get("body", b"")[: self._length // 2] if self._mode == "truncate" else b""
            await self._send({**message, "body": half, "more_body": True})
            raise Dropped

    async def _drip(self, message: Message) -> None:
        for byte in message.get("body", b""):
            await self._send({**message, "body": bytes([byte]), "more_body": True})
            await asyncio.sleep(DRIP_SECONDS)
        await self._send({**message, "body": b""})
