"""Where the use of population data is reported back (data balikan): `POST /dukcapil/balikan`, bearer token.

Source: field guide 2.2 (S, 2026): 200 `{"message":"Success"}`; 400 when anything of the report was sent before, of
which nothing is taken then.
"""

import json
import secrets
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

SENT_BEFORE = "Data sudah pernah dikirim"


def told(body: Any) -> list[tuple[str, str, str]] | None:
    """(agency, NIK, customer) of a report; None when it has another shape."""
    try:
        return [
            (str(each["id_lembaga"]), str(use["NIK"]), str(parameter["CUSTOMER_ID"]))
            for each in body
            if each["nama_lembaga"]
            for use in each["data"]
            for parameter in use["param"]
        ]
    except (KeyError, TypeError):
        return None


async def _report(request: Request) -> Response:
    registry = request.app.state.registry
    token = request.headers.get("authorization", "")
    if not secrets.compare_digest(token.encode(), f"Bearer {registry.credentials.api_key}".encode()):
        return JSONResponse({"message": "Unauthorized"}, 401)
    try:
        uses = told(json.loads(await request.body()))
    except ValueError:
        uses = None
    if not uses:
        return JSONResponse({"message": "Parameter Tidak Lengkap / Tidak Valid"}, 400)
    taken: set[tuple[str, str, str]] = registry.reported
    if taken.intersection(uses) or len(set(uses)) != len(uses):
        return JSONResponse({"message": SENT_BEFORE}, 400)
    taken.update(uses)
    return JSONResponse({"message": "Success"})


async def _count(request: Request) -> Response:
    """For those who steer the simulator: how many uses were reported."""
    return JSONResponse({"reported": len(request.app.state.registry.reported)})


ROUTES = [Route("/dukcapil/balikan", _report, methods=["POST"]), Route("/_balikan", _count)]
