"""Faults on demand: how a registry misbehaves for its next few answers."""

import asyncio
from dataclasses import dataclass, field

from starlette.datastructures import MutableHeaders
from starlette.responses import HTMLResponse, JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import InputError

#: `truncate` ends the body at half with the full length promised; `reset` drops the connection;
#: `drip` sends a byte now and then; `garbage` answers 200 with bytes of no format.
MODES = ("429", "500", "html200", "truncate", "garbage", "reset", "drip")
DRIP_SECONDS = 0.05


class Dropped(Exception):  # noqa: N818 - it ends a connection, nothing catches it as an error
    """Ends the connection in the middle of an answer."""


@dataclass(slots=True)
class Fault:
    """One way to misbehave, for the paths that start so, this many times."""

    path_prefix: str
    mode: str
    times: int = 1
    retry_after: float | None = None


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

    def take(self, path: str) -> Fault | None:
        """The fault for this request, counted down."""
        for fault in self.waiting:
            if path.startswith(fault.path_prefix) and fault.times > 0:
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
        elif fault.mode == "429":
            wait = {"Retry-After": f"{fault.retry_after:g}"} if fault.retry_after is not None else {}
            await JSONResponse({"message": "Too Many Requests"}, 429, wait)(scope, receive, send)
        elif fault.mode == "500":
            await HTMLResponse("<h1>Whoops, looks like something went wrong.</h1>", 500)(scope, receive, send)
        elif fault.mode == "html200":
            await HTMLResponse("<html><title>Login</title><form></form></html>")(scope, receive, send)
        else:
            await self._app(scope, receive, Spoiler(send, fault.mode))


class Spoiler:
    """Spoils the body of one answer on its way out."""

    def __init__(self, send: Send, mode: str) -> None:
        self._send, self._mode, self._length = send, mode, 0

    async def __call__(self, message: Message) -> None:
        """Passes one message on, spoiled."""
        if message["type"] == "http.response.start":
            self._length = int(MutableHeaders(raw=message["headers"]).get("content-length", "0"))
            await self._send(message)
        elif self._mode == "garbage":
            await self._send({**message, "body": bytes(len(message.get("body", b"")))})
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
