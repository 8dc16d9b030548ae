"""GraphQL over HTTP (the GraphQL Foundation's draft of 2025): one operation a request, the answer as bytes."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from hub.compiler.engine import Engine, Prepared, Reads
from hub.errors import InputError
from hub.schema.asking import (
    JSON,
    Malformed,
    body,
    in_body,
    in_query_string,
    media_type,
    no_other_site,
)
from hub.schema.awaiting import while_awaited
from hub.schema.messages import language_of
from hub.schema.refusing import refusal

OPEN_ROOTS = frozenset(("__typename", "__schema", "__type", "_service", "programs", "sources", "wilayah"))
"""What a GET may ask: nothing behind these speaks of a person, and an address stays in logs and histories."""


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
        except Exception as error:  # noqa: BLE001  # every failure has an answer, and most are the caller's
            return refusal(error, language, media)
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
