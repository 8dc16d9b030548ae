"""Fetches the public keys of an issuer of tokens from its address."""

import asyncio

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random

from hub.errors import RetriableError

LARGEST = 64 << 10
"""Bytes of a set of keys."""
SECONDS = 5.0
"""In which it has to be here whole, however slowly it drips, each time it is asked for."""
ATTEMPTS = 2


async def fetch_key_set(url: str) -> bytes:
    """The answer of an address, as it is: no redirect is followed, no body without end is read.

    Raises:
        RetriableError: `keys_unavailable`, no good answer; no text of it is repeated.
    """
    try:
        async for attempt in AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=wait_random(0, 0.5),
            retry=retry_if_exception_type((httpx.HTTPError, TimeoutError)),
            reraise=True,
        ):
            with attempt:
                return await _fetched(url)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError):
        pass
    raise RetriableError("keys_unavailable", "the keys of an issuer can't be had now")


async def _fetched(url: str) -> bytes:
    held = bytearray()
    head = {"accept": "application/json", "accept-encoding": "identity"}
    async with (
        asyncio.timeout(SECONDS),
        httpx.AsyncClient(follow_redirects=False, timeout=SECONDS, trust_env=False) as client,
        client.stream("GET", url, headers=head) as answer,
    ):
        if answer.status_code != 200 or answer.headers.get("content-encoding", "identity") != "identity":
            raise httpx.ProtocolError("no good answer")
        async for piece in answer.aiter_raw():
            held += piece
            if len(held) > LARGEST:
                raise httpx.ProtocolError("too large")
    return bytes(held)
