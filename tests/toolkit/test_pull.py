"""Pulling over each transport, against recorded answers."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from hub.errors import FatalError, HubError, RetriableError
from hub.registry.sources import SourceConfig
from hub.settings import settings
from hub.toolkit.connector import Connector, Listing
from hub.toolkit.csv_files import CsvReader
from hub.toolkit.earlier import Earlier
from hub.toolkit.pages import Page
from hub.toolkit.pull import pages
from tests.toolkit.builders import ADDRESS, HURRIED, connector, entry

CONTENT = b"NIK;NAMA\n1;A\n"
DIGEST = hashlib.sha256(CONTENT).hexdigest()


async def pulled(a_connector: Connector, source: SourceConfig, **more: Any) -> list[Page]:
    return [page async for page in pages(a_connector, source, patience=HURRIED, **more)]


def serve(files: list[dict[str, Any]], content: bytes = CONTENT) -> None:
    respx.get(f"{ADDRESS}/index.json").respond(json={"files": files})
    respx.get(url__startswith=f"{ADDRESS}/").respond(content=content)


def offered(name: str = "a.csv", digest: str = DIGEST) -> dict[str, Any]:
    return {"name": name, "sha256": digest, "bytes": len(CONTENT)}


@respx.mock
async def test_the_files_of_an_index_are_read_in_the_order_of_their_names() -> None:
    serve([offered("b.csv"), offered("a.csv"), offered("readme.md")])
    found = await pulled(connector(CsvReader()), entry())
    assert [page.file.name for page in found] == ["a.csv", "b.csv"]
    assert found[0].frame.rows() == [("1", "A")]


@respx.mock
async def test_a_file_that_was_seen_with_these_bytes_is_not_fetched() -> None:
    serve([offered()])
    (page,) = await pulled(connector(CsvReader()), entry(), earlier=Earlier(frozenset({("a.csv", DIGEST)})))
    assert page.skipped
    assert respx.calls.call_count == 1


@respx.mock
async def test_a_file_with_other_bytes_than_promised_lands_nothing() -> None:
    serve([offered()], b"NIK;NAMA\n1;")
    with pytest.raises(RetriableError) as caught:
        await pulled(connector(CsvReader()), entry())
    assert caught.value.code == "file_differs"


@pytest.mark.parametrize(
    "index",
    [
        [],
        {"files": [{}]},
        {"files": [offered("../a.csv")]},
        {"files": [offered(digest="x")]},
        {"files": [offered(), offered()]},
    ],
    ids=["list", "no name", "path", "digest", "twice"],
)
@respx.mock
async def test_an_index_that_is_none_stops(index: Any) -> None:
    respx.get(f"{ADDRESS}/index.json").respond(json=index)
    with pytest.raises(FatalError) as caught:
        await pulled(connector(CsvReader()), entry())
    assert caught.value.code == "index_odd"


async def test_the_files_of_a_directory_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(CONTENT)
    (tmp_path / "a.txt.part").write_bytes(b"x")
    source = entry(transport="directory", address=str(tmp_path))
    (page,) = await pulled(connector(CsvReader()), source)
    assert (page.file.sha256, page.frame.height) == (DIGEST, 1)
    (again,) = await pulled(connector(CsvReader()), source, earlier=Earlier(frozenset({("a.csv", DIGEST)})))
    assert again.skipped
    with pytest.raises(FatalError) as caught:
        await pulled(connector(CsvReader()), entry(transport="directory", address=str(tmp_path / "none")))
    assert caught.value.code == "directory_missing"


async def test_an_unknown_column_stops_where_the_entry_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"NIK;NAMA;BARU\n1;A;x\n")
    with pytest.raises(FatalError) as caught:
        await pulled(
            connector(CsvReader()),
            entry(transport="directory", address=str(tmp_path), options={"unknown_columns": "stop"}),
        )
    assert caught.value.code == "layout_drift"


LISTED = connector(listings=(("people", Listing("/people")),))
PEOPLE = entry(transport="http_json", address="http://registry.test", options={"page_size": 2})


def paged(*numbers: int, page: int = 1, total: int = 3, last: bool = False) -> dict[str, Any]:
    rows = [{"NIK": number, "nama": f"N{number}", "baru": None} for number in numbers]
    return {"rows": rows, "page": page, "total": total, "last": last}


@respx.mock
async def test_a_listing_is_fetched_to_its_last_page_with_numbers_as_digits() -> None:
    answers = [paged(9401010101019001, 2), paged(3, page=2, last=True)]
    respx.get("http://registry.test/people").mock(
        side_effect=[httpx.Response(200, json=each) for each in answers]
    )
    (page,) = await pulled(LISTED, PEOPLE)
    assert page.frame["NIK"].to_list() == ["9401010101019001", "2", "3"]
    assert page.frame["NAMA"].to_list() == ["N9401010101019001", "N2", "N3"]
    assert page.payloads is not None
    assert page.payloads[0] == '{"NIK":"9401010101019001","nama":"N9401010101019001","baru":null}'
    assert (page.columns, page.file.detail["unknown_columns"], page.complete) == ((), ["baru"], True)


@pytest.mark.parametrize(
    ("answers", "code"),
    [
        ([paged(1, 2), paged(1, 2, page=1)], "page_moved"),
        ([paged(1, 2), paged(1, 2, page=2)], "page_repeated"),
        ([paged(1, 2), paged(page=2)], "page_empty"),
        ([paged(1, 2), paged(page=2, last=True)], "listing_incomplete"),
        ([{"data": []}], "listing_odd"),
    ],
)
@respx.mock
async def test_a_listing_that_does_not_add_up_lands_nothing(answers: list[dict[str, Any]], code: str) -> None:
    replies = [httpx.Response(200, json=each) for each in (*answers, *[answers[-1]] * HURRIED.attempts)]
    respx.get("http://registry.test/people").mock(side_effect=replies)
    with pytest.raises(HubError) as caught:
        await pulled(LISTED, PEOPLE)
    assert caught.value.code == code


SERVICE = "http://registry.test/dukcapil/get_json"
LOOKUP = connector(key=("NIK",))


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> SourceConfig:
    monkeypatch.setenv("HUB_CREDENTIAL_DUK_USER", "demo")
    monkeypatch.setenv("HUB_CREDENTIAL_DUK_PASSWORD", "open-sesame")
    settings.cache_clear()
    monkeypatch.setattr("hub.toolkit.lookup.QUESTIONS_PER_PAGE", 2)
    auth = {
        "kind": "dukcapil",
        "agency": "33-20",
        "ip": "127.0.0.1",
        "user_env": "HUB_CREDENTIAL_DUK_USER",
        "password_env": "HUB_CREDENTIAL_DUK_PASSWORD",
    }
    return entry(
        transport="dukcapil", address=SERVICE, auth=auth, limits={"rate_per_second": 10_000, "concurrency": 1}
    )


async def wanted(*numbers: str) -> AsyncIterator[str]:
    for number in numbers:
        yield number


def answer(content: Any) -> httpx.Response:
    return httpx.Response(200, json={"content": content, "quotaLimiter": 5})


@respx.mock
async def test_found_and_unknown_persons_become_records(service: SourceConfig) -> None:
    person = {"NIK": 9401010101019001, "NAMA": "A", "FOTO": "x"}
    respx.post(f"{SERVICE}/33-20/demo/CALL_NIK").mock(
        side_effect=[answer([person]), answer({"RESPON": "data tidak ditemukan"}), answer([{"NAMA": "C"}])]
    )
    found = await pulled(LOOKUP, service, wanted=wanted("9401010101019001", "2", "3"))
    texts = [text for page in found for text in (page.payloads if page.payloads is not None else [])]
    assert texts == [
        '{"NIK":"9401010101019001","NAMA":"A"}',
        '{"RESPON":"data tidak ditemukan","NIK":"2"}',
        '{"NAMA":"C","NIK":"3"}',
    ]
    assert [page.complete for page in found] == [True, True]


@respx.mock
async def test_a_used_up_quota_keeps_what_came_and_says_so(service: SourceConfig) -> None:
    route = respx.post(f"{SERVICE}/33-20/demo/CALL_NIK").mock(
        side_effect=[answer([{"NIK": "1"}]), answer({"RESPON": "KUOTA AKSES HARI INI TELAH HABIS"})]
    )
    (page,) = await pulled(LOOKUP, service, wanted=wanted("1", "2", "3"))
    assert (page.frame["NIK"].to_list(), page.complete, route.call_count) == (["1"], False, 2)
    assert page.file.detail["stopped"]["code"] == "quota_exhausted"


@respx.mock
async def test_the_quota_of_the_entry_is_kept(service: SourceConfig) -> None:
    route = respx.post(f"{SERVICE}/33-20/demo/CALL_NIK").mock(return_value=answer([{"NIK": "1"}]))
    limited = service.model_copy(update={"limits": service.limits.model_copy(update={"daily_quota": 1})})
    (page,) = await pulled(LOOKUP, limited, wanted=wanted("1", "2", "3"))
    assert (page.complete, route.call_count) == (False, 1)


@pytest.mark.parametrize(
    ("respon", "code"),
    [
        ("Login Gagal", "credential_refused"),
        ("IP Address Tidak Sesuai", "credential_refused"),
        ("USER ID TIDAK AKTIF", "credential_refused"),
        ("User, password dan IP tidak boleh kosong", "credential_refused"),
        ("Sistem dalam pemeliharaan", "answer_odd"),
    ],
)
@respx.mock
async def test_a_service_that_does_not_know_us_stops_the_run(
    service: SourceConfig, respon: str, code: str
) -> None:
    respx.post(f"{SERVICE}/33-20/demo/CALL_NIK").mock(return_value=answer([{"RESPON": respon}]))
    with pytest.raises(FatalError) as caught:
        await pulled(LOOKUP, service, wanted=wanted("1"))
    assert caught.value.code == code
    assert "open-sesame" not in caught.value.message


@respx.mock
async def test_a_question_the_service_cannot_read_goes_to_quarantine(service: SourceConfig) -> None:
    respx.post(f"{SERVICE}/33-20/demo/CALL_NIK").mock(
        return_value=answer({"RESPON": "Parameter Tidak Valid"})
    )
    (page,) = await pulled(LOOKUP, service, wanted=wanted("1"))
    assert page.refused["reason"].to_list() == ["ROW_UNREADABLE"]


async def test_a_lookup_without_numbers_stops(service: SourceConfig) -> None:
    with pytest.raises(FatalError) as caught:
        await pulled(LOOKUP, service)
    assert caught.value.code == "nothing_wanted"
