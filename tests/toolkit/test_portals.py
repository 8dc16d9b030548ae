"""Open data portals: every row of a data set or none, and what each refusal means."""

from typing import Any

import httpx
import pytest
import respx
from hypothesis import given
from hypothesis import strategies as some

from hub.connectors.ckan import connector as ckan
from hub.connectors.jabar import connector as jabar
from hub.errors import FatalError, RetriableError, SkippableError
from hub.registry.sources import SourceConfig
from hub.toolkit.datasets import datasets_of, number_of
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from tests.toolkit.builders import HURRIED, entry

ROOT = "http://portal.test"
SHOW, SEARCH = f"{ROOT}/api/3/action/package_show", f"{ROOT}/api/3/action/datastore_search"
BIGDATA = f"{ROOT}/api-backend/bigdata/dinas/jumlah"
DATASET: dict[str, Any] = {
    "name": "jumlah", "area": ["kode"], "period": "tahun", "measures": {"jumlah": "count"}, "unit": "orang",
}  # fmt: skip
PACKAGE = {
    "success": True,
    "result": {"resources": [{"id": "r-1", "datastore_active": True}], "tahun": "2024"},
}


def source(transport: str, **changed: Any) -> SourceConfig:
    options = {"page_size": 2, "datasets": [{**DATASET, **changed}]}
    return entry(transport=transport, address=ROOT, options=options)


def row(year: int, **cells: Any) -> dict[str, Any]:
    return {"_id": year - 2019, "kode": "33.20", "jumlah": 7, "tahun": year, **cells}


async def pulled(transport: str, **changed: Any) -> list[Page]:
    connector = ckan if transport == "ckan" else jabar
    return [page async for page in pages(connector, source(transport, **changed), patience=HURRIED)]


def searched(router: respx.MockRouter, *answers: dict[str, Any]) -> None:
    router.get(SHOW).respond(json=PACKAGE)
    replies = [httpx.Response(200, json={"success": True, "result": each}) for each in answers]
    router.get(SEARCH).mock(side_effect=replies)


@respx.mock
async def test_the_rows_of_all_pages_come_with_what_the_data_set_says_of_itself(
    respx_mock: respx.MockRouter,
) -> None:
    searched(
        respx_mock,
        {"records": [row(2020), row(2021)], "total": 3, "offset": 0},
        {"records": [row(2022, baru=1)], "total": 3, "offset": 2},
    )
    [page] = await pulled("ckan")
    assert page.frame["key"].to_list() == ["33.20|2020", "33.20|2021", "33.20|2022"]
    assert page.file.detail["unknown_columns"] == ["baru"]
    assert page.file.detail["dataset"]["extras"] == {"tahun": "2024"}
    asked = [dict(call.request.url.params) for call in respx_mock.calls][1:]
    assert [(each["resource_id"], each["offset"], each["limit"]) for each in asked] == [
        ("r-1", "0", "2"),
        ("r-1", "2", "2"),
    ]


@respx.mock
async def test_a_portal_with_a_largest_page_of_its_own_is_read_to_its_end(
    respx_mock: respx.MockRouter,
) -> None:
    answers = [[row(2020)], [row(2021)], []]
    replies = [httpx.Response(200, json={"error": 0, "data": rows, "metadata": {}}) for rows in answers]
    respx_mock.get(BIGDATA).mock(side_effect=replies)
    [page] = await pulled("jabar", resource="dinas", where={"tahun": "2020"})
    assert page.frame["key"].to_list() == ["33.20|2020", "33.20|2021"]
    assert [call.request.url.params["skip"] for call in respx_mock.calls] == ["0", "1", "2"]
    assert respx_mock.calls[0].request.url.params["where_or"] == '{"tahun": "2020"}'


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"success": False, "error": {"__type": "Not Found Error"}}, "dataset_unknown"),
        ({"success": False, "error": {"__type": "Authorization Error"}}, "credential_refused"),
        ({"success": False, "error": {"__type": "SITI 3320014101909001"}}, "portal_refused"),
        ({"success": True, "result": {"resources": []}}, "dataset_unknown"),
        ({"success": True}, "listing_odd"),
    ],
)
@respx.mock
async def test_a_refusal_says_what_to_do_and_repeats_nothing(
    respx_mock: respx.MockRouter, answer: dict[str, Any], code: str
) -> None:
    respx_mock.get(SHOW).respond(json=answer)
    with pytest.raises(FatalError) as caught:
        await pulled("ckan")
    assert caught.value.code == code
    assert "SITI" not in caught.value.message


@respx.mock
async def test_a_column_of_the_entry_that_is_gone_stops_the_run(respx_mock: respx.MockRouter) -> None:
    searched(respx_mock, {"records": [{"_id": 1, "kode": "33.20", "tahun": 2020}], "total": 1, "offset": 0})
    with pytest.raises(FatalError, match="lacks jumlah") as caught:
        await pulled("ckan")
    assert caught.value.code == "layout_column_missing"


@respx.mock
async def test_fewer_rows_than_were_counted_land_nothing(respx_mock: respx.MockRouter) -> None:
    respx_mock.get(BIGDATA).respond(json={"error": 0, "data": [], "metadata": {"total": 3}})
    with pytest.raises(RetriableError) as caught:
        await pulled("jabar", resource="dinas")
    assert caught.value.code == "page_empty"


@pytest.mark.parametrize(
    "changed",
    [
        {"measures": {}},
        {"name": "../x"},
        {"period": ""},
        {"fixed_period": "2024"},
        {"area_system": "pos"},
        {"area": "kode"},
        {"colour": "red"},
        {"decimal": ";"},
    ],
    ids=str,
)
def test_an_entry_that_cannot_be_read_is_refused_by_name(changed: dict[str, Any]) -> None:
    with pytest.raises(FatalError) as caught:
        datasets_of(source("ckan", **changed))
    assert caught.value.code == "option_wrong"


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1204", "", 1204.0), ("12.5", "", 12.5), ("1.204", ".", 1.204), ("1.204", ",", 1204.0),
        ("1.204,5", ",", 1204.5), ("-3", "", -3.0), ("N/A", "", None), ("-", ",", None),
    ],
)  # fmt: skip
def test_a_number_is_read_in_the_form_of_its_data_set(text: str, decimal: str, value: float | None) -> None:
    assert number_of(text, decimal) == value


@given(some.text(max_size=10), some.sampled_from(["", ".", ","]))
def test_a_text_that_is_no_number_is_refused_and_not_guessed(text: str, decimal: str) -> None:
    try:
        found = number_of(text, decimal)
    except SkippableError:
        return
    assert found is None or any(letter.isdigit() for letter in text)


def test_a_number_that_is_two_things_is_refused_until_the_entry_says_which() -> None:
    with pytest.raises(SkippableError):
        number_of("1.204", "")
