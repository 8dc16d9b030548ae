"""Notices: what changed since a subscriber was last told, read from the feed of changes under the rights of now.

Which event a change is follows from how the person was held when the subscriber was last told and how now. A notice is
told of at least once: it bears the same ids when it is sent again.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from hub.access.gate import Admitted
from hub.domain import clock
from hub.errors import RetriableError
from hub.schema.door import Door
from hub.spdci.answering import body_of, header_of, told_now
from hub.spdci.keeping import LOOK, MOVED, PUT_OFF, Book, claims_of, pause
from hub.spdci.partners import Partners
from hub.spdci.records import CIVIL_FIELDS, Record, civil, member
from hub.spdci.searching import TYPES
from hub.spdci.subscribing import read
from hub.toolkit.envelopes import Style
from hub.toolkit.posting import post

EVERY = timedelta(seconds=5)
"""How often a subscription is looked at that has nothing to tell."""
PAGE = 50
FEED = f"""query ($after: String!) {{ changes(after: $after, types: [PERSON, MEMBERSHIP], first: {PAGE}) {{
  items {{ type kind nodeId node {{ id ... on Person {{ nik vital marital }} }} }} next last until }} }}"""
BEFORE = """query ($ids: [ID!]!, $then: DateTime!) {
  nodes(ids: $ids, knownAt: $then) { id ... on Person { nik vital marital } } }"""
MATCHING = f"query ($filter: PersonFilter!) {{ people(filter: $filter, first: 500) {{ nodes {{ {CIVIL_FIELDS} }} }} }}"
MATCHED = """query ($filter: PersonFilter!, $then: DateTime!) {
  people(filter: $filter, first: 500, knownAt: $then) { nodes { id } } }"""
Held = Mapping[str, Any] | None


def event_of(item: Mapping[str, Any], before: Held) -> set[str]:
    """The events that a change is, given how the person was held before."""
    now: Held = item["node"]
    if item["kind"] == "TOMBSTONE" or now is None:
        return {"DEREGISTER"}
    if item["type"] == "MEMBERSHIP":
        return {"NewHouseHoldMember"}
    if before is None:
        return {"REGISTER", "BIRTH"}
    found = {"UPDATE"}
    if now.get("vital") == "meninggal" != before.get("vital"):
        found.add("DEATH")
    for code, name in (("2", "MARRIAGE"), ("3", "DIVORCE")):
        if now.get("marital") == code != before.get("marital"):
            found.add(name)
    return found


async def notify_next(book: Book, door: Door, partners: Partners) -> bool:
    """Looks at the subscription that is due; whether there was one."""
    now = clock.now()
    row = await book.write(LOOK, now=now, until=now + timedelta(minutes=1))
    if row is None:
        return False
    try:
        await _notified(book, door, partners, row)
    except Exception:
        await book.write(PUT_OFF, code=row.code, due=clock.now() + pause(min(row.attempts, 12)))
        raise
    return True


async def _notified(book: Book, door: Door, partners: Partners, row: Any) -> None:
    kept, sender = book.unseal(bytes(row.sealed)), partners.config.by_id().get(row.sender)
    if sender is None or not sender.may_call(row.address):
        raise RetriableError("partner_unavailable", "a subscriber is registered no longer")
    admitted = await door.gate.resume(claims_of(kept["claims"]), kept["purpose"], kept["agreement"])
    page = (await read(door, FEED, {"after": row.position}, admitted))["changes"]
    records = await _records(door, row, kept["filter"], page["items"], admitted)
    if records:
        await _sent(partners, row, Style(kept["style"]), records)
    due = clock.now() + EVERY if page["last"] else clock.now()
    # Not the instant of this look: what a run that is under way recorded before it has not been told yet.
    seen = datetime.fromisoformat(page["until"]) if page["last"] else row.seen
    await book.write(MOVED, code=row.code, position=page["next"], seen=seen, due=due)


async def _records(door: Door, row: Any, said: Any, items: Any, admitted: Admitted) -> list[Record]:
    """What a page has to tell: of those whom the filter lets through, in the order of the feed."""
    ids = list(dict.fromkeys(one["nodeId"] for one in items))
    if not ids:
        return []
    then = {"ids": ids, "then": row.seen.isoformat()}
    before = {one["id"]: one for one in (await read(door, BEFORE, then, admitted))["nodes"] if one}
    meant = [one for one in items if row.event in event_of(one, before.get(one["nodeId"]))]
    here = [one["node"] for one in meant if one["node"]]
    gone = [before[one["nodeId"]] for one in meant if one["node"] is None and one["nodeId"] in before]
    held = await _matching(door, said, here, admitted)
    left = await _matching(door, said, gone, admitted, row.seen.isoformat())
    told: dict[str, Record] = {}
    for one in meant:
        name = one["nodeId"]
        if name in held:
            told[name] = held[name]
        elif one["node"] is None and name in left:
            told[name] = {"@id": name}
    return list(told.values())


async def _matching(
    door: Door, said: Any, nodes: list[Any], admitted: Admitted, then: str | None = None
) -> dict[str, Record]:
    """Of these persons those whom the filter lets through, or did at an instant; who has no NIK cannot be told."""
    numbers = sorted({one["nik"] for one in nodes if one.get("nik")})
    if not numbers:
        return {}
    asked: dict[str, Any] = {"filter": {"and": [said, {"nik": {"in": numbers}}]}}
    document, asked = (MATCHED, asked | {"then": then}) if then else (MATCHING, asked)
    found = (await read(door, document, asked, admitted))["people"]["nodes"]
    wanted = {one["id"] for one in nodes}
    return {one["id"]: dict(one) for one in found if one["id"] in wanted}


async def _sent(partners: Partners, row: Any, style: Style, records: list[Record]) -> None:
    make = civil if row.registry == "crvs" else member
    told = [make(one) if "name" in one else one for one in records]
    name = hashlib.sha256(f"{row.code} {row.position}".encode()).hexdigest()[:32]
    events = [
        {
            "reference_id": f"{name}-{number}",
            "timestamp": told_now(),
            "data": {
                "version": "1.0.0", "reg_type": TYPES[row.registry], "reg_event_type": row.event,
                "reg_record_type": "CRVSPerson" if row.registry == "crvs" else "Member", "reg_records": one,
            },
        }
        for number, one in enumerate(told)
    ]  # fmt: skip
    header = header_of(partners, "notify", row.sender, ["succ"] * len(events), name)
    message = {"transaction_id": name, "notify_event": events, "subscription_code": row.code}
    await post(row.address, body_of(partners, style, header, message))
