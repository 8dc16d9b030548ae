"""GraphQL over a WebSocket: the protocol `graphql-transport-ws`, and no other."""

import asyncio
from collections.abc import Mapping
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from hub.access.certificates import SHOWN
from hub.compiler.engine import Request
from hub.errors import HubError, InputError
from hub.schema.asking import Malformed, request_of
from hub.schema.messages import language_of
from hub.schema.refusing import entries
from hub.schema.streams import Admit, Full, Streams

PROTOCOL = "graphql-transport-ws"
LARGEST_MESSAGE = 64 * 1024
"""Bytes of one message; the server refuses longer ones while they come in."""
LONGEST_ID = 128
GOING_AWAY, TRY_LATER, TOO_SLOW = 1001, 1013, 1008


class Closing(Exception):  # noqa: N818  # it is an answer to the caller, not a failure of ours
    """The connection ends, as the protocol has it.

    Args:
        code: Of the WebSocket.
        reason: For who reads it.
    """

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass
class SocketDoor:
    """Takes connections, and ends them all when the hub ends.

    Args:
        streams: The open connections.
    """

    streams: Streams
    _serving: set["asyncio.Task[Any]"] = field(default_factory=set)

    async def serve(self, socket: WebSocket) -> None:
        """One connection, from its handshake to its end.

        A page of another site can open a WebSocket and the browser sends what it knows of the visitor along, so the
        handshake of one that says where it comes from is refused unless it is from here.
        """
        if not from_here(socket):
            await socket.close()
            return
        if PROTOCOL not in socket.scope.get("subprotocols", ()):
            await socket.accept()
            await _close(socket, 4406, "Subprotocol not acceptable")
            return
        await socket.accept(subprotocol=PROTOCOL)
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("no task is under way")
        self._serving.add(task)
        try:
            await Connection(socket, self.streams).run()
        except asyncio.CancelledError:
            if not self.streams.pulse.ended:
                raise
            task.uncancel()
            await _close(socket, GOING_AWAY, "the hub ends")
        finally:
            self._serving.discard(task)

    async def end(self) -> None:
        """Ends all connections with 1001, and waits until they have gone."""
        going = list(self._serving)
        for task in going:
            task.cancel()
        if going:
            await asyncio.wait(going, timeout=self.streams.patience.sending)


def from_here(socket: WebSocket) -> bool:
    """Whether a handshake comes from no page, or from one of this server's own."""
    origin = socket.headers.get("origin")
    if socket.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    return origin is None or origin.partition("://")[2] == socket.headers.get("host")


async def _close(socket: WebSocket, code: int, reason: str) -> None:
    if socket.application_state is WebSocketState.CONNECTED:
        with suppress(RuntimeError, TimeoutError, WebSocketDisconnect):
            async with asyncio.timeout(1):
                await socket.close(code, reason)


