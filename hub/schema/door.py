"""GraphQL over HTTP (the GraphQL Foundation's draft of 2025): one operation a request, the answer as bytes."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from hub.compiler.documents import InvalidDocument
from hub.compiler.engine import Engine, Prepared, Reads
from hub.errors import HubError, InputError, RefusedError, RetriableError
from hub.schema.asking import (
    GRAPHQL,
    JSON,
    Malformed,
    body,
    in_body,
    in_query_string,
    media_type,
    no_other_site,
)
from hub.schema.awaiting import Left, while_awaited
from hub.schema.messages import Spoken, language_of, message, standard

log = logging.getLogger("hub.graphql")
OPEN_ROOTS = frozenset(("__typename", "__schema", "__type", "programs", "sources", "wilayah"))
"""What a GET may ask: nothing behind these speaks of a person, and an address stays in logs and histories."""
GONE = 499
"""Status of an answer that nobody waits for; it is never sent."""


@dataclass(frozen=True)
class Door:
    """Answers the requests for one schema: POST, and GET for what speaks of no person.

    Args:
        engine: Compiles and runs their queries.
        reads: Where it reads.
        context: Makes the signed access context of the caller.
    """

    engine: Engine
    reads: Reads
    context: Callable[[], str]

    async def answer(self, http: HttpRequest) -> Response:
        """The answer to one request; whatever goes wrong, in the form of the specification."""
        language = language_of(http.headers.get("accept-language", ""))
        media = JSON
        try:
            media = media_type(",".join(http.headers.getlist("accept")))
            no_other_site(http)
            prepared = await self._prepared(http, language)
            with while_awaited(http):
                answer = await self.engine.answer(prepared, self.reads, self.context)
        except Left:
            return Response(status_code=GONE)
        except Malformed as error:
            text = error.english if language == "en" else error.indonesian
            return _errors([_entry(text, "BAD_REQUEST")], error.status, media)
        except InvalidDocument as error:
            return _errors(faults(error, language), _client_status(media), media)
        except HubError as error:
            return _errors(faults(error, language), _status(error, media), media)
        except Exception as error:  # noqa: BLE001  # the text of a driver's error may hold what was asked for
            log.error("query failed: %s", type(error).__name__)  # noqa: TRY400  # nor may its traceback
            hidden = HubError("internal", "an error inside the hub; its log has the kind")
            return _errors(faults(hidden, language), 500, media)
        told = b',"extensions":{"cost":{"rows":%d,"limit":%d}}}' % (answer.cost, self.engine.limits.rows)
        return Response(b'{"data":' + answer.data + told, 200, media_type=media)

    async def _prepared(self, http: HttpRequest, language: str) -> Prepared:
        if http.method == "POST":
            return self.engine.prepare(in_body(await body(http), language))
        request = in_query_string(http, language)
        try:
            prepared = self.engine.prepare(request)
        except InputError as error:
            if error.code == "not_a_query":
                raise _only_by_post() from None
            raise
        if not prepared.plan.roots <= OPEN_ROOTS:
            raise _only_by_post()
        return prepared


def _only_by_post() -> Malformed:
    return Malformed(405, "tanyakanlah ini dengan POST", "ask this by POST")


def _client_status(media: str) -> int:
    """Status of a request that is well-formed and can't be executed: old clients of plain JSON expect 200."""
    return 400 if media == GRAPHQL else 200


def _status(error: HubError, media: str) -> int:
    if isinstance(error, InputError):
        return _client_status(media)
    if isinstance(error, RefusedError):
        return 403
    return 503 if isinstance(error, RetriableError) else 500


def _code(error: HubError) -> str:
    if isinstance(error, InputError):
        return "LIMIT_EXCEEDED" if error.code.startswith("limit_") else "BAD_USER_INPUT"
    return "FORBIDDEN" if isinstance(error, RefusedError) else "INTERNAL_SERVER_ERROR"


def _entry(text: str, code: str, reason: str | None = None) -> dict[str, Any]:
    extensions = {"code": code} | ({"reason": reason} if reason else {})
    return {"message": text, "extensions": extensions}


def faults(error: HubError | InvalidDocument, language: str) -> list[Mapping[str, Any]]:
    """The entries of `errors` for an operation that can't be answered, in a language, `id` or `en`."""
    if isinstance(error, InvalidDocument):
        return [_graphql_entry(one, error.code, language) for one in error.errors]
    return [_entry(message(error, language), _code(error), error.code)]


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


def _errors(entries: list[Any], status: int, media: str) -> Response:
    headers = {503: {"retry-after": "1"}, 405: {"allow": "POST"}}.get(status, {})
    return Response(orjson.dumps({"errors": entries}), status, headers, media)
