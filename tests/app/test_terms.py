"""On what terms a caller is answered: budget, turns, languages, packing."""

import asyncio
import gzip
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import brotli
import httpx
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from hub.app import create_app
from hub.errors import RetriableError
from hub.schema.admission import Admission
from hub.schema.budget import MOST_CALLERS, Budget, Rest, SpentError
from hub.schema.coding import CODINGS, coding_of
from hub.schema.messages import language_of
from hub.schema.terms import Terms, terms_of
from hub.schema.trusted import Trusted
from hub.settings import Settings

HERE = "http://localhost:8000"
TEN = "{ people(first: 10) { nodes { name } } }"


class Held:
    """A store that answers once it is told to."""

    def __init__(self) -> None:
        self.asked = 0
        self.free = asyncio.Event()

    async def text(self, sql: str, args: Sequence[object]) -> str | None:  # noqa: ARG002
        """An empty answer."""
        self.asked += 1
        await self.free.wait()
        return "{}"


class Full:
    """A store whose every answer is long."""

    async def text(self, sql: str, args: Sequence[object]) -> str | None:  # noqa: ARG002
        """The same name a thousand times."""
        return '{"people":{"nodes":[%s]}}' % ",".join(['{"name":"SITI AMINAH"}'] * 1000)  # noqa: UP031


@asynccontextmanager
async def full() -> AsyncIterator[Full]:
    yield Full()


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(create_app(full, lambda: "", terms=Terms(budget=25)), HERE) as made:
        yield made


def ask(client: TestClient, query: str = TEN, **headers: str) -> Any:
    return client.post("/graphql", json={"query": query}, headers={"accept-encoding": "identity"} | headers)


class Clock:
    """Seconds that pass when they are told to."""

    seconds = 0.0

    def __call__(self) -> float:
        """Now."""
        return self.seconds


def test_a_bucket_empties_and_refills_and_each_caller_has_one() -> None:
    clock = Clock()
    budget = Budget(60, clock)
    assert budget.take("a", 50) == Rest(50, 10, 1)
    with pytest.raises(SpentError) as caught:
        budget.take("a", 30)
    assert (caught.value.left, caught.value.retry_after) == (Rest(30, 10, 1), 20)
    assert budget.take("b", 60).remaining == 0
    clock.seconds += 20
    assert budget.take("a", 30).remaining == 0
    clock.seconds += 10_000
    assert budget.take("a", 1).remaining == 59


def test_what_is_dearer_than_a_full_bucket_is_let_in_and_paid_off_later() -> None:
    clock = Clock()
    budget = Budget(60, clock)
    assert budget.take("a", 180).remaining == -120
    clock.seconds += 119
    with pytest.raises(SpentError):
        budget.take("a", 1)
    clock.seconds += 2
    assert budget.take("a", 1).remaining == 0


def test_only_so_many_buckets_are_kept() -> None:
    budget = Budget(60, Clock())
    for number in range(MOST_CALLERS + 1):
        budget.take(str(number), 60)
    assert len(budget._levels) == MOST_CALLERS


@given(st.lists(st.tuples(st.integers(0, 100), st.floats(0, 30)), max_size=30))
def test_no_caller_gets_more_than_the_bucket_and_its_refills(requests: list[tuple[int, float]]) -> None:
    clock = Clock()
    budget, taken = Budget(60, clock), 0
    for rows, pause in requests:
        clock.seconds += pause
        try:
            budget.take("a", rows)
        except SpentError:
            continue
        taken += rows
    assert taken <= 60 + clock.seconds + 40 + 1e-6


def test_a_caller_whose_budget_is_spent_is_told_when_to_come_again(client: TestClient) -> None:
    assert ask(client).json()["extensions"]["cost"]["remaining"] == 15
    assert ask(client).status_code == 200
    refused = ask(client)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "12")
    [error] = refused.json()["errors"]
    assert error["extensions"] == {
        "code": "LIMIT_EXCEEDED",
        "reason": "limit_budget",
        "cost": {"requested": 10, "remaining": 5, "restoreRate": 0},
    }
    assert error["message"].startswith("Jatah")
    assert "budget" in ask(client, **{"accept-language": "en"}).json()["errors"][0]["message"]


async def test_who_waits_too_long_for_a_turn_is_told_to_come_again() -> None:
    turns = Admission(1, 0.01)
    async with turns:
        with pytest.raises(RetriableError) as caught:
            async with turns:
                pass
    assert caught.value.code == "overloaded"
    async with turns:
        pass


