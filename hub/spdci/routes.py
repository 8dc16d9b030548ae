"""Paths of the doors by SPDCI; the same for each registry."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from hub.spdci.door import SpdciDoor, Work, keys

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
"""Every method is answered by the door itself."""
BASE = "/spdci/{registry}/registry"
WORKS: Mapping[str, Work] = {
    "/sync/search": SpdciDoor.searched,
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
