"""The doors by SPDCI of one server: `POST /spdci/<registry>/registry/…`.

Each of them hears a message whole before it does anything (`hub.spdci.hearing`), and answers in the standard's words.
"""

import asyncio
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response

from hub.access.gate import Admitted
from hub.registry.spdci import REGISTRIES, load_spdci
from hub.schema.awaiting import Left, while_awaited
from hub.schema.coding import compressed
from hub.schema.door import Door, told_of
from hub.schema.messages import language_of
from hub.schema.mutating import Desk
from hub.schema.refusing import GONE
from hub.spdci.answering import acknowledged, enveloped, header_of, refused, told_now
from hub.spdci.hearing import Ears, Heard, Sent, counted, heard
from hub.spdci.keeping import Book, kept_claims
from hub.spdci.messages import (
    CallbackHeader,
    EnrolledRequest,
    Header,
    SearchItem,
    SearchRequest,
    StatusRequest,
    UpdatesRequest,
)
from hub.spdci.partners import Partners
from hub.spdci.refusing import BAD, FORBIDDEN, LONGEST_WORDS, Nack, Rejected, nack_of
from hub.spdci.searching import TYPES, Found, Searching
from hub.spdci.standing import standing
from hub.spdci.updating import Inbox, inboxes_of
from hub.toolkit.key_files import KeyFiles

PATHS = {
    "search": "/registry/on-search",
    "subscribe": "/registry/on-subscribe",
    "unsubscribe": "/registry/on-unsubscribe",
    "txn-status": "/registry/txn/on-status",
}
"""Where answers go below an address of a sender."""
Work = Callable[["SpdciDoor", HttpRequest, str], Awaitable[Response]]


