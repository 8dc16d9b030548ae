"""What goes for every answer of the server, of whatever part and however it ends: safe headers, no word of a failure.

Source: OWASP cheat sheets on REST security and HTTP headers (2025). Strict-Transport-Security is the proxy's, which
speaks TLS.
"""

import logging

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger(__name__)

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cache-control", b"no-store"),
    (b"x-frame-options", b"DENY"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
"""Added where an answer has none of the name: it may say otherwise itself."""
NAMES = frozenset(name for name, _ in HEADERS)
UNCHANGING = (b"cache-control", b"no-cache")
"""Of what a browser may keep and asks for again: the files of the page, which hold nothing of anyone."""
FAILED = b'{"errors":[{"message":"Terjadi kesalahan di hub. / The hub failed."}]}'


class Whole(list[tuple[bytes, bytes]]):
    """The headers of an answer that are all there: `HEADERS` stand among them, or what the answer says instead."""


class Guarded:
    """ASGI middleware, the outermost.

    Args:
        app: All the rest.
        files: Beginning of the paths whose answers a browser may keep.
    """

    def __init__(self, app: ASGIApp, files: str) -> None:
        self._app = app
        self._files = files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or what else a server tells."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        always = HEADERS
        if scope["path"].startswith(self._files):
            always = (UNCHANGING, *HEADERS)
        begun = False

        async def answer(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
            if message["type"] == "http.response.start" and not isinstance(message.get("headers"), Whole):
                message = {**message, "headers": _with(list(message.get("headers", ())), always)}
            await send(message)

        try:
            await self._app(scope, receive, answer)
        except Exception as error:  # noqa: BLE001  # the last one that could
            # The text of an error may hold what was asked for: its kind is all that is told of it.
            log.error("an answer failed: %s", type(error).__name__)  # noqa: TRY400
            if begun:
                raise ConnectionAbortedError("an answer broke off") from None
            await answer(
                {
                    "type": "http.response.start",
                    "status": 500,
                    "headers": [(b"content-type", b"application/json")],
                }
            )
            await answer({"type": "http.response.body", "body": FAILED})


def _with(
    headers: list[tuple[bytes, bytes]], always: tuple[tuple[bytes, bytes], ...]
) -> list[tuple[bytes, bytes]]:
    present = {name for name, _ in headers}
    if present.isdisjoint(NAMES) and always is HEADERS:
        return [*headers, *HEADERS]
    for name, value in always:
        if name not in present:
            headers.append((name, value))
            present.add(name)
    return headers
