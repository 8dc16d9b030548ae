"""Tokens by OAuth 2 client credentials, at `/oauth/token`, for the calls that take a bearer."""

import base64
import secrets

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

LIFE_SECONDS = 300


def bears_token(request: Request) -> bool:
    """Whether a request bears a token that was given and not taken back."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    given: set[str] = getattr(request.app.state, "tokens", set())
    return kind.lower() == "bearer" and token in given


async def _token(request: Request) -> Response:
    form = dict(part.split("=", 1) for part in (await request.body()).decode().split("&") if "=" in part)
    credentials = request.app.state.registry.credentials
    pair = f"{credentials.user}:{credentials.password}"
    shown = request.headers.get("authorization", "")
    wanted = "Basic " + base64.b64encode(pair.encode()).decode()
    in_body = f"{form.get('client_id', '')}:{form.get('client_secret', '')}"
    known = secrets.compare_digest(shown, wanted) or secrets.compare_digest(in_body, pair)
    if form.get("grant_type") != "client_credentials":
        return JSONResponse({"error": "unsupported_grant_type"}, 400)
    if not known:
        return JSONResponse({"error": "invalid_client"}, 401)
    token = secrets.token_urlsafe(24)
    request.app.state.tokens = getattr(request.app.state, "tokens", set()) | {token}
    return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": LIFE_SECONDS})


async def _revoke(request: Request) -> Response:
    request.app.state.tokens = set()
    return JSONResponse({"message": "ok"})


ROUTES = [
    Route("/oauth/token", _token, methods=["POST"]),
    Route("/_tokens/revoke", _revoke, methods=["POST"]),
]
