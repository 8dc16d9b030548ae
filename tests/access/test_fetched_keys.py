"""Keys of an issuer are fetched when they are called for, not more often, and the last good ones are kept."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from hub.access import trust as trusts
from hub.access.gate import TokenGate
from hub.access.trust import Trust
from hub.domain import clock
from hub.errors import FatalError, RefusedError, RetriableError
from hub.registry.issuers import load_issuers
from hub.toolkit import key_sets
from hub.toolkit.key_sets import fetch_key_set
from tests.access.test_callers import AGENCIES
from tests.access.test_gate import admitting

IDP = "https://idp.example.org"
ENTRY = """
[[issuer]]
name = "https://idp.example.org"
audience = "hub"
keys_url = "https://idp.example.org/keys"
client_claim = "azp"
[[issuer.client]]
id = "sistem"
agency = "dinsos"
"""


class Idp:
    """An issuer: its keys, how often they were fetched, and whether they are to be had."""

    def __init__(self) -> None:
        self.keys = {name: OKPKey.generate_key("Ed25519", {"kid": name}) for name in ("one", "two")}
        self.shown, self.fetched, self.down = ["one"], 0, False

    async def fetch(self, url: str) -> bytes:
        """The keys that it shows now."""
        assert url == f"{IDP}/keys"
        self.fetched += 1
        if self.down:
            raise RetriableError("keys_unavailable", "down")
        return json.dumps({"keys": [self.keys[kid].as_dict(private=False) for kid in self.shown]}).encode()

    def token(self, kid: str, **changed: Any) -> str:
        """A token of client credentials: it names its client by `azp` and no agency."""
        now = int(clock.now().timestamp())
        claims = {
            "iss": IDP,
            "aud": "hub",
            "sub": "service-account",
            "azp": "sistem",
            "jti": "1",
            "iat": now,
            "exp": now + 60,
        }
        return "Bearer " + jwt.encode(
            {"alg": "Ed25519", "kid": kid}, claims | changed, self.keys[kid], algorithms=["Ed25519"]
        )


@pytest.fixture
def idp() -> Idp:
    return Idp()


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds pass."""
    at = [monotonic()]
    monkeypatch.setattr(trusts, "monotonic", lambda: at[0])

    def later(seconds: float) -> None:
        at[0] += seconds

    return later


@pytest.fixture
def gate(idp: Idp, tmp_path: Path) -> TokenGate:
    (tmp_path / "issuers.toml").write_text(ENTRY)
    found = admitting()
    found.issuers = Trust(tmp_path, load_issuers(tmp_path), None, idp.fetch)
    found.agencies = {**AGENCIES, "dinsos": AGENCIES["dinsos"].model_copy(update={"issuer": IDP})}
    return found


async def admitted(gate: TokenGate, header: str) -> bool:
    try:
        await gate.admit(header)
    except RefusedError:
        return False
    return True


async def test_a_client_of_another_issuer_is_known_by_its_own_id(gate: TokenGate, idp: Idp) -> None:
    found = await gate.admit(idp.token("one"))
    assert found.name == "dinsos/sistem"
    assert not await admitted(gate, idp.token("one", azp="stranger"))
    assert not await admitted(gate, idp.token("one", azp=None))


async def test_a_new_key_is_fetched_when_a_token_names_it_and_nobody_makes_the_hub_call_out(
    gate: TokenGate, idp: Idp, passed: Callable[[float], None]
) -> None:
    assert await admitted(gate, idp.token("one"))
    idp.shown = ["one", "two"]
    assert not await admitted(gate, idp.token("two")), "the floor between two fetches"
    assert idp.fetched == 1
    passed(trusts.FLOOR + 1)
    assert await admitted(gate, idp.token("two"))
    for _ in range(20):
        await admitted(gate, idp.token("one"))
        await admitted(gate, "Bearer " + "x" * 50)
        await admitted(gate, idp.token("two", iss="https://other.example.org"))
    assert idp.fetched == 2


async def test_a_withdrawn_key_dies_within_ten_minutes(
    gate: TokenGate, idp: Idp, passed: Callable[[float], None]
) -> None:
    header = idp.token("one", exp=int(clock.now().timestamp()) + 600)
    assert await admitted(gate, header)
    idp.shown = ["two"]
    passed(trusts.FRESH + 1)
    assert not await admitted(gate, header)


async def test_the_last_good_keys_are_kept_for_a_day(
    gate: TokenGate, idp: Idp, passed: Callable[[float], None]
) -> None:
    assert await admitted(gate, idp.token("one"))
    idp.down = True
    passed(trusts.FRESH + 1)
    assert await admitted(gate, idp.token("one"))
    passed(trusts.STALE)
    assert not await admitted(gate, idp.token("one"))
    idp.down = False
    passed(trusts.FLOOR + 1)
    assert await admitted(gate, idp.token("one"))


