"""Failures to protect personal data: what was reached within a window, and whom it touches, by the ledger.

Source: UU 27/2022 art. 46: told to the persons and the authority within 3 x 24 hours, with what was disclosed, when and
how, and how it is handled.
"""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from hub.access.areas import NATIONAL_KEYS, Range
from hub.access.reaching import bounds, reached
from hub.access.sealing import LedgerKeys, ledger_keys, seal_waiting
from hub.domain import clock
from hub.errors import InputError
from hub.registry.rights import Rights
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text

PERSONS_A_BATCH = 20_000
Event = Literal["told_authority", "told_persons", "handled", "closed"]
Standing = Literal["open", "told", "closed"]
DUTIES: frozenset[str] = frozenset({"told_authority", "told_persons"})
"""What the law asks for; both are noted before a breach counts as told."""

NOTE = text(
    "insert into breach (known, due, since, until, caller, agreement, how, handling, noted, actor) values"
    " (:known, :due, :since, :until, :caller, :agreement, :how, :handling, :noted, :actor) returning uid"
)
TOLD = text(
    """
    select b.id, b.uid, b.known, b.due, b.since, b.until, b.caller, b.agreement, b.how, b.handling,
           coalesce((select json_agg(json_build_object('number', e.id, 'event', e.event, 'at', e.at, 'actor', e.actor,
               'note', e.note) order by e.id) from breach_event e where e.breach_id = b.id), '[]') as events
    from breach b where cast(:uid as uuid) is null or b.uid = :uid order by b.known, b.id
    """
)
SAY = text(
    "insert into breach_event (breach_id, event, at, actor, note)"
    " select b.id, :event, :at, :actor, :note from breach b where b.uid = :uid"
)
ALONE = text("select pg_advisory_xact_lock(hashtext('breach ' || cast(:uid as text)))")
LINES = text("select seq, line from ledger where seq > :after order by seq limit 5000")
# Persons who live in reach, with what stands for each in lines: the number, and the cards and households that each
# ever stood on.
PERSONS = text(
    f"""
    with p as (select p.id, p.uid from person p where p.id > :after and {reached("p.id")} order by p.id limit :many)
    select p.id, p.uid, array(
        select 'c' || m.card_id from membership m where m.person_id = p.id
        union select 'h' || h.household_id from household_member h where h.person_id = p.id) as marks
    from p order by p.id
    """
)


@dataclass(frozen=True)
class Window:
    """What may have been reached.

    Args:
        since: First instant, UTC.
        until: End, exclusive, UTC.
        caller: Agency, or `agency/client`; blank: every one.
        agreement: Code; blank: every one.
    """

    since: datetime
    until: datetime
    caller: str = ""
    agreement: str = ""

    def holds(self, line: dict[str, object]) -> bool:
        """Whether a line of the ledger lies in it."""
        at = datetime.fromisoformat(str(line["at"]))
        caller, agreement = str(line["caller"]), str(line["agreement"]).partition("@")[0]
        return (
            self.since <= at < self.until
            and self.caller in ("", caller, caller.partition("/")[0])
            and self.agreement in ("", agreement)
        )


@dataclass(frozen=True)
class Breach:
    """A failure as it was noted.

    Args:
        uid: Public id.
        known: When it was found, UTC; from then on the clock runs.
        due: UTC, exclusive.
        window: What may have been reached.
        how: How it came about.
        handling: What was and is done.
        events: What was noted since, in order: `number`, `event`, `at`, `actor`, `note`.
    """

    uid: UUID
    known: datetime
    due: datetime
    window: Window
    how: str
    handling: str
    events: tuple[dict[str, Any], ...] = ()

    @property
    def standing(self) -> Standing:
        """Whether authority and persons have been told, or nothing more is to be done."""
        said = {one["event"] for one in self.events}
        if "closed" in said:
            return "closed"
        return "told" if said >= DUTIES else "open"

    def overdue(self, now: datetime) -> bool:
        """Whether authority and persons should have been told by an instant."""
        return self.standing == "open" and now >= self.due


@dataclass(frozen=True)
class Touched:
    """Whom and what a breach touches, by the ledger.

    Args:
        persons: Public ids in their order, which tells nothing.
        unknown: Persons, cards and households of the ledger of which the hub knows nobody any more, or nobody in reach.
        lines: Disclosures.
        fields: How often each was disclosed.
        callers: Disclosures by caller.
        first: Of the disclosures; None: there was none.
        last: Likewise.
    """

    persons: tuple[UUID, ...]
    unknown: int
    lines: int
    fields: dict[str, int]
    callers: dict[str, int]
    first: str | None
    last: str | None


