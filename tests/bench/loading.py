"""The load client, the same for every server: callers who ask over HTTP without a pause, and nothing between.

It speaks just enough of HTTP/1.1 to cost a small part of what the servers cost, and takes no answer for granted: one
that isn't 200 and `{"data":` ends the measurement, because a refusal is quicker than any answer.
"""

import asyncio
from collections.abc import Sequence
from itertools import cycle
from time import perf_counter
from typing import NamedTuple, cast

HOST = "127.0.0.1"
_END = b"\r\n\r\n"
_GOOD = b'{"data":'


class Reply(NamedTuple):
    """Status and body of one answer."""

    status: int
    body: bytes


def post(path: str, body: bytes) -> bytes:
    """A request as it goes over the wire: with the headers that any client sends."""
    return (
        f"POST {path} HTTP/1.1\r\nhost: {HOST}\r\naccept: application/json\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    ).encode() + body


class Caller(asyncio.Protocol):
    """One connection; `ask` waits for the answer to one request."""

    def __init__(self) -> None:
        self._held = bytearray()
        self._waiting: asyncio.Future[Reply] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the way out."""
        self._transport = cast("asyncio.Transport", transport)  # uvloop's own, which is no subclass.

    def connection_lost(self, exc: Exception | None) -> None:
        """Whoever waits learns that nothing comes."""
        if self._waiting and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("the server closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Gives the answer to who waits once it is whole."""
        self._held += data
        if self._waiting and (found := _whole(self._held)):
            self._held.clear()
            self._waiting.set_result(found)

    async def ask(self, request: bytes) -> Reply:
        """The answer to a request."""
        assert self._transport  # it is connected
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._waiting

    def close(self) -> None:
        """Ends the connection."""
        if self._transport:
            self._transport.close()


def _whole(held: bytearray) -> Reply | None:
    """The answer in what has come, or None while a part of it is missing.

    Raises:
        ValueError: It has another form than the servers give here: one with its length.
    """
    end = held.find(_END)
    if end < 0:
        return None
    head = bytes(held[:end]).lower()
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        raise ValueError("an answer without its length")
    length = int(head[at + 17 :].partition(b"\r\n")[0])
    begin = end + len(_END)
    if len(held) < begin + length:
        return None
    return Reply(int(head[9:12]), bytes(held[begin:]))


async def connected(port: int, count: int) -> list[Caller]:
    """So many callers of a server on this machine."""
    loop = asyncio.get_running_loop()
    return [(await loop.create_connection(Caller, HOST, port))[1] for _ in range(count)]


async def answers(port: int, requests: Sequence[bytes]) -> list[bytes]:
    """The bodies of the answers, asked one after another.

    Raises:
        AssertionError: An answer is none.
    """
    (caller,) = await connected(port, 1)
    try:
        return [_checked(await caller.ask(request)) for request in requests]
    finally:
        caller.close()


def _checked(reply: Reply) -> bytes:
    if reply.status != 200 or not reply.body.startswith(_GOOD) or b'"errors"' in reply.body[-2000:]:
        raise AssertionError(f"no answer: {reply.status} {reply.body[:300]!r}")
    return reply.body


async def loaded(
    port: int, requests: Sequence[bytes], callers: int, seconds: float
) -> tuple[list[float], float]:
    """The seconds that each answer took, and the seconds of all, for callers who ask as long as that."""
    lines, queue, waits = await connected(port, callers), cycle(requests), []
    started = perf_counter()

    async def one(line: Caller) -> None:
        began = started
        while began - started < seconds:
            _checked(await line.ask(next(queue)))
            ended = perf_counter()
            waits.append(ended - began)
            began = ended

    try:
        await asyncio.gather(*(one(line) for line in lines))
        return waits, perf_counter() - started
    finally:
        for line in lines:
            line.close()
