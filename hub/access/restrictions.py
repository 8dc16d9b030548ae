"""Whose data is withheld: decisions to restrict, protect and lift, and whom they cover.

A person is covered from a decision on, whatever first day it names, until a later one of the same kind refuses or lifts
it, or its last day is over. What nobody has decided yet, or cannot be read, covers: unknown is protected.
Source: UU 27/2022 art. 40 (to end processing) and 41 (to delay or restrict it, within 3 x 24 hours).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from hub.access.areas import Range
from hub.access.reaching import bounds, reached
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
# Decisions on persons who live in reach, in order: all, one, those on one person, or those that withhold today.
WITHIN = text(
    f"""
    select x.* from (
        select r.id as number, r.subject_id as person_id, r.kind, r.event, r.at, r.actor, r.basis, r.since, r.until,
               coalesce(r.event not in ('refused', 'lifted'), true)
                   and (r.until is null or cast(:today as date) < r.until)
                   and not exists (select from restriction n
                       where n.subject_id = r.subject_id and n.kind = r.kind and n.id > r.id) as covers
        from restriction r join person p on p.id = r.subject_id
        where (cast(:number as bigint) is null or r.id = :number) and (cast(:person as uuid) is null or p.uid = :person)
          and r.id > :after and {reached("r.subject_id")}) x
    where x.covers or not cast(:covering as boolean) order by x.number limit :many
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


async def decide(connection: AsyncConnection, person: UUID, decision: Decision) -> int:
    """Keeps a decision, withholds, or no longer withholds, the person, and returns its number; the caller commits.

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
    number = await connection.scalar(NOTE, row)
    if number is None:
        raise InputError("unknown_person", "the hub knows no such person")
    await connection.execute(LANDED)
    await cover(connection)
    return int(number)


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


@dataclass(frozen=True)
class Sought:
    """Which decisions.

    Args:
        ranges: Of area keys, both ends inclusive, in which the persons live.
        number: One alone.
        person: Public id: those on this person alone.
        covering: Only those that withhold somebody today.
        after: Those with a higher number.
        many: At most so many.
    """

    ranges: Sequence[Range]
    number: int | None = None
    person: UUID | None = None
    covering: bool = False
    after: int = 0
    many: int = 500


async def decided_within(connection: AsyncConnection, sought: Sought) -> list[dict[str, Any]]:
    """Decisions as rows, in order: the columns of `restriction`, and whether each `covers` today (WIB)."""
    row = {
        **bounds(sought.ranges), "number": sought.number, "person": sought.person, "covering": sought.covering,
        "after": sought.after, "many": sought.many, "today": clock.today(),
    }  # fmt: skip
    return [dict(found) for found in (await connection.execute(WITHIN, row)).mappings()]


def _in_order(found: Iterable[Decided]) -> list[Decided]:
    return sorted(found, key=lambda one: (one.at, one.person, one.decision.kind))


async def bearers(connection: AsyncConnection, nik: str) -> list[UUID]:
    """Public ids of the persons who bear a NIK or ever did: a restriction is for all of them."""
    return list((await connection.scalars(BEARERS, {"nik": nik})).all())
