"""Compression of what goes out, where the client takes it.

A compressed answer tells its length, and a length tells whether a guess stood beside a secret (BREACH). It takes three
things: a secret in the answer, words of the attacker in it, and an attacker who can make the victim ask. The third is
refused here: a page of another site can't send what this server answers (hub.schema.asking.no_other_site), no answer
holds a credential, and no message repeats what was sent. So answers are compressed, those of persons too.
"""

import asyncio
import zlib
from collections.abc import AsyncGenerator
from contextlib import aclosing
from functools import lru_cache

from starlette.responses import Response

from hub.schema.weighing import REMEMBERED, best, weighed

WORTH = 1400
"""Bytes below which an answer fits into one packet, so that compressing it saves nothing."""
QUICK = 1
"""Level of gzip: four times as fast as the usual 6, and answers grow by a tenth."""
GZIP = 31
"""Window bits of zlib for the format of gzip."""
LONG = 32 * 1024
"""Bytes from which on a thread compresses, so that other answers don't wait."""


@lru_cache(maxsize=REMEMBERED)
def coding_of(accepted: str) -> str:
    """`gzip` or `identity`, by an Accept-Encoding header; a client that says nothing gets no coding."""
    offers = (("gzip", ("gzip", "x-gzip", "*")), ("identity", ("identity",)))
    return best(weighed(accepted), offers) or "identity"


async def compressed(response: Response, accepted: str) -> Response:
    """The response with its body compressed where that is worth it and wanted."""
    body = bytes(response.body)
    if len(body) < WORTH or coding_of(accepted) != "gzip":
        return response
    response.body = await asyncio.to_thread(_whole, body) if len(body) > LONG else _whole(body)
    response.headers["content-length"] = str(len(response.body))
    response.headers["content-encoding"] = "gzip"
    return response


def _whole(body: bytes) -> bytes:
    packer = zlib.compressobj(QUICK, zlib.DEFLATED, GZIP)
    return packer.compress(body) + packer.flush()


async def packed(pieces: AsyncGenerator[bytes, None]) -> AsyncGenerator[bytes, None]:
    """A stream compressed piece by piece; closing it closes the other."""
    packer = zlib.compressobj(QUICK, zlib.DEFLATED, GZIP)
    async with aclosing(pieces):
        async for piece in pieces:
            if found := await asyncio.to_thread(packer.compress, piece):
                yield found
    yield packer.flush()
