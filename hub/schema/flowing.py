"""A response whose body is made while it is sent, no faster than the client takes it."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from hub.schema.awaiting import Left, while_awaited

log = logging.getLogger("hub.graphql")


class BrokenOff(Exception):  # noqa: N818  # it is the only way to tell a client that the rest is missing
    """The rest of a body that has begun can't be had; the connection is closed, so that its end is seen missing."""


class Flow(Response):
    """Sends the pieces of a generator as they come, and closes it whatever happens.

    Args:
        http: The request that is answered.
        first: The first piece, made before anything is sent.
        pieces: The others.
        seconds: All of it may take.
        headers: Of the response, with its content type.
    """

    def __init__(
        self,
        http: HttpRequest,
        first: bytes,
        pieces: AsyncGenerator[bytes, None],
        seconds: float,
        headers: Mapping[str, str],
    ) -> None:
        self.status_code = 200
        self.background = None
        self.body = b""
        self.init_headers(headers)
        del self.headers["content-length"]
        self._http, self._first, self._pieces, self._seconds = http, first, pieces, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends it; a client that leaves ends it."""
        del scope, receive  # The request that was read has both.
        try:
            with while_awaited(self._http):
                async with asyncio.timeout(self._seconds), aclosing(self._pieces):
                    await self._send(send)
        except Left:
            return
        except Exception as error:  # noqa: BLE001  # a driver's error may hold what was asked for
            log.error("an answer broke off: %s", type(error).__name__)  # noqa: TRY400  # and so may its traceback
            raise BrokenOff from None

    async def _send(self, send: Send) -> None:
        start = {"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers}
        await send(start)
        await send({"type": "http.response.body", "body": self._first, "more_body": True})
        async for piece in self._pieces:
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
