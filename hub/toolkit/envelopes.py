"""Envelopes of SPDCI: header and message as they came, and the two live ways of signing them.

The standard shows the form of a header string and says nothing of digest, canonical form and clocks (OpenAPI 1.0.0,
`MsgSignature`). Two forms are live, told apart by `kidId=`:

- `Style.STRING` (OpenSPP): `namespace="dci", kidId="<sender>|<key>|ed25519", algorithm="ed25519", created="…",
  expires="…", headers="(created) (expires) digest", signature="…"` over three lines; the digest is the SHA-256 of
  header and message as JSON with sorted keys, without spaces.
- `Style.DETACHED` (OpenG2P): a JWS without its payload (RFC 7515, appendix F), which is header and message as JSON.

How a sender writes that JSON is not laid down, so a signature holds over any form that says the same: as it came
(without spaces, or as Python writes it), or with sorted keys, with letters beyond ASCII escaped or not. No key may
stand twice in an object, so that two readers of one text never read two messages.
"""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import Key, KeySet, OKPKey

from hub.errors import InputError, RefusedError

LIFE = timedelta(minutes=5)
"""How long a string signature of the hub holds."""
LONGEST_LIFE = timedelta(hours=1)
"""Longest life of a string signature that is believed."""
SKEW = timedelta(seconds=60)
"""How far another's clock may be off."""
LONGEST_SIGNATURE = 4096
ALGORITHMS = ("EdDSA", "Ed25519", "ES256", "PS256", "RS256")
"""Of detached signatures: key pairs alone, so that no public key can pass for a shared secret; `none` is none."""
EDWARDS = ("EdDSA", "Ed25519")
HEADER = frozenset({"alg", "kid", "typ", "x5t#S256"})
"""What the header of a detached signature may hold; a key or an address of one in it is never looked at."""
_PAIR = re.compile(r'\s*([A-Za-z]+)\s*=\s*(?:"([^"]*)"|(\d+))\s*(?:,|$)')
_HALF = re.compile(r"\\u[dD][89a-fA-F]")
_MEMBERS = frozenset({"namespace", "kidId", "algorithm", "created", "expires", "headers", "signature"})


class Style(StrEnum):
    """How an envelope is signed."""

    STRING = "string"
    DETACHED = "detached"
    NONE = "none"
    """Not at all: senders that are registered for tests."""


@dataclass(frozen=True)
class Envelope:
    """What was received, before anything of it is believed.

    Args:
        signature: As it stands there; blank where there is none.
        header: An object.
        message: Whatever it is; None where it is left out.
        texts: Of header and message, as they came.
    """

    signature: str
    header: Mapping[str, Any]
    message: Any
    texts: tuple[str, str]

    def forms(self) -> Iterator[bytes]:
        """Every text of header and message over which a detached signature may be."""
        header, message = self.texts
        yield f'{{"header":{header},"message":{message}}}'.encode()
        yield f'{{"header": {header}, "message": {message}}}'.encode()
        yield from sorted_forms(self.header, self.message)


@dataclass(frozen=True)
class Signer:
    """Signs envelopes.

    Args:
        sender: By what `sender_id` the signer is known.
        kid: Of the key.
        key: Private key.
    """

    sender: str
    kid: str
    key: Ed25519PrivateKey

    def sign(self, style: Style, header: Mapping[str, Any], message: Any, now: datetime) -> str:
        """The signature of an envelope; blank for `Style.NONE`.

        Args:
            style: In which form.
            header: Of the envelope.
            message: Of the envelope.
            now: UTC.
        """
        if style is Style.STRING:
            return self._string(header, message, int(now.timestamp()))
        return self._detached(header, message) if style is Style.DETACHED else ""

    def _string(self, header: Mapping[str, Any], message: Any, created: int) -> str:
        expires = created + int(LIFE.total_seconds())
        escaped, _ = sorted_forms(header, message)
        lines = _lines(str(created), str(expires), _digest(escaped))
        signed = base64.b64encode(self.key.sign(lines)).decode()
        return (
            f'namespace="dci", kidId="{self.sender}|{self.kid}|ed25519", algorithm="ed25519",'
            f' created="{created}", expires="{expires}", headers="(created) (expires) digest",'
            f' signature="{signed}"'
        )

    def _detached(self, header: Mapping[str, Any], message: Any) -> str:
        _, plain = sorted_forms(header, message)
        protected = _base64url(json.dumps({"alg": "EdDSA", "kid": self.kid}, separators=(",", ":")).encode())
        signed = self.key.sign(f"{protected}.{_base64url(plain)}".encode())
        return f"{protected}..{_base64url(signed)}"

    def public(self) -> dict[str, str]:
        """The public key as a JWK."""
        x = _base64url(self.key.public_key().public_bytes_raw())
        return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": self.kid, "x": x}


