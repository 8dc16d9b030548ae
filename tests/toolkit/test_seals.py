"""What the hub asks a registry is signed as its entry says, and an answer that another signed lands nothing."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
import respx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc.jwk import KeySet, OKPKey
from pydantic import SecretStr

from hub.domain import clock
from hub.errors import HubError
from hub.registry.sources import SourceConfig
from hub.settings import Settings, adopt
from hub.toolkit.envelopes import Signer, Style, read_envelope, sealed, verify
from hub.toolkit.pull import pages
from hub.toolkit.seals import seals_of
from tests.toolkit.builders import HURRIED, connector, entry
from tests.toolkit.test_spdci import ADDRESS, MEMBERS, URL, answered

OURS, THEIRS = (OKPKey.generate_key("Ed25519", auto_kid=False) for _ in range(2))
REGISTRY = "sr.example.go.id"
OPTIONS = {
    "page_size": 5, "sender_id": "hub.example.go.id", "receiver_id": REGISTRY, "signature": "string",
    "key_id": "hub-1", "key_env": "HUB_CREDENTIAL_SR_KEY", "keys_file": "sr.json",
}  # fmt: skip
Answer = Callable[[dict[str, Any]], bytes]


def signer(sender: str, kid: str, key: OKPKey) -> Signer:
    private = key.private_key
    assert isinstance(private, Ed25519PrivateKey)
    return Signer(sender, kid, private)


@pytest.fixture(autouse=True)
def known(tmp_path: Path) -> Any:
    """The hub has a key of its own and the public one of the registry."""
    public = {**THEIRS.as_dict(private=False), "kid": "sr-1"}
    (tmp_path / "sr.json").write_text(json.dumps({"keys": [public]}))
    secret = SecretStr(OURS.as_pem(private=True).decode())
    adopt(Settings(config_dir=tmp_path, credentials={"sr_key": secret}))
    yield
    adopt(None)


def source(**changed: Any) -> SourceConfig:
    options = {name: value for name, value in {**OPTIONS, **changed}.items() if value is not None}
    return entry(transport="spdci", address=ADDRESS, options=options)


async def searched(made: SourceConfig, answer: Answer) -> tuple[list[str], respx.Route]:
    """The NIK that a search brings, and the calls."""
    route = respx.post(URL).mock(
        side_effect=lambda request: httpx.Response(
            200, content=answer(orjson.loads(request.content)), headers={"content-type": "application/json"}
        )
    )
    found = [page async for page in pages(connector(), made, patience=HURRIED)]
    return [nik for page in found for nik in page.frame["NIK"]], route


def signed(style: Style, by: OKPKey = THEIRS, sender: str = REGISTRY) -> Answer:
    """Answers that somebody signs."""

    def answer(asked: dict[str, Any]) -> bytes:
        told = answered(asked)
        return orjson.dumps(
            sealed(signer(sender, "sr-1", by), style, told["header"], told["message"], clock.now())
        )

    return answer


def changed_after(style: Style) -> Answer:
    """Answers of which one record is another than was signed."""
    return lambda asked: signed(style)(asked).replace(b"N3", b"N9")


@pytest.mark.parametrize("asks", ["string", "detached"])
@pytest.mark.parametrize("answers", [Style.STRING, Style.DETACHED])
@respx.mock
async def test_either_side_believes_what_the_other_signs_in_both_forms(asks: str, answers: Style) -> None:
    found, route = await searched(source(signature=asks), signed(answers))
    assert found == [each["NIK"] for each in MEMBERS]
    public = KeySet.import_key_set({"keys": [{**OURS.as_dict(private=False), "kid": "hub-1"}]})
    sent = read_envelope(route.calls[0].request.content)
    assert verify(sent, "hub.example.go.id", public, clock.now()) is Style(asks)


@pytest.mark.parametrize(
    "answer",
    [
        lambda asked: orjson.dumps(answered(asked)),
        signed(Style.STRING, by=OURS),
        signed(Style.DETACHED, by=OURS),
        signed(Style.STRING, sender="another.example.go.id"),
        changed_after(Style.STRING),
        changed_after(Style.DETACHED),
        lambda _: b'{"header": {}, "header": {}}',
    ],
    ids=["unsigned", "string-by-another", "detached-by-another", "as-another", "string-changed", "detached-changed",
         "twice"],
)  # fmt: skip
@respx.mock
async def test_an_answer_without_the_signature_of_the_registry_lands_nothing(answer: Answer) -> None:
    with pytest.raises(HubError) as caught:
        await searched(source(), answer)
    assert caught.value.code == "signature_invalid"


@respx.mock
async def test_without_keys_of_the_registry_answers_are_taken_as_they_come_and_without_a_form_nothing_is_signed() -> (
    None
):
    found, route = await searched(
        source(keys_file=None, signature=None), lambda asked: orjson.dumps(answered(asked))
    )
    assert len(found) == 5
    assert "signature" not in orjson.loads(route.calls[0].request.content)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"receiver_id": None}, "config_invalid"),
        ({"key_id": None}, "config_invalid"),
        ({"key_env": None}, "config_invalid"),
        ({"key_env": "HUB_CREDENTIAL_OTHER"}, "credential_missing"),
    ],
)
def test_an_entry_that_says_half_of_how_to_sign_is_refused(changed: dict[str, Any], code: str) -> None:
    with pytest.raises(HubError) as caught:
        seals_of(source(**changed))
    assert caught.value.code == code


@pytest.mark.parametrize("told", ["/nowhere/key.pem", "{}", "-----BEGIN PRIVATE KEY-----\nnone"])
def test_what_is_no_private_key_is_refused_without_being_shown(told: str, tmp_path: Path) -> None:
    adopt(Settings(config_dir=tmp_path, credentials={"sr_key": SecretStr(told)}))
    with pytest.raises(HubError) as caught:
        seals_of(source())
    assert caught.value.code == "credential_refused"
    assert told not in caught.value.message


@pytest.mark.parametrize("form", ["file", "jwk"])
def test_a_key_may_lie_in_a_file_or_be_a_jwk(form: str, tmp_path: Path) -> None:
    told = json.dumps(OURS.as_dict(private=True))
    if form == "file":
        (tmp_path / "key.pem").write_text(OURS.as_pem(private=True).decode())
        told = str(tmp_path / "key.pem")
    adopt(Settings(config_dir=tmp_path, credentials={"sr_key": SecretStr(told)}))
    made = seals_of(source()).signer
    assert made is not None
    assert made.public()["x"] == OURS.as_dict(private=False)["x"]
