"""Paths of the doors by SPDCI; the same for each registry."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.spdci.door import SpdciDoor, Work, keys
from hub.spdci.messages import SearchRequest, StatusRequest, SubscribeRequest, UnsubscribeRequest

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Every method is answered by the door itself."""
BASE = "/spdci/{registry}/registry"


def _later(action: str, form: type[Any]) -> Work:
    return lambda door, http, registry: door.later(http, registry, action, form)


def _unasked(action: str) -> Work:
    return lambda door, http, registry: door.unasked(http, registry, action)


WORKS: Mapping[str, Work] = {
    "/sync/search": SpdciDoor.searched,
    "/sync/txn/status": SpdciDoor.status,
    "/sync/enrolled": SpdciDoor.enrolled,
    "/sync/enrollment/updates": SpdciDoor.updated,
    "/search": _later("search", SearchRequest),
    "/subscribe": _later("subscribe", SubscribeRequest),
    "/unsubscribe": _later("unsubscribe", UnsubscribeRequest),
    "/txn/status": _later("txn-status", StatusRequest),
    "/on-search": _unasked("on-search"),
    "/on-subscribe": _unasked("on-subscribe"),
    "/on-unsubscribe": _unasked("on-unsubscribe"),
    "/txn/on-status": _unasked("txn-on-status"),
    "/notify": _unasked("notify"),
}


def routes() -> Sequence[BaseRoute]:
    """Every route; `app.state.spdci` answers them."""
    return [
        Route("/.well-known/jwks.json", keys, methods=["GET"]),
        *(_route(f"{BASE}{path}", work) for path, work in WORKS.items()),
    ]


def _route(path: str, work: Work) -> Route:
    async def answer(request: Request) -> Response:
        door: SpdciDoor = request.app.state.spdci
        return await door.answer(request, work)

    return Route(path, answer, methods=list(METHODS))
