"""Signed envelopes hold in both live forms, however the JSON is written, and no change of them does."""

import base64
import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey, KeySet, RSAKey

from hub.errors import InputError, RefusedError
from hub.toolkit.envelopes import Envelope, Signer, Style, read_envelope, sealed, verify
from hub.toolkit.key_files import KeyFiles

NOW = datetime(2026, 11, 28, 3, tzinfo=UTC)
SIGNER = Signer("a|b", "k1", Ed25519PrivateKey.from_private_bytes(bytes(32)))
OTHER = Signer("a|b", "k1", Ed25519PrivateKey.from_private_bytes(bytes(31) + b"1"))
RSA, EC = RSAKey.generate_key(2048, {"kid": "rsa"}), ECKey.generate_key("P-256", {"kid": "ec"})
KEYS = KeySet.import_key_set(
    {"keys": [dict(SIGNER.public()), RSA.as_dict(private=False), EC.as_dict(private=False)]}
)
HEADER = {"z": 1, "action": "search", "name": "Siti Nur’aini é"}
MESSAGE = {"list": [1, 2.5, None, {"b": True, "a": "\u2028"}]}
WRITTEN: dict[str, Callable[[Any], str]] = {
    "without spaces": lambda told: json.dumps(told, separators=(",", ":")),
    "as Python does": json.dumps,
    "indented": lambda told: json.dumps(told, indent=2),
    "in letters": lambda told: json.dumps(told, ensure_ascii=False),
    "sorted": lambda told: json.dumps(told, sort_keys=True),
}


@pytest.mark.parametrize("style", [Style.STRING, Style.DETACHED])
@pytest.mark.parametrize("form", WRITTEN)
def test_an_envelope_holds_however_it_is_written(style: Style, form: str) -> None:
    body = WRITTEN[form](sealed(SIGNER, style, HEADER, MESSAGE, NOW)).encode()
    assert verify(read_envelope(body), "a|b", KEYS, NOW) is style


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(
        st.characters(exclude_categories=["Cs"])
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(message=JSON, style=st.sampled_from([Style.STRING, Style.DETACHED]))
def test_any_message_holds(message: Any, style: Style) -> None:
    body = json.dumps(sealed(SIGNER, style, HEADER, message, NOW)).encode()
    found = read_envelope(body)
    assert found.message == message
    assert verify(found, "a|b", KEYS, NOW) is style


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (RSA, "PS256"), (EC, "ES256")])
@pytest.mark.parametrize("form", ["without spaces", "as Python does", "sorted"])
def test_key_pairs_of_other_kinds_sign_detached(key: Any, algorithm: str, form: str) -> None:
    payload = WRITTEN[form]({"header": HEADER, "message": MESSAGE})
    if form == "sorted":
        payload = json.dumps(json.loads(payload), sort_keys=True, separators=(",", ":"))
    token = jws.serialize_compact(
        {"alg": algorithm, "kid": key.kid}, payload.encode(), key, algorithms=[algorithm]
    )
    header, _, signature = token.split(".")
    told = {"signature": f"{header}..{signature}", "header": HEADER, "message": MESSAGE}
    body = json.dumps(told, separators=(",", ":") if form == "without spaces" else None).encode()
    assert verify(read_envelope(body), "a|b", KEYS, NOW) is Style.DETACHED


def string(**changed: str) -> str:
    """A string signature with other members."""
    told = SIGNER.sign(Style.STRING, HEADER, MESSAGE, NOW)
    for name, value in changed.items():
        before, _, rest = told.partition(f'{name}="')
        told = f'{before}{name}="{value}"{rest.partition(chr(34))[2]}'
    return told


