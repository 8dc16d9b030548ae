"""Bearer tokens: who calls, as an issuer that the hub trusts has signed it.

Source: RFC 7519, RFC 7515, RFC 8725 (best current practice); a fixed list of algorithms, keys by `kid` from the
issuer's own set alone, and every claim that decides is required.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hub.domain import clock
from hub.errors import RefusedError

ALGORITHMS = ("Ed25519", "ES256", "PS256", "RS256")
"""Signatures by a key pair; a shared secret is none, so that no public key can pass for one."""
LONGEST = 8192
"""Characters of a token."""
SKEW = timedelta(seconds=30)
"""How far the clock of an issuer may be off."""
KINDS = ("JWT", "AT+JWT")
"""What `typ` may say, in capitals."""
THUMBPRINT = "x5t#S256"
_SHA256 = re.compile(r"[A-Za-z0-9_-]{43}")
HEADER = frozenset(("alg", "kid", "typ"))
"""What a header may hold: a key or an address of one in it is never looked at, nor is what must be understood."""


@dataclass(frozen=True)
class Issuer:
    """Whose tokens are believed.

    Args:
        name: Its `iss`.
        audience: What its tokens must be made for: this hub.
        keys: Its public keys; several while they are changed.
        algorithms: Of its signatures.
        life: Longest time between `iat` and `exp`.
        client_claim: Says who calls.
        agencies: Of its clients; empty: its tokens tell `agency` themselves.
    """

    name: str
    audience: str
    keys: KeySet
    algorithms: Sequence[str] = ALGORITHMS
    life: timedelta = timedelta(minutes=10)
    client_claim: str = "sub"
    agencies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Claims:
    """What a token says of its bearer, once it is believed.

    Args:
        issuer: Who says it.
        subject: Of the client or the user, opaque.
        token: Its `jti`.
        expires: UTC, from which on it is dead.
        private: Claims of the issuer's own: `agency`, `agreement`, `purpose`, `areas`, `scope`.
        key: Whether a key of a system was shown in place of a token; `token` is its id then.
        bound: Thumbprint of the certificate that it works with alone (RFC 8705); blank: it bears none.
        shown: Thumbprint of the certificate that came with it; blank: none did.
    """

    issuer: str
    subject: str
    token: str
    expires: datetime
    private: Mapping[str, Any]
    key: bool = False
    bound: str = ""
    shown: str = ""


def believed(token: str, issuers: Mapping[str, Issuer]) -> Claims:
    """The claims of a token, by the hub's clock.

    Args:
        token: Compact form.
        issuers: Those trusted, by name.

    Raises:
        RefusedError: `token_refused`; why, is nobody's business, and no text repeats anything of the token.
    """
    try:
        signed, issuer = _signed(token, issuers)
        if not jws.validate_compact(signed, issuer.keys, algorithms=list(issuer.algorithms)):
            raise ValueError
        return _checked(_claims_in(signed), issuer)
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError):
        raise refusal() from None


def announced(token: str) -> tuple[str, str] | None:
    """Issuer and key that a token names, of which nothing is believed yet; None where it names none."""
    try:
        if len(token) > LONGEST:
            return None
        signed = jws.extract_compact(token.encode("ascii"))
        return _text(_claims_in(signed)["iss"]), _text(signed.headers()["kid"])
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def refusal() -> RefusedError:
    """The one answer to every token that is not believed."""
    return RefusedError("token_refused", "the token is not accepted; ask your issuer for a new one")


def _signed(token: str, issuers: Mapping[str, Issuer]) -> tuple[jws.CompactSignature, Issuer]:
    """The parts of a token and the issuer it names; nothing else of it is used before its signature holds.

    Raises:
        ValueError: It is too long, or its header holds what it must not.
        KeyError: It names no trusted issuer.
    """
    if len(token) > LONGEST:
        raise ValueError
    signed = jws.extract_compact(token.encode("ascii"))
    header = signed.headers()
    fit = not set(header) - HEADER and isinstance(header.get("kid"), str) and _kind(header) in KINDS
    issuer = issuers[_text(_claims_in(signed)["iss"])]
    if not fit or header.get("alg") not in issuer.algorithms:
        raise ValueError
    return signed, issuer


def _kind(header: Mapping[str, object]) -> str:
    return str(header.get("typ", "JWT")).upper()


def _claims_in(signed: jws.CompactSignature) -> dict[str, Any]:
    """The payload as an object.

    Raises:
        TypeError: It is none.
        ValueError: It is no JSON.
    """
    claims = json.loads(signed.payload)
    if not isinstance(claims, dict):
        raise TypeError
    return claims


def _checked(claims: Mapping[str, Any], issuer: Issuer) -> Claims:
    """The claims, fit in time, audience and kind."""
    now, skew = clock.now().timestamp(), SKEW.total_seconds()
    expires, issued = _instant(claims["exp"]), _instant(claims["iat"])
    begins = _instant(claims["nbf"]) if "nbf" in claims else issued
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    sound = (
        claims["iss"] == issuer.name
        and issuer.audience in audience
        and expires > now
        and issued <= now + skew
        and begins <= now + skew
        and 0 < expires - issued <= issuer.life.total_seconds()
    )
    if not sound:
        raise ValueError
    private = {
        name: claims[name] for name in ("agency", "agreement", "purpose", "areas", "scope") if name in claims
    }
    client = _text(claims[issuer.client_claim])
    if issuer.agencies:
        private["agency"] = issuer.agencies[client]
    _text(claims["sub"])
    until = datetime.fromtimestamp(expires, UTC)
    return Claims(issuer.name, client, _text(claims["jti"]), until, private, bound=_bound(claims))


def _bound(claims: Mapping[str, Any]) -> str:
    """The certificate that the bearer has to show; a proof of another kind is none that the hub could ask for.

    Raises:
        ValueError: It says something else (RFC 7800: what can't be confirmed is not accepted).
    """
    if "cnf" not in claims:
        return ""
    told = claims["cnf"]
    if not isinstance(told, dict) or set(told) != {THUMBPRINT}:
        raise ValueError
    found = _text(told[THUMBPRINT])
    if not _SHA256.fullmatch(found):
        raise ValueError
    return found


def _instant(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _text(value: object) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200:
        raise TypeError
    return value
