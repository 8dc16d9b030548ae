"""The short way and the usual way hear and answer the same."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from hub.schema.straight import Straight, Unweighed

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


HOSTS = ("hub.example", "*.desa.example", "localhost")
SHOWN = {"x-shown": "a certificate"}


def weighed(*, short: bool) -> TestClient:
    """A server that looks at the host and refuses what a proxy might have marked, with the short way around or not."""
    unweighed = Unweighed.of(HOSTS, ("X-Shown", ""))
    around = [Middleware(Straight, path="/graphql", endpoint=told, unweighed=unweighed)]
    look = [Middleware(TrustedHostMiddleware, allowed_hosts=list(HOSTS)), Middleware(Unmarked)]
    return TestClient(Starlette(routes=ROUTES, middleware=[*(around if short else []), *look]))


class Unmarked:
    """Refuses a request that bears the mark."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or what else a server tells."""
        marked = any(name == b"x-shown" for name, _ in scope.get("headers", ()))
        await (Response("marked", 401) if marked else self._app)(scope, receive, send)


LOOKED_AT, PASSED_BY = weighed(short=False), weighed(short=True)


@given(
    host=st.sampled_from(
        [*HOSTS, "a.desa.example", "other.example", "LOCALHOST", "[::1]", "", "hub.example."]
    )
    | st.text("ahub.exmpl*:[]@ ", max_size=12),
    port=st.sampled_from(["", ":", ":80", ":65535", ":123456", ":x", ":80:80", ":\u00b2"]),
    marks=st.sampled_from([{}, SHOWN, {"X-SHOWN": "b"}]),
)
def test_the_short_way_lets_through_nothing_that_would_be_refused(
    host: str, port: str, marks: dict[str, str]
) -> None:
    headers = [
        (b"host", (host + port).encode("latin-1")),
        *((k.encode(), v.encode()) for k, v in marks.items()),
    ]
    usual, short = (one.post("/graphql", content=b"{}", headers=headers) for one in (LOOKED_AT, PASSED_BY))
    assert (short.status_code, short.text) == (usual.status_code, usual.text)


def test_a_usual_request_passes_by_those_who_would_let_it_through() -> None:
    unweighed = Unweighed.of(HOSTS, ("x-shown",))
    assert unweighed.passes({b"host": b"hub.example:8000"})
    assert not unweighed.passes({b"host": b"hub.example", b"x-shown": b""})
    assert not unweighed.passes({b"host": b"a.desa.example"})
