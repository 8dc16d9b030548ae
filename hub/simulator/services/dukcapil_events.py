"""The standing feed of population events: `GET /dukcapil/peristiwa?cursor=&size=`, with an X-API-Key.

Events stand in the order in which they were written down; a cursor is good for ever, also for the month after.
Some events of the second month are sent twice. A directory that was generated without the list has an empty feed.
"""

import json
import re
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

LISTING = "dukcapil/peristiwa"
LARGEST_PAGE = 1000
#: One event in so many is sent once more at the end of the feed.
TWICE = 9


def feed(registry: Any) -> list[dict[str, Any]]:
    """The events of the month served, in order; those of month 1 come first in every month."""
    found = [registry.directory / each["path"] for each in registry.emitted("dukcapil_events")]
    events: list[dict[str, Any]] = []
    known: set[str] = set()
    for path in found:
        with path.open(encoding="utf-8") as lines:
            fresh = [event for line in lines if (event := json.loads(line))["ID_PERISTIWA"] not in known]
        known.update(event["ID_PERISTIWA"] for event in fresh)
        fresh.sort(key=lambda event: (event["TGL_CATAT"], event["ID_PERISTIWA"]))
        again = fresh[::TWICE] if events else []
        events += [*fresh, *again]
    return events


async def _page(request: Request) -> Response:
    registry = request.app.state.registry
    key = request.headers.get("x-api-key", "")
    if not secrets.compare_digest(key.encode(), registry.credentials.api_key.encode()):
        return JSONResponse({"message": "Unauthorized"}, 401)
    size, cursor = request.query_params.get("size", "500"), request.query_params.get("cursor", "e0")
    if not (size.isdecimal() and 1 <= int(size) <= LARGEST_PAGE):
        return JSONResponse({"message": f"size is from 1 to {LARGEST_PAGE}"}, 422)
    events = feed(registry)
    if not re.fullmatch(r"e\d{1,9}", cursor) or int(cursor[1:]) > len(events):
        return JSONResponse({"message": "cursor unknown"}, 400)
    first = int(cursor[1:])
    rows = events[first : first + int(size)]
    after = first + len(rows)
    return JSONResponse({"rows": rows, "next": f"e{after}", "last": after >= len(events)})


ROUTES = [Route(f"/{LISTING}", _page)]
