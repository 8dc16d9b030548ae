"""Subscriptions over both transports, against a real server: protocol, events, resuming, rights, and the end."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from hub.app import create_app
from hub.registry.documents import document_id
from hub.schema.streams import Patience
from hub.schema.terms import Terms
from hub.schema.trusted import Trusted
from hub.store.database import Database
from hub.store.read import open_reader
from tests.app.listening import INIT, PROTOCOL, QUICK, Served, bare, events, greeted, serving
from tests.conftest import wait_for
from tests.graph_builders import DESA, Graph, context, uid
from tests.schema.changing import ELSEWHERE, Deed, Runs, emptied

CHANGED = """subscription ($after: String, $wilayah: WilayahCode, $ids: [ID!]) {
    personsChanged(after: $after, wilayah: $wilayah, ids: $ids, types: [PERSON]) {
        items { kind node { ... on Person { name } } } } }"""
RESUMED = CHANGED.replace("items {", "next items {")
PROGRESS = "subscription { runProgress { state stage received done run { id } } }"


@pytest.fixture(scope="module")
def land(database: Database) -> Database:
    story = Graph().basics()
    wait_for(story.store(database))
    return database


@pytest_asyncio.fixture
async def runs(land: Database) -> Runs:
    return await emptied(land)


@pytest_asyncio.fixture
async def served(land: Database) -> AsyncIterator[Served]:
    async with serving(land) as running:
        yield running


def person(number: int, word: str = "A", area: int = DESA) -> Deed:
    return Deed("person_state", number, area, word)


def names(data: Any) -> list[Any]:
    return [item["node"] and item["node"]["name"] for item in data["personsChanged"]["items"]]


async def waiting(served: Served, statements: int) -> None:
    """Until the server has read by so many statements: the subscriptions stand."""
    async with asyncio.timeout(20):
        while len(set(served.read)) < statements:
            await asyncio.sleep(0.01)


async def test_a_query_over_a_socket_is_one_result_and_complete(served: Served) -> None:
    async with greeted(served) as client:
        await client.subscribe("a", '{ programs(code: "PKH") { code } }')
        data = {"data": {"programs": [{"code": "PKH"}]}}
        assert await client.hear() == {"id": "a", "type": "next", "payload": data}
        assert await client.hear() == {"id": "a", "type": "complete"}
        await client.say(type="ping")
        assert await client.hear() == {"type": "pong"}


async def test_who_changes_is_told_by_one_statement_whatever_is_selected(served: Served, runs: Runs) -> None:
    await runs.land([person(1)])
    async with greeted(served) as client:
        await client.subscribe("a", CHANGED)
        await waiting(served, 1)
        for word in ("B", "C"):
            await runs.land([person(1, word)])
            told = await client.hear()
            assert (told["type"], names(told["payload"]["data"])) == ("next", [word])
            assert list(told["payload"]["data"]["personsChanged"]) == ["items"]
        assert len(set(served.read)) == 1
        await client.say(id="a", type="complete")
        await runs.land([person(1, "D")])
        await client.subscribe("b", "{ __typename }")
        assert [(await client.hear())["id"] for _ in range(2)] == ["b", "b"]


async def test_who_comes_back_with_the_cursor_has_missed_nothing(served: Served, runs: Runs) -> None:
    await runs.land([])
    async with greeted(served) as client:
        await client.subscribe("a", RESUMED)
        await waiting(served, 1)
        await runs.land([person(1, "A")])
        after = (await client.hear())["payload"]["data"]["personsChanged"]["next"]
    await runs.land([person(2, "B")])
    await runs.land([person(1, "C")])
    async with greeted(served) as client:
        await client.subscribe("a", RESUMED, after=after)
        assert names((await client.hear())["payload"]["data"]) == ["B", "C"]


async def test_an_area_and_persons_narrow_what_is_told(served: Served, runs: Runs) -> None:
    await runs.say(
        "insert into person (id, uid, founded_by, event_area_key, home_area_key) values (1, :uid, 1, 0, 0)"
        " on conflict do nothing",
        uid=uid("person", 1),
    )
    await runs.land([person(1), person(2)])
    async with greeted(served) as client:
        ids = (await _asked(served, "{ changes(types: [PERSON]) { items { nodeId } } }"))["changes"]["items"]
        await client.subscribe("area", CHANGED, wilayah="33.20.01")
        await client.subscribe("ids", CHANGED, ids=[ids[0]["nodeId"]])
        await waiting(served, 3)
        await runs.land([person(2, "B", ELSEWHERE), person(1, "C", ELSEWHERE)])
        told = {one["id"]: one["payload"]["data"] for one in [await client.hear(), await client.hear()]}
    assert names(told["area"]) == [None, None]
    assert names(told["ids"]) == ["C"]


async def _asked(served: Served, query: str) -> Any:
    async with httpx.AsyncClient() as client:
        return (await client.post(f"http://{served.url}/graphql", json={"query": query})).json()["data"]


async def test_a_run_is_followed_from_its_first_rows_to_its_end(served: Served, runs: Runs) -> None:
    async with events(served, PROGRESS) as found:
        first = (await anext(found))[1]["data"]["runProgress"]
        assert (first["state"], first["done"]) == ("complete", True)
        at = await runs.begin()
        told = (await anext(found))[1]["data"]["runProgress"]
        assert (told["state"], told["stage"], told["received"]) == ("running", None, 0)
        await runs.say(
            "insert into run_progress (run_id, stage, rows, refused, at)"
            " select max(id), 'pull', 7, 1, now() from run on conflict (run_id) do nothing"
        )
        told = (await anext(found))[1]["data"]["runProgress"]
        assert (told["stage"], told["received"], told["done"]) == ("pull", 7, False)
        async with runs.landing(at, "complete") as connection:
            await connection.execute(text("update run set rows_in = 9, stored = 9 where status = 'running'"))
        told = (await anext(found))[1]["data"]["runProgress"]
        assert (told["state"], told["stage"], told["received"], told["done"]) == ("complete", None, 9, True)


async def test_an_operation_over_events_ends_with_complete(served: Served) -> None:
    async with events(served, '{ programs(code: "PKH") { code } }') as found:
        assert [one async for one in found] == [
            ("next", {"data": {"programs": [{"code": "PKH"}]}}),
            ("complete", None),
        ]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("subscription { nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("subscription { runProgress { state } personsChanged { last } }", "GRAPHQL_VALIDATION_FAILED"),
        ('subscription { personsChanged(after: "x") { last } }', "BAD_USER_INPUT"),
        ('subscription { runProgress(after: "x") { state } }', "BAD_USER_INPUT"),
        ('subscription { personsChanged(ids: ["x"]) { last } }', "BAD_USER_INPUT"),
        ("subscription { personsChanged(first: 501) { last } }", "BAD_USER_INPUT"),
        ("mutation { __typename }", "BAD_USER_INPUT"),
        (
            f"subscription {{ {' '.join(f'a{n}: runProgress {{ state }}' for n in range(101))} }}",
            "LIMIT_EXCEEDED",
        ),
    ],
)
async def test_what_cannot_run_is_told_in_the_stream_and_ends_it(
    served: Served, query: str, code: str
) -> None:
    async with events(served, query) as found:
        told = [one async for one in found]
    assert [name for name, _ in told] == ["next", "complete"]
    assert told[0][1]["errors"][0]["extensions"]["code"] == code
    async with greeted(served) as client:
        await client.subscribe("a", query)
        message = await client.hear()
        assert (message["id"], message["type"]) == ("a", "error")
        assert message["payload"][0]["extensions"]["code"] == code


@pytest.mark.parametrize(
    ("method", "headers", "body", "status"),
    [
        ("GET", {"accept": "text/event-stream"}, "", 405),
        ("POST", {"accept": "application/json", "content-type": "application/json"}, "{}", 406),
        ("POST", {"accept": "text/event-stream", "content-type": "text/plain"}, "{}", 415),
        ("POST", {"accept": "text/event-stream", "content-type": "application/json"}, "[]", 400),
        (
            "POST",
            {
                "accept": "text/event-stream",
                "content-type": "application/json",
                "sec-fetch-site": "cross-site",
            },
            "{}",
            403,
        ),
    ],
)
async def test_what_is_no_graphql_over_http_is_no_stream(
    served: Served, method: str, headers: dict[str, str], body: str, status: int
) -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.request(
            method, f"http://{served.url}/graphql/stream", headers=headers, content=body
        )
    assert (answer.status_code, "errors" in answer.json()) == (status, True)


async def test_a_subscription_sent_to_the_door_of_queries_is_told_where_to_go(served: Served) -> None:
    async with httpx.AsyncClient(headers={"accept-language": "en"}) as client:
        answer = await client.post(f"http://{served.url}/graphql", json={"query": PROGRESS})
    assert "/graphql/stream" in answer.json()["errors"][0]["message"]


GOOD = {"id": "a", "type": "subscribe", "payload": {"query": PROGRESS}}


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([], 4408),
        ([GOOD], 4401),
        ([INIT, INIT], 4429),
        ([INIT | {"payload": [1]}], 4400),
        ([INIT, GOOD, GOOD], 4409),
        ([INIT, GOOD | {"id": ""}], 4400),
        ([INIT, GOOD | {"id": 1}], 4400),
        ([INIT, GOOD | {"payload": None}], 4400),
        ([INIT, GOOD | {"payload": {"query": 1}}], 4400),
        ([INIT, {"type": "start"}], 4400),
        ([INIT, {"no": "type"}], 4400),
        ([INIT, "{"], 4400),
        ([INIT, "[]"], 4400),
        ([INIT, b"{}"], 4400),
        ([INIT, GOOD | {"id": "a" * 70_000}], 1009),
    ],
)
async def test_whoever_breaks_the_protocol_is_shown_out(
    served: Served, messages: list[Any], code: int
) -> None:
    async with bare(served) as client:
        for message in messages:
            await client.socket.send(json.dumps(message) if isinstance(message, dict) else message)
        assert (await client.end())[0] == code


async def test_another_protocol_and_another_site_are_not_let_in(served: Served) -> None:
    async with bare(served, Subprotocol("graphql-ws")) as client:
        assert (await client.end())[0] == 4406
    for headers in ({"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}):
        with pytest.raises(InvalidStatus) as refused:
            async with bare(served, additional_headers=headers):
                pass
        assert refused.value.response.status_code == 403
    async with bare(served, additional_headers={"origin": f"http://{served.url}"}) as client:
        await client.say(**INIT)
        assert await client.hear() == {"type": "connection_ack"}


async def test_operations_and_connections_are_bounded(served: Served, runs: Runs) -> None:
    async with greeted(served) as client, greeted(served):
        for name in ("a", "b", "c"):
            await client.subscribe(name, CHANGED)
        refused = await client.hear()
        assert (refused["id"], refused["payload"][0]["extensions"]["code"]) == ("c", "LIMIT_EXCEEDED")
        async with bare(served) as third:
            await third.say(**INIT)
            assert (await third.end())[0] == 1013
        async with httpx.AsyncClient(headers={"accept": "text/event-stream"}) as http:
            answer = await http.post(f"http://{served.url}/graphql/stream", json={"query": PROGRESS})
        assert answer.status_code == 429
    async with events(served, "{ __typename }") as found:
        assert [name async for name, _ in found] == ["next", "complete"]


async def test_who_takes_no_more_is_dropped(land: Database) -> None:
    app = create_app(
        lambda: open_reader(land, 1), lambda: context(land), terms=Terms(patience=Patience(sending=0.2))
    )
    said = [
        {"type": "websocket.connect"},
        *(
            {"type": "websocket.receive", "text": json.dumps(one)}
            for one in (INIT, {"id": "a", "type": "subscribe", "payload": {"query": "{ __typename }"}})
        ),
    ]
    sent: list[str] = []

    async def receive() -> Any:
        return said.pop(0) if said else await asyncio.sleep(3600)

    async def send(message: Any) -> None:
        sent.append(message["type"])
        if '"next"' in message.get("text", ""):
            await asyncio.sleep(3600)

    scope = {
        "type": "websocket",
        "path": "/graphql",
        "query_string": b"",
        "headers": [(b"host", b"localhost")],
        "subprotocols": [PROTOCOL],
        "extensions": {},
    }
    async with app.router.lifespan_context(app):
        await asyncio.wait_for(app(scope, receive, send), 20)
    assert sent == ["websocket.accept", "websocket.send", "websocket.send", "websocket.close"]


async def test_who_loses_the_right_hears_no_more(served: Served, runs: Runs) -> None:
    async with greeted(served) as client:
        await client.subscribe("a", CHANGED)
        await waiting(served, 1)
        served.revoked = True
        ended = await client.hear()
    assert (ended["type"], ended["payload"][0]["extensions"]["code"]) == ("error", "FORBIDDEN")


async def test_a_stream_without_events_says_that_it_still_stands(served: Served, runs: Runs) -> None:
    headers = {"accept": "text/event-stream"}
    async with (
        httpx.AsyncClient(timeout=20) as client,
        client.stream(
            "POST", f"http://{served.url}/graphql/stream", json={"query": CHANGED}, headers=headers
        ) as answer,
    ):
        lines = answer.aiter_lines()
        assert [line for line in [await anext(lines) for _ in range(4)] if line] == [":", ":"]


async def test_the_hub_ends_streams_with_complete_and_sockets_with_1001(land: Database, runs: Runs) -> None:
    async with serving(land) as served, greeted(served) as client, events(served, CHANGED) as found:
        await client.subscribe("a", RESUMED)
        await waiting(served, 2)
        os.kill(os.getpid(), signal.SIGTERM)
        assert await client.end() == (1001, "the hub ends")
        assert [one async for one in found] == [("complete", None)]


async def test_nothing_that_is_asked_for_is_logged(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    nik = "3320014101909001"
    async with events(served, f'subscription {{ personsChanged(wilayah: "{nik}") {{ last }} }}') as found:
        told = [one async for one in found]
    assert nik not in json.dumps(told)
    assert nik not in caplog.text


async def test_a_server_of_trusted_documents_streams_no_others(land: Database, runs: Runs) -> None:
    known = document_id(PROGRESS)
    terms = Terms(patience=QUICK, trusted=Trusted("only", {known: PROGRESS}))
    async with serving(land, terms) as served:
        for query in ("{ programs { code } }", CHANGED):
            async with events(served, query) as found:
                told = [one async for one in found]
            assert told[0][1]["errors"][0]["extensions"]["reason"] == "document_not_trusted"
        async with greeted(served) as client:
            await client.subscribe("a", CHANGED)
            assert (await client.hear())["payload"][0]["extensions"]["reason"] == "document_not_trusted"
            await client.say(id="b", type="subscribe", payload={"documentId": known})
            assert (await client.hear())["payload"]["data"]["runProgress"]["done"] is True
