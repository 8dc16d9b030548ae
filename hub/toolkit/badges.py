"""How the hub shows who it is, call by call: fixed headers, fetched tokens, signed calls, certificates.

Secrets come from `hub.toolkit.credentials` alone and go into headers alone: no message, log or URL has one.
"""

import asyncio
import base64
import hashlib
import hmac
import ssl
import time
from typing import Literal, Protocol

import httpx

from hub.domain import clock
from hub.errors import FatalError, RetriableError
from hub.registry.sources import SourceConfig
from hub.toolkit.credentials import credential, where_to_look
from hub.toolkit.json_text import strict_loads

#: A token is not used in the last minute of its life, nor in the last tenth of a shorter one.
MARGIN_SECONDS, MARGIN_SHARE = 60.0, 0.1
TOKEN_BYTES = 65_536
#: Header names of a signed call where the entry gives none; no registry publishes its own (inferred).
SIGNED_HEADERS: dict[Literal["key", "timestamp", "digest", "signature"], str] = {
    "key": "X-Key-Id", "timestamp": "X-Timestamp", "digest": "X-Content-SHA256", "signature": "X-Signature",
}  # fmt: skip


class Badge(Protocol):
    """Shows who the hub is."""

    async def headers(self, request: httpx.Request) -> dict[str, str]:
        """The headers that a call needs.

        Raises:
            FatalError: `credential_missing`, `credential_refused`.
            RetriableError: Whoever gives tokens is busy.
        """
        ...

    def proved(self) -> None:
        """The last call was let in."""

    def renews(self) -> bool:
        """After a 401: whether the call may be made once more, with something new to show."""
        ...


class Fixed:
    """The same headers on every call."""

    def __init__(self, headers: dict[str, str]) -> None:
        self._headers = headers

    async def headers(self, request: httpx.Request) -> dict[str, str]:  # noqa: ARG002 - see Badge
        """See Badge."""
        return self._headers

    def proved(self) -> None:
        """See Badge."""

    def renews(self) -> bool:
        """See Badge."""
        return False


class Signed(Fixed):
    """An HMAC-SHA256 in hex over method, path with query, timestamp and digest of the body, a line each.

    The timestamp is in whole seconds since 1970, the digest the SHA-256 of the body in hex.
    """

    def __init__(self, source: SourceConfig) -> None:
        super().__init__({})
        auth = source.auth
        self._names: dict[str, str] = {
            part: auth.headers.get(part, name) for part, name in SIGNED_HEADERS.items()
        }
        self._secret = credential(source, auth.token_env or "TOKEN").encode()
        self._key = credential(source, auth.user_env) if auth.user_env else None

    async def headers(self, request: httpx.Request) -> dict[str, str]:
        """See Badge."""
        stamp = str(int(clock.now().timestamp()))
        digest = hashlib.sha256(request.content).hexdigest()
        lines = (request.method, request.url.raw_path.decode(), stamp, digest)
        signature = hmac.new(self._secret, "\n".join(lines).encode(), hashlib.sha256).hexdigest()
        parts = {"timestamp": stamp, "digest": digest, "signature": signature}
        if self._key is not None:
            parts["key"] = self._key
        return {self._names[part]: text for part, text in parts.items()}