@dataclass
class Connection:
    """One open connection with the operations under way on it."""

    socket: WebSocket
    streams: Streams
    admit: Admit | None = None
    operations: dict[str, "asyncio.Task[None]"] = field(default_factory=dict)

    async def run(self) -> None:
        """Takes messages until the client leaves or breaks the protocol."""
        self._language = language_of(self.socket.headers.get("accept-language", ""))
        try:
            with ExitStack() as self._place:
                async with asyncio.TaskGroup() as group:
                    group.create_task(self._greeting())
                    await self._messages(group)
        except* Closing as found:
            error = found.exceptions[0]
            if isinstance(error, Closing):
                await _close(self.socket, error.code, error.reason)

    async def _greeting(self) -> None:
        await asyncio.sleep(self.streams.patience.greeting)
        if self.admit is None:
            raise Closing(4408, "Connection initialisation timeout")

    async def _messages(self, group: asyncio.TaskGroup) -> None:
        while True:
            found = await self.socket.receive()
            if found["type"] == "websocket.disconnect":
                raise Closing(1000, "")
            await self._take(_message(found), group)

    async def _take(self, message: Mapping[str, Any], group: asyncio.TaskGroup) -> None:
        kind = message["type"]
        if kind == "connection_init":
            await self._init(message)
        elif kind == "ping":
            await self._send(b'{"type":"pong"}')
        elif kind == "subscribe":
            await self._subscribe(message, group)
        elif kind == "complete":
            if task := self.operations.pop(_id(message), None):
                task.cancel()
        elif kind != "pong":
            raise Closing(4400, "Invalid message: unknown type")

    async def _init(self, message: Mapping[str, Any]) -> None:
        """Who asks is said by the headers of the handshake, or by the payload: a page can set no headers."""
        if self.admit is not None:
            raise Closing(4429, "Too many initialisation requests")
        payload = message.get("payload") or {}
        if not isinstance(payload, dict):
            raise Closing(4400, "Invalid message: payload")
        said = {name.lower(): value for name, value in payload.items() if isinstance(value, str)}
        said.pop(SHOWN, None)  # a certificate is shown in the handshake, and not told
        self.admit = self.streams.asking({**self.socket.headers, **said})
        try:
            self._place.enter_context(self.streams.place((await self.admit()).name))
        except Full:
            raise Closing(TRY_LATER, "too many connections are open") from None
        except HubError:
            raise Closing(4403, "Forbidden") from None
        await self._send(b'{"type":"connection_ack"}')

    async def _subscribe(self, message: Mapping[str, Any], group: asyncio.TaskGroup) -> None:
        if self.admit is None:
            raise Closing(4401, "Unauthorized")
        name, payload = _id(message), message.get("payload")
        if not isinstance(payload, dict):
            raise Closing(4400, "Invalid message: payload")
        if name in self.operations:
            raise Closing(4409, "Subscriber already exists")
        if len(self.operations) >= self.streams.patience.operations:
            error = InputError("limit_operations", "too many operations are under way on this connection")
            await self._error(name, error)
            return
        try:
            request = request_of(payload, self._language, self.streams.door.trusted)
        except Malformed:
            raise Closing(4400, "Invalid message: payload") from None
        except HubError as error:
            await self._error(name, error)
            return
        self.operations[name] = group.create_task(self._operation(name, request, self.admit))

    async def _operation(self, name: str, request: Request, admit: Admit) -> None:
        """The results of one operation; what can't run is told under its id, and the connection stays."""
        key = orjson.dumps(name)
        try:
            async with aclosing(self.streams.results(request, admit)) as results:
                async for result in results:
                    await self._send(b'{"id":' + key + b',"type":"next","payload":' + result + b"}")
            await self._send(b'{"id":' + key + b',"type":"complete"}')
        except Closing:
            raise
        except Exception as error:  # noqa: BLE001  # every failure has an answer, and most are the caller's
            await self._error(name, error)
        finally:
            if self.operations.get(name) is asyncio.current_task():
                del self.operations[name]

    async def _error(self, name: str, error: Exception) -> None:
        told = {"id": name, "type": "error", "payload": entries(error, self._language)}
        await self._send(orjson.dumps(told))

    async def _send(self, message: bytes) -> None:
        try:
            async with asyncio.timeout(self.streams.patience.sending):
                await self.socket.send_text(message.decode())
        except (TimeoutError, RuntimeError, OSError, WebSocketDisconnect):
            raise Closing(TOO_SLOW, "too slow") from None


def _message(found: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        message = orjson.loads(found.get("text") or "")
    except orjson.JSONDecodeError:
        raise Closing(4400, "Invalid message: not JSON") from None
    if not isinstance(message, dict) or not isinstance(message.get("type"), str):
        raise Closing(4400, "Invalid message: no type")
    return message


def _id(message: Mapping[str, Any]) -> str:
    name = message.get("id")
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST_ID:
        raise Closing(4400, "Invalid message: id")
    return name
