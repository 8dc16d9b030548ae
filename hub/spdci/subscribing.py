"""Subscriptions: who wants to be told of what, from when on, and under which agreement."""

import hashlib
from datetime import datetime
from typing import Any

import orjson

from hub.access.gate import Admitted
from hub.compiler.engine import Request
from hub.domain import clock
from hub.errors import HubError
from hub.schema.door import Door, seen_by
from hub.spdci.answering import told_now
from hub.spdci.attributes import PERSONS, plain
from hub.spdci.hearing import Ears, Heard
from hub.spdci.keeping import ENDED, STANDS, SUBSCRIBE, UNSUBSCRIBE, Book, kept_claims
from hub.spdci.messages import SubscribeItem, SubscribeRequest, UnsubscribeRequest
from hub.spdci.queries import filter_of
from hub.spdci.refusing import Rejected, rejection_of

START = "query ($since: DateTime!) { changes(since: $since, types: [PERSON, MEMBERSHIP], first: 1) { next until } }"
_SOCIAL = {
    "register": "REGISTER", "update": "UPDATE", "deregister": "DEREGISTER", "newhouseholdmember": "NewHouseHoldMember",
}  # fmt: skip
EVENTS = {
    "sr": _SOCIAL,
    "ibr": _SOCIAL,
    "crvs": {
        "birth": "BIRTH",
        "livebirth": "BIRTH",
        "death": "DEATH",
        "marriage": "MARRIAGE",
        "divorce": "DIVORCE",
    },
}
"""Events by registry, by their names without regard to how they are written."""


async def read(door: Door, document: str, variables: dict[str, Any], admitted: Admitted) -> Any:
    """What a document of the graph yields to a caller; see `Searching` for errors."""
    prepared = door.engine.prepare(Request(document, variables), seen_by(admitted, door.gate))
    door.budget.take(admitted.name, prepared.cost)
    async with door.admission:
        answer = await door.engine.answer(prepared, door.reads, admitted.context, door.gate.ledger)
    return orjson.loads(answer.data)


def kind_of(asked: Any, named: str | None) -> str:
    """The kind of a filter, named or told by its form."""
    if named:
        return named
    if isinstance(asked, list):
        return "predicate"
    wrapped = isinstance(asked, dict) and str(asked.get("type", "")).lower().endswith("expression")
    return "expression" if wrapped or not (isinstance(asked, dict) and "type" in asked) else "idtype-value"


async def subscribe(
    book: Book, door: Door, ears: Ears, asked: Heard[SubscribeRequest], job: Any
) -> list[dict[str, Any]]:
    """The items of `on-subscribe`; done again they come to the same subscriptions."""
    told = []
    for item in asked.message.subscribe_request:
        language = asked.sent.spoken(item.locale)
        answer: dict[str, Any] = {"reference_id": item.reference_id, "timestamp": told_now()}
        try:
            code = await _subscribed(book, door, ears, asked, item, job)
            standing = {"code": code, "status": "subscribe", "timestamp": told_now()}
            told.append(answer | {"status": "succ", "subscriptions": [standing]})
        except (Rejected, HubError) as error:
            refused = error if isinstance(error, Rejected) else rejection_of(error)
            words = {"status_reason_code": refused.code, "status_reason_message": refused.words(language)}
            told.append(answer | {"status": "rjct"} | words)
    return told


async def _subscribed(
    book: Book, door: Door, ears: Ears, asked: Heard[SubscribeRequest], item: SubscribeItem, job: Any
) -> str:
    criteria, sent = item.subscribe_criteria, asked.sent
    event = EVENTS[sent.registry].get(plain(criteria.reg_event_type.rpartition(":")[2]))
    if event is None:
        raise Rejected(
            "rjct.notify_types.invalid", "Peristiwa ini tidak dikenal.", "This event is not known."
        )
    if criteria.frequency:
        raise Rejected(
            "rjct.notify_details.invalid",
            "frequency tidak dilayani: pemberitahuan dikirim begitu ada.",
            "frequency is not served: notices are sent as they come.",
        )
    attributes = PERSONS["crvs" if sent.registry == "crvs" else "sr"]
    said = filter_of(attributes, kind_of(criteria.filter, criteria.filter_type), criteria.filter)
    admitted = await ears.admitted(sent, (criteria.authorize,))
    digest = book.digest([said, admitted.caller.purpose])
    code = hashlib.sha256(f"{job.correlation} {item.reference_id}".encode()).hexdigest()[:32]
    key = {"sender": sent.sender.id, "registry": sent.registry}
    stands = await book.write(STANDS, **key, event=event, digest=digest)
    if stands is not None and stands.code != code:
        raise Rejected("rjct.event.already_subscribed", "Sudah dilanggan.", "It is subscribed to already.")
    position, seen = await _beginning(door, admitted)
    agreement = admitted.caller.agreement.partition("@")[0]
    kept = {"filter": said, "purpose": admitted.caller.purpose, "agreement": agreement, "style": sent.style.value,
            "claims": kept_claims(sent.claims)}  # fmt: skip
    await book.write(
        SUBSCRIBE, **key, code=code, event=event, digest=digest, address=_notices(job.address),
        sealed=book.seal(kept), position=position, seen=seen, now=clock.now(),
    )  # fmt: skip
    return code


async def _beginning(door: Door, admitted: Admitted) -> tuple[str, datetime]:
    """The cursor from which a subscriber is told, and its instant: that up to which the record is whole.

    Not now: a run that is under way has not recorded all that it will at its instant.
    """
    whole = (await read(door, START, {"since": clock.now().isoformat()}, admitted))["changes"]
    if whole is None:
        raise Rejected(
            "rjct.filter.invalid",
            "Perjanjian Anda tidak mencakup aliran perubahan: semua cakupan diperlukan.",
            "Your agreement does not grant the feed of changes: it takes every scope.",
        )
    begun = await read(door, START, {"since": whole["until"]}, admitted)
    return begun["changes"]["next"], datetime.fromisoformat(whole["until"])


async def unsubscribe(book: Book, asked: Heard[UnsubscribeRequest], language: str) -> dict[str, Any]:
    """What `on-unsubscribe` tells beside its ids; codes of others are as unknown as those of nobody."""
    key = {"sender": asked.sent.sender.id, "registry": asked.sent.registry}
    codes = asked.message.subscription_codes
    known = [code for code in codes if await book.write(ENDED, **key, code=code)]
    for code in known:
        await book.write(UNSUBSCRIBE, **key, code=code, now=clock.now())
    told: dict[str, Any] = {
        "timestamp": told_now(),
        "status": "succ" if len(known) == len(codes) else "rjct",
        "subscription_status": [{"code": code, "status": "unsubscribe"} for code in known],
    }
    if len(known) < len(codes):
        words = ("Sebagian kode langganan tidak dikenal.", "Some subscription codes are not known.")
        told |= {
            "status_reason_code": "rjct.subscription_code.invalid",
            "status_reason_message": words[language == "en"],
        }
    return told


def _notices(address: str) -> str:
    """Where notices go: beside the address that `on-subscribe` goes to."""
    return address.removesuffix("/on-subscribe") + "/notify" if address.endswith("/on-subscribe") else address
