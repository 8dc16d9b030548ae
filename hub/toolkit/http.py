"""The one way out to the network: retries with jitter, rate, deadline and size caps, no redirects.

An answer is taken whole or not at all. What is worth asking for again (429, 5xx, time-outs, broken
connections, a login page in place of data) is a RetriableError until patience ends; the rest is a FatalError
at once.
"""

import asyncio
import hashlib
import random
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, TypeVar

import httpx
from aiolimiter import AsyncLimiter
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from hub.domain import clock
from hub.errors import FatalError, RetriableError
from hub.registry.sources import SourceConfig
from hub.toolkit.credentials import credential, where_to_look
from hub.toolkit.json_text import strict_loads

T = TypeVar("T")
_WAIT_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504, 507})


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to go on asking.

    Attributes:
        attempts: Calls in all.
        first_wait: Seconds the first pause may last; it doubles, and each is drawn evenly from zero up (full
            jitter).
        longest_wait: Seconds no drawn pause exceeds.
        longest_retry_after: Seconds a source may ask to wait; if it asks for more, this run does not.
    """

    attempts: int = 5
    first_wait: float = 0.5
    longest_wait: float = 20.0
    longest_retry_after: float = 60.0

    def pause(self, state: RetryCallState) -> float:
        """Seconds to wait before the next attempt."""
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, RetriableError) else None
        drawn = random.uniform(0, min(self.longest_wait, self.first_wait * 2 ** (state.attempt_number - 1)))  # noqa: S311 - jitter is no secret
        return drawn if asked is None else asked + drawn


class Http:
    """Calls to one source; build it with `opened`.

    Args:
        source: Entry of the source.
        client: Of this source alone.
        patience: When to give up.
    """

    def __init__(self, source: SourceConfig, client: httpx.AsyncClient, patience: Patience) -> None:
        self._source, self._client, self._patience = source, client, patience
        self._limiter = AsyncLimiter(
            max(1.0, source.limits.rate_per_second), max(1.0, 1 / source.limits.rate_per_second)
        )

    async def json(self, method: str, url: str, shaped: Callable[[Any], T], **sent: Any) -> T:
        """The strict JSON of an answer, numbers as texts, through a function that checks its shape.

        Args:
            method: GET or POST.
            url: Whole.
            shaped: May raise RetriableError, on which the call is made again.
            sent: What httpx takes (`params`, `json`).

        Raises:
            RetriableError: Patience ended.
            FatalError: The address, the credential or the answer is wrong.
        """

        async def once() -> T:
            async with self._answer(method, url, **sent) as answer:
                body = b"".join([piece async for piece in self._pieces(answer)])
            _refuse_pages(self._source.name, answer, body[:256])
            return shaped(strict_loads(body, self._source.name))

        return await self._patiently(once)

    async def download(self, url: str, path: Path, sha256: str) -> None:
        """A file with a promised digest, written to `path`; see `json` for errors."""

        async def once() -> None:
            digest = hashlib.sha256()
            async with self._answer("GET", url) as answer:
                with path.open("wb") as out:
                    async for piece in self._pieces(answer):
                        digest.update(piece)
                        out.write(piece)
            with path.open("rb") as written:
                _refuse_pages(self._source.name, answer, written.read(256))
            if digest.hexdigest() != sha256:
                raise RetriableError(
                    "file_differs", f"{self._source.name}: a file has not the bytes its index promises"
                )

        await self._patiently(once)

    async def _patiently(self, once: Callable[[], Awaitable[T]]) -> T:
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(RetriableError),
            wait=self._patience.pause,
            stop=stop_after_attempt(self._patience.attempts),
            sleep=asyncio.sleep,
            reraise=True,
        )
        return await retrying(self._timed, once)

    async def _timed(self, once: Callable[[], Awaitable[T]]) -> T:
        """One attempt under the total deadline, every failure put in the hub's words."""
        seconds = self._source.limits.timeout_seconds
        try:
            async with self._limiter, asyncio.timeout(seconds):
                return await once()
        except TimeoutError:
            raise RetriableError(
                "timeout", f"{self._source.name}: no whole answer within {seconds:g} s"
            ) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise FatalError("address_wrong", f"{self._source.name}: its address is no http(s) URL") from None
        except httpx.ConnectError as error:
            raise self._unreachable(error) from None
        except httpx.TransportError as error:
            kind = type(error).__name__
            raise RetriableError(
                "connection_broken", f"{self._source.name}: the connection broke ({kind})"
            ) from None

    def _unreachable(self, error: httpx.ConnectError) -> FatalError | RetriableError:
        place = f"{error.request.url.host}:{error.request.url.port or 80}"
        if isinstance(_root(error), socket.gaierror):
            return FatalError(
                "address_wrong", f"{self._source.name}: no host is called {error.request.url.host}"
            )
        return RetriableError(
            "unreachable", f"{self._source.name}: nothing answers at {place}; check address in config/sources"
        )

    @asynccontextmanager
    async def _answer(self, method: str, url: str, **sent: Any) -> AsyncIterator[httpx.Response]:
        async with self._client.stream(method, url, **sent) as answer:
            self._refuse_status(answer)
            yield answer

    def _refuse_status(self, answer: httpx.Response) -> None:
        status, name, host = answer.status_code, self._source.name, answer.url.host
        if status in _WAIT_STATUS:
            raise self._asked_to_wait(answer)
        if status in (401, 403):
            raise FatalError(
                "credential_refused", f"{name}: {host} refused the credential; {where_to_look(self._source)}"
            )
        if status in (404, 405, 410):
            raise FatalError(
                "address_wrong",
                f"{name}: {host} has nothing at the address of its entry ({status}); "
                f"check address in config/sources/{name}.toml",
            )
        if answer.is_redirect:
            raise FatalError(
                "redirected", f"{name}: {host} sends elsewhere ({status}); the hub follows no redirect"
            )
        if status == 204 or not answer.is_success:
            raise RetriableError("answer_odd", f"{name}: {host} answered with status {status}")

    def _asked_to_wait(self, answer: httpx.Response) -> RetriableError | FatalError:
        seconds = retry_after(answer.headers)
        message = f"{self._source.name}: {answer.url.host} is busy (status {answer.status_code})"
        if seconds is not None and seconds > self._patience.longest_retry_after:
            return FatalError(
                "busy_for_long", f"{message} and asks to come back in {seconds:.0f} s; sync later"
            )
        return RetriableError("busy", message, seconds)

    async def _pieces(self, answer: httpx.Response) -> AsyncIterator[bytes]:
        """The bytes as sent, never more than the entry allows; a compressed answer is refused."""
        name, limit, size = self._source.name, self._source.limits.max_bytes, 0
        if answer.headers.get("content-encoding", "identity").lower() != "identity":
            raise RetriableError("answer_odd", f"{name}: the answer is compressed though none was asked for")
        async for piece in answer.aiter_raw():
            size += len(piece)
            if size > limit:
                raise FatalError(
                    "answer_too_large", f"{name}: an answer exceeds {limit:,} bytes; see limits.max_bytes"
                )
            yield piece
        promised = answer.headers.get("content-length")
        if promised is not None and promised.isdigit() and int(promised) != size:
            raise RetriableError("answer_cut_off", f"{name}: the answer ended before its promised length")


