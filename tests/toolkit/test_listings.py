"""Every style of paging brings every row once, and a page that proves wrong lands nothing."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import polars as pl
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as st

from hub.domain import clock
from hub.domain.reasons import Reason
from hub.errors import FatalError, HubError, RetriableError
from hub.toolkit.connector import Listing, Since
from hub.toolkit.earlier import Earlier
from hub.toolkit.listings import object_page
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from hub.toolkit.records import prepare
from tests.toolkit.builders import HURRIED, LAYOUT, connector, entry, seen

ROOT = "http://registry.test"
URL = f"{ROOT}/people"
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SIZE = 2
OFFSET = Listing("/people", "result.records", "result.total", "", "offset", size="limit")
CURSOR = Listing("/people", total="", style="cursor", next="meta.next")
LINK = Listing("/people", rows="", total="", last="", style="link")
FEED = Listing("/people", total="", style="cursor", at="after", resumes=True)
CHANGED = Listing("/people", since=Since("since", "diubah", timedelta(hours=6)))
Answer = Callable[[httpx.Request], httpx.Response]


def row(number: int) -> dict[str, Any]:
    return {"NIK": str(number), "NAMA": f"N{number}", "diubah": f"2026-11-{number:02}T10:00:00+07:00"}


def asked(request: httpx.Request, name: str, default: str = "") -> str:
    return str(request.url.params.get(name, default))


def by_offset(numbers: list[int]) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        at, size = int(asked(request, "offset", "0")), int(asked(request, "limit"))
        records = [row(number) for number in numbers[at : at + size]]
        return httpx.Response(
            200, json={"result": {"records": records, "offset": at, "total": len(numbers)}, "offset": at}
        )

    return answer


def by_cursor(numbers: list[int]) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        at = int(asked(request, "cursor", "c0")[1:])
        ends = at + SIZE >= len(numbers)
        told = {
            "rows": [row(number) for number in numbers[at : at + SIZE]],
            "meta": {"next": f"c{at + SIZE}"},
        }
        return httpx.Response(200, json=told | ({"meta": {"next": None}} if ends else {}))

    return answer


def by_link(numbers: list[int]) -> Answer:
    def answer(request: httpx.Request) -> httpx.Response:
        at = int(asked(request, "from", "0"))
        more = at + SIZE < len(numbers)
        headers = {"link": f'</people?from={at + SIZE}>; rel="next", </people>; rel="first"'} if more else {}
        return httpx.Response(200, json=[row(n) for n in numbers[at : at + SIZE]], headers=headers)

    return answer


def as_feed(numbers: list[int]) -> Answer:
    """A feed gives a token after its last event too, and nothing after that until more happens."""

    def answer(request: httpx.Request) -> httpx.Response:
        at = int(asked(request, "after", "e0")[1:])
        found = numbers[at : at + SIZE]
        return httpx.Response(200, json={"rows": [row(n) for n in found], "next": f"e{at + len(found)}"})

    return answer


async def pulled(listing: Listing, kept: Any = None) -> list[Page]:
    source = entry(
        transport="http_json", address=ROOT, options={"page_size": SIZE}, full_list=not listing.incremental
    )
    a_connector = connector(listings=(("people", listing),))
    found = pages(a_connector, source, earlier=Earlier(state=kept), patience=HURRIED)
    with clock.pin(NOW):
        return [page async for page in found]


def numbers_of(found: list[Page]) -> list[int]:
    return [int(cell) for page in found for cell in (page.frame["NIK"] if page.frame.height else [])]


def state_of(found: list[Page]) -> Any:
    return found[-1].file.detail["state"]


@pytest.mark.parametrize(
    ("listing", "server"),
    [(OFFSET, by_offset), (CURSOR, by_cursor), (LINK, by_link), (FEED, as_feed)],
    ids=["offset", "cursor", "link", "feed"],
)
@given(count=st.integers(0, 9))
async def test_every_style_brings_every_row_once(
    listing: Listing, server: Callable[[list[int]], Answer], count: int
) -> None:
    with respx.mock:
        respx.get(URL).mock(side_effect=server(list(range(1, count + 1))))
        assert numbers_of(await pulled(listing)) == list(range(1, count + 1))


def answers(*bodies: Any, headers: dict[str, str] | None = None) -> list[httpx.Response]:
    more = [*bodies, *[bodies[-1]] * HURRIED.attempts]
    return [httpx.Response(200, json=each, headers=headers) for each in more]


def sheet(*numbers: int, **told: Any) -> dict[str, Any]:
    return {"rows": [row(number) for number in numbers], **told}


@pytest.mark.parametrize(
    ("listing", "bodies", "code"),
    [
        (CURSOR, [sheet(1, 2, meta={"next": "a"}), sheet(3, meta={"next": "a"})], "cursor_stuck"),
        (CURSOR, [sheet(1, 2, meta={"next": "a"}), sheet(2, 1, meta={"next": "b"})], "page_repeated"),
        (CURSOR, [sheet(1, 2, last=False)], "cursor_stuck"),
        (CURSOR, [sheet(meta={"next": "a"}, last=False)], "page_empty"),
        (CURSOR, [sheet(1, meta={"next": ["a"]})], "listing_odd"),
        (OFFSET, [{"result": {"records": [row(1), row(2)], "total": 3}}] * 2, "page_repeated"),
        (OFFSET, [{"result": {"records": [row(1)], "total": "many"}}], "listing_odd"),
        (OFFSET, [{"result": {"records": [row(1)]}}], "listing_odd"),
        (OFFSET, [{"result": {"records": [row(1)], "total": 9}, "offset": 4}], "page_moved"),
        (CHANGED, [sheet(1, total=1, last="perhaps")], "listing_odd"),
        (CHANGED, [sheet(1, 2, total=2, last=False), sheet(3, total=3, last=True)], "listing_moved"),
        (Listing("/people", required=frozenset({"NO KK"})), [sheet(1, total=1, last=True)], "layout_column_missing"),
    ],
)  # fmt: skip
async def test_a_page_that_proves_wrong_lands_nothing(
    listing: Listing, bodies: list[dict[str, Any]], code: str
) -> None:
    with respx.mock:
        cycle = answers(*bodies)
        calls = {"made": 0}

        def answer(request: httpx.Request) -> httpx.Response:
            begins = asked(request, listing.start, "1") == "1"
            calls["made"] = 0 if begins and code == "listing_moved" else calls["made"]
            calls["made"] += 1
            return cycle[min(calls["made"], len(cycle)) - 1]

        respx.get(URL).mock(side_effect=answer)
        with pytest.raises(HubError) as caught:
            await pulled(listing)
    assert caught.value.code == code


@respx.mock
async def test_a_link_to_another_host_is_not_followed() -> None:
    respx.get(URL).respond(json=[row(1)], headers={"link": '<http://elsewhere.test/people>; rel="next"'})
    with pytest.raises(FatalError) as caught:
        await pulled(LINK)
    assert caught.value.code == "redirected"


@respx.mock
async def test_a_feed_goes_on_where_it_ended() -> None:
    events = [1, 2, 3]
    respx.get(URL).mock(side_effect=as_feed(events))
    first = await pulled(FEED)
    assert state_of(first) == {"people": {"cursor": "e3"}}
    events += [4, 5]
    second = await pulled(FEED, state_of(first))
    assert (numbers_of(second), state_of(second)) == ([4, 5], {"people": {"cursor": "e5"}})
    third = await pulled(FEED, state_of(second))
    assert (numbers_of(third), state_of(third)) == ([], {"people": {"cursor": "e5"}})


@respx.mock
async def test_a_feed_comes_in_pieces_each_with_the_token_of_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.toolkit.listings.PIECE", 2)
    respx.get(URL).mock(side_effect=as_feed([1, 2, 3, 4, 5]))
    found = await pulled(FEED)
    kept = [page.file.detail["state"]["people"]["cursor"] for page in found]
    assert ([page.frame.height for page in found], kept) == ([4, 1], ["e4", "e5"])


@respx.mock
async def test_a_feed_may_send_a_page_again_under_a_token_of_its_own() -> None:
    respx.get(URL).mock(side_effect=as_feed([1, 2, 2, 1, 3]))
    found = await pulled(FEED)
    assert (numbers_of(found), state_of(found)) == ([1, 2, 2, 1, 3], {"people": {"cursor": "e5"}})


@pytest.mark.parametrize("status", [400, 404, 410, 416, 422])
@respx.mock
async def test_a_token_that_the_server_does_not_know_stops_at_once(status: int) -> None:
    route = respx.get(URL).respond(status)
    with pytest.raises(FatalError) as caught:
        await pulled(FEED, {"people": {"cursor": "gone"}})
    assert (caught.value.code, route.call_count) == ("cursor_unknown", 1)


@respx.mock
async def test_what_changed_is_asked_from_the_latest_instant_less_the_lag() -> None:
    route = respx.get(URL).respond(json=sheet(3, 7, total=2, last=True))
    first = await pulled(CHANGED)
    assert "since" not in route.calls[0].request.url.params
    assert state_of(first) == {"people": {"since": "2026-11-07T03:00:00+00:00"}}
    await pulled(CHANGED, state_of(first))
    assert asked(route.calls[1].request, "since") == "2026-11-06T21:00:00+00:00"


@respx.mock
async def test_a_source_whose_clock_is_ahead_never_makes_us_ask_from_the_future() -> None:
    respx.get(URL).respond(json=sheet(30, total=1, last=True))
    assert state_of(await pulled(CHANGED)) == {"people": {"since": NOW.isoformat()}}


@respx.mock
async def test_a_run_that_brings_nothing_keeps_the_instant() -> None:
    respx.get(URL).respond(json=sheet(total=0, last=True))
    kept = {"people": {"since": "2026-11-07T03:00:00+00:00"}}
    assert state_of(await pulled(CHANGED, kept)) == kept


@pytest.mark.parametrize("instant", ["2031-01-01T00:00:00+00:00", "soon"])
async def test_an_impossible_instant_is_not_asked_for(instant: str) -> None:
    with pytest.raises(FatalError) as caught:
        await pulled(CHANGED, {"people": {"since": instant}})
    assert caught.value.code == "cursor_impossible"


async def test_a_listing_of_changes_is_no_full_list() -> None:
    source = entry(transport="http_json", address=ROOT, full_list=True)
    with pytest.raises(FatalError) as caught:
        await anext(pages(connector(listings=(("people", CHANGED),)), source, patience=HURRIED))
    assert caught.value.code == "config_invalid"


@respx.mock
async def test_a_listing_that_grows_while_it_is_read_is_read_anew() -> None:
    bodies = [sheet(1, 2, total=3), sheet(3, 4, total=4), sheet(1, 2, total=4), sheet(3, 4, total=4)]
    respx.get(URL).mock(side_effect=[httpx.Response(200, content=json.dumps(body)) for body in bodies])
    assert numbers_of(await pulled(Listing("/people", last=""))) == [1, 2, 3, 4]


@respx.mock
async def test_a_spent_quota_ends_the_pull_without_another_call() -> None:
    route = respx.get(URL).mock(side_effect=by_cursor(list(range(9))))
    source = entry(transport="http_json", address=ROOT, limits={"daily_quota": 2, "rate_per_second": 10_000})
    with pytest.raises(RetriableError) as caught:
        async for _ in pages(connector(listings=(("people", CURSOR),)), source, patience=HURRIED):
            pass
    assert (caught.value.code, route.call_count) == ("quota_exhausted", 2)


@given(st.lists(st.lists(st.sampled_from(["NIK", "nik art", "Nama", "lain"]), unique=True), max_size=6))
def test_an_object_with_two_keys_for_one_column_is_refused_as_in_a_file(shapes: list[list[str]]) -> None:
    texts = [json.dumps({key: f"{at}{key}" for key in keys}) for at, keys in enumerate(shapes)]
    found = object_page(seen(), 1, texts, LAYOUT.canonical(), LAYOUT, complete=True)
    twice = [at for at, keys in enumerate(shapes) if {"NIK", "nik art"} <= set(keys)]
    assert found.refused["row"].to_list() == twice
    assert found.refused["payload"].to_list() == [texts[at] for at in twice]
    assert set(found.refused["reason"]) <= {Reason.ROW_UNREADABLE}
    assert (
        found.frame.filter(pl.Series(range(len(texts)), dtype=pl.Int64).is_in(twice))
        .drop_nulls("NIK")
        .is_empty()
    )


@respx.mock
async def test_a_row_with_two_keys_for_one_column_stops_no_other_row() -> None:
    rows = [{**row(1), "NIK ART": "7"}, row(2)]
    respx.get(URL).respond(json={"rows": rows, "next": None})
    [page] = await pulled(CURSOR)
    assert prepare(page, connector())["refused"].to_list() == [Reason.ROW_UNREADABLE, None]


def test_an_unknown_name_with_a_nul_is_told_as_json_writes_it() -> None:
    file = seen("list")
    object_page(file, 1, ['{"a\\u0000b": "x"}'], LAYOUT.canonical(), LAYOUT, complete=True)
    assert file.detail["unknown_columns"] == ["a\\u0000b"]
