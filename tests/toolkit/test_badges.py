"""Whoever is asked learns who asks, by the kind of credential the entry names; nobody else learns the secret."""

import hashlib
import hmac
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import pytest
import respx

from hub.domain import clock
from hub.errors import FatalError, HubError
from hub.registry.sources import SourceConfig
from hub.settings import settings
from hub.toolkit.badges import trust_of
from hub.toolkit.http import opened
from tests.toolkit.builders import HURRIED, entry

URL = "http://registry.test/list"
TOKENS = "http://registry.test/oauth/token"
SECRET = "open-sesame"
NAMES = {"user_env": "HUB_CREDENTIAL_LIST_USER", "password_env": "HUB_CREDENTIAL_LIST_PASSWORD"}


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_CREDENTIAL_LIST_USER", "someone")
    for name in ("PASSWORD", "SECRET"):
        monkeypatch.setenv(f"HUB_CREDENTIAL_LIST_{name}", SECRET)
    settings.cache_clear()


def with_token(**more: Any) -> SourceConfig:
    return entry(auth={"kind": "oauth2", "token_url": "/oauth/token", **NAMES, **more})


def token(text: str = "t1", **told: Any) -> httpx.Response:
    return httpx.Response(
        200, json={"access_token": text, "token_type": "Bearer", "expires_in": 3600, **told}
    )


async def ask(source: SourceConfig, times: int = 1) -> list[Any]:
    async with opened(source, HURRIED) as http:
        return [await http.json("GET", URL, lambda value: value) for _ in range(times)]


def shown(route: respx.Route) -> list[str]:
    return [call.request.headers["authorization"] for call in route.calls]


@respx.mock
async def test_a_token_is_fetched_once_and_kept() -> None:
    tokens, route = respx.post(TOKENS).mock(return_value=token()), respx.get(URL).respond(json={})
    await ask(with_token(scope="read"), times=3)
    assert (tokens.call_count, shown(route)) == (1, ["Bearer t1"] * 3)
    request = tokens.calls[0].request
    assert request.headers["authorization"].startswith("Basic ")
    assert SECRET not in request.content.decode()
    assert "scope=read" in request.content.decode()


@respx.mock
async def test_a_token_is_not_used_at_the_end_of_its_life() -> None:
    tokens = respx.post(TOKENS).mock(side_effect=[token("t1", expires_in=0), token("t2")])
    route = respx.get(URL).respond(json={})
    await ask(with_token(), times=2)
    assert (tokens.call_count, shown(route)) == (2, ["Bearer t1", "Bearer t2"])


@respx.mock
async def test_a_token_that_is_no_longer_taken_is_fetched_anew_once() -> None:
    tokens = respx.post(TOKENS).mock(side_effect=[token("t1"), token("t2")])
    respx.get(URL).mock(
        side_effect=[httpx.Response(200, json={}), httpx.Response(401), httpx.Response(200, json={})]
    )
    await ask(with_token(), times=2)
    assert tokens.call_count == 2


@respx.mock
async def test_a_new_token_that_is_not_taken_either_stops() -> None:
    tokens, route = respx.post(TOKENS).mock(return_value=token()), respx.get(URL).respond(401)
    with pytest.raises(FatalError) as caught:
        await ask(with_token())
    assert (caught.value.code, tokens.call_count, route.call_count) == ("credential_refused", 2, 2)


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (httpx.Response(401, json={"error": "invalid_client"}), "credential_refused"),
        (httpx.Response(400, json={"error": "invalid_scope"}), "credential_refused"),
        (httpx.Response(404), "address_wrong"),
        (httpx.Response(302, headers={"location": "http://elsewhere.test/"}), "address_wrong"),
        (httpx.Response(503), "busy"),
        (httpx.Response(200, json={"token": "x"}), "answer_odd"),
        (httpx.Response(200, json=["x"]), "answer_odd"),
        (httpx.Response(200, json={"access_token": "x", "token_type": "mac"}), "answer_odd"),
        (httpx.Response(200, content=b" " * 100_000), "answer_odd"),
        (httpx.Response(200, html="<html>login</html>"), "json_unreadable"),
    ],
)
@respx.mock
async def test_who_gives_no_token_is_told_apart(answer: httpx.Response, code: str) -> None:
    respx.post(TOKENS).mock(return_value=answer)
    with pytest.raises(HubError) as caught:
        await ask(with_token())
    assert caught.value.code == code
    assert SECRET not in caught.value.message
    if code == "credential_refused":
        assert "HUB_CREDENTIAL_LIST_PASSWORD" in caught.value.message


@respx.mock
async def test_the_secret_of_a_client_may_go_into_the_body() -> None:
    tokens = respx.post(TOKENS).mock(return_value=token())
    respx.get(URL).respond(json={})
    await ask(with_token(client_in="body"))
    assert f"client_secret={SECRET}" in tokens.calls[0].request.content.decode()