@pytest.mark.parametrize("told", ["", "[]", "{}", '{"keys": 1}', "secret"])
async def test_keys_that_are_none_are_not_taken_up(gate: TokenGate, idp: Idp, told: str) -> None:
    shared = json.dumps({"keys": [OctKey.generate_key(256, {"kid": "one"}).as_dict(private=True)]})

    async def fetch(url: str) -> bytes:
        return (shared if told == "secret" else told).encode()

    assert isinstance(gate.issuers, Trust)
    gate.issuers._fetched[IDP]._fetch = fetch
    assert not await admitted(gate, idp.token("one"))


@pytest.mark.parametrize(
    "changed",
    ["http://idp.example.org/keys", "https://a:b@idp.example.org/keys", "ftp://idp.example.org", "https://"],
)
def test_an_address_that_others_could_answer_is_refused(tmp_path: Path, changed: str) -> None:
    (tmp_path / "issuers.toml").write_text(ENTRY.replace("https://idp.example.org/keys", changed))
    with pytest.raises(FatalError, match="keys_url"):
        load_issuers(tmp_path)


class Silent(BaseHTTPRequestHandler):
    """A server that tells nothing of its requests."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the library's name
        """Nothing."""


@contextmanager
def listening(handler: type[Silent]) -> Iterator[str]:
    """A server on loopback; yields its address."""
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[str]:
    """A server that answers so; yields its address."""

    class Answer(Silent):
        def do_GET(self) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    with listening(Answer) as address:
        yield f"{address}/keys"


async def test_the_answer_of_an_address_is_taken_whole() -> None:
    with answering(200, b'{"keys": []}') as url:
        assert await fetch_key_set(url) == b'{"keys": []}'


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (302, b"", {"location": "http://127.0.0.1:1/"}),
        (500, b"{}", {}),
        (200, b"x" * (key_sets.LARGEST + 1), {}),
        (200, b"x", {"content-encoding": "gzip"}),
    ],
)
async def test_no_redirect_is_followed_and_no_body_without_end_is_read(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    with answering(status, body, **headers) as url, pytest.raises(RetriableError) as caught:
        await fetch_key_set(url)
    assert caught.value.code == "keys_unavailable"


async def test_an_address_that_nobody_answers_is_told_as_one_to_ask_again() -> None:
    with pytest.raises(RetriableError):
        await fetch_key_set("http://127.0.0.1:1/keys")


@contextmanager
def issuing(idp: Idp) -> Iterator[str]:
    """An issuer over HTTP, with its keys and an endpoint of tokens (RFC 6749, 4.4); yields its address."""

    class Issuer(Silent):
        def do_GET(self) -> None:
            keys = [idp.keys[kid].as_dict(private=False) for kid in idp.shown]
            self._answer(200, {"keys": keys} if self.path == "/keys" else {})

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            known = self.headers["authorization"] == "Basic " + base64.b64encode(b"sistem:rahasia").decode()
            fit = known and self.path == "/token" and form["grant_type"] == ["client_credentials"]
            token = idp.token(idp.shown[-1]).removeprefix("Bearer ")
            self._answer(200 if fit else 401, {"access_token": token, "token_type": "Bearer"} if fit else {})

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(body).encode())

    with listening(Issuer) as address:
        yield address


async def _credentials(address: str, client_id: str = "sistem") -> str:
    async with httpx.AsyncClient(auth=(client_id, "rahasia")) as client:
        answer = await client.post(f"{address}/token", data={"grant_type": "client_credentials"})
    return f"Bearer {answer.json().get('access_token')}"


async def test_client_credentials_of_an_issuer_over_http_are_believed_while_it_changes_its_keys(
    gate: TokenGate, idp: Idp, passed: Callable[[float], None]
) -> None:
    """It stands on this machine, so that only its address is another than the entry's."""
    with issuing(idp) as address:
        assert isinstance(gate.issuers, Trust)
        gate.issuers._fetched[IDP]._fetch = lambda url: fetch_key_set(url.replace(IDP, address))
        old = await _credentials(address)
        assert (await gate.admit(old)).name == "dinsos/sistem"
        assert not await admitted(gate, await _credentials(address, "asing"))
        idp.shown = ["one", "two"]
        passed(trusts.FLOOR + 1)
        new = await _credentials(address)
        assert [await admitted(gate, each) for each in (old, new)] == [True, True]
        idp.shown = ["two"]
        passed(trusts.FRESH + 1)
        assert [await admitted(gate, each) for each in (new, old)] == [True, False]
