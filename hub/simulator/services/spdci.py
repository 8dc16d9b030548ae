"""A social registry by SPDCI at `/spdci/sr/registry/sync/search`: the pupils of Dapodik as its members.

It answers `idtype-value` (UIN) and every other query with all members, in pages; a bearer token opens it.
"""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.domain import clock
from hub.simulator.services.tokens import bears_token

LISTING = "dapodik/peserta-didik"
LARGEST = 500


def _now() -> str:
    return clock.now().isoformat(timespec="milliseconds")


def _error(code: str) -> Response:
    return JSONResponse({"message": {"ack_status": "ERR", "timestamp": _now(), "error": {"code": code}}})


def _records(request: Request, criteria: dict[str, Any], first: int, size: int) -> tuple[list[Any], int]:
    """Members of one page, and how many there are in all."""
    listing = request.app.state.registry.listings[LISTING]
    if criteria.get("query_type") != "idtype-value":
        return [json.loads(line) for line in listing.lines(first, size).splitlines()], listing.total
    wanted = str(criteria["query"]["value"])
    everyone = (json.loads(line) for line in listing.lines(0, listing.total).splitlines())
    found = [each for each in everyone if str(each.get("nik")) == wanted]
    return found[first : first + size], len(found)


def _item(request: Request, asked: dict[str, Any]) -> dict[str, Any]:
    criteria = asked["search_criteria"]
    pagination = criteria.get("pagination", {})
    number, size = pagination.get("page_number", 1), pagination.get("page_size", 100)
    told = {"reference_id": asked["reference_id"], "timestamp": _now()}
    if not (isinstance(number, int) and isinstance(size, int) and number > 0 and 0 < size <= LARGEST):
        return told | {"status": "rjct", "status_reason_code": "rjct.pagination.invalid"}
    records, total = _records(request, criteria, (number - 1) * size, size)
    return told | {
        "status": "succ",
        "data": {"reg_record_type": "Member", "reg_records": records},
        "pagination": {"page_size": size, "page_number": number, "total_count": total},
        "locale": "ind",
    }


async def _search(request: Request) -> Response:
    if not bears_token(request):
        return _error("err.request.unauthorized")
    try:
        body = json.loads(await request.body())
        header, message = body["header"], body["message"]
        items = [_item(request, each) for each in message["search_request"]]
    except (ValueError, KeyError, TypeError):
        return _error("err.request.bad")
    told = {"message_id": header["message_id"], "message_ts": _now(), "action": "on-search", "status": "succ"}
    answer = {"transaction_id": message["transaction_id"], "correlation_id": header["message_id"]}
    return JSONResponse({"header": told, "message": {**answer, "search_response": items}})


ROUTES = [Route("/spdci/sr/registry/sync/search", _search, methods=["POST"])]
