"""A search by SPDCI brings every record once; what a registry rejects is told by its code."""

from typing import Any

import httpx
import orjson
import pytest
import respx

from hub.errors import HubError
from hub.toolkit.http import opened
from hub.toolkit.pull import pages
from hub.toolkit.spdci import Registry
from tests.toolkit.builders import HURRIED, connector, entry

ADDRESS = "http://registry.test/sr"
URL = f"{ADDRESS}/registry/sync/search"
SOURCE = entry(
    transport="spdci", address=ADDRESS, options={"page_size": 2, "reg_type": "ns:org:RegistryType:Social"}
)
MEMBERS = [{"NIK": str(number), "NAMA": f"N{number}"} for number in range(1, 6)]


def answered(asked: dict[str, Any], **changed: Any) -> dict[str, Any]:
    item = asked["message"]["search_request"][0]
    criteria, at = item["search_criteria"], item["search_criteria"]["pagination"]
    query = criteria["query"]
    found = [each for each in MEMBERS if query.get("type") != "UIN" or each["NIK"] == query["value"]]
    first = (at["page_number"] - 1) * at["page_size"]
    told = {
        "reference_id": item["reference_id"], "timestamp": item["timestamp"], "status": "succ",
        "data": {"reg_records": found[first : first + at["page_size"]]},
        "pagination": {**at, "total_count": len(found)}, **changed,
    }  # fmt: skip
    transaction = asked["message"]["transaction_id"]
    message = {"transaction_id": transaction, "correlation_id": "c", "search_response": [told]}
    return {"header": {"status": "succ", "action": "on-search"}, "message": message}


def registry(**changed: Any) -> respx.Route:
    return respx.post(URL).mock(
        side_effect=lambda request: httpx.Response(
            200, json=answered(orjson.loads(request.content), **changed)
        )
    )


async def searched() -> list[str]:
    found = [page async for page in pages(connector(), SOURCE, patience=HURRIED)]
    return [nik for page in found for nik in page.frame["NIK"]]


@respx.mock
async def test_all_pages_of_a_search_are_one_list() -> None:
    route = registry()
    assert await searched() == ["1", "2", "3", "4", "5"]
    asked = orjson.loads(route.calls[0].request.content)
    assert asked["header"]["action"] == "search"
    assert asked["message"]["search_request"][0]["locale"] == "ind"
    assert len({orjson.loads(call.request.content)["header"]["message_id"] for call in route.calls}) == 3


@pytest.mark.parametrize(("value", "count"), [("3", 1), ("9", 0)])
@respx.mock
async def test_a_person_is_found_by_one_identifier(value: str, count: int) -> None:
    registry()
    async with opened(SOURCE, HURRIED) as http:
        assert len(await Registry(SOURCE, ADDRESS, http).find("UIN", value)) == count


def refused(code: str) -> dict[str, Any]:
    return {"message": {"ack_status": "ERR", "error": {"code": code, "message": "Budi"}}}


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused("err.request.unauthorized"), "credential_refused"),
        (refused("err.service.unavailable"), "busy"),
        (refused("err.version.not_supported"), "registry_rejected"),
        (refused("3201 is odd"), "registry_rejected"),
        ({"header": {"status": "rjct", "status_reason_code": "rjct.version.invalid"}}, "registry_rejected"),
        ({"header": {"status": "pdng"}, "message": {}}, "answer_pending"),
        ({"header": {"status": "succ"}, "message": {"transaction_id": "other"}}, "listing_odd"),
        ([], "listing_odd"),
    ],
)  # fmt: skip
@respx.mock
async def test_what_a_registry_does_not_answer_lands_nothing(answer: Any, code: str) -> None:
    respx.post(URL).respond(json=answer)
    with pytest.raises(HubError) as caught:
        await searched()
    assert caught.value.code == code
    assert "Budi" not in caught.value.message
    assert "3201" not in caught.value.message


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"status": "rjct", "status_reason_code": "rjct.search.too_many_records_found"}, "registry_rejected"),
        ({"data": {"reg_records": {}}}, "listing_odd"),
        ({"pagination": {"page_number": 9, "total_count": 5}}, "page_moved"),
        ({"data": {"reg_records": MEMBERS[:1]}, "pagination": {"total_count": 9}}, "page_repeated"),
        ({"data": {"reg_records": []}}, "page_empty"),
    ],
)
@respx.mock
async def test_a_page_of_a_search_is_checked_as_any_other(changed: dict[str, Any], code: str) -> None:
    registry(**changed)
    with pytest.raises(HubError) as caught:
        await searched()
    assert caught.value.code == code
