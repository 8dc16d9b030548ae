"""GraphQL over server-sent events, in distinct connections mode (the graphql-sse protocol): one operation, one answer.

Whatever is wrong with the operation is told in the stream, as the protocol has it; a request that isn't GraphQL over
HTTP at all is refused by its status.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import ExitStack, aclosing, suppress
from dataclasses import dataclass

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.compiler.engine import Request
from hub.errors import HubError
from hub.schema.asking import JSON, Malformed, body, in_body, no_other_site
from hub.schema.messages import language_of
from hub.schema.refusing import entries, refusal
from hub.schema.streams import Admit, Full, Patience, Streams

EVENTS = "text/event-stream"
COMPLETE = b"event: complete\ndata: \n\n"
STILL_HERE = b":\n\n"
HEADERS = {"content-type": f"{EVENTS}; charset=utf-8", "cache-control": "no-store", "x-accel-buffering": "no"}


@dataclass(frozen=True)
class EventDoor:
    """Answers POST requests by a stream of events.

    Args:
        streams: The open connections.
    """

    streams: Streams

    async def answer(self, http: HttpRequest) -> Response:
        """The stream that answers a request, or why there is none."""
        language = language_of(http.headers.get("accept-language", ""))
        try:
            if EVENTS not in http.headers.get("accept", ""):
                raise Malformed(406, f"jawaban berbentuk {EVENTS}", f"answers are {EVENTS}")
            no_other_site(http)
            request = self._asked(await body(http), language)
            admit, stack = self.streams.asking(http.headers), ExitStack()
            stack.enter_context(self.streams.place((await admit()).name))
        except Full:
            full = Malformed(429, "terlalu banyak sambungan terbuka", "too many connections are open")
            return refusal(full, language, JSON)
        except Exception as error:  # noqa: BLE001  # every failure has an answer, and most are the caller's
            return refusal(error, language, JSON)
        results = self._results(request, admit)
        return _Events(results, self.streams.patience, language, stack)

    async def _results(self, asked: Request | HubError, admit: Admit) -> AsyncGenerator[bytes, None]:
        if isinstance(asked, HubError):
            raise asked
        async with aclosing(self.streams.results(asked, admit)) as results:
            async for result in results:
                yield result

    def _asked(self, sent: bytes, language: str) -> Request | HubError:
        """What a body asks for, or why this server does not answer that document."""
        try:
            return in_body(sent, language, self.streams.door.trusted)
        except HubError as error:
            return error


class _Events(Response):
    """Sends the results of an operation as events, each as soon as the client has room for it."""

    def __init__(
        self, results: AsyncGenerator[bytes, None], patience: Patience, language: str, stack: ExitStack
    ) -> None:
        super().__init__(status_code=200, headers=HEADERS)
        del self.headers["content-length"]
        self._results, self._patience, self._language, self._stack = results, patience, language, stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """All of it, until it ends, the client leaves, or takes no more."""
        del scope
        with self._stack:
            sending = asyncio.create_task(self._send(send))
            leaving = asyncio.create_task(_left(receive))
            done, others = await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
            for task in others:
                task.cancel()
                with suppress(asyncio.CancelledError, TimeoutError):
                    await task
            if sending in done:
                with suppress(TimeoutError):
                    sending.result()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        async with aclosing(self._pieces()) as pieces:
            async for piece in pieces:
                async with asyncio.timeout(self._patience.sending):
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _pieces(self) -> AsyncGenerator[bytes, None]:
        yield STILL_HERE
        try:
            async with aclosing(with_silence(self._results, self._patience.silence)) as found:
                async for result in found:
                    yield STILL_HERE if result is None else b"event: next\ndata: " + result + b"\n\n"
        except Exception as error:  # noqa: BLE001  # what is wrong is told in the stream
            told = orjson.dumps({"errors": entries(error, self._language)})
            yield b"event: next\ndata: " + told + b"\n\n"
        yield COMPLETE


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def with_silence(
    results: AsyncGenerator[bytes, None], seconds: float
) -> AsyncGenerator[bytes | None, None]:
    """The results, and None for each so many seconds without any."""
    async with aclosing(results):
        while True:
            coming = asyncio.ensure_future(anext(results, None))
            try:
                while not (await asyncio.wait({coming}, timeout=seconds))[0]:
                    yield None
                result = coming.result()
            finally:
                if not coming.done():
                    coming.cancel()
                    with suppress(asyncio.CancelledError):
                        await coming
            if result is None:
                return
            yield result
