"""`POST /export`: all entries of one connection, as lines of JSON, CSV, Parquet or XLSX, in memory that stays flat."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from hub.access.gate import Admitted, Gate
from hub.compiler.engine import Engine, Reads, Request
from hub.compiler.exporting import Export, export, too_many
from hub.compiler.increments import next_cursor
from hub.compiler.needs import Refusal
from hub.compiler.positions import epoch_day
from hub.domain import clock
from hub.errors import RefusedError
from hub.schema.asking import GRAPHQL, Malformed, body, in_body, no_other_site
from hub.schema.awaiting import while_awaited
from hub.schema.budget import Budget
from hub.schema.coding import coding_of, packed
from hub.schema.door import VARY, admitted_of, seen_by, told_of, wholly
from hub.schema.flowing import Flow
from hub.schema.following import FOLLOWING, HALF
from hub.schema.forms import FORMS, Form
from hub.schema.leaving import Leaving, noted, receipt_header
from hub.schema.messages import language_of
from hub.schema.refusing import refusal
from hub.schema.terms import Terms
from hub.schema.weighing import best, weighed

NEXT = next_cursor(FOLLOWING.settled, HALF)
"""The statement of the cursor of what follows an export."""


class Snapshot(Protocol):
    """What an export reads from."""

    async def count(self, sql: str, args: Sequence[object]) -> int:
        """The single number of a statement."""

    async def text(self, sql: str, args: Sequence[object]) -> str:
        """The single text of a statement."""

    def batches(self, sql: str, args: Sequence[object]) -> AsyncGenerator[list[bytes], None]:
        """The rows of a statement of one text as lines, in pieces."""


class Snapshots(Protocol):
    """What an export needs of the store."""

    def snapshot(self, context: str) -> AbstractAsyncContextManager[Snapshot]:
        """A snapshot for the caller of a signed context."""


@dataclass(frozen=True)
class ExportDoor:
    """Answers exports.

    Args:
        engine: Compiles their queries.
        bulk: Where it reads.
        gate: Decides who asks.
        budget: What each caller may still ask for.
        terms: What the server allows.
        reads: Where the lines of the ledger are left.
    """

    engine: Engine
    bulk: Snapshots
    gate: Gate
    budget: Budget
    terms: Terms
    reads: Reads

    async def _leaving(self, request: Request, made: Export, admitted: Admitted) -> Leaving | None:
        """What leaves the lines of an export.

        Raises:
            RetriableError: `ledger_unsealed`.
        """
        ledger = self.gate.ledger
        if ledger is None or not made.leave:
            return None
        line = await ledger.line(request.query, made.asked)
        return Leaving(ledger, line, made.leave, admitted.context, self.reads)

    async def answer(self, http: HttpRequest) -> Response:
        """The export that a request asks for; what can go wrong before the first row is told as GraphQL does."""
        language = language_of(http.headers.get("accept-language", ""))
        try:
            admitted = may_export(await admitted_of(self.gate, http))
            form = form_of(http)
            no_other_site(http)
            request = wholly(in_body(await body(http), language, self.terms.trusted), http)
            most, sight = self.terms.export_rows, seen_by(admitted, self.gate)
            made = export(self.engine, request, most, sight, FOLLOWING)
            coding = coding_of(http.headers.get("accept-encoding", "")) if form.packs else "identity"
            charge = partial(self.budget.take, admitted.name)
            left = await self._leaving(request, made, admitted)
            behind: list[str] = []
            terms = (most, charge, behind.append)
            pieces = packed(exported(made, form, self.bulk, admitted.context(), terms, left), coding)
            with while_awaited(http):
                first = await anext(pieces, b"")
        except Exception as error:  # noqa: BLE001  # every failure has an answer, and most are the caller's
            refused = refusal(error, language, GRAPHQL)
            refused.raw_headers += told_of(language)
            return refused
        headers = {
            "content-type": form.media,
            "content-disposition": f'attachment; filename="{made.root}.{form.ending}"',
            "content-language": language,
            "vary": VARY,
        } | receipt_header(left, admitted)
        headers |= refusals_header(made.refused) | following_headers(made, behind)
        if coding != "identity":
            headers["content-encoding"] = coding
        return Flow(http, first, pieces, self.terms.export_seconds, headers)


async def exported(
    made: Export,
    form: Form,
    bulk: Snapshots,
    context: str,
    terms: tuple[int, Callable[[int], object], Callable[[str], object]],
    left: Leaving | None = None,
) -> AsyncGenerator[bytes, None]:
    """The bytes of an export; the first piece comes once the caller is let in and rows have been found.

    Args:
        made: What is exported.
        form: In which form.
        bulk: Where it is read.
        context: The signed access context of the caller.
        terms: Rows that one export may hold; who is told what it costs before its first entry is read, and may refuse;
            who is told the cursor of what follows it, before its first piece, where it can be followed.
        left: Leaves the lines of what is told, each before its bytes; None: none are left.

    Raises:
        InputError: `limit_export_rows`.
        RefusedError: `context_refused`.
    """
    most, charge, behind = terms
    async with bulk.snapshot(context) as snapshot:
        rows = made.first
        if rows is None:
            rows = await snapshot.count(made.count, made.count_parameters)
            if rows > most:
                raise too_many(most)
        charge(rows * made.cost_of_row)
        if made.mark is not None:
            behind(await snapshot.text(NEXT, [made.mark, epoch_day(clock.today())]))
        async with aclosing(noted(snapshot.batches(made.sql, made.parameters), left)) as batches:
            ahead: list[bytes] = await anext(batches, [])
            async with aclosing(form.pieces(_after(ahead, batches), made.parts)) as pieces:
                async for piece in pieces:
                    yield piece


async def _after(ahead: list[bytes], batches: AsyncIterator[list[bytes]]) -> AsyncIterator[list[bytes]]:
    """The batches with the one that was read ahead."""
    if ahead:
        yield ahead
    async for batch in batches:
        yield batch


def refusals_header(refused: Sequence[Refusal]) -> dict[str, str]:
    """`Hub-Refused`: columns that are held back or masked, each with its missing scopes or its mask."""
    told = [f"{'.'.join(one.path)};{','.join(one.scopes) or one.mask}" for one in refused]
    return {"hub-refused": " ".join(told)} if told else {}


def following_headers(made: Export, behind: Sequence[str]) -> dict[str, str]:
    """`Hub-Next`: the cursor for what changes after this export; `Hub-Not-Followed`: what of it is not told then."""
    found = {"hub-next": behind[0]} if behind else {}
    return found | ({"hub-not-followed": " ".join(made.unfollowed)} if made.unfollowed else {})


def may_export(admitted: Admitted) -> Admitted:
    """Passes a caller who may take many entries away at once.

    Raises:
        RefusedError: `no_exporter`.
    """
    if "exporter" not in admitted.caller.roles:
        raise RefusedError(
            "no_exporter",
            "this client may not export",
            allowed_by="the role exporter in the entry of the agency",
        )
    return admitted


def form_of(http: HttpRequest) -> Form:
    """The form asked for, by `format` in the address, else by Accept, else lines of JSON.

    Raises:
        Malformed: 400, no form has that name; 406, no form is admitted.
    """
    name = http.query_params.get("format")
    if name is None:
        accepted = weighed(",".join(http.headers.getlist("accept")) or "*/*")
        media = {key: form.media.partition(";")[0] for key, form in FORMS.items()}
        offers = [(key, (type_, f"{type_.partition('/')[0]}/*", "*/*")) for key, type_ in media.items()]
        name = best(accepted, offers)
        if not name:
            told = ", ".join(media.values())
            raise Malformed(406, f"bentuk ekspor: {told}", f"exports are {told}")
    if name not in FORMS:
        told = ", ".join(FORMS)
        raise Malformed(400, f"`format` adalah satu dari: {told}", f"`format` is one of {told}")
    return FORMS[name]