@respx.mock
async def test_a_signed_call_bears_what_its_receiver_can_compute() -> None:
    route = respx.post(URL).respond(json={})
    auth = {
        "kind": "signed", "token_env": "HUB_CREDENTIAL_LIST_SECRET", "user_env": "HUB_CREDENTIAL_LIST_USER",
        "headers": {"signature": "X-Sig"},
    }  # fmt: skip
    with clock.pin(datetime(2026, 11, 22, tzinfo=UTC)):
        async with opened(entry(auth=auth), HURRIED) as http:
            await http.json("POST", URL, lambda value: value, json={"a": 1}, params={"b": "2"})
    request = route.calls[0].request
    digest = hashlib.sha256(request.content).hexdigest()
    lines = f"POST\n/list?b=2\n1795305600\n{digest}"
    assert request.headers["x-sig"] == hmac.new(SECRET.encode(), lines.encode(), hashlib.sha256).hexdigest()
    assert (request.headers["x-timestamp"], request.headers["x-key-id"]) == ("1795305600", "someone")
    assert SECRET not in str(request.headers)


def made(path: Path, name: str) -> Path:
    """A certificate with its key in one file, and the certificate alone beside it."""
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        f"/CN={name}",
    ]
    more = ["subjectAltName=IP:127.0.0.1", "keyUsage=critical,digitalSignature,keyCertSign"]
    told = [part for each in more for part in ("-addext", each)]
    subprocess.run(
        [*command, *told, "-keyout", str(path), "-out", f"{path}.crt"], check=True, capture_output=True
    )
    path.write_text(path.read_text() + Path(f"{path}.crt").read_text())
    return path


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of the hub with its key, made for this run."""
    return made(tmp_path_factory.mktemp("certificate") / "client.pem", "hub")


@dataclass
class Registry:
    """A registry that talks over TLS to whom it knows: its address, its authority, and who called."""

    url: str
    authority: Path
    callers: list[Any]

    def entry(self, **auth: str) -> SourceConfig:
        """The entry of a source that is pulled from here."""
        return entry(address=self.url, auth={"kind": "mtls", "authority_file": f"{self.authority}", **auth})


@pytest.fixture
def registry(certificate: Path, tmp_path: Path) -> Iterator[Registry]:
    """A server on loopback that lets in the bearer of the certificate alone."""
    own, callers = made(tmp_path / "server.pem", "registry"), list[Any]()

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            assert isinstance(self.connection, ssl.SSLSocket)
            callers.append((self.connection.getpeercert() or {}).get("subject"))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"[]")

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base's
            """Says nothing."""

    class Quiet(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            """Whoever is not let in is no error of the server."""

    trust = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=f"{certificate}.crt")
    trust.load_cert_chain(own)
    trust.verify_mode = ssl.CERT_REQUIRED
    with Quiet(("127.0.0.1", 0), Answer) as server:
        server.socket = trust.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield Registry(f"https://127.0.0.1:{server.server_address[1]}", Path(f"{own}.crt"), callers)
        server.shutdown()


async def called(source: SourceConfig) -> Any:
    async with opened(source, HURRIED) as http:
        return await http.json("GET", source.address, lambda value: value)


async def test_a_certificate_is_shown_to_a_registry_that_the_authority_vouches_for(
    registry: Registry, certificate: Path
) -> None:
    assert await called(registry.entry(certificate_file=str(certificate))) == []
    assert registry.callers == [((("commonName", "hub"),),)]


async def test_a_registry_lets_nobody_in_without_the_certificate(registry: Registry, tmp_path: Path) -> None:
    stranger = made(tmp_path / "stranger.pem", "hub")
    with pytest.raises(HubError) as caught:
        await called(registry.entry(certificate_file=str(stranger)))
    # Under TLS 1.3 the server's reset may overtake its alert: then all we know is that the connection broke.
    assert caught.value.code in ("credential_refused", "connection_broken")
    assert registry.callers == []
    assert str(stranger) not in caught.value.message


async def test_a_registry_that_the_authority_does_not_know_is_told_nothing(
    registry: Registry, certificate: Path
) -> None:
    source = registry.entry(certificate_file=str(certificate), authority_file=f"{certificate}.crt")
    with pytest.raises(HubError) as caught:
        await called(source)
    assert (caught.value.code, registry.callers) == ("certificate_untrusted", [])


def test_a_certificate_and_an_authority_are_read_from_their_files(certificate: Path) -> None:
    auth = {"kind": "mtls", "certificate_file": str(certificate), "authority_file": f"{certificate}.crt"}
    trust = trust_of(entry(auth=auth))
    assert trust is not None
    assert [each["subject"] for each in trust.get_ca_certs()] == [((("commonName", "hub"),),)]


def test_a_certificate_that_is_none_stops_before_any_call(tmp_path: Path) -> None:
    (tmp_path / "client.pem").write_text("nothing")
    with pytest.raises(FatalError) as caught:
        trust_of(entry(auth={"kind": "mtls", "certificate_file": str(tmp_path / "client.pem")}))
    assert caught.value.code == "credential_missing"


def test_without_certificates_there_is_no_trust_of_its_own() -> None:
    assert trust_of(entry()) is None
