"""Calls: what is worth asking for again is asked for again; the rest stops with a message that helps."""

import gzip
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from hub.errors import FatalError, HubError, RetriableError
from hub.registry.sources import SourceConfig
from hub.settings import settings
from hub.toolkit import http as http_module
from hub.toolkit.answers import retry_after
from hub.toolkit.http import opened
from tests.toolkit.builders import HURRIED, entry

URL = "http://registry.test/list"


async def ask(source: SourceConfig | None = None) -> Any:
    async with opened(source or entry(), HURRIED) as http:
        return await http.json("GET", URL, lambda value: value)


@pytest.mark.parametrize(
    "trouble",
    [
        httpx.Response(429),
        httpx.Response(429, headers={"retry-after": "0"}),
        httpx.Response(500),
        httpx.Response(503, html="<html>busy</html>"),
        httpx.Response(200, html="<html>please log in</html>"),
        httpx.Response(200, content=b"<!DOCTYPE html><p>login"),
        httpx.Response(200, content=b'{"a": '),
        httpx.Response(200, content=b""),
        httpx.Response(204),
        httpx.Response(200, headers={"content-length": "50"}, content=b"{}"),
        httpx.Response(200, headers={"content-encoding": "br"}, content=b"x"),
        httpx.ReadTimeout("slow"),
        httpx.ReadError("reset"),
        httpx.RemoteProtocolError("cut off"),
        httpx.ConnectError("refused"),
    ],
    ids=lambda trouble: type(trouble).__name__ + str(getattr(trouble, "status_code", "")),
)
@respx.mock
async def test_a_passing_trouble_is_asked_about_again(trouble: httpx.Response | Exception) -> None:
    route = respx.get(URL).mock(side_effect=[trouble, httpx.Response(200, json={"a": 1})])
    assert await ask() == {"a": "1"}
    assert route.call_count == 2


@respx.mock
async def test_patience_ends() -> None:
    route = respx.get(URL).respond(500)
    with pytest.raises(RetriableError) as caught:
        await ask()
    assert (caught.value.code, route.call_count) == ("busy", HURRIED.attempts)


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "credential_refused"), (403, "credential_refused"), (404, "address_wrong"), (302, "redirected")],
)
@respx.mock
async def test_a_lasting_trouble_stops_at_once(status: int, code: str) -> None:
    route = respx.get(URL).respond(status, headers={"location": "http://elsewhere.test/"})
    with pytest.raises(FatalError) as caught:
        await ask()
    assert (caught.value.code, route.call_count) == (code, 1)
    assert "list" in caught.value.message


@respx.mock
async def test_a_refused_credential_names_its_variable_and_never_the_secret(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    auth = {
        "kind": "basic",
        "user_env": "HUB_CREDENTIAL_LIST_USER",
        "password_env": "HUB_CREDENTIAL_LIST_PASSWORD",
    }
    for name in ("USER", "PASSWORD"):
        monkeypatch.setenv(f"HUB_CREDENTIAL_LIST_{name}", "open-sesame")
    settings.cache_clear()
    route = respx.get(URL).respond(401)
    with pytest.raises(FatalError) as caught:
        await ask(entry(auth=auth))
    settings.cache_clear()
    assert "HUB_CREDENTIAL_LIST_PASSWORD" in caught.value.message
    assert "open-sesame" not in str(caught.value)
    assert route.calls[0].request.headers["authorization"].startswith("Basic ")


async def test_a_missing_credential_names_its_variable() -> None:
    settings.cache_clear()
    with pytest.raises(FatalError) as caught:
        await ask(entry(auth={"kind": "api_key", "token_env": "HUB_CREDENTIAL_NOT_SET"}))
    assert caught.value.code == "credential_missing"
    assert "HUB_CREDENTIAL_NOT_SET" in caught.value.message


@respx.mock
async def test_a_longer_wait_than_we_have_patience_for_ends_the_run() -> None:
    route = respx.get(URL).respond(429, headers={"retry-after": "3600"})
    with pytest.raises(FatalError) as caught:
        await ask()
    assert (caught.value.code, route.call_count) == ("busy_for_long", 1)


@respx.mock
async def test_an_answer_larger_than_the_entry_allows_is_refused() -> None:
    respx.get(URL).respond(200, content=b"[" + b" " * 2000 + b"]")
    with pytest.raises(FatalError) as caught:
        await ask(entry(limits={"max_bytes": 1000}))
    assert caught.value.code == "answer_too_large"


@respx.mock
async def test_an_answer_that_is_held_whole_has_an_end_of_its_own_and_a_file_has_not(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(http_module, "LARGEST_JSON", 1_000)
    content = b"[" + b" " * 2000 + b"]"
    respx.get(URL).respond(200, content=content)
    with pytest.raises(FatalError) as caught:
        await ask()
    assert caught.value.code == "answer_too_large"
    async with opened(entry(), HURRIED) as http:
        await http.download(URL, tmp_path / "file", None)
    assert (tmp_path / "file").read_bytes() == content


@respx.mock
async def test_a_compressed_bomb_is_not_unpacked() -> None:
    bomb = gzip.compress(b"0" * 10_000_000)
    respx.get(URL).respond(200, headers={"content-encoding": "gzip"}, content=bomb)
    with pytest.raises(HubError) as caught:
        await ask()
    assert caught.value.code == "answer_odd"


@pytest.mark.parametrize("address", ["nothing", "ftp://registry.test/x", "http://[bad"])
async def test_an_address_that_is_no_url_stops(address: str) -> None:
    async with opened(entry(), HURRIED) as http:
        with pytest.raises(FatalError) as caught:
            await http.json("GET", address, lambda value: value)
    assert caught.value.code == "address_wrong"


@respx.mock
async def test_a_file_whose_bytes_differ_from_the_index_is_fetched_again(tmp_path: Path) -> None:
    respx.get(URL).respond(200, content=b"other")
    async with opened(entry(), HURRIED) as http:
        with pytest.raises(RetriableError) as caught:
            await http.download(URL, tmp_path / "file", "0" * 64)
    assert caught.value.code == "file_differs"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "soon"}, None),
        ({"date": "Sat, 21 Nov 2026 10:00:00 GMT", "retry-after": "Sat, 21 Nov 2026 10:00:30 GMT"}, 30.0),
    ],
)
def test_a_wait_may_be_asked_for_in_seconds_or_as_an_instant(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(httpx.Headers(headers)) == seconds