@asynccontextmanager
async def opened(source: SourceConfig, patience: Patience) -> AsyncIterator[Http]:
    """A client for one source: HTTP/2 where it is offered, no proxies from the environment, no redirects.

    Raises:
        FatalError: `credential_missing`.
    """
    seconds = source.limits.timeout_seconds
    limits = httpx.Limits(max_connections=source.limits.concurrency)
    async with httpx.AsyncClient(
        http2=True,
        follow_redirects=False,
        trust_env=False,
        auth=_basic(source),
        headers={"accept-encoding": "identity", "user-agent": "hub", **_headers(source)},
        timeout=httpx.Timeout(seconds),
        limits=limits,
    ) as client:
        yield Http(source, client, patience)


def _basic(source: SourceConfig) -> httpx.BasicAuth | None:
    auth = source.auth
    if auth.kind != "basic":
        return None
    return httpx.BasicAuth(
        credential(source, auth.user_env or "USER"), credential(source, auth.password_env or "PASSWORD")
    )


def _headers(source: SourceConfig) -> dict[str, str]:
    auth = source.auth
    if auth.kind == "api_key":
        return {auth.header or "X-API-Key": credential(source, auth.token_env or "TOKEN")}
    if auth.kind == "bearer":
        return {"authorization": f"Bearer {credential(source, auth.token_env or 'TOKEN')}"}
    return {}


def _refuse_pages(name: str, answer: httpx.Response, start: bytes) -> None:
    """A web page under status 200 is a login or error page, whatever was asked for."""
    lead = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if answer.headers.get("content-type", "").startswith("text/html") or lead.startswith(
        (b"<!doctype", b"<html")
    ):
        raise RetriableError("html_instead", f"{name}: {answer.url.host} sent a web page instead of data")


def retry_after(headers: httpx.Headers) -> float | None:
    """Seconds that a Retry-After header asks for, as a number or an instant; None without a readable one.

    An instant is taken against the answer's own Date, for the other clock may be wrong and ours may be
    pinned.
    """
    text = headers.get("retry-after", "").strip()
    if text.isdigit():
        return float(text)
    try:
        then = parsedate_to_datetime(text)
        sent = parsedate_to_datetime(headers["date"]) if "date" in headers else clock.now()
        return max(0.0, (then - sent).total_seconds())
    except (ValueError, TypeError):
        return None


def _root(error: BaseException) -> BaseException:
    while (cause := error.__cause__ or error.__context__) is not None:
        error = cause
    return error
