"""The one way out to the network: retries with jitter, rate, deadline and size caps, no redirects.

An answer is taken whole or not at all. What is worth asking for again (429, 5xx, time-outs, broken
connections, a login page in place of data) is a RetriableError until patience ends; the rest is a FatalError
at once.
"""

import asyncio
import hashlib
import random
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import httpx
from aiolimiter import AsyncLimiter
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt

from hub.errors import FatalError, HubError, RetriableError
from hub.registry.sources import SourceConfig
from hub.toolkit.allowance import Allowance
from hub.toolkit.answers import broken, pieces, refuse_pages, refuse_status
from hub.toolkit.badges import Badge, badge_of, trust_of
from hub.toolkit.json_text import strict_loads

T = TypeVar("T")
#: Of one answer in JSON, which is held whole: a page of so many bytes is no page. Files are bounded by the entry alone.
LARGEST_JSON = 64 << 20
#: Of a Link header: its parameters by relation.
Links = Mapping[str, Mapping[str, str]]


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
        badge: Shows who the hub is.
        patience: When to give up.
        allowance: Calls that may still be made.
    """

    def __init__(
        self,
        source: SourceConfig,
        client: httpx.AsyncClient,
        badge: Badge,
        patience: Patience,
        allowance: Allowance,
    ) -> None:
        self._source, self._client, self._badge, self._patience = source, client, badge, patience
        self.allowance = allowance
        self._limiter = AsyncLimiter(
            max(1.0, source.limits.rate_per_second), max(1.0, 1 / source.limits.rate_per_second)
        )

    async def json(
        self,
        method: str,
        url: str,
        shaped: Callable[[Any], T],
        heard: Callable[[bytes], None] | None = None,
        **sent: Any,
    ) -> T:
        """The strict JSON of an answer, numbers as texts, through a function that checks its shape.

        Args:
            method: GET or POST.
            url: Whole.
            shaped: May raise RetriableError, on which the call is made again.
            heard: Looks at the answer as it came, before anything of it is read.
            sent: What httpx takes (`params`, `json`).

        Raises:
            RetriableError: Patience ended, or `quota_exhausted` at once.
            FatalError: The address, the credential or the answer is wrong.
        """

        async def once() -> T:
            async with self._answer(method, url, **sent) as answer:
                value = await self._value(answer, heard)
            return shaped(value)

        return await self._patiently(once)

    async def told(self, url: str, also: frozenset[int], **sent: Any) -> tuple[int, Any]:
        """Status and strict JSON of the answer to a POST; see `json` for errors.

        Args:
            url: Whole.
            also: Statuses whose answer is wanted although they refuse.
            sent: As in `json`.
        """

        async def once() -> tuple[int, Any]:
            async with self._answer("POST", url, also=also, **sent) as answer:
                return answer.status_code, await self._value(answer)

        return await self._patiently(once)

    async def page(
        self,
        url: str,
        shaped: Callable[[Any, Links], T],
        params: Mapping[str, str | int] | None = None,
        refusals: Mapping[int, HubError] | None = None,
    ) -> T:
        """One page of a listing, shaped from its JSON and its Link header; see `json`.

        Args:
            url: Whole.
            shaped: As in `json`.
            params: Of the query; None where the URL has its own.
            refusals: What to raise on a status, where it means more than it does by itself.
        """

        async def once() -> T:
            sent: dict[str, Any] = {} if params is None else {"params": params}
            async with self._answer("GET", url, refusals=refusals, **sent) as answer:
                value = await self._value(answer)
            return shaped(value, {str(relation): link for relation, link in answer.links.items()})

        return await self._patiently(once)

    def below(self, url: str, link: str) -> str:
        """The whole URL of a link that the server of a URL gave.

        Raises:
            FatalError: `redirected`: it leads to another scheme, host or port.
        """
        try:
            ours, theirs = httpx.URL(url), httpx.URL(url).join(link)
        except httpx.InvalidURL:
            raise FatalError(
                "listing_odd", f"{self._source.name}: its server gave a link that is no URL"
            ) from None
        if (ours.scheme, ours.host, ours.port) != (theirs.scheme, theirs.host, theirs.port):
            raise FatalError(
                "redirected",
                f"{self._source.name}: {ours.host} links to another place; the hub does not follow",
            )
        return str(theirs)

    async def _value(self, answer: httpx.Response, heard: Callable[[bytes], None] | None = None) -> Any:
        body = b"".join([piece async for piece in pieces(self._source, answer, LARGEST_JSON)])
        refuse_pages(self._source.name, answer, body[:256])
        if heard is not None:
            heard(body)
        return strict_loads(body, self._source.name)

    async def download(self, url: str, path: Path, sha256: str | None) -> str:
        """A file written to `path`, whose digest is the one promised, if any is; returns it. See `json` for errors."""

        async def once() -> str:
            digest = hashlib.sha256()
            async with self._answer("GET", url) as answer:
                with path.open("wb") as out:
                    async for piece in pieces(self._source, answer):
                        digest.update(piece)
                        out.write(piece)
            with path.open("rb") as written:
                refuse_pages(self._source.name, answer, written.read(256))
            if sha256 is not None and digest.hexdigest() != sha256:
                raise RetriableError(
                    "file_differs", f"{self._source.name}: a file has not the bytes its index promises"
                )
            return digest.hexdigest()

        return await self._patiently(once)

    async def _patiently(self, once: Callable[[], Awaitable[T]]) -> T:
        retrying = AsyncRetrying(
            retry=retry_if_exception(_is_passing),
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
                await self.allowance.take(self._source.name)
                return await once()
        except TimeoutError:
            raise RetriableError(
                "timeout", f"{self._source.name}: no whole answer within {seconds:g} s"
            ) from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol):
            raise FatalError("address_wrong", f"{self._source.name}: its address is no http(s) URL") from None
        except httpx.TransportError as error:
            raise broken(self._source, error) from None

    @asynccontextmanager
    async def _answer(
        self,
        method: str,
        url: str,
        refusals: Mapping[int, HubError] | None = None,
        also: frozenset[int] = frozenset(),
        **sent: Any,
    ) -> AsyncIterator[httpx.Response]:
        request = self._client.build_request(method, url, **sent)
        request.headers.update(await self._badge.headers(request))
        try:
            answer = await self._client.send(request, stream=True)
        except ssl.SSLError as error:
            # TLS 1.3 refuses a certificate after the handshake, and httpcore lets that error through as it is.
            raise httpx.ReadError("TLS", request=request) from error
        try:
            if (refusal := (refusals or {}).get(answer.status_code)) is not None:
                raise refusal
            if answer.status_code not in also:
                self._refuse(answer)
            self._badge.proved()
            yield answer
        finally:
            await answer.aclose()

    def _refuse(self, answer: httpx.Response) -> None:
        if answer.status_code == 401 and self._badge.renews():
            raise RetriableError(
                "token_expired", f"{self._source.name}: {answer.url.host} no longer takes the token it gave"
            )
        refuse_status(self._source, answer, self._patience.longest_retry_after)


@asynccontextmanager
async def opened(
    source: SourceConfig, patience: Patience, allowance: Allowance | None = None
) -> AsyncIterator[Http]:
    """A client for one source: HTTP/2 where it is offered, no proxies from the environment, no redirects.

    Args:
        source: Its entry.
        patience: When to give up.
        allowance: Calls that may still be made; None counts against the quota of the entry alone.

    Raises:
        FatalError: `credential_missing`.
    """
    async with httpx.AsyncClient(
        http2=True,
        follow_redirects=False,
        trust_env=False,
        verify=trust_of(source) or _usual_trust(),
        headers={"accept-encoding": "identity", "user-agent": "hub"},
        timeout=httpx.Timeout(source.limits.timeout_seconds),
        limits=httpx.Limits(max_connections=source.limits.concurrency),
    ) as client:
        counted = Allowance(source.limits.daily_quota) if allowance is None else allowance
        yield Http(source, client, badge_of(source, client), patience, counted)


@cache
def _usual_trust() -> ssl.SSLContext:
    """The authorities that httpx trusts, read once: to read them takes longer than most calls."""
    return httpx.create_ssl_context(trust_env=False)


def _is_passing(error: BaseException) -> bool:
    """Whether the same call may succeed in this run."""
    return isinstance(error, RetriableError) and error.code != "quota_exhausted"
