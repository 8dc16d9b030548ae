"""Client certificates: which one a caller showed, as the proxy that ends TLS hands it on.

A token or key works from its client only, where it is bound to the certificate of that client. Who holds the private
key is proved by TLS; the hub compares SHA-256 thumbprints.
Source: RFC 8705 section 3 (certificate-bound access tokens, `cnf.x5t#S256`), RFC 9440 (header `Client-Cert`).
"""

import base64
import hashlib
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import load_der_x509_certificate, load_pem_x509_certificate

SHOWN = "hub-client-certificate"
"""Header by which every door finds the thumbprint; none that comes from outside gets so far."""
LONGEST = 16_384
"""Characters of a header with a certificate."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Scope = MutableMapping[str, Any]
App = Callable[[Scope, Any, Any], Awaitable[None]]


@lru_cache(maxsize=1024)
def thumbprint_in(told: str) -> str:
    """The thumbprint of a certificate, as `x5t#S256` has it; blank where the text holds none.

    Args:
        told: PEM with percent signs for what a header can't hold (`$ssl_client_escaped_cert` of nginx), or DER in
            Base64 between colons (RFC 9440).
    """
    try:
        if len(told) > LONGEST:
            return ""
        if told.startswith(":") and told.endswith(":"):
            found = load_der_x509_certificate(base64.b64decode(told[1:-1], validate=True))
        else:
            found = load_pem_x509_certificate(unquote(told, errors="strict").encode("ascii"))
        return thumbprint(found.public_bytes(Encoding.DER))
    except (ValueError, TypeError):
        return ""


def thumbprint(der: bytes) -> str:
    """SHA-256 of a certificate in DER, in Base64 for URLs without padding: 43 characters."""
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Proxies:
    """Whose word is taken for the certificate of a caller.

    Args:
        header: In which the proxy hands it on, in small letters; blank: nobody's word is taken.
        addresses: Of the proxies, from which requests come to the hub.
    """

    header: str = ""
    addresses: Sequence[Network] = ()

    def trusts(self, peer: Sequence[Any] | None) -> bool:
        """Whether a connection comes from one of the proxies."""
        try:
            address = ipaddress.ip_address(peer[0]) if peer else None
        except ValueError:
            return False
        return address is not None and any(address in network for network in self.addresses)


class ClientCertificates:
    """ASGI middleware: tells the doors the thumbprint of the certificate that the caller showed to the proxy.

    What the caller itself says of it, and what comes from anybody but the proxy, is taken off.

    Args:
        app: What answers.
        proxies: Whose word is taken.
    """

    def __init__(self, app: App, proxies: Proxies) -> None:
        self._app = app
        self._proxies = proxies
        self._own = (SHOWN.encode(), proxies.header.encode())

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """One request or connection."""
        if scope["type"] in ("http", "websocket"):
            told = [value for name, value in scope["headers"] if name in self._own]
            if told:
                scope = {**scope, "headers": self._headers(scope)}
        await self._app(scope, receive, send)

    def _headers(self, scope: Scope) -> list[tuple[bytes, bytes]]:
        """The headers, with the one certificate of the one header of a proxy; of two neither is believed."""
        kept = [(name, value) for name, value in scope["headers"] if name not in self._own]
        told = [value for name, value in scope["headers"] if name == self._own[1]]
        if len(told) == 1 and self._proxies.trusts(scope.get("client")):
            shown = thumbprint_in(told[0].decode("latin-1"))
            kept += [(self._own[0], shown.encode())] if shown else []
        return kept