async def test_a_turn_is_given_back_whatever_happens() -> None:
    turns = Admission(1, 5)
    with pytest.raises(ValueError, match="x"):
        async with turns:
            raise ValueError("x")
    waiting = asyncio.ensure_future(turns.__aenter__())
    await waiting
    gone = asyncio.ensure_future(turns.__aenter__())
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    await turns.__aexit__()
    async with asyncio.timeout(1), turns:
        pass


async def test_more_than_can_have_a_turn_in_time_do_not_even_wait() -> None:
    turns = Admission(1, 60)
    async with turns:
        queue = [asyncio.ensure_future(turns.__aenter__()) for _ in range(33)]
        async with asyncio.timeout(5):
            done, _ = await asyncio.wait(queue, return_when=asyncio.FIRST_COMPLETED)
        assert [one for one in queue if isinstance(one.done() and one.exception(), RetriableError)] == list(
            done
        )
        for one in queue:
            one.cancel()
        await asyncio.gather(*queue, return_exceptions=True)


async def test_a_server_under_load_answers_those_whom_it_has_places_for_and_refuses_the_rest() -> None:
    store = Held()

    @asynccontextmanager
    async def opened() -> AsyncIterator[Held]:
        yield store

    app = create_app(opened, lambda: "", terms=Terms(concurrency=2))
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            asked = [asyncio.ensure_future(client.post("/graphql", json={"query": TEN})) for _ in range(5)]
            await asyncio.wait(asked[2:])
            assert store.asked == 2
            store.free.set()
            answers = await asyncio.gather(*asked)
    assert sorted(one.status_code for one in answers) == [200, 200, 503, 503, 503]
    refused = next(one for one in answers if one.status_code == 503)
    assert refused.headers["retry-after"] == "1"
    assert refused.json()["errors"][0]["extensions"]["reason"] == "overloaded"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "id"),
        ("*", "id"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("en, id", "id"),
        ("id;q=0.5, en;q=0.8", "en"),
        ("id; q=0.5 , en ; q = 0.8", "en"),
        ("en;q=0", "id"),
        ("en;q=2", "id"),
        ("en;q=x", "id"),
        ("fr, en-US;q=0.1", "en"),
        ("jv, su", "id"),
        (";;,,=;q", "id"),
    ],
)
def test_the_language_is_the_more_welcome_one(accepted: str, language: str) -> None:
    assert language_of(accepted) == language


def test_an_answer_names_its_language_and_what_it_depends_on(client: TestClient) -> None:
    for header, language in (("id", "id"), ("en;q=0.3", "en")):
        for query, status in ((TEN, 200), ("{", 200)):
            answer = ask(client, query, **{"accept-language": header})
            assert answer.status_code == status
            assert answer.headers["content-language"] == language
            assert answer.headers["vary"] == "accept, accept-language, accept-encoding"


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("br, gzip;q=0.5", "br"),
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip, deflate, br", "br"),
        ("zstd;q=0.1, br;q=0.2, gzip;q=0.3", "gzip"),
        ("zstd;q=0, br;q=0, *", "gzip"),
        ("deflate", "identity"),
        ("*", "gzip"),
        ("*;q=0", "identity"),
        ("gzip;q=0, *", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("br", "br"),
    ],
)
def test_the_coding_is_the_most_welcome_one(accepted: str, coding: str) -> None:
    assert coding_of(accepted) == coding


UNPACKED = {"gzip": gzip.decompress, "br": brotli.decompress, "zstd": zstd.decompress}


@pytest.mark.parametrize("coding", CODINGS)
def test_long_answers_are_packed_and_short_ones_are_not(client: TestClient, coding: str) -> None:
    plain = ask(client)
    with client.stream("POST", "/graphql", json={"query": TEN}, headers={"accept-encoding": coding}) as got:
        raw = b"".join(got.iter_raw())
    assert got.headers["content-encoding"] == coding
    assert int(got.headers["content-length"]) == len(raw) < len(plain.content) / 10
    assert UNPACKED[coding](raw).startswith(b'{"data":{"people":{"nodes":[{"name":"SITI AMINAH"}')
    short = ask(client, "{", **{"accept-encoding": coding})
    assert "content-encoding" not in short.headers


def test_the_settings_are_the_terms() -> None:
    chosen = Settings(
        query_budget=1,
        query_concurrency=2,
        introspection=False,
        export_rows=3,
        export_seconds=4,
        match_rows=9000,
    )
    terms = terms_of(chosen)
    assert (terms.budget, terms.concurrency, terms.export_rows, terms.export_seconds) == (1, 2, 3, 4)
    assert (terms.limits.introspection, terms.limits.values) == (False, 45_000)
    usual = terms_of(Settings())
    assert replace(usual, trusted=Trusted(), releases=None) == Terms()
    assert (usual.trusted.mode, len(usual.trusted.texts) > 3) == ("accept", True)
