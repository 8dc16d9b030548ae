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
from hub.settings import settings
from hub.toolkit import page_styles
from hub.toolkit.datasets import datasets_of, number_of
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from tests.toolkit.builders import HURRIED, entry
from tests.toolkit.corpus.making import workbook

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


FILE = f"{ROOT}/dataset/jumlah/resource/r-2/download/jumlah.csv"
CSV = b"kode;tahun;jumlah;baru\n33.20;2020;7;x\n33.20;2021;;x\n"


def packaged(router: respx.MockRouter, *resources: dict[str, Any]) -> None:
    """A portal whose data set has these resources."""
    router.get(SHOW).respond(json={"success": True, "result": {"resources": list(resources)}})


def resource(**changed: Any) -> dict[str, Any]:
    """A resource that lies as a file alone."""
    return {"id": "r-2", "format": "CSV", "datastore_active": False, "url": FILE, **changed}


@respx.mock
async def test_without_a_datastore_the_file_of_the_resource_is_read(respx_mock: respx.MockRouter) -> None:
    packaged(respx_mock, resource(format="PDF", id="r-3"), resource(format="XLSX", id="r-4"), resource())
    respx_mock.get(FILE).respond(content=CSV)
    [page] = await pulled("ckan", where={"tahun": "2020"})
    assert page.frame["key"].to_list() == ["33.20|2020"]
    assert page.frame["cells"].to_list() == ['{"kode":"33.20","tahun":"2020","jumlah":"7","baru":"x"}']
    assert page.file.detail["unknown_columns"] == ["baru"]
    told = page.file.detail["dataset"]
    assert (told["resource"], told["file"]["delimiter"], told["file"]["rows"]) == ("r-2", ";", 2)


@respx.mock
async def test_a_workbook_of_a_portal_is_read_like_its_table(respx_mock: respx.MockRouter) -> None:
    packaged(respx_mock, resource(format="xlsx"))
    respx_mock.get(FILE).respond(
        content=workbook([["JUDUL"], ["kode", "tahun", "jumlah"], ["33.20", 2020, 7]])
    )
    [page] = await pulled("ckan")
    assert page.frame["cells"].to_list() == ['{"kode":"33.20","tahun":"2020","jumlah":"7"}']


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"kode;tahun\n33.20;2020\n", "layout_column_missing"),
        (b"kode;tahun;jumlah\n33.20;2020;7\n33.20;2021\n", "rows_unreadable"),
        (b"", "file_empty"),
        (b"<!doctype html><p>Login</p>", "html_instead"),
    ],
)
@respx.mock
async def test_a_file_of_a_portal_is_read_whole_or_not_at_all(
    respx_mock: respx.MockRouter, content: bytes, code: str
) -> None:
    packaged(respx_mock, resource())
    respx_mock.get(FILE).respond(content=content)
    with pytest.raises((FatalError, RetriableError)) as caught:
        await pulled("ckan")
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("resources", "code"),
    [
        ([resource(), resource(id="r-5")], "dataset_unknown"),
        ([resource(format="PDF")], "dataset_unknown"),
        ([resource(url="")], "dataset_unknown"),
        ([resource(url="https://elsewhere.test/jumlah.csv")], "redirected"),
        ([resource(url="file:///etc/passwd")], "redirected"),
        ([resource(url="http://me@portal.test/jumlah.csv")], "redirected"),
        ([resource(url="http://portal.test:8443/jumlah.csv")], "redirected"),
    ],
)
@respx.mock
async def test_a_file_that_nobody_named_is_not_fetched(
    respx_mock: respx.MockRouter, resources: list[dict[str, Any]], code: str
) -> None:
    packaged(respx_mock, *resources)
    with pytest.raises(FatalError) as caught:
        await pulled("ckan")
    assert (caught.value.code, respx_mock.calls.call_count) == (code, 1)


@respx.mock
async def test_another_host_is_asked_where_the_entry_names_it_and_sees_no_credential(
    respx_mock: respx.MockRouter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUB_CREDENTIAL_PORTAL_KEY", "open-sesame")
    settings.cache_clear()
    elsewhere = "https://elsewhere.test/jumlah.csv"
    packaged(respx_mock, resource(url=elsewhere))
    respx_mock.get(elsewhere).respond(content=CSV)
    auth = {"kind": "api_key", "token_env": "HUB_CREDENTIAL_PORTAL_KEY", "header": "Authorization"}
    options = {"datasets": [DATASET], "file_hosts": ["elsewhere.test"]}
    asked = entry(transport="ckan", address=ROOT, auth=auth, options=options)
    [page] = [page async for page in pages(ckan, asked, patience=HURRIED)]
    assert page.frame.height == 2
    shown = [call.request.headers.get("authorization") for call in respx_mock.calls]
    assert shown == ["open-sesame", None]


@pytest.mark.parametrize("transport", ["ckan", "jabar"])
@respx.mock
async def test_a_portal_that_goes_on_for_ever_is_left(
    respx_mock: respx.MockRouter, monkeypatch: pytest.MonkeyPatch, transport: str
) -> None:
    monkeypatch.setattr(page_styles, "MOST_PAGES", 3)
    respx_mock.get(SHOW).respond(json=PACKAGE)

    def answer(request: httpx.Request) -> httpx.Response:
        at = int(request.url.params.get("offset", request.url.params.get("skip", "0")))
        rows = [row(2020 + at), row(2021 + at)]
        result = {"records": rows, "total": 1_000, "offset": at}
        return httpx.Response(200, json={"success": True, "result": result, "error": 0, "data": rows})

    respx_mock.get(SEARCH).mock(side_effect=answer)
    respx_mock.get(BIGDATA).mock(side_effect=answer)
    with pytest.raises(FatalError) as caught:
        await pulled(transport, resource="dinas" if transport == "jabar" else "r-1")
    assert caught.value.code == "listing_too_long"


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
