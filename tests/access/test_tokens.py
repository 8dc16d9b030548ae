"""A token is believed when an issuer that the hub trusts signed it for this hub, now; every other is refused alike."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from hub.access.issuer import AUDIENCE, NAME, OwnIssuer
from hub.access.tokens import LONGEST, Issuer, believed
from hub.domain import clock
from hub.errors import RefusedError

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
KEY = OKPKey.generate_key("Ed25519", {"kid": "one"})
OTHER = OKPKey.generate_key("Ed25519", {"kid": "one"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
CURVE = ECKey.generate_key("P-256", {"kid": "curve"})
PUBLIC = KeySet.import_key_set({"keys": [key.as_dict(private=False) for key in (KEY, RSA, CURVE)]})
ISSUERS = {NAME: Issuer(NAME, AUDIENCE, PUBLIC)}
SOUND: dict[str, Any] = {
    "iss": NAME, "aud": AUDIENCE, "sub": "sistem", "jti": "1", "iat": SECONDS, "exp": SECONDS + 300,
    "agency": "dinsos-jepara",
}  # fmt: skip


def claims(**changed: Any) -> dict[str, Any]:
    """The sound claims with some changed; None leaves one out."""
    return {name: value for name, value in (SOUND | changed).items() if value is not None}


def signed(body: dict[str, Any], key: Any = KEY, alg: str = "Ed25519", **header: Any) -> str:
    return jwt.encode({"alg": alg, "kid": key.kid, **header}, body, key, algorithms=[alg])


def put(part: object) -> str:
    text = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def unsigned(header: object, body: object, signature: str = "") -> str:
    return f"{put(header)}.{put(body)}.{signature}"


def confused() -> str:
    """Signed by HMAC with the public key as its secret."""
    head = f"{put({'alg': 'HS256', 'kid': 'rsa'})}.{put(SOUND)}"
    secret = RSA.as_pem(private=False)
    return f"{head}.{put(hmac.digest(secret, head.encode(), hashlib.sha256))}"


def tampered() -> str:
    head, _, signature = signed(SOUND).split(".")
    return f"{head}.{put(claims(agency='kemensos'))}.{signature}"


def stripped() -> str:
    return signed(SOUND).rpartition(".")[0] + "."


def good(**changed: Any) -> Callable[[], str]:
    return lambda: signed(claims(**changed))


REFUSED: dict[str, Callable[[], str]] = {
    "no signature at all": lambda: unsigned({"alg": "none", "kid": "one"}, SOUND),
    "none in mixed case": lambda: unsigned({"alg": "nOnE", "kid": "one"}, SOUND),
    "an algorithm and no signature": lambda: unsigned({"alg": "Ed25519", "kid": "one"}, SOUND),
    "the signature stripped": stripped,
    "the claims exchanged": tampered,
    "a public key for a secret": confused,
    "another key under the same kid": lambda: signed(SOUND, OTHER),
    "no kid": lambda: jwt.encode({"alg": "Ed25519"}, SOUND, KEY, algorithms=["Ed25519"]),
    "an unknown kid": lambda: signed(SOUND, kid="two"),
    "a kid that is a path": lambda: signed(SOUND, kid="../../dev/null"),
    "a kid that is no text": lambda: unsigned({"alg": "Ed25519", "kid": 1}, SOUND),
    "a key in the header": lambda: unsigned(
        {"alg": "Ed25519", "kid": "one", "jwk": OTHER.as_dict(private=False)}, SOUND, "c2ln"
    ),
    "an address of keys": lambda: unsigned(
        {"alg": "Ed25519", "kid": "one", "jku": "https://example.org/jwks"}, SOUND, "c2ln"
    ),
    "a certificate in the header": lambda: unsigned({"alg": "RS256", "kid": "rsa", "x5c": ["x"]}, SOUND, "c2ln"),
    "what must be understood": lambda: unsigned({"alg": "Ed25519", "kid": "one", "crit": ["b64"]}, SOUND, "c2ln"),
    "an algorithm of the other key": lambda: unsigned({"alg": "ES256", "kid": "rsa"}, SOUND, "c2ln"),
    "another kind": lambda: signed(SOUND, typ="dpop+jwt"),
    "expired": good(exp=SECONDS),
    "issued in the future": good(iat=SECONDS + 60, exp=SECONDS + 300),
    "not yet good": good(nbf=SECONDS + 60),
    "too long a life": good(exp=SECONDS + 601),
    "ends before it begins": good(iat=SECONDS + 20, exp=SECONDS + 10),
    "no end": good(exp=None),
    "no beginning": good(iat=None),
    "no subject": good(sub=None),
    "no number": good(jti=None),
    "no audience": good(aud=None),
    "another audience": good(aud="other"),
    "an audience that holds ours": good(aud="hub-two"),
    "another issuer": good(iss="https://idp.example.org"),
    "no issuer": good(iss=None),
    "an issuer that is a list": good(iss=[NAME]),
    "an end that is a text": good(exp=str(SECONDS + 300)),
    "an end that is true": good(exp=True),
    "an endless end": lambda: signed(claims(exp=1e400)),
    "an empty subject": good(sub=""),
    "claims that are a list": lambda: unsigned({"alg": "Ed25519", "kid": "one"}, [SOUND], "c2ln"),
    "two parts": lambda: signed(SOUND).rpartition(".")[0],
    "four parts": lambda: signed(SOUND) + ".x",
    "not in ASCII": lambda: signed(SOUND) + "é",
    "too long": lambda: signed(claims(pad="x" * LONGEST)),
    "empty": str,
}  # fmt: skip


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_believed_is_refused_in_the_same_words(make: Callable[[], str]) -> None:
    with clock.pin(NOW), pytest.raises(RefusedError) as refused:
        believed(make(), ISSUERS)
    assert refused.value.code == "token_refused"
    assert refused.value.message == "the token is not accepted; ask your issuer for a new one"
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(("key", "alg"), [(KEY, "Ed25519"), (RSA, "RS256"), (RSA, "PS256"), (CURVE, "ES256")])
def test_a_sound_token_is_believed_whatever_key_pair_signed_it(key: Any, alg: str) -> None:
    with clock.pin(NOW):
        found = believed(signed(claims(aud=["other", AUDIENCE], extra="x"), key, alg), ISSUERS)
    assert (found.issuer, found.subject, found.token) == (NAME, "sistem", "1")
    assert found.expires == NOW + timedelta(minutes=5)
    assert found.private == {"agency": "dinsos-jepara"}


@given(st.text())
def test_any_text_is_refused_and_never_an_error_of_another_kind(text: str) -> None:
    with pytest.raises(RefusedError):
        believed(text, ISSUERS)


@given(st.binary(max_size=80), st.binary(max_size=80), st.binary(max_size=80))
def test_any_three_parts_are_refused(head: bytes, body: bytes, signature: bytes) -> None:
    with pytest.raises(RefusedError):
        believed(f"{put(head)}.{put(body)}.{put(signature)}", ISSUERS)


def derive(use: str) -> bytes:
    return hashlib.sha256(use.encode()).digest()


def test_two_generations_of_the_own_key_are_believed_while_they_are_changed() -> None:
    before, both, after = (OwnIssuer(derive, generations) for generations in ((1,), (2, 1), (2,)))
    with clock.pin(NOW):
        old, new = before.token("sistem", agency="a"), both.token("sistem", agency="a")
        for token in (old, new):
            assert believed(token, {NAME: both.trusted()}).subject == "sistem"
        assert believed(new, {NAME: after.trusted()}).private == {"agency": "a"}
        with pytest.raises(RefusedError):
            believed(old, {NAME: after.trusted()})


def test_what_tokens_are_checked_with_holds_no_private_key() -> None:
    assert all("d" not in key.as_dict() for key in OwnIssuer(derive, (1, 2)).trusted().keys.keys)
