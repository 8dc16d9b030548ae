"""GraphQL over HTTP (the GraphQL Foundation's draft of 2025): one operation a request, the answer as bytes."""

from dataclasses import dataclass, replace
from functools import lru_cache

import orjson
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from hub.access.callers import Caller
from hub.access.certificates import SHOWN
from hub.access.gate import Admitted, Gate
from hub.access.ledger import Ledger, Line
from hub.compiler.engine import Answer, Engine, Prepared, Reads, Request
from hub.compiler.explaining import Plans, explained
from hub.compiler.needs import Sight, sight_of
from hub.errors import InputError, RefusedError
from hub.schema.admission import Admission
from hub.schema.asking import (
    JSON,
    Malformed,
    body,
    in_body,
    in_query_string,
    media_type,
    no_other_origin,
    no_other_site,
)
from hub.schema.awaiting import while_awaited
from hub.schema.budget import Budget, Rest
from hub.schema.caching import kept
from hub.schema.coding import compressed
from hub.schema.guarded import HEADERS, Whole
from hub.schema.messages import language_of
from hub.schema.mutating import Acting
from hub.schema.refusing import refusal, refusals
from hub.schema.trusted import DATA_FREE, OPEN_ROOTS, Trusted

OPERATOR = "operator"
"""Role of those who may ask what an operation is in SQL."""
VARY = "accept, accept-language, accept-encoding"


def told_of(language: str) -> list[tuple[bytes, bytes]]:
    """Headers of every answer: its language, and what it depends on; neither is in it before."""
    return [(b"content-language", language.encode()), (b"vary", VARY.encode())]


class _Told(Response):
    """An answer to a POST, with all of its headers: most answers are such, and all but the length is the same."""

    def __init__(self, content: bytes, media: str, language: str) -> None:
        self.status_code = 200
        self.background = None
        self.body = content
        self.raw_headers = Whole(((b"content-length", b"%d" % len(content)), *_usual(media, language)))


