"""Messages to partners: posted to a registered address, no redirect followed, and nothing read but the status."""

import asyncio
from collections.abc import Mapping

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random

from hub.errors import RetriableError

SECONDS = 10.0
"""In which one attempt has to end."""
ATTEMPTS = 2


async def post(address: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
    """Posts JSON once it is taken: any status of 2xx.

    Raises:
        RetriableError: `partner_unavailable`; no text tells what was sent, or where.
    """
    status = 0
    try:
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random(0, 0.2),
            retry=retry_if_exception_type(httpx.TransportError),
            reraise=True,
        ):
            with attempt:
                status = await _posted(address, body, headers or {})
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        pass
    if not 200 <= status < 300:
        raise RetriableError("partner_unavailable", f"a partner did not take a message (status {status})")


async def _posted(address: str, body: bytes, headers: Mapping[str, str]) -> int:
    told = {"content-type": "application/json", "user-agent": "hub", **headers}
    async with (
        asyncio.timeout(SECONDS),
        httpx.AsyncClient(follow_redirects=False, trust_env=False, timeout=SECONDS) as client,
        client.stream("POST", address, content=body, headers=told) as answer,
    ):
        return answer.status_code
