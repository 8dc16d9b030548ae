"""Every listing once more, in the styles of paging that portals and vendors use.

`/styled/offset/{listing}` (`offset`, `limit`, as CKAN answers), `/styled/cursor/{listing}` (`cursor`, `size`, and a
token after the last row too, as a feed gives it), `/styled/link/{listing}` (a bare list and a Link header). A key or
a bearer token opens them.
"""

import json
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.simulator.services.tokens import bears_token

LARGEST = 1000


def lets_in(request: Request) -> bool:
    """Whether a request shows the key of the registries, or a token."""
    key = request.app.state.registry.credentials.api_key
    return bears_token(request) or secrets.compare_digest(
        request.headers.get("x-api-key", "").encode(), key.encode()
    )


def _number(request: Request, name: str, default: int) -> int | None:
    """A number of the query, None where it is none."""
    text = request.query_params.get(name, str(default)).removeprefix("c")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


async def _styled(request: Request) -> Response:
    if not lets_in(request):
        return JSONResponse({"message": "Unauthorized"}, 401)
    style, name = request.path_params["style"], request.path_params["listing"]
    listing = request.app.state.registry.listings.get(name)
    if listing is None or style not in ("offset", "cursor", "link"):
        return JSONResponse({"message": "Not Found"}, 404)
    at = _number(request, "cursor" if style == "cursor" else "offset", 0)
    size = _number(request, "limit" if style == "offset" else "size", 100)
    if at is None or size is None or not 1 <= size <= LARGEST or at > listing.total:
        return JSONResponse({"message": "no such place in this listing"}, 400)
    rows = [json.loads(line) for line in listing.lines(at, size).splitlines()]
    following = at + len(rows)
    if style == "offset":
        result = {"records": rows, "offset": at, "limit": size, "total": listing.total}
        return JSONResponse({"success": True, "result": result})
    if style == "cursor":
        last = following >= listing.total
        return JSONResponse({"rows": rows, "at": f"c{at}", "next": f"c{following}", "last": last})
    more = f'<{request.url.path}?offset={following}&size={size}>; rel="next"'
    return JSONResponse(rows, headers={"Link": more} if following < listing.total else {})


ROUTES = [Route("/styled/{style}/{listing:path}", _styled)]
