"""GraphQL over HTTP (the GraphQL Foundation's draft of 2025): one operation a request, the answer as bytes."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from hub.access.context import caller_of
from hub.compiler.engine import Engine, Prepared, Reads
from hub.errors import InputError
from hub.schema.admission import Admission
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
from hub.schema.budget import Budget, Rest
from hub.schema.coding import compressed
from hub.schema.messages import language_of
from hub.schema.refusing import refusal

OPEN_ROOTS = frozenset(("__typename", "__schema", "__type", "_service", "programs", "sources", "wilayah"))
"""What a GET may ask: nothing behind these speaks of a person, and an address stays in logs and histories."""
VARY = "accept, accept-language, accept-encoding"


def told_of(language: str) -> list[tuple[bytes, bytes]]:
    """Headers of every answer: its language, and what it depends on; neither is in it before."""
    return [(b"content-language", language.encode()), (b"vary", VARY.encode())]


@dataclass(frozen=True)
class Door:
    """Answers the requests for one schema: POST, and GET for what speaks of no person.

    Args:
        engine: Compiles and runs their queries.
        reads: Where it reads.
        context: Makes the signed access context of the caller.
        budget: What each caller may still ask for.
        admission: How many requests are worked on at one time.
    """

    engine: Engine
    reads: Reads
    context: Callable[[], str]
    budget: Budget
    admission: Admission

    async def answer(self, http: HttpRequest) -> Response:
        """The answer to one request; whatever goes wrong, in the form of the specification."""
        language = language_of(http.headers.get("accept-language", ""))
        media = JSON
        try:
            media = media_type(",".join(http.headers.getlist("accept")))
            no_other_site(http)
            response = await self._answered(http, language, media)
        except Exception as error:  # noqa: BLE001  # every failure has an answer, and most are the caller's
            response = refusal(error, language, media)
        response.raw_headers += told_of(language)
        return await compressed(response, http.headers.get("accept-encoding", ""))

    async def _answered(self, http: HttpRequest, language: str, media: str) -> Response:
        prepared = await self._prepared(http, language)
        context = self.context()
        rest = self.budget.take(caller_of(context), prepared.cost)
        with while_awaited(http):
            async with self.admission:
                answer = await self.engine.answer(prepared, self.reads, lambda: context)
        return Response(b'{"data":' + answer.data + self._told(rest), 200, media_type=media)

    def _told(self, rest: Rest) -> bytes:
        return b',"extensions":{"cost":{"requested":%d,"limit":%d,"remaining":%d,"restoreRate":%d}}}' % (
            rest.requested,
            self.engine.limits.rows,
            rest.remaining,
            rest.rate,
        )

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
