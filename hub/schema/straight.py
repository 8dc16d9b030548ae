"""The short way to GraphQL: a POST to its path passes by routing and finds its headers by name.

Routing and the search for headers cost as much as preparing a query does. Whatever is no such POST goes the usual way,
and both end in the same endpoint. Where what stands before would let a request through as it is, the short way passes
by that too.
"""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class _Named(Headers):
    """The headers of a request, with the first of each name at hand."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        self.first = dict(reversed(self._list))

    def get(self, key: str, /, default: Any = None) -> Any:
        """The first value of a header, whatever the case of its name."""
        found = self.first.get(key.lower().encode("latin-1"))
        return default if found is None else found.decode("latin-1")


class _Heard(Request):
    """A request whose headers are `_Named`."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self._named = _Named(scope)

    @property
    def headers(self) -> _Named:
        """The headers."""
        return self._named


@dataclass(frozen=True)
class Unweighed:
    """Which requests those who look at host and certificate would let through as they are.

    Args:
        hosts: Names of this server that are no patterns, in small letters.
        marks: Headers, in small letters, that somebody has to look at.
    """

    hosts: frozenset[bytes]
    marks: frozenset[bytes]

    @classmethod
    def of(cls, hosts: Collection[str], marks: Collection[str]) -> "Unweighed":
        """Those of a server with these names, patterns left out, and these headers."""
        plain = frozenset(one.lower().encode() for one in hosts if "*" not in one and ":" not in one)
        return cls(plain, frozenset(one.lower().encode() for one in marks if one))

    def passes(self, first: dict[bytes, bytes]) -> bool:
        """Whether a request with these headers is one of them."""
        host, colon, port = first.get(b"host", b"").partition(b":")
        fit = not colon or (port.isdigit() and len(port) < 6)
        return fit and host in self.hosts and self.marks.isdisjoint(first)


class Straight:
    """ASGI middleware: hands a POST to the path over to the endpoint.

    Args:
        app: The usual way.
        path: Of GraphQL.
        endpoint: What the usual way ends in too.
        unweighed: The only requests that are handed over; None: all are, for nobody stands between.
    """

    def __init__(
        self,
        app: ASGIApp,
        path: str,
        endpoint: Callable[[Request], Awaitable[Response]],
        unweighed: Unweighed | None = None,
    ) -> None:
        self._app = app
        self._path = path
        self._endpoint = endpoint
        self._unweighed = unweighed

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or what else a server tells."""
        if (
            scope["type"] == "http"
            and scope["path"] == self._path
            and scope["method"] == "POST"
            and not scope.get("root_path")
        ):
            heard = _Heard(scope, receive, send)
            if self._unweighed is None or self._unweighed.passes(heard.headers.first):
                response = await self._endpoint(heard)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)