@lru_cache(maxsize=8)
def _usual(media: str, language: str) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of an answer beside its length."""
    return ((b"content-type", media.encode()), *told_of(language), *HEADERS)


@dataclass(frozen=True)
class Door:
    """Answers the requests for one schema: POST, and GET for what speaks of no person.

    Args:
        engine: Compiles and runs their queries.
        reads: Where it reads.
        gate: Decides who asks.
        budget: What each caller may still ask for.
        admission: How many requests are worked on at one time.
        trusted: The documents that may be asked for by their hash.
        acting: Does what mutations ask for; None: nothing is done.
    """

    engine: Engine
    reads: Reads
    gate: Gate
    budget: Budget
    admission: Admission
    trusted: Trusted
    acting: Acting | None = None

    async def answer(self, http: HttpRequest) -> Response:
        """The answer to one request; whatever goes wrong, in the form of the specification."""
        language = language_of(http.headers.get("accept-language", ""))
        media = JSON
        try:
            media = media_type(",".join(http.headers.getlist("accept")))
            no_other_site(http)
            answered = self._answered if http.method == "POST" else self._openly
            response = await answered(http, language, media)
        except Exception as error:  # noqa: BLE001  # every failure has an answer, and most are the caller's
            response = refusal(error, language, media)
        if not isinstance(response, _Told):
            response.raw_headers += told_of(language)
        return await compressed(response, http.headers.get("accept-encoding", ""))

    async def _answered(self, http: HttpRequest, language: str, media: str) -> Response:
        admitted = await admitted_of(self.gate, http)
        request = wholly(in_body(await body(http), language, self.trusted), http)
        sight, acting = seen_by(admitted, self.gate), self.acting
        prepared = self.engine.prepare(request, sight, writes=acting is not None)
        if prepared.operation.writes:
            no_other_origin(http)
        explanation = await self._explained(prepared, admitted) if request.explain else b""
        answer, rest = await self._run(http, prepared, admitted)
        told = (
            b',"extensions":{"cost":{"requested":%d,"limit":%d,"remaining":%d,"restoreRate":%d}%b%b%b}}'
            % (
                rest.requested,
                self.engine.limits.rows,
                rest.remaining,
                rest.rate,
                explanation,
                refusals(answer.refused, admitted.caller.agency, language),
                receipt(self.gate.ledger, answer.line, admitted.caller),
            )
        )
        return _Told(b'{"data":' + answer.data + told, media, language)

    async def _explained(self, prepared: Prepared, admitted: Admitted) -> bytes:
        """What the operation is in SQL, as a member of `extensions`.

        Raises:
            RefusedError: `explain_refused`, the caller is no operator: estimates of a planner tell of rows that
                others may not see.
        """
        if OPERATOR not in admitted.caller.roles or not isinstance(self.reads, Plans):
            raise RefusedError("explain_refused", "only operators of the hub may ask for an explanation")
        return b',"explain":' + orjson.dumps((await explained(prepared, self.reads)).told())

    async def _run(self, http: HttpRequest, prepared: Prepared, admitted: Admitted) -> tuple[Answer, Rest]:
        rest = self.budget.take(admitted.name, prepared.cost)
        with while_awaited(http):
            async with self.admission:
                if self.acting and self.acting.concerns(prepared):
                    prepared = await self.acting.acted(prepared, admitted)
                return await self.engine.answer(
                    prepared, self.reads, admitted.context, self.gate.ledger
                ), rest

    async def _openly(self, http: HttpRequest, language: str, media: str) -> Response:
        """The answer to a GET, which tells nothing of its caller, so that caches may keep it for all."""
        prepared = self._open(in_query_string(http, language, self.trusted))
        answer, _ = await self._run(http, prepared, self.gate.public())
        told = b',"extensions":{"cost":{"requested":%d,"limit":%d}}}' % (answer.cost, self.engine.limits.rows)
        return kept(b'{"data":' + answer.data + told, media, http.headers.get("if-none-match", ""))

    def _open(self, request: Request) -> Prepared:
        """What a GET asks for: a trusted document behind which nothing speaks of a person, or the schema.

        An address stays in logs and histories, so that nobody may be led to put a person's number into one.

        Raises:
            Malformed: 405, it asks for something else.
        """
        try:
            prepared = self.engine.prepare(request, sight_of(self.gate.public().caller))
        except InputError as error:
            if error.code == "not_a_query":
                raise _only_by_post() from None
            raise
        if not prepared.plan.roots <= (OPEN_ROOTS if self.trusted.knows(request.query) else DATA_FREE):
            raise _only_by_post()
        return prepared


SAID = ("authorization", "hub-purpose", "hub-agreement", SHOWN)
"""Headers that say who asks, in the order of `Gate.admit`."""


async def admitted_of(gate: Gate, http: HttpRequest) -> Admitted:
    """Who a request comes from, by its headers `Authorization`, `Hub-Purpose`, `Hub-Agreement` and certificate."""
    said = http.headers
    return await gate.admit(*(said.get(name, "") for name in SAID))


def seen_by(admitted: Admitted, gate: Gate) -> Sight:
    """What a caller may see, and whether it leaves lines."""
    return sight_of(admitted.caller, logged=gate.ledger is not None, pseudonyms=admitted.pseudonyms)


def receipt(ledger: Ledger | None, line: Line | None, caller: Caller) -> bytes:
    """The signed proof of the line that an answer left, as a member of `extensions`; empty where it left none."""
    if ledger is None or line is None:
        return b""
    return b',"receipt":' + orjson.dumps(ledger.receipt(line, caller))


def wholly(request: Request, http: HttpRequest) -> Request:
    """The request, which wants all or nothing where its header `Hub-Refusals` says `fail`.

    Raises:
        Malformed: 400, the header says something else.
    """
    said = http.headers.get("hub-refusals", "list")
    if said not in ("list", "fail"):
        raise Malformed(400, "`Hub-Refusals` adalah list atau fail", "`Hub-Refusals` is list or fail")
    return replace(request, whole=True) if said == "fail" else request


def _only_by_post() -> Malformed:
    return Malformed(405, "tanyakanlah ini dengan POST", "ask this by POST")