async def note_breach(connection: AsyncConnection, breach: Breach, rights: Rights, actor: str) -> UUID:
    """Notes a breach and returns its public id; the caller commits. Its `uid` and `due` are made here.

    Raises:
        InputError: `breach_window`, it ends before it begins, or was found before it began.
    """
    window = breach.window
    if window.until <= window.since or breach.known < window.since:
        raise InputError("breach_window", "the window ends after it begins, and is found after it began")
    row = {
        "known": breach.known, "due": breach.known + timedelta(hours=rights.hours.breach), "since": window.since,
        "until": window.until, "caller": window.caller, "agreement": window.agreement, "how": breach.how,
        "handling": breach.handling, "noted": clock.now(), "actor": actor,
    }  # fmt: skip
    made: UUID = await connection.scalar(NOTE, row)
    return made


async def say_of_breach(
    connection: AsyncConnection, uid: UUID, event: Event, actor: str, why: str | None
) -> Breach:
    """Adds an event to a breach and returns it; the caller commits.

    Raises:
        InputError: `unknown_breach`; `case_closed`; `case_unfit`, what closes it or was done says so in words.
    """
    await connection.execute(ALONE, {"uid": str(uid)})
    found = await breaches(connection, uid)
    if not found:
        raise InputError("unknown_breach", "there is no such breach; `hub rights breach list` shows them")
    if found[0].standing == "closed":
        raise InputError("case_closed", "the breach is closed")
    if event not in DUTIES and not (why or "").strip():
        raise InputError("case_unfit", "say what was done, or why there is nothing more to do (--note)")
    row = {"uid": uid, "event": event, "at": clock.now(), "actor": actor, "note": why}
    await connection.execute(SAY, row)
    return (await breaches(connection, uid))[0]


async def breaches(connection: AsyncConnection, uid: UUID | None = None) -> list[Breach]:
    """Every breach, or one, by when it was found."""
    return [
        Breach(
            row.uid,
            row.known,
            row.due,
            Window(row.since, row.until, row.caller, row.agreement),
            row.how,
            row.handling,
            tuple(row.events),
        )
        for row in await connection.execute(TOLD, {"uid": uid})
    ]


async def touched(database: Database, window: Window, ranges: Sequence[Range] = (NATIONAL_KEYS,)) -> Touched:
    """Whom a window touches; what waits is sealed first. Memory: a token a person touched.

    Args:
        database: Where.
        window: What may have been reached.
        ranges: Of area keys, both ends inclusive: of fewer than all, the persons who live there and the disclosures
            that told of them are counted, and nothing else.

    Raises:
        RetriableError: `database_busy`, another sealer is at work for too long.
    """
    keys = ledger_keys(database.roles)
    await seal_waiting(database, keys, patient=True)
    tokens = set[str]()
    async for line in _lines(database, window):
        tokens.update(line["subjects"])
    persons, known = await _known(database, keys, tokens, ranges)
    everywhere = tuple(ranges) == (NATIONAL_KEYS,)
    fields, callers, times = Counter[str](), Counter[str](), list[str]()
    async for line in _lines(database, window):
        if everywhere or not known.isdisjoint(line["subjects"]):
            fields.update(line["fields"])
            callers[line["caller"]] += 1
            times.append(line["at"])
    times.sort()
    return Touched(
        persons, len(tokens - known) if everywhere else 0, len(times), dict(sorted(fields.items())),
        dict(sorted(callers.items())), times[0] if times else None, times[-1] if times else None,
    )  # fmt: skip


async def _lines(database: Database, window: Window) -> AsyncIterator[dict[str, Any]]:
    """The sealed lines of a window, in order; some thousands in memory at once."""
    after = 0
    async with database.connect(Role.LEDGER) as connection:
        while rows := (await connection.execute(LINES, {"after": after})).all():
            for line in (json.loads(row.line) for row in rows):
                if window.holds(line):
                    yield line
            after = int(rows[-1].seq)


async def _known(
    database: Database, keys: LedgerKeys, tokens: set[str], ranges: Sequence[Range]
) -> tuple[tuple[UUID, ...], set[str]]:
    """The persons in reach behind some tokens, each once, and those of the tokens that stand for them.

    Every person is tried, beside the event loop. Of a card or household that was told of, everyone who ever stood on it
    counts as touched.
    """
    found, hit, after = set[UUID](), set[str](), 0
    async with database.connect() as connection:
        while tokens:
            row = {"after": after, "many": PERSONS_A_BATCH, **bounds(ranges)}
            rows = (await connection.execute(PERSONS, row)).all()
            if not rows:
                break
            some, own = await asyncio.to_thread(_hits, rows, keys, tokens)
            found |= some
            hit |= own
            after = int(rows[-1].id)
    return tuple(sorted(found)), hit


def _hits(rows: Sequence[Any], keys: LedgerKeys, tokens: set[str]) -> tuple[set[UUID], set[str]]:
    """The persons among some rows that tokens stand for, and these tokens."""
    found, hit = set[UUID](), set[str]()
    for row in rows:
        own = {token.hex() for one in (row.id, *row.marks) for token in keys.tokens(one)} & tokens
        if own:
            found.add(row.uid)
            hit |= own
    return found, hit
