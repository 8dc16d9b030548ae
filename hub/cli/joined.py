"""The head of an answer and its first bytes in one packet: a write is the dearest part of a small answer."""

import asyncio
from typing import Any

HEAD = b"HTTP/1."


class Joined:
    """A transport that keeps the head of an answer until its body comes, or until the loop turns.

    Args:
        transport: What writes.
        loop: That it lives in.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held = b""

    def write(self, data: bytes) -> None:
        """Writes bytes, after a head that was kept; a head alone is kept."""
        if not self._held and data.startswith(HEAD):
            self._held = data
            self._loop.call_soon(self._let_go)
            return
        held, self._held = self._held, b""
        self._transport.write(held + data if held else data)

    def close(self) -> None:
        """Closes it once everything is written."""
        self._let_go()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        """Everything else is the transport's own; what was kept goes out first."""
        self._let_go()
        return getattr(self._transport, name)

    def _let_go(self) -> None:
        if self._held:
            held, self._held = self._held, b""
            self._transport.write(held)
