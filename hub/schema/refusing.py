"""What a caller hears whose request can't be answered, in the form of the specification."""

import logging
from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.responses import Response

from hub.compiler.documents import InvalidDocument
from hub.compiler.needs import Refusal, worded
from hub.errors import HubError, InputError, RefusedError, RetriableError
from hub.schema.asking import GRAPHQL, Malformed
from hub.schema.awaiting import Left
from hub.schema.budget import Rest, SpentError
from hub.schema.messages import Spoken, message, standard

log = logging.getLogger("hub.graphql")
NOBODY = frozenset(("token_missing", "token_refused", "token_unbound"))
"""Refusals of a request that comes from nobody known: status 401."""
GONE = 499
"""Status of an answer that nobody waits for; it is never sent."""
HEADERS = {
    503: {"retry-after": "1"},
    405: {"allow": "POST"},
    408: {"connection": "close"},
    401: {"www-authenticate": "Bearer"},
}


def refusal(error: Exception, language: str, media: str) -> Response:
    """The response to a request that failed with this error; what nobody foresaw is logged by its kind alone."""
    if isinstance(error, Left):
        return Response(status_code=GONE)
    told = entries(error, language)
    if isinstance(error, Malformed):
        return _errors(told, error.status, media)
    if isinstance(error, InvalidDocument):
        return _errors(told, _client_status(media), media)
    if isinstance(error, HubError):
        return _errors(told, _status(error, media), media, error)
    return _errors(told, 500, media)


def entries(error: Exception, language: str) -> list[Mapping[str, Any]]:
    """The entries of `errors` for a request that failed with this error; what nobody foresaw is logged by its kind."""
    if isinstance(error, Malformed):
        text = error.english if language == "en" else error.indonesian
        return [_entry(text, error.code, error.reason)]
    if isinstance(error, InvalidDocument | HubError):
        return faults(error, language)
    # The text of a driver's error may hold what was asked for, and so may its traceback.
    log.error("query failed: %s", type(error).__name__)
    return faults(HubError("internal", "an error inside the hub; its log has the kind"), language)


def _client_status(media: str) -> int:
    """Status of a request that is well-formed and can't be executed: old clients of plain JSON expect 200."""
    return 400 if media == GRAPHQL else 200


def _status(error: HubError, media: str) -> int:
    if isinstance(error, InputError):
        return _client_status(media)
    if isinstance(error, RefusedError):
        return 401 if error.code in NOBODY else 403
    if isinstance(error, SpentError):
        return 429
    return 503 if isinstance(error, RetriableError) else 500


def _code(error: HubError) -> str:
    if error.code.startswith("limit_"):
        return "LIMIT_EXCEEDED"
    if error.code == "document_unknown":
        return "PERSISTED_QUERY_NOT_FOUND"
    if isinstance(error, InputError):
        return "BAD_USER_INPUT"
    if error.code in NOBODY:
        return "UNAUTHENTICATED"
    return "FORBIDDEN" if isinstance(error, RefusedError) else "INTERNAL_SERVER_ERROR"


def _entry(text: str, code: str, reason: str | None = None) -> dict[str, Any]:
    extensions = {"code": code} | ({"reason": reason} if reason else {})
    return {"message": text, "extensions": extensions}


def faults(error: HubError | InvalidDocument, language: str) -> list[Mapping[str, Any]]:
    """The entries of `errors` for an operation that can't be answered, in a language, `id` or `en`."""
    if isinstance(error, InvalidDocument):
        return [_graphql_entry(one, error.code, language) for one in error.errors]
    told = _entry(message(error, language), _code(error), error.code)
    if isinstance(error, RefusedError) and error.allowed_by:
        told["extensions"]["allowedBy"] = error.allowed_by
    if isinstance(error, SpentError):
        told["extensions"]["cost"] = cost_of(error.left)
    return [told]


def refusals(refused: Sequence[Refusal], agency: str, language: str) -> bytes:
    """The fields that an answer holds back, as a member of `extensions`; empty where there are none."""
    if not refused:
        return b""
    return b',"refused":' + orjson.dumps([_refused(one, agency, language) for one in refused])


def _refused(one: Refusal, agency: str, language: str) -> Mapping[str, Any]:
    """One path that is refused, or shown under a mask."""
    if one.mask:
        reason = ("disamarkan menurut perjanjian: {}", "masked by the agreement: {}")[language == "en"]
        by = f"an approved agreement of {agency} without the mask {one.mask}"
        return {"path": one.path, "mask": one.mask, "reason": reason.format(one.mask), "allowedBy": by}
    scopes = ", ".join(one.scopes)
    reason = ("di luar cakupan Anda: {}", "outside your scopes: {}")[language == "en"].format(scopes)
    by = f"an approved agreement of {agency} with {worded(one.scopes)}"
    return {"path": one.path, "scope": scopes, "reason": reason, "allowedBy": by}


def cost_of(left: Rest) -> dict[str, int]:
    """What is told of a caller's budget."""
    return {"requested": left.requested, "remaining": left.remaining, "restoreRate": left.rate}


def _graphql_entry(error: GraphQLError, code: str, language: str) -> Mapping[str, Any]:
    formatted: dict[str, Any] = {**error.formatted}
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError):
        cause = cause.original_error
    if isinstance(cause, Spoken):
        formatted["message"] = message(cause, language)
        formatted["extensions"] = {"code": "BAD_USER_INPUT", "reason": cause.code}
    else:
        formatted["message"] = standard(error.message, code, language)
        formatted["extensions"] = {"code": code}
    return formatted


def _errors(entries: list[Any], status: int, media: str, error: HubError | None = None) -> Response:
    headers = dict(HEADERS.get(status, {}))
    if isinstance(error, RetriableError) and error.retry_after:
        headers["retry-after"] = str(ceil(error.retry_after))
    return Response(orjson.dumps({"errors": entries}), status, headers, media)