@dataclass(frozen=True)
class SpdciDoor:
    """Answers messages by SPDCI.

    Args:
        ears: Hears them.
        searching: Looks for what they ask.
        book: Keeps what is answered later.
        came: Tells that something waits.
        inboxes: Of the senders that may tell of beneficiaries, by their ids.
    """

    ears: Ears
    searching: Searching
    book: Book
    came: asyncio.Event
    inboxes: Mapping[str, Inbox] = field(default_factory=dict)

    @property
    def partners(self) -> Partners:
        """Who may send."""
        return self.ears.partners

    async def answer(self, http: HttpRequest, work: Work) -> Response:
        """The answer to one request; whatever goes wrong, as an acknowledgement of the standard."""
        language = language_of(http.headers.get("accept-language", ""))
        registry = str(http.path_params["registry"])
        try:
            if registry not in REGISTRIES:
                raise Nack(
                    "err.request.not_found",
                    "Tidak ada registri ini.",
                    "There is no such registry.",
                    status=404,
                )
            if http.method != "POST":
                raise Nack(BAD, "Kirimlah dengan POST.", "Send it by POST.", status=405)
            response = await work(self, http, registry)
        except Left:
            return Response(status_code=GONE)
        except Exception as error:  # noqa: BLE001  # every failure has an answer, and most are the sender's
            response = refused(nack_of(error), language)
        response.raw_headers += told_of(language)
        return await compressed(response, http.headers.get("accept-encoding", ""))

    async def searched(self, http: HttpRequest, registry: str) -> Response:
        """`sync/search`: what was found, at once."""
        asked = heard(await self.ears.sent(http, registry, "search"), SearchRequest)
        callers = await self.callers(asked)
        await self.ears.take(asked.sent)
        with while_awaited(http):
            items = await self.items(asked, callers)
        return self.told(asked, "on-search", items)

    async def later(self, http: HttpRequest, registry: str, action: str, form: type[Any]) -> Response:
        """A request that is answered by a message: checked whole, kept, and acknowledged."""
        asked: Heard[Any] = heard(await self.ears.sent(http, registry, action), form)
        sent, message = asked.sent, asked.message
        references = await self._references(asked, action)
        address = _address(sent, action)
        correlation = uuid.uuid4().hex
        kept = {
            "header": dict(sent.envelope.header), "message": sent.envelope.message, "style": sent.style.value,
            "said": sent.said[1:3], "language": sent.language, "claims": kept_claims(sent.claims),
        }  # fmt: skip
        await self.ears.take(sent)
        values = {
            "correlation": correlation, "registry": registry, "action": action, "sender": sent.sender.id,
            "transaction": message.transaction_id, "address": address, "sealed": self.book.seal(kept),
        }  # fmt: skip
        await self.book.add(values, references)
        self.came.set()
        return acknowledged(correlation)

    async def _references(self, asked: Heard[Any], action: str) -> list[str]:
        """The references of a request whose agreements grant what it asks for now."""
        if action == "search":
            await self.callers(asked)
            return [one.reference_id for one in asked.message.search_request]
        if action == "subscribe":
            counted(asked.sent.header, len(asked.message.subscribe_request))
            for one in asked.message.subscribe_request:
                await self.ears.admitted(asked.sent, (one.subscribe_criteria.authorize,))
            return [one.reference_id for one in asked.message.subscribe_request]
        return []

    async def status(self, http: HttpRequest, registry: str) -> Response:
        """`sync/txn/status`: how a request of the same sender fared, at once."""
        asked = heard(await self.ears.sent(http, registry, "txn-status"), StatusRequest)
        await self.ears.take(asked.sent)
        sender = asked.sent.sender.id
        told = await standing(self.book, sender, registry, asked.message.txnstatus_request)
        message = {
            "transaction_id": asked.message.transaction_id,
            "correlation_id": uuid.uuid4().hex,
            "txnstatus_response": told,
        }
        header = header_of(self.partners, "txn-on-status", sender, ["succ"])
        return enveloped(self.partners, asked.sent.style, header, message)

    async def enrolled(self, http: HttpRequest, registry: str) -> Response:
        """`sync/enrolled`, of the beneficiary registry alone: whether somebody is in a program today."""
        if registry != "ibr":
            raise Nack("err.request.not_found", "Hanya untuk IBR.", "For the IBR alone.", status=404)
        asked = heard(await self.ears.sent(http, registry, "search"), EnrolledRequest)
        criteria = asked.message.enrolled_criteria
        admitted = await self.ears.admitted(asked.sent, (criteria.authorize, criteria.consent))
        await self.ears.take(asked.sent)
        item: dict[str, Any] = {"reference_id": asked.message.transaction_id, "timestamp": told_now()}
        try:
            holds = await self.searching.enrolled(criteria.query, admitted, asked.sent.language)
            item |= {"status": "succ", "enrolled_status": "yes" if holds else "no"}
        except Rejected as error:
            # The standard has no third word: what could not be looked up is not said to be so.
            item |= {"status": "rjct", "enrolled_status": "no", "status_reason_code": error.code,
                     "status_reason_message": error.words(asked.sent.language)}  # fmt: skip
        message = {
            "transaction_id": asked.message.transaction_id,
            "correlation_id": uuid.uuid4().hex,
            "enrolled_response": [item],
        }
        header = header_of(self.partners, "on-search", asked.sent.sender.id, [item["status"]])
        return enveloped(self.partners, asked.sent.style, header, message, bare=True)

    async def updated(self, http: HttpRequest, registry: str) -> Response:
        """`sync/enrollment/updates`, of the beneficiary registry alone: what a system of a program tells the hub."""
        if registry != "ibr":
            raise Nack("err.request.not_found", "Hanya untuk IBR.", "For the IBR alone.", status=404)
        asked = heard(await self.ears.sent(http, registry, "notify", CallbackHeader), UpdatesRequest)
        sent, transaction, correlation = asked.sent, asked.message.transaction_id, uuid.uuid4().hex
        inbox = self.inboxes.get(sent.sender.id)
        if inbox is None:
            raise Nack(
                FORBIDDEN,
                "Pengirim ini tidak terdaftar untuk memutakhirkan kepesertaan.",
                "This sender is not registered to tell of enrollments.",
                "rjct.action.not_supported",
                status=403,
            )
        await self.ears.take(sent)
        items = await asyncio.to_thread(inbox.taken, asked)
        await self.book.note(sent, transaction, correlation, items)
        message = {"transaction_id": transaction, "correlation_id": correlation, "enrolled_response": items}
        header = header_of(self.partners, "on-notify", sent.sender.id, [one["status"] for one in items])
        return enveloped(self.partners, sent.style, header, message, bare=True)

    async def unasked(self, http: HttpRequest, registry: str, action: str) -> Response:
        """What answers or tells the hub, which asks and subscribes nowhere by message: refused, once it is heard."""
        form = Header if action in ("on-subscribe", "on-unsubscribe") else CallbackHeader
        asked = await self.ears.sent(http, registry, action, form)
        if not isinstance(asked.envelope.message, dict):
            raise Nack(BAD, "message: kosong atau bentuknya salah", "message: left out, or of a wrong form")
        await self.ears.take(asked)
        raise Nack(
            BAD,
            "Hub ini tidak menunggu jawaban atau pemberitahuan dengan id ini.",
            "This hub awaits no answer and no notice of this id.",
            status=200,
        )

    def ended(self, item: SearchItem, nack: Nack, sent: Sent) -> dict[str, Any]:
        """The answer to an item whose agreement ended before it was answered."""
        error = Rejected("rjct.search_criteria.invalid", nack.indonesian, nack.english)
        return rejected(item.reference_id, error, sent.spoken(item.locale))

    async def callers(self, asked: Heard[SearchRequest]) -> list[Admitted]:
        """The caller of each item, under the purpose that it names.

        Raises:
            Nack: The count is wrong, or a purpose is refused: then none of the items is answered.
        """
        counted(asked.sent.header, len(asked.message.search_request))
        return [
            await self.ears.admitted(asked.sent, (one.search_criteria.authorize, one.search_criteria.consent))
            for one in asked.message.search_request
        ]

    async def items(self, asked: Heard[SearchRequest], callers: list[Admitted]) -> list[dict[str, Any]]:
        """The answers to the items of a search, in their order; one that is rejected keeps no other back."""
        seen: set[str] = set()
        told = []
        for item, admitted in zip(asked.message.search_request, callers, strict=True):
            language = asked.sent.spoken(item.locale)
            try:
                if item.reference_id in seen:
                    raise Rejected(
                        "rjct.reference_id.duplicate", "reference_id berulang.", "reference_id stands twice."
                    )
                seen.add(item.reference_id)
                found = await self.searching.found(
                    asked.sent.registry, item.search_criteria, item.page, admitted, language
                )
                told.append(succeeded(asked.sent.registry, item, found, language))
            except Rejected as error:
                told.append(rejected(item.reference_id, error, language) | _spoken(item.locale))
        return told

    def told(self, asked: Heard[SearchRequest], action: str, items: list[dict[str, Any]]) -> Response:
        """A signed answer with these items."""
        sent = asked.sent
        header = header_of(self.partners, action, sent.sender.id, [one["status"] for one in items])
        message = {
            "transaction_id": asked.message.transaction_id,
            "correlation_id": uuid.uuid4().hex,
            "search_response": items,
        }
        return enveloped(self.partners, sent.style, header, message)


