"""Answers that caches may keep: for how long, and how they ask whether one still holds (RFC 9110, 13; RFC 9111)."""

import hashlib

from starlette.responses import Response

KEEP = "public, max-age=60"
"""What speaks of no person changes with a decree or a pull: a minute late is early enough."""


def kept(body: bytes, media: str, known: str) -> Response:
    """The answer, or 304 where the caller has it already.

    The mark is a weak one: the same answer goes out packed and plain.

    Args:
        body: The answer.
        media: Its media type.
        known: The header If-None-Match.
    """
    mark = f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
    has = known.strip() == "*" or mark.removeprefix("W/") in (
        one.strip().removeprefix("W/") for one in known.split(",")
    )
    response = Response(status_code=304) if has else Response(body, 200, media_type=media)
    response.headers["etag"] = mark
    response.headers["cache-control"] = KEEP
    return response