def signer_of(sender: str, kid: str, told: str) -> Signer:
    """A signer by the text of its private key (PEM, or a JWK).

    Args:
        sender: By what `sender_id` the signer is known.
        kid: Of the key.
        told: The key.

    Raises:
        ValueError: It is no private key for Ed25519.
    """
    try:
        found = OKPKey.import_key(json.loads(told) if told.lstrip().startswith("{") else told)
        key = found.private_key
    except (JoseError, TypeError, LookupError):
        raise ValueError from None
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError
    return Signer(sender, kid, key)


def sealed(
    signer: Signer, style: Style, header: Mapping[str, Any], message: Any, now: datetime
) -> dict[str, Any]:
    """A signed envelope; without the member `signature` where it is not signed."""
    signature = signer.sign(style, header, message, now)
    told: dict[str, Any] = {"signature": signature} if signature else {}
    return told | {"header": header, "message": message}


def read_envelope(body: bytes) -> Envelope:
    """The parts of an envelope.

    Raises:
        InputError: `envelope_odd`: it is no JSON object with an object `header`, holds a key twice, or a number that
            no JSON holds.
    """
    try:
        text = body.decode("utf-8")
        parts = _members(text)
        if _HALF.search(text):
            # An escaped half of a pair of surrogates is no letter; whole pairs pass.
            sorted_forms([value for value, _ in parts.values()], None)
    except (ValueError, TypeError, RecursionError):
        raise _odd() from None
    header = parts.get("header", (None, ""))
    message = parts.get("message", (None, "null"))
    signature = parts.get("signature", ("", ""))[0]
    if not isinstance(header[0], dict) or not isinstance(signature, str | None):
        raise _odd()
    return Envelope(signature or "", header[0], message[0], (header[1], message[1]))


def verify(envelope: Envelope, sender: str, keys: KeySet, now: datetime) -> Style:
    """The form in which a sender signed an envelope.

    Args:
        envelope: As received.
        sender: Whose signature it has to be.
        keys: Public keys of the sender.
        now: UTC.

    Raises:
        RefusedError: `signature_missing`; `signature_invalid`, and no text tells why.
    """
    signature = envelope.signature.strip().removeprefix("Signature:").strip()
    if not signature:
        raise RefusedError("signature_missing", "the envelope is not signed")
    try:
        if len(signature) > LONGEST_SIGNATURE:
            raise ValueError
        if "kidId=" in signature:
            _verify_string(envelope, signature, sender, keys, now)
            return Style.STRING
        _verify_detached(envelope, signature, keys)
    except (JoseError, InvalidSignature, ArithmeticError, ValueError, TypeError, LookupError, RecursionError):
        raise RefusedError("signature_invalid", "the signature of the envelope does not hold") from None
    return Style.DETACHED


def sorted_forms(header: Any, message: Any) -> tuple[bytes, bytes]:
    """Header and message as one JSON text with sorted keys: with letters beyond ASCII escaped, and without."""
    told = {"header": header, "message": message}
    make: Callable[..., str] = json.dumps
    escaped, plain = (
        make(told, sort_keys=True, separators=(",", ":"), ensure_ascii=escape, allow_nan=False)
        for escape in (True, False)
    )
    return escaped.encode(), plain.encode()


def _verify_string(envelope: Envelope, signature: str, sender: str, keys: KeySet, now: datetime) -> None:
    told = _pairs(signature)
    named, kid, algorithm = told["kidId"].rsplit("|", 2)
    created, expires = (datetime.fromtimestamp(int(told[name]), UTC) for name in ("created", "expires"))
    fit = (
        named == sender
        and algorithm.lower() == told["algorithm"].lower() == "ed25519"
        and told["headers"].split() == ["(created)", "(expires)", "digest"]
        and created <= now + SKEW
        and now < expires + SKEW
        and timedelta() < expires - created <= LONGEST_LIFE
    )
    found = keys.get_by_kid(kid)
    key = found.public_key if isinstance(found, OKPKey) else None
    if not fit or not isinstance(key, Ed25519PublicKey):
        raise ValueError
    signed = base64.b64decode(told["signature"], validate=True)
    if not any(
        _holds(key, signed, _lines(told["created"], told["expires"], _digest(form)))
        for form in sorted_forms(envelope.header, envelope.message)
    ):
        raise ValueError


