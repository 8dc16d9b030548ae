"""The short way and the usual way hear and answer the same."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from hub.schema.straight import Straight

NAMES = ("accept", "Accept", "accept-language", "content-type", "x-other")
Sent = list[tuple[str, str]]


async def told(request: Request) -> Response:
    """What an endpoint can hear of a request."""
    heard = {name: [request.headers.get(name), request.headers.getlist(name)] for name in (*NAMES, "missing")}
    found = {"headers": heard, "absent": request.headers.get("missing", "none"), "method": request.method}
    return JSONResponse(found | {"body": (await request.body()).decode(), "path": request.url.path})


ROUTES = [Route("/graphql", told, methods=["GET", "POST"])]
USUAL = TestClient(Starlette(routes=ROUTES))
SHORT = TestClient(
    Starlette(routes=ROUTES, middleware=[Middleware(Straight, path="/graphql", endpoint=told)])
)


@given(
    sent=st.lists(
        st.tuples(st.sampled_from(NAMES), st.text("aZ/*;,=0.9 é", min_size=1, max_size=9).map(str.strip))
    ),
    body=st.text(max_size=20),
)
@example(sent=[("accept", "a"), ("Accept", "b"), ("accept", "c")], body="{}")
def test_a_post_is_heard_the_same_both_ways(sent: Sent, body: str) -> None:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in sent]
    usual, short = (client.post("/graphql", content=body.encode(), headers=raw) for client in (USUAL, SHORT))
    assert short.json() == usual.json()
    assert short.headers == usual.headers


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/graphql"),
        ("PUT", "/graphql"),
        ("POST", "/graphql/"),
        ("POST", "/other"),
        ("HEAD", "/graphql"),
    ],
)
def test_what_is_no_post_to_the_path_goes_the_usual_way(method: str, path: str) -> None:
    usual, short = (client.request(method, path) for client in (USUAL, SHORT))
    assert (short.status_code, short.text) == (usual.status_code, usual.text)


def test_a_post_to_the_path_passes_by_routing() -> None:
    bare = Starlette(routes=[], middleware=[Middleware(Straight, path="/graphql", endpoint=told)])
    assert TestClient(bare).post("/graphql", content=b"{}").json()["body"] == "{}"
