"""The feed of another hub over HTTP: where it goes on, and what each refusal means."""

import json
from typing import Any

import httpx
import pytest
import respx

from hub.connectors.hub_feed import connector
from hub.errors import FatalError
from hub.toolkit.earlier import Earlier
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from tests.toolkit.builders import HURRIED, entry

ROOT = "http://hub.test"
ITEM = {
    "entry": "7", "source": "pkh", "recordKey": "k", "occurrence": 1, "version": 1, "closed": False, "claims": "{}",
}  # fmt: skip


def page(number: int, *, last: bool, **changed: Any) -> dict[str, Any]:
    items = [{**ITEM, "recordKey": f"k{number}", **changed}]
    return {"data": {"shareFeed": {"schemaVersion": 2, "last": last, "next": f"c{number}", "items": items}}}


def refused(code: str, reason: str | None = None) -> dict[str, Any]:
    extensions = {"code": code} | ({"reason": reason} if reason else {})
    return {"errors": [{"message": "SITI 3320014101909001", "extensions": extensions}]}


async def pulled(cursor: str | None = None, **changed: Any) -> list[Page]:
    source = entry(transport="hub_feed", address=ROOT, full_list=False, **changed)
    earlier = Earlier(state={"feed": {"cursor": cursor}} if cursor else None)
    return [each async for each in pages(connector, source, earlier=earlier, patience=HURRIED)]


@respx.mock
async def test_the_feed_goes_on_from_the_token_kept_and_keeps_the_last(respx_mock: respx.MockRouter) -> None:
    answers = [page(1, last=False), page(2, last=True)]
    respx_mock.post(f"{ROOT}/graphql").mock(side_effect=[httpx.Response(200, json=each) for each in answers])
    [found] = await pulled("c0", options={"wilayah": "33.20", "sources": ["pkh"]})
    assert found.frame["recordKey"].to_list() == ["k1", "k2"]
    assert found.file.detail["state"] == {"feed": {"cursor": "c2"}}
    asked = [json.loads(call.request.content)["variables"] for call in respx_mock.calls]
    assert [each["after"] for each in asked] == ["c0", "c1"]
    assert asked[0] == {"after": "c0", "first": 500, "wilayah": "33.20", "sources": ["pkh"]}


@respx.mock
async def test_claims_without_a_name_here_are_reported(respx_mock: respx.MockRouter) -> None:
    claims = json.dumps({"dream": [{"colour": "red"}]})
    respx_mock.post(f"{ROOT}/graphql").respond(json=page(1, last=True, claims=claims))
    [found] = await pulled()
    assert found.file.detail["unknown_columns"] == ["claims.dream"]


@pytest.mark.parametrize(
    ("status", "answer", "code"),
    [
        (
            200,
            {"data": {"shareFeed": {"schemaVersion": 1, "last": True, "next": "c", "items": []}}},
            "feed_version",
        ),
        (200, {"data": {"shareFeed": None}}, "listing_odd"),
        (200, page(1, last=True, claims="[]"), "listing_odd"),
        (200, page(1, last=True, claims='{"status": [{"code": 1}]}'), "listing_odd"),
        (400, refused("BAD_USER_INPUT", "bad_cursor"), "cursor_unknown"),
        (400, refused("BAD_USER_INPUT", "reach_changed"), "cursor_unknown"),
        (200, refused("GRAPHQL_VALIDATION_FAILED"), "feed_unknown"),
        (403, refused("FORBIDDEN"), "credential_refused"),
        (200, refused("SITI 3320014101909001"), "feed_refused"),
    ],
)
@respx.mock
async def test_a_refusal_says_what_to_do_and_repeats_no_value(
    respx_mock: respx.MockRouter, status: int, answer: dict[str, Any], code: str
) -> None:
    respx_mock.post(f"{ROOT}/graphql").respond(status, json=answer)
    with pytest.raises(FatalError) as caught:
        await pulled("c0")
    assert caught.value.code == code
    assert "SITI" not in caught.value.message


async def test_a_feed_is_no_whole_list() -> None:
    source = entry(transport="hub_feed", address=ROOT, full_list=True)
    with pytest.raises(FatalError) as caught:
        [each async for each in pages(connector, source, patience=HURRIED)]
    assert caught.value.code == "config_invalid"