def _address(sent: Sent, action: str) -> str:
    """Where the answer goes: what the header names, or below the first address of the sender's entry.

    Raises:
        Nack: `err.sender_uri.invalid`, it is not registered.
    """
    named = sent.header.sender_uri if isinstance(sent.header, Header) else None
    sender = sent.sender
    if named is None and sender.callbacks:
        return sender.callbacks[0].rstrip("/") + PATHS[action]
    if named is None or not sender.may_call(named):
        raise Nack(
            "err.sender_uri.invalid",
            "sender_uri ini tidak terdaftar untuk pengirim.",
            "This sender_uri is not registered for the sender.",
        )
    return named


def succeeded(registry: str, item: SearchItem, found: Found, language: str) -> dict[str, Any]:
    """The answer to an item that found something, or nothing."""
    told = {
        "reference_id": item.reference_id,
        "timestamp": told_now(),
        "status": "succ",
        "data": {
            "version": "1.0.0",
            "reg_type": TYPES[registry],
            "reg_record_type": found.kind.type if found.kind else "graphql",
            "reg_records": found.records,
        },
        "pagination": {
            "page_size": found.page.page_size,
            "page_number": found.page.page_number,
            "total_count": found.total,
        },
        **_spoken(item.locale),
    }
    if found.refused:
        told["status_reason_message"] = _held_back(found, language)
    if found.receipt:
        told["receipt"] = found.receipt
    return told


def rejected(reference: str, error: Rejected, language: str) -> dict[str, Any]:
    """The answer to an item that is not answered."""
    return {
        "reference_id": reference,
        "timestamp": told_now(),
        "status": "rjct",
        "status_reason_code": error.code,
        "status_reason_message": error.words(language),
    }


def _held_back(found: Found, language: str) -> str:
    """What the agreement holds back, by scopes and masks."""
    names = sorted({name for one in found.refused for name in (*one.scopes, one.mask) if name})
    words = ("Sebagian ditahan menurut perjanjian: {}", "Held back by the agreement: {}")[language == "en"]
    return words.format(", ".join(names))[:LONGEST_WORDS]


def _spoken(locale: str | None) -> dict[str, str]:
    return {"locale": locale} if locale else {}


def open_spdci(door: Door, desk: Desk) -> SpdciDoor:
    """The doors of a server.

    Args:
        door: Of the graph: whatever is read is read through it.
        desk: Where it is noted what came.

    Raises:
        FatalError: `config_invalid`.
    """
    partners = Partners(load_spdci(desk.config_dir), KeyFiles(desk.config_dir), desk.database.roles)
    ears = Ears(door.gate, partners, desk.database)
    inboxes = inboxes_of(partners.config, desk.config_dir)
    return SpdciDoor(ears, Searching(door), Book(desk.database), asyncio.Event(), inboxes)


async def keys(http: HttpRequest) -> Response:
    """`/.well-known/jwks.json`: by what the hub's messages are checked; the same for everyone."""
    door: SpdciDoor = http.app.state.spdci
    return JSONResponse(door.partners.published(), headers={"cache-control": "public, max-age=60"})
