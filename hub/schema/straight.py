"""The short way to GraphQL: a POST to its path passes by routing and finds its headers by name.

Routing and the search for headers cost as much as preparing a query does. Whatever is no such POST goes the usual way,
and both end in the same endpoint.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class _Named(Headers):
    """The headers of a request, with the first of each name at hand."""

    def __init__(self, scope: Scope) -> None:
        super().__init__(scope=scope)
        self._first = dict(reversed(self._list))

    def get(self, key: str, /, default: Any = None) -> Any:
        """The first value of a header, whatever the case of its name."""
        found = self._first.get(key.lower().encode("latin-1"))
        return default if found is None else found.decode("latin-1")


class _Heard(Request):
    """A request whose headers are `_Named`."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        super().__init__(scope, receive, send)
        self._named = _Named(scope)

    @property
    def headers(self) -> Headers:
        """The headers."""
        return self._named


class Straight:
    """ASGI middleware: hands a POST to the path over to the endpoint.

    Args:
        app: The usual way.
        path: Of GraphQL.
        endpoint: What the usual way ends in too.
    """

    def __init__(self, app: ASGIApp, path: str, endpoint: Callable[[Request], Awaitable[Response]]) -> None:
        self._app = app
        self._path = path
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or what else a server tells."""
        if (
            scope["type"] == "http"
            and scope["path"] == self._path
            and scope["method"] == "POST"
            and not scope.get("root_path")
        ):
            response = await self._endpoint(_Heard(scope, receive, send))
            await response(scope, receive, send)
        else:
            await self._app(scope, receive, send)