def detached(**header: Any) -> str:
    """A detached signature with another header, signed by the right key."""
    told = {
        name: value for name, value in ({"alg": "EdDSA", "kid": "k1"} | header).items() if value is not None
    }
    payload = json.dumps(
        {"header": HEADER, "message": MESSAGE}, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    protected, middle = (
        base64.urlsafe_b64encode(each).rstrip(b"=").decode()
        for each in (json.dumps(told).encode(), payload.encode())
    )
    signed = base64.urlsafe_b64encode(SIGNER.key.sign(f"{protected}.{middle}".encode())).rstrip(b"=").decode()
    return f"{protected}..{signed}"


def test_the_makers_of_these_tests_sign_rightly() -> None:
    for made in (string(), detached(), f"Signature: {string()}"):
        assert verify(envelope(made), "a|b", KEYS, NOW) in Style


def envelope(signature: str) -> Envelope:
    return read_envelope(json.dumps({"signature": signature, "header": HEADER, "message": MESSAGE}).encode())


UNSOUND = {
    "another sender": string(kidId="c|k1|ed25519"),
    "another key": string(kidId="a|b|k2|ed25519"),
    "a key of another kind": string(kidId="a|b|rsa|ed25519"),
    "another algorithm": string(kidId="a|b|k1|none", algorithm="none"),
    "two algorithms": string(algorithm="rsa"),
    "another beginning": string(created=str(int(NOW.timestamp()) + 1)),
    "another end": string(expires=str(int(NOW.timestamp()) + 999)),
    "without the digest": string(headers="(created) (expires)"),
    "no base64": string(signature="!!"),
    "a member twice": string() + ', created="1"',
    "a member too many": string() + ', more="1"',
    "a member too few": string().replace('namespace="dci", ', ""),
    "no time": string(created="yesterday"),
    "a time out of reach": string(created="9" * 30),
    "signed by another": OTHER.sign(Style.STRING, HEADER, MESSAGE, NOW),
    "detached, by another": OTHER.sign(Style.DETACHED, HEADER, MESSAGE, NOW),
    "detached, no algorithm": detached(alg="none"),
    "detached, a shared secret": detached(alg="HS256"),
    "detached, critical": detached(crit=["b64"], b64=False),
    "detached, a key of its own": detached(jwk=OTHER.public()),
    "detached, an address of keys": detached(jku="https://evil.example"),
    "detached, no key": detached(kid=None),
    "detached, another kind of key": detached(kid="rsa"),
    "detached, unknown key": detached(kid="k9"),
    "with a payload": detached().replace("..", ".e30."),
    "nothing": "..",
    "a word": "invalid-signature",
    "words": "a.b.c",
    "letters": "é..é",
}


@pytest.mark.parametrize("case", UNSOUND)
def test_what_does_not_hold_is_refused_without_a_reason(case: str) -> None:
    with pytest.raises(RefusedError) as caught:
        verify(envelope(UNSOUND[case]), "a|b", KEYS, NOW)
    assert (caught.value.code, caught.value.message) == (
        "signature_invalid",
        "the signature of the envelope does not hold",
    )


@pytest.mark.parametrize(
    ("later", "holds"),
    [(timedelta(minutes=5, seconds=59), True), (timedelta(minutes=6), False), (timedelta(seconds=-60), True),
     (timedelta(seconds=-61), False)],
)  # fmt: skip
def test_a_string_signature_holds_for_its_time_and_a_minute_more(later: timedelta, holds: bool) -> None:
    found = envelope(string())
    if holds:
        assert verify(found, "a|b", KEYS, NOW + later) is Style.STRING
    else:
        with pytest.raises(RefusedError):
            verify(found, "a|b", KEYS, NOW + later)


@pytest.mark.parametrize(
    "body",
    ["", "[]", '{"message":{}}', '{"header":{}', '{"header":{},}', '{"header":{}}{}', '{"header":{},"header":{}}',
     '{"header":{"a":{"b":1,"b":2}}}', '{"header":{},"signature":{}}', '{"header":{},"message":Infinity}',
     '{"header":{},"message":"\\udc00"}', "{header:{}}", '{"header" {}}'],
)  # fmt: skip
def test_what_is_no_envelope_is_refused(body: str) -> None:
    with pytest.raises(InputError, match="no envelope"):
        read_envelope(body.encode())


def test_keys_are_read_anew_when_their_file_changes_and_private_ones_never(tmp_path: Any) -> None:
    files, path = KeyFiles(tmp_path), tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [SIGNER.public()]}))
    assert [key.kid for key in files.keys(path).keys] == ["k1"]
    path.write_text(json.dumps({"keys": [EC.as_dict(private=False)]}))
    os.utime(path, ns=(1, 1))
    assert [key.kid for key in files.keys(path).keys] == ["ec"]
    for unfit in (json.dumps({"keys": [EC.as_dict(private=True)]}), "x", "{}"):
        path.write_text(unfit)
        os.utime(path, ns=(100 + len(unfit), 100 + len(unfit)))
        with pytest.raises(Exception, match="can't be read"):
            files.keys(path)
