"""A certificate counts when a proxy that is trusted hands it on, once; a bound token works with its own alone."""

import asyncio
import base64
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_network
from typing import Any
from urllib.parse import quote

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from hub.access.certificates import SHOWN, ClientCertificates, Proxies, thumbprint, thumbprint_in
from hub.access.tokens import believed
from hub.domain import clock
from hub.errors import RefusedError
from tests.access.test_callers import AGENCIES, DAY, EXPIRES, TERMS, agreement
from tests.access.test_tokens import ISSUERS, NOW, claims, signed

PROXY = Proxies("client-cert", (ip_network("10.0.0.0/30"),))


@cache
def certificate(name: str) -> tuple[bytes, bytes]:
    """A self-signed certificate and its key, in PEM."""
    key, subject = Ed25519PrivateKey.generate(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    since = datetime(2020, 1, 1, tzinfo=UTC)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(since)
        .not_valid_after(since + timedelta(days=365 * 100))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, None)
    )
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM), secret


def der(name: str) -> bytes:
    return x509.load_pem_x509_certificate(certificate(name)[0]).public_bytes(Encoding.DER)


def escaped(name: str) -> str:
    return quote(certificate(name)[0].decode())


def field_of(name: str) -> str:
    return f":{base64.b64encode(der(name)).decode()}:"


def seen(peer: Sequence[Any] | None, *told: tuple[str, str], proxies: Proxies = PROXY) -> dict[str, str]:
    """The headers that an application sees."""
    found: dict[str, str] = {}

    async def app(scope: Any, _receive: Any, _send: Any) -> None:
        found.update({name.decode(): value.decode() for name, value in scope["headers"]})

    headers = [(name.encode(), value.encode()) for name, value in told]
    scope = {"type": "http", "client": peer, "headers": [(b"host", b"x"), *headers]}
    asyncio.run(ClientCertificates(app, proxies)(scope, None, None))
    return found


@pytest.mark.parametrize("made", [escaped, field_of], ids=["nginx", "rfc9440"])
def test_a_trusted_proxy_hands_a_certificate_on(made: Any) -> None:
    assert seen(("10.0.0.1", 1), ("client-cert", made("a"))) == {"host": "x", SHOWN: thumbprint(der("a"))}


@pytest.mark.parametrize("peer", [("10.0.0.9", 1), ("::1", 1), ("unix", 0), None])
def test_what_comes_from_anybody_else_counts_nothing(peer: Any) -> None:
    told = (("client-cert", escaped("a")), (SHOWN, thumbprint(der("a"))))
    assert seen(peer, *told) == {"host": "x"}


def test_nobody_tells_a_thumbprint_itself_nor_two_certificates(
) -> None:  # fmt: skip
    assert seen(("10.0.0.1", 1), (SHOWN, thumbprint(der("a")))) == {"host": "x"}
    assert seen(("10.0.0.1", 1), ("client-cert", escaped("a")), ("client-cert", escaped("b"))) == {
        "host": "x"
    }
    assert seen(("10.0.0.1", 1), (SHOWN, "x"), proxies=Proxies()) == {"host": "x"}


@pytest.mark.parametrize("told", ["", "x", "::", ":eA==:", ":é:", "%ff", escaped("a")[:200], "a" * 20_000])
def test_what_is_no_certificate_is_none(told: str) -> None:
    assert thumbprint_in(told) == ""


@pytest.mark.parametrize("cnf", [
    None, "x", {}, {"jkt": "x"}, {"x5t#S256": "short"}, {"x5t#S256": 1}, {"x5t#S256": "é" * 43},
    {"x5t#S256": "A" * 43, "jkt": "x"},
])  # fmt: skip
def test_a_token_bound_by_what_the_hub_cant_ask_for_is_refused(cnf: Any) -> None:
    body = claims() | {"cnf": cnf}
    with clock.pin(NOW), pytest.raises(RefusedError) as refused:
        believed(signed(body), ISSUERS)
    assert refused.value.code == "token_refused"


def test_a_bound_token_tells_what_it_is_bound_to() -> None:
    with clock.pin(NOW):
        assert believed(signed(claims(cnf={"x5t#S256": "A" * 43})), ISSUERS).bound == "A" * 43
        assert believed(signed(claims()), ISSUERS).bound == ""


OWN, OTHER = "A" * 43, "B" * 43


def answered(cnf: str, shown: str, *, granting_bound: bool = False, **client: Any) -> str:
    """The code with which a caller is refused; blank: it is let in."""
    from hub.access.callers import Granting, resolved
    from hub.access.tokens import Claims

    one = AGENCIES["dinsos"].clients[0].model_copy(update=client)
    agencies = {"dinsos": AGENCIES["dinsos"].model_copy(update={"clients": (one,)})}
    granting = Granting(agencies, TERMS, {"pks-1": agreement(bound=granting_bound)})
    token = Claims("hub", "sistem", "1", EXPIRES, {"agency": "dinsos"}, bound=cnf, shown=shown)
    try:
        resolved(token, granting, DAY, "verivali")
    except RefusedError as refused:
        return refused.code
    return ""


@pytest.mark.parametrize(("bound", "shown", "more", "code"), [
    ("", "", {}, ""), ("", OTHER, {}, ""), (OWN, OWN, {}, ""), (OWN, OTHER, {}, "token_refused"),
    (OWN, "", {}, "token_refused"), ("", OWN, {"bound": True}, "token_unbound"), (OWN, OWN, {"bound": True}, ""),
    ("", OWN, {"certificates": (OWN, OTHER)}, ""), ("", "", {"certificates": (OWN,)}, "token_refused"),
    ("", OTHER, {"certificates": (OWN,)}, "token_refused"), ("", OWN, {"bound": True, "certificates": (OWN,)}, ""),
    (OTHER, OTHER, {"certificates": (OWN,)}, "token_refused"), ("", OWN, {"granting_bound": True}, "token_unbound"),
    (OWN, OWN, {"granting_bound": True}, ""), ("", OWN, {"granting_bound": True, "certificates": (OWN,)}, ""),
])  # fmt: skip
def test_a_token_works_with_the_certificate_that_token_client_and_agreement_ask_for(
    bound: str, shown: str, more: dict[str, Any], code: str
) -> None:
    assert answered(bound, shown, **more) == code
