"""Cases of persons about their data: what was asked, by when it has to be answered, and what became of it.

A case is only ever added to. A restriction that is asked for withholds at once (`hub.access.restrictions`), and whoever
decides the case decides that too, in one transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from hub.access.areas import Range
from hub.access.reaching import bounds, reached
from hub.access.restrictions import Decision, decide
from hub.domain import clock
from hub.errors import InputError
from hub.registry.rights import Kind, Rights
from hub.store.sql import AsyncConnection, text

Event = Literal["opened", "routed", "told", "granted", "refused", "withdrawn"]
Standing = Literal["open", "granted", "refused", "withdrawn"]
CLOSES: frozenset[str] = frozenset({"granted", "refused", "withdrawn"})
_RESTRICTS: Mapping[str, Literal["restricted", "refused", "lifted"]] = {
    "granted": "restricted", "refused": "refused", "withdrawn": "lifted",
}  # fmt: skip

OPEN = text(
    "insert into rights_case (kind, person_id, opened, due, asked, registry, finding)"
    " select :kind, p.id, :opened, :due, :asked, cast(:registry as text), cast(:finding as uuid)"
    " from person p where p.uid = :person returning id, uid"
)
NOTE = text(
    "insert into rights_event (case_id, event, at, actor, note) values (:case, :event, :at, :actor, :note)"
)
ALONE = text("select pg_advisory_xact_lock(hashtext('rights ' || cast(:uid as text)))")
FINDING = text(
    "select 1 from finding f join person p on p.id = any(f.person_ids) where f.uid = :finding and p.uid = :person"
)
REGISTRY = text("select 1 from source where code = :code")
TOLD = text(
    """
    select c.id, c.uid, c.kind, p.uid as person, c.opened, c.due, c.asked, c.registry, c.finding,
           array_agg(e.event order by e.id) as events, array_agg(e.at order by e.id) as times,
           array_agg(e.actor order by e.id) as actors, array_agg(coalesce(e.note, '') order by e.id) as notes
    from rights_case c join rights_event e on e.case_id = c.id join person p on p.id = c.person_id
    where (cast(:uid as uuid) is null or c.uid = :uid) and (cast(:person as uuid) is null or p.uid = :person)
    group by c.id, p.uid order by c.due, c.id
    """
)

# Cases of persons who live in reach, with their events, by when they are due.
WITHIN = text(
    f"""
    select x.* from (
        select c.id as number, c.uid, c.kind, c.person_id, c.opened, c.due, c.asked, c.registry, c.finding,
               (select json_agg(json_build_object('number', e.id, 'event', e.event, 'at', e.at, 'actor', e.actor,
                    'note', e.note) order by e.id) from rights_event e where e.case_id = c.id) as events,
               coalesce((select e.event from rights_event e where e.case_id = c.id
                    and e.event in ('granted', 'refused', 'withdrawn') order by e.id desc limit 1), 'open') as standing
        from rights_case c where (cast(:uid as uuid) is null or c.uid = :uid) and {reached("c.person_id")}) x
    where (cast(:standing as text) is null or x.standing = :standing)
      and (not cast(:overdue as boolean) or (x.standing = 'open' and x.due <= cast(:now as timestamptz)))
    order by x.due, x.number limit :many
    """
)


@dataclass(frozen=True)
class Asked:
    """What a person asks.

    Args:
        kind: Of the right.
        person: Public id of the person concerned.
        asked: In the words of who asks; it stays in the case and goes nowhere else.
        registry: Code of the source that a correction is routed to; the hub itself corrects nothing.
        finding: Public id of the finding that is objected to.
    """

    kind: Kind
    person: UUID
    asked: str
    registry: str | None = None
    finding: UUID | None = None


@dataclass(frozen=True)
class Happened:
    """One event of a case.

    Args:
        event: What.
        at: When, UTC.
        actor: By whom, by the name of the account.
        note: Why, or what was done; blank: nothing said.
    """

    event: str
    at: datetime
    actor: str
    note: str


@dataclass(frozen=True)
class Case:
    """A case as it is now.

    Args:
        number: Within the database.
        uid: Public id.
        asked: What was asked.
        opened: UTC.
        due: UTC, exclusive.
        events: In order.
    """

    number: int
    uid: UUID
    asked: Asked
    opened: datetime
    due: datetime
    events: tuple[Happened, ...]

    @property
    def standing(self) -> Standing:
        """Whether and how it has ended."""
        ends: list[Standing] = [one.event for one in self.events if one.event in CLOSES]  # type: ignore[misc]  # by CLOSES
        return ends[-1] if ends else "open"

    def overdue(self, now: datetime) -> bool:
        """Whether it should have been answered by an instant."""
        return self.standing == "open" and now >= self.due


async def open_case(connection: AsyncConnection, asked: Asked, rights: Rights, actor: str) -> UUID:
    """Opens a case and returns its public id; the caller commits.

    A correction is routed to its registry, and a restriction withholds the person from now on.

    Raises:
        InputError: `unknown_person`; `unknown_registry`; `unknown_finding`, it does not speak of this person;
            `case_unfit`, it lacks what its kind needs.
    """
    _require_whole(asked)
    if asked.registry and await connection.scalar(REGISTRY, {"code": asked.registry}) is None:
        raise InputError("unknown_registry", "there is no such source; `hub sources list` shows them")
    if asked.finding:
        about = {"finding": asked.finding, "person": asked.person}
        if await connection.scalar(FINDING, about) is None:
            raise InputError("unknown_finding", "there is no such finding of this person")
    now = clock.now()
    row = {
        "kind": asked.kind, "person": asked.person, "opened": now, "asked": asked.asked.strip(),
        "due": now + timedelta(hours=getattr(rights.hours, asked.kind)),
        "registry": asked.registry, "finding": asked.finding,
    }  # fmt: skip
    made = (await connection.execute(OPEN, row)).first()
    if made is None:
        raise InputError("unknown_person", "the hub knows no such person")
    await _note(connection, made.id, "opened", actor, None)
    if asked.registry:
        await _note(connection, made.id, "routed", actor, asked.registry)
    if asked.kind == "restriction":
        await decide(
            connection, asked.person, Decision("processing", "asked", actor, f"permohonan {made.uid}")
        )
    found: UUID = made.uid
    return found


async def note(connection: AsyncConnection, uid: UUID, event: Event, actor: str, why: str | None) -> Case:
    """Adds an event to an open case and returns the case; the caller commits.

    Raises:
        InputError: `unknown_case`; `case_closed`; `case_unfit`, a refusal says why.
    """
    await connection.execute(ALONE, {"uid": str(uid)})
    found = await cases(connection, uid=uid)
    if not found:
        raise InputError("unknown_case", "there is no such case; `hub rights list` shows them")
    case = found[0]
    if case.standing != "open" or event == "opened":
        raise InputError("case_closed", f"the case is {case.standing}; open another")
    if event == "routed" and await connection.scalar(REGISTRY, {"code": why}) is None:
        raise InputError("unknown_registry", "there is no such source; `hub sources list` shows them")
    if event == "refused" and not (why or "").strip():
        raise InputError("case_unfit", "a refusal says why, for the person has a right to know (--note)")
    await _note(connection, case.number, event, actor, why)
    if case.asked.kind == "restriction" and event in _RESTRICTS:
        decision = Decision("processing", _RESTRICTS[event], actor, f"permohonan {uid}")
        await decide(connection, case.asked.person, decision)
    return (await cases(connection, uid=uid))[0]


async def cases(
    connection: AsyncConnection, uid: UUID | None = None, person: UUID | None = None
) -> list[Case]:
    """Every case, or one, or those of one person, by when they are due."""
    rows = await connection.execute(TOLD, {"uid": uid, "person": person})
    return [
        Case(
            row.id,
            row.uid,
            Asked(row.kind, row.person, row.asked, row.registry, row.finding),
            row.opened,
            row.due,
            tuple(Happened(*each) for each in zip(row.events, row.times, row.actors, row.notes, strict=True)),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class Wanted:
    """Which cases.

    Args:
        ranges: Of area keys, both ends inclusive, in which the persons live.
        uid: One case alone.
        standing: Whether and how it ended; None: however.
        overdue: Only those that should have been answered by now.
        many: At most so many.
    """

    ranges: Sequence[Range]
    uid: UUID | None = None
    standing: str | None = None
    overdue: bool = False
    many: int = 500


async def cases_within(connection: AsyncConnection, wanted: Wanted) -> list[dict[str, Any]]:
    """The cases as rows: the columns of `rights_case`, its `standing`, and `events` as JSON."""
    row = {
        **bounds(wanted.ranges), "uid": wanted.uid, "standing": wanted.standing, "overdue": wanted.overdue,
        "now": clock.now(), "many": wanted.many,
    }  # fmt: skip
    return [dict(found._mapping) for found in await connection.execute(WITHIN, row)]  # noqa: SLF001  # its public name


def _require_whole(asked: Asked) -> None:
    lacks = {
        "correction": asked.registry is None and "a correction is routed to a registry (--registry)",
        "objection": asked.finding is None and "an objection is to a finding (--finding)",
    }.get(asked.kind)
    if lacks:
        raise InputError("case_unfit", lacks)
    if not asked.asked.strip():
        raise InputError("case_unfit", "say what is asked for")


async def _note(connection: AsyncConnection, case: int, event: str, actor: str, why: str | None) -> None:
    row = {"case": case, "event": event, "at": clock.now(), "actor": actor, "note": why}
    await connection.execute(NOTE, row)
