"""GraphQL over HTTP (the GraphQL Foundation's draft of 2025): one operation a POST, the answer as bytes."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from graphql import GraphQLError
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from hub.compiler.documents import InvalidDocument
from hub.compiler.engine import Engine, Reads, Request
from hub.errors import HubError, InputError, RefusedError, RetriableError
from hub.schema.messages import Spoken, language_of, message, standard

LARGEST_BODY = 256 * 1024
JSON = "application/json"
GRAPHQL = "application/graphql-response+json"
log = logging.getLogger("hub.graphql")


class Malformed(Exception):  # noqa: N818  # it is an answer to the caller, not a failure of ours
    """A request that isn't GraphQL over HTTP.

    Args:
        status: HTTP status of the answer.
        indonesian: What is wrong.
        english: The same.
    """

    def __init__(self, status: int, indonesian: str, english: str) -> None:
        super().__init__(english)
        self.status = status
        self.indonesian = indonesian
        self.english = english


@dataclass(frozen=True)
class Door:
    """Answers the POST requests of one schema.

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
            media = media_type(http.headers.get("accept", "*/*"))
            request = read_request(await _body(http), language)
            data = await self.engine.run(request, self.reads, self.context)
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
        return Response(b'{"data":' + data + b"}", 200, media_type=media)


def media_type(accepted: str) -> str:
    """The media type of the answer: the best one of the two that an Accept header admits.

    Raises:
        Malformed: 406, neither is admitted.
    """
    best, found = 0.0, ""
    for part in accepted.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        media = {GRAPHQL: GRAPHQL, JSON: JSON, "application/*": JSON, "*/*": JSON, "": JSON}.get(name)
        rank = _rank(parameters)
        if media and rank > best:
            best, found = rank, media
    if not found:
        raise Malformed(406, f"jawaban berbentuk {GRAPHQL} atau {JSON}", f"answers are {GRAPHQL} or {JSON}")
    return found


def _rank(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


async def _body(http: HttpRequest) -> bytes:
    kind, _, parameters = http.headers.get("content-type", "").lower().partition(";")
    charset = parameters.partition("charset=")[2].strip(' "') or "utf-8"
    if kind.strip() != JSON or charset not in ("utf-8", "utf8"):
        raise Malformed(415, f"kirimlah {JSON} dalam UTF-8", f"send {JSON} in UTF-8")
    body = bytearray()
    async for piece in http.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise Malformed(413, "permintaan lebih dari 256 KB", "the request is over 256 KB")
    return bytes(body)


def read_request(body: bytes, language: str) -> Request:
    """The operation that a body asks for.

    Raises:
        Malformed: 400, the body isn't one JSON object with the members of GraphQL over HTTP.
    """
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise Malformed(400, "isi bukan JSON yang sah", "the body is not valid JSON") from None
    if not isinstance(given, dict):
        raise Malformed(400, "satu permintaan, satu operasi", "one operation a request; there is no batching")
    query = given.get("query")
    if not isinstance(query, str):
        raise Malformed(400, "`query` harus berupa teks", "`query` has to be a text")
    for name, kind in (("variables", dict), ("extensions", dict), ("operationName", str)):
        if given.get(name) is not None and not isinstance(given[name], kind):
            wanted = "object" if kind is dict else "text"
            raise Malformed(400, f"`{name}` bukan {wanted}", f"`{name}` is no {wanted}")
    return Request(query, given.get("variables") or {}, given.get("operationName"), language)


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
    headers = {"retry-after": "1"} if status == 503 else {}
    return Response(orjson.dumps({"errors": entries}), status, headers, media)