def _holds(key: Ed25519PublicKey, signed: bytes, lines: bytes) -> bool:
    try:
        key.verify(signed, lines)
    except InvalidSignature:
        return False
    return True


def _verify_detached(envelope: Envelope, signature: str, keys: KeySet) -> None:
    protected, payload, signed = signature.split(".")
    if payload:
        raise ValueError
    header = json.loads(_unbase64url(protected))
    if set(header) - HEADER or header["alg"] not in ALGORITHMS or not isinstance(header["kid"], str):
        raise ValueError
    key = keys.get_by_kid(header["kid"])
    held = _holds_ed25519 if header["alg"] in EDWARDS else _holds_jose
    if not any(held(key, protected, _base64url(form), signed) for form in envelope.forms()):
        raise ValueError


def _holds_ed25519(key: Key, protected: str, payload: str, signed: str) -> bool:
    """By its older name, `EdDSA`, as well: the library warns of that one (RFC 9864)."""
    public = key.public_key if isinstance(key, OKPKey) else None
    if not isinstance(public, Ed25519PublicKey):
        raise TypeError
    return _holds(public, _unbase64url(signed), f"{protected}.{payload}".encode())


def _holds_jose(key: Key, protected: str, payload: str, signed: str) -> bool:
    token = jws.extract_compact(f"{protected}.{payload}.{signed}".encode("ascii"))
    return jws.validate_compact(token, key, algorithms=list(ALGORITHMS))


def _pairs(signature: str) -> dict[str, str]:
    """The members of a string signature, each once and every one of them.

    Raises:
        ValueError: It is of another form.
    """
    found: dict[str, str] = {}
    at = 0
    while at < len(signature):
        pair = _PAIR.match(signature, at)
        if pair is None or pair[1] in found:
            raise ValueError
        found[pair[1]] = pair[2] if pair[2] is not None else pair[3]
        at = pair.end()
    if found.keys() != _MEMBERS:
        raise ValueError
    return found


def _lines(created: str, expires: str, digest: str) -> bytes:
    return f"(created): {created}\n(expires): {expires}\ndigest: {digest}".encode()


def _digest(form: bytes) -> str:
    return base64.b64encode(hashlib.sha256(form).digest()).decode()


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def _unbase64url(value: str) -> bytes:
    return base64.b64decode(value + "=" * (-len(value) % 4), altchars=b"-_", validate=True)


def _members(text: str) -> dict[str, tuple[Any, str]]:
    """The members of a JSON object: each with its value and its own text.

    Raises:
        ValueError: It is no object, or holds a key twice.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)
    found: dict[str, tuple[Any, str]] = {}
    at = _after(text, 0, "{")
    if text[at : at + 1] == "}":
        at = _after(text, at, "}")
    else:
        more = True
        while more:
            name, at = decoder.raw_decode(text, at)
            at = _after(text, _spaces(text, at), ":")
            value, end = decoder.raw_decode(text, at)
            if not isinstance(name, str) or name in found:
                raise ValueError
            found[name] = value, text[at:end]
            at = _spaces(text, end)
            more = text[at : at + 1] == ","
            at = _after(text, at, "," if more else "}")
    if at != len(text):
        raise ValueError
    return found


def _spaces(text: str, at: int) -> int:
    while text[at : at + 1] in (" ", "\t", "\n", "\r"):
        at += 1
    return at


def _after(text: str, at: int, mark: str) -> int:
    """The place behind a mark and the spaces around it."""
    at = _spaces(text, at)
    if text[at : at + 1] != mark:
        raise ValueError
    return _spaces(text, at + 1)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _no_constant(_name: str) -> Any:
    raise ValueError


def _odd() -> InputError:
    return InputError(
        "envelope_odd", "this is no envelope: one JSON object with header and message, each key once"
    )
