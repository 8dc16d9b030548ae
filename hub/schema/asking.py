"""What a caller sends, by GraphQL over HTTP: media types, bodies, query strings."""

from collections.abc import Mapping
from functools import lru_cache
from types import NoneType
from typing import Any

import orjson
from starlette.requests import Request as HttpRequest

from hub.compiler.engine import Request
from hub.schema.awaiting import Left, promptly
from hub.schema.trusted import Trusted
from hub.schema.weighing import REMEMBERED, weighed

LARGEST_BODY = 256 * 1024
SLOWEST_BODY = 5.0
"""Seconds in which a body has to be here, whole: each drop that comes late holds a place."""
LARGEST_QUERY_STRING = 8 * 1024
JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
#: Media types that an Accept header may name, the more exact ones first, with what they stand for.
RANGES = {GRAPHQL: (GRAPHQL,), JSON: (JSON,), "application/*": (JSON, GRAPHQL), "*/*": (JSON, GRAPHQL)}
EXACT = (GRAPHQL, JSON)
OBJECT, TEXT = (dict, NoneType), (str, NoneType)
KINDS = (("variables", OBJECT), ("extensions", OBJECT), ("operationName", TEXT), ("documentId", TEXT))
"""Members of a request beside `query`; each may be left out or null."""


class Malformed(Exception):  # noqa: N818  # it is an answer to the caller, not a failure of ours
    """A request that isn't GraphQL over HTTP.

    Args:
        status: HTTP status of the answer.
        indonesian: What is wrong.
        english: The same.
        code: In the extensions of the error.
        reason: The hub's own code, or None.
    """

    def __init__(
        self, status: int, indonesian: str, english: str, code: str = "BAD_REQUEST", reason: str | None = None
    ) -> None:
        super().__init__(english)
        self.code = code
        self.reason = reason
        self.status = status
        self.indonesian = indonesian
        self.english = english


@lru_cache(maxsize=REMEMBERED)
def media_type(accepted: str) -> str:
    """The media type of the answer: the best one of the two that an Accept header admits.

    The most exact range decides how welcome a type is (RFC 9110, 12.5.1). Of two that are equally welcome, the
    one named exactly wins, and of two named exactly the newer, `application/graphql-response+json`; where only a
    wildcard admits them it is `application/json`, which every client reads.

    Raises:
        Malformed: 406, neither is admitted.
    """
    said = weighed(accepted.strip() or "*/*")
    ranks: dict[str, tuple[float, bool]] = {}
    for name in reversed(RANGES):
        for media in RANGES[name] if name in said else ():
            ranks[media] = (said[name], name in EXACT)
    found = max(ranks, key=lambda media: (*ranks[media], (media == GRAPHQL) is ranks[media][1]), default="")
    if not found or not ranks[found][0]:
        raise Malformed(406, f"jawaban berbentuk {GRAPHQL} atau {JSON}", f"answers are {GRAPHQL} or {JSON}")
    return found


def no_other_site(http: HttpRequest) -> None:
    """Passes a request that no page of another site has sent.

    A page can't send `application/json` without a preflight, which nobody here answers; this holds where a
    browser would let something through.

    Raises:
        Malformed: 403.
    """
    if http.headers.get("sec-fetch-site", "") in ("cross-site", "same-site"):
        raise Malformed(
            403, "permintaan dari situs lain ditolak", "requests by pages of other sites are refused"
        )


def no_other_origin(http: HttpRequest) -> None:
    """Passes a request for an act that no page has sent but one of this server's own.

    Raises:
        Malformed: 403.
    """
    origin = http.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != http.headers.get("host", ""):
        raise Malformed(
            403, "permintaan dari situs lain ditolak", "requests by pages of other sites are refused"
        )