class Token:
    """An OAuth 2 token by client credentials (RFC 6749, 4.4), kept until shortly before it expires.

    A 401 makes it fetch a new one, once in a row.
    """

    def __init__(self, source: SourceConfig, client: httpx.AsyncClient) -> None:
        auth = source.auth
        self._source, self._client = source, client
        self._who = (
            credential(source, auth.user_env or "USER"), credential(source, auth.password_env or "PASSWORD")
        )  # fmt: skip
        self._token, self._until, self._refused = "", 0.0, 0
        self._gate = asyncio.Lock()

    async def headers(self, request: httpx.Request) -> dict[str, str]:
        """See Badge."""
        async with self._gate:
            if not self._token or time.monotonic() >= self._until:
                await self._fetch(request.url.join(self._source.auth.token_url or ""))
        return {"authorization": f"Bearer {self._token}"}

    def proved(self) -> None:
        """See Badge."""
        self._refused = 0

    def renews(self) -> bool:
        """See Badge."""
        self._token, self._refused = "", self._refused + 1
        return self._refused == 1

    async def _fetch(self, url: httpx.URL) -> None:
        auth, form = self._source.auth, {"grant_type": "client_credentials"}
        headers = {"accept": "application/json"}
        if auth.scope:
            form["scope"] = auth.scope
        if auth.client_in == "body":
            form.update(client_id=self._who[0], client_secret=self._who[1])
        else:
            headers["authorization"] = basic(*self._who)
        request = self._client.build_request("POST", url, data=form, headers=headers)
        answer = await self._client.send(request, stream=True)
        try:
            self._refuse(answer)
            found = strict_loads(await self._body(answer), self._source.name)
        finally:
            await answer.aclose()
        self._keep(found)

    def _refuse(self, answer: httpx.Response) -> None:
        name, host, status = self._source.name, answer.url.host, answer.status_code
        if status in (400, 401, 403):
            raise FatalError(
                "credential_refused", f"{name}: {host} gave no token; {where_to_look(self._source)}"
            )
        if answer.is_redirect or status in (404, 405, 410):
            raise FatalError(
                "address_wrong", f"{name}: {host} gives no tokens at auth.token_url of its entry ({status})"
            )
        if status != 200:
            raise RetriableError("busy", f"{name}: {host} gave no token (status {status})")

    async def _body(self, answer: httpx.Response) -> bytes:
        body, compressed = b"", answer.headers.get("content-encoding", "identity").lower() != "identity"
        async for piece in answer.aiter_raw():
            body += piece
            if compressed or len(body) > TOKEN_BYTES:
                raise RetriableError("answer_odd", f"{self._source.name}: the answer to a token is none")
        return body

    def _keep(self, found: object) -> None:
        token = found.get("access_token") if isinstance(found, dict) else None
        kind = str(found.get("token_type", "bearer")).lower() if isinstance(found, dict) else ""
        if not isinstance(token, str) or not token or kind != "bearer" or not token.isascii():
            raise FatalError("answer_odd", f"{self._source.name}: auth.token_url gave no bearer token")
        life = str(found.get("expires_in", "")) if isinstance(found, dict) else ""
        seconds = float(life) if life.isdigit() and len(life) < 10 else float("inf")
        self._token = token
        self._until = time.monotonic() + seconds - min(MARGIN_SECONDS, MARGIN_SHARE * seconds)


def badge_of(source: SourceConfig, client: httpx.AsyncClient) -> Badge:
    """What the entry of a source says the hub shows.

    Raises:
        FatalError: `credential_missing`, naming source and variable.
    """
    auth = source.auth
    if auth.kind == "oauth2":
        return Token(source, client)
    if auth.kind == "signed":
        return Signed(source)
    if auth.kind == "basic":
        user = credential(source, auth.user_env or "USER")
        return Fixed({"authorization": basic(user, credential(source, auth.password_env or "PASSWORD"))})
    if auth.kind == "api_key":
        return Fixed({auth.header or "X-API-Key": credential(source, auth.token_env or "TOKEN")})
    if auth.kind == "bearer":
        return Fixed({"authorization": f"Bearer {credential(source, auth.token_env or 'TOKEN')}"})
    return Fixed({})


def trust_of(source: SourceConfig) -> ssl.SSLContext | None:
    """Whom the hub trusts on TLS and the certificate that it shows; None for the usual.

    Raises:
        FatalError: `credential_missing`: a file of the entry cannot be read or is no certificate.
    """
    auth = source.auth
    if auth.certificate_file is None and auth.authority_file is None:
        return None
    try:
        context = ssl.create_default_context(cafile=auth.authority_file)
        if auth.certificate_file is not None:
            context.load_cert_chain(auth.certificate_file, auth.key_file, password=_no_password)
    except (OSError, ValueError):
        raise FatalError(
            "credential_missing",
            f"{source.name}: certificate_file, key_file or authority_file of its entry cannot be read as PEM",
        ) from None
    return context


def _no_password() -> str:
    """A key under a password would make OpenSSL ask at the terminal."""
    return ""


def basic(user: str, password: str) -> str:
    """The value of an `Authorization` header of the basic kind (RFC 7617)."""
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
