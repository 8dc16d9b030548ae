"""Every answer has the safe headers, of whatever part and however it ends, and no failure tells anything."""

from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from hub.app import create_app
from hub.schema.guarded import FAILED, HEADERS, Guarded
from hub.store.database import Database
from hub.store.read import open_reader
from tests.app.test_app import HERE, NIK
from tests.graph_builders import context


@pytest.fixture(scope="module")
def client(database: Database) -> Iterator[TestClient]:
    with TestClient(create_app(lambda: open_reader(database, 2), lambda: context(database)), HERE) as made:
        yield made


@pytest.mark.parametrize(
    ("verb", "path", "options", "status"),
    [
        ("POST", "/graphql", {"json": {"query": "{ programs { code } }"}}, 200),
        ("POST", "/graphql", {"json": {"query": "{ nothing }"}}, 200),
        ("POST", "/graphql", {"content": b"\xff"}, 415),
        ("GET", "/graphql", {"headers": {"accept": "text/html"}}, 200),
        ("DELETE", "/graphql", {}, 405),
        ("POST", "/graphql", {"json": {}, "headers": {"host": "evil.example"}}, 400),
        ("GET", "/graphql/stream", {}, 405),
        ("GET", "/health", {}, 200),
        ("POST", "/health", {}, 405),
        ("GET", "/graphiql/nothing.js", {}, 404),
        ("GET", "/nothing", {}, 404),
    ],
)
def test_every_answer_has_safe_headers(
    client: TestClient, verb: str, path: str, options: dict[str, Any], status: int
) -> None:
    answer = client.request(verb, path, **options)
    assert answer.status_code == status
    assert {name.decode() for name, _ in HEADERS} - answer.headers.keys() == set()
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert all(len(answer.headers.get_list(name.decode())) == 1 for name, _ in HEADERS)


def test_what_holds_nothing_of_anyone_may_be_kept_and_nothing_else(client: TestClient) -> None:
    page = client.get("/graphql", headers={"accept": "text/html"})
    assert page.headers["cache-control"] == "no-store"
    assert client.get("/graphiql/nothing.js").headers["cache-control"] == "no-cache"


async def answered(*, begin: bool, fails: bool) -> list[Any]:
    """What an application sends that begins an answer, or not, and then fails, or not."""
    sent: list[Any] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del receive
        if begin:
            own = [(b"cache-control", b"max-age=60")]
            await send({"type": "http.response.start", "status": 200, "headers": own})
        if fails:
            raise LookupError(f"{NIK} in {scope['path']}")

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {}

    await Guarded(app, "/files/")({"type": "http", "path": "/"}, receive, send)
    return sent


async def test_an_answer_may_say_itself_how_long_it_is_kept() -> None:
    [start] = await answered(begin=True, fails=False)
    assert [value for name, value in start["headers"] if name == b"cache-control"] == [b"max-age=60"]


async def test_a_failure_that_nobody_foresaw_tells_nothing_of_what_was_asked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    start, body = await answered(begin=False, fails=True)
    assert (start["status"], body["body"]) == (500, FAILED)
    with pytest.raises(ConnectionAbortedError) as broken:
        await answered(begin=True, fails=True)
    assert NIK not in caplog.text + str(broken.value)
    assert "LookupError" in caplog.text
    assert broken.value.__suppress_context__