async def body(http: HttpRequest) -> bytes:
    """The body of a POST.

    Raises:
        Malformed: 415, it is not JSON in UTF-8; 413, it is too long; 408, it comes too slowly.
        Left: The client closed its connection before its end.
    """
    kind, _, parameters = http.headers.get("content-type", "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(' "') or "utf-8"
    coded = http.headers.get("content-encoding", "identity").strip().lower() != "identity"
    if kind.strip() != JSON or charset not in ("utf-8", "utf8") or coded:
        raise Malformed(415, f"kirimlah {JSON} dalam UTF-8", f"send {JSON} in UTF-8")
    length = http.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > LARGEST_BODY:
        raise _too_long()
    try:
        found = await promptly(_whole(http), SLOWEST_BODY)
    except TimeoutError:
        raise Malformed(408, "isi permintaan datang terlalu lambat", "the body comes too slowly") from None
    if len(found) > LARGEST_BODY:
        raise _too_long()
    return found


async def _whole(http: HttpRequest) -> bytes:
    """A body, whole; no longer than what is refused."""
    first, more = await _piece(http)
    if not more:
        return first
    found = bytearray(first)
    while more and len(found) <= LARGEST_BODY:
        piece, more = await _piece(http)
        found += piece
    return bytes(found)


async def _piece(http: HttpRequest) -> tuple[bytes, bool]:
    """A part of a body, and whether more follows."""
    message = await http.receive()
    if message["type"] == "http.disconnect":
        raise Left
    return message.get("body", b""), message.get("more_body", False)


def _too_long() -> Malformed:
    return Malformed(413, "permintaan lebih dari 256 KB", "the request is over 256 KB")


def in_body(sent: bytes, language: str, trusted: Trusted) -> Request:
    """The operation that a body asks for, by its text or as a trusted document.

    Raises:
        InputError: `document_unknown`, `document_mismatch`.
        RefusedError: `document_not_trusted`.
        Malformed: 400, the body isn't one JSON object with the members of GraphQL over HTTP.
    """
    try:
        given = orjson.loads(sent)
    except orjson.JSONDecodeError:
        raise Malformed(400, "isi bukan JSON yang sah", "the body is not valid JSON") from None
    if not isinstance(given, dict):
        raise Malformed(400, "satu permintaan, satu operasi", "one operation a request; there is no batching")
    return request_of(given, language, trusted)


def in_query_string(http: HttpRequest, language: str, trusted: Trusted) -> Request:
    """The operation that the query string of a GET asks for; errors as `in_body` has them.

    Raises:
        Malformed: 400, it lacks `query` or a member is no JSON object; 414, it is too long.
    """
    if len(http.url.query) > LARGEST_QUERY_STRING:
        raise Malformed(
            414, "alamat terlalu panjang; kirimlah dengan POST", "the address is too long; use POST"
        )
    given: dict[str, Any] = {}
    for name in ("query", "documentId", "operationName", "variables", "extensions"):
        text = http.query_params.get(name)
        if text is not None and name in ("variables", "extensions"):
            try:
                given[name] = orjson.loads(text or "null")
            except orjson.JSONDecodeError:
                raise Malformed(400, f"`{name}` bukan JSON yang sah", f"`{name}` is not valid JSON") from None
        else:
            given[name] = text
    return request_of(given, language, trusted)


def request_of(given: Mapping[str, Any], language: str, trusted: Trusted) -> Request:
    """The operation that the members of GraphQL over HTTP name; errors as `in_body` has them."""
    for name, kind in KINDS:
        if not isinstance(given.get(name), kind):
            wanted = "object" if kind is OBJECT else "text"
            raise Malformed(400, f"`{name}` bukan {wanted}", f"`{name}` is no {wanted}")
    query = trusted.text(given)
    if not isinstance(query, str):
        raise Malformed(400, "`query` harus berupa teks", "`query` has to be a text")
    more = given.get("extensions") or {}
    explain, whole = more.get("explain") is True, more.get("refusals") == "fail"
    since = more.get("since")
    if not isinstance(since, TEXT):
        raise Malformed(400, "`since` bukan text", "`since` is no text")
    asked = given.get("variables") or {}
    return Request(query, asked, given.get("operationName"), language, explain, whole, since)
