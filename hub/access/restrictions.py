"""Whose data is withheld: decisions to restrict, protect and lift, and whom they cover.

A person is covered from a decision on, whatever first day it names, until a later one of the same kind refuses or lifts
it, or its last day is over. What nobody has decided yet, or cannot be read, covers: unknown is protected.
Source: UU 27/2022 art. 40 (to end processing) and 41 (to delay or restrict it, within 3 x 24 hours).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from hub.domain import clock
from hub.errors import InputError
from hub.store.sql import AsyncConnection, text

Kind = Literal["processing", "protected"]
Event = Literal["asked", "restricted", "refused", "lifted"]
FREE: frozenset[str] = frozenset({"refused", "lifted"})
"""Events that cover nobody; every other word does."""

NOTE = text(
    "insert into restriction (subject_id, kind, event, at, actor, basis, since, until)"
    " select p.id, :kind, :event, :at, :actor, :basis, cast(:since as date), cast(:until as date)"
    " from person p where p.uid = :uid returning id"
)
LANDED = text("lock table cluster_member in share mode")
"""A landing that moves mentions about ends first: neither would see what the other writes."""
COVER = text("select hub.withhold(cast(:day as date)), hub.come_of_age(cast(:day as date))")
TOLD = text(
    """
    select p.uid, r.kind, r.event, r.at, r.actor, r.basis, r.since, r.until
    from restriction r join person p on p.id = r.subject_id
    where cast(:uid as uuid) is null or p.uid = :uid order by r.id
    """
)
#: Everyone who bears the number now, or did as far as the hub ever held.
BEARERS = text(
    "select distinct p.uid from person_state s join person p on p.id = s.person_id where s.nik = :nik order by p.uid"
)


@dataclass(frozen=True)
class Decision:
    """One decision on one person.

    Args:
        kind: Restriction of processing, or a protected person or address.
        event: What was decided.
        actor: Who decided, by the name of the account.
        basis: Law, order or request that it rests on.
        since: First day named (WIB); it covers at once all the same.
        until: Day after the last (WIB); None: until it is lifted. From then on it covers until the next decision or
            landing, and no longer.
    """

    kind: Kind
    event: Event
    actor: str
    basis: str
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Decided:
    """A decision that was kept.

    Args:
        person: Public id of whom it is about.
        decision: What was decided.
        at: When, UTC.
    """

    person: UUID
    decision: Decision
    at: datetime

    def covers(self, day: date) -> bool:
        """Whether it withholds on a day (WIB), where no later one of its kind stands against it."""
        return self.decision.event not in FREE and (self.decision.until is None or day < self.decision.until)


async def decide(connection: AsyncConnection, person: UUID, decision: Decision) -> None:
    """Keeps a decision and withholds, or no longer withholds, the person; the caller commits.

    Args:
        connection: Under the writing role.
        person: Public id of the person.
        decision: To `restrict` is the event `restricted`, to lift `lifted`.

    Raises:
        InputError: `unknown_person`; `restriction_days`, it ends before it begins; `not_restricted`, nothing to lift.
    """
    if decision.since and decision.until and decision.until <= decision.since:
        raise InputError("restriction_days", "the day after the last is later than the first")
    if decision.event in FREE and decision.kind not in {
        one.decision.kind for one in await covering(connection, person)
    }:
        raise InputError("not_restricted", "there is no such restriction of this person to refuse or lift")
    row = {
        "uid": person, "kind": decision.kind, "event": decision.event, "at": clock.now(), "actor": decision.actor,
        "basis": decision.basis, "since": decision.since, "until": decision.until,
    }  # fmt: skip
    if await connection.scalar(NOTE, row) is None:
        raise InputError("unknown_person", "the hub knows no such person")
    await connection.execute(LANDED)
    await cover(connection)


async def cover(connection: AsyncConnection) -> None:
    """Withholds whom the decisions cover today (WIB) and nobody else, and notes who came of age; the caller commits."""
    await connection.execute(COVER, {"day": clock.today()})


async def decided(connection: AsyncConnection, person: UUID | None = None) -> list[Decided]:
    """Every decision, or those on one person, in order."""
    found = await connection.execute(TOLD, {"uid": person})
    return [
        Decided(row.uid, Decision(row.kind, row.event, row.actor, row.basis, row.since, row.until), row.at)
        for row in found
    ]


async def covering(connection: AsyncConnection, person: UUID | None = None) -> list[Decided]:
    """The decisions that withhold somebody today (WIB), in order: of each person and kind the newest."""
    newest = {(one.person, one.decision.kind): one for one in await decided(connection, person)}
    return [one for one in _in_order(newest.values()) if one.covers(clock.today())]


def _in_order(found: Iterable[Decided]) -> list[Decided]:
    return sorted(found, key=lambda one: (one.at, one.person, one.decision.kind))


async def bearers(connection: AsyncConnection, nik: str) -> list[UUID]:
    """Public ids of the persons who bear a NIK or ever did: a restriction is for all of them."""
    return list((await connection.scalars(BEARERS, {"nik": nik})).all())
