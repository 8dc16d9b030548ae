"""Failures to protect personal data: what was reached within a window, and whom it touches, by the ledger.

Source: UU 27/2022 art. 46: told to the persons and the authority within 3 x 24 hours, with what was disclosed, when and
how, and how it is handled.
"""

import json
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.access.sealing import LedgerKeys, ledger_keys, seal_waiting
from hub.domain import clock
from hub.errors import InputError
from hub.registry.rights import Rights
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text

PERSONS_A_BATCH = 20_000

NOTE = text(
    "insert into breach (known, due, since, until, caller, agreement, how, handling, noted, actor) values"
    " (:known, :due, :since, :until, :caller, :agreement, :how, :handling, :noted, :actor) returning uid"
)
TOLD = text(
    "select uid, known, due, since, until, caller, agreement, how, handling from breach"
    " where cast(:uid as uuid) is null or uid = :uid order by known, id"
)
LINES = text("select seq, line from ledger where seq > :after order by seq limit 5000")
# Persons with what stands for each in lines: the number, and the cards and households that each ever stood on.
PERSONS = text(
    """
    with p as (select id, uid from person where id > :after order by id limit :many)
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
    """

    uid: UUID
    known: datetime
    due: datetime
    window: Window
    how: str
    handling: str


@dataclass(frozen=True)
class Touched:
    """Whom and what a breach touches, by the ledger.

    Args:
        persons: Public ids, in no order that tells anything.
        unknown: Persons, cards and households of the ledger of which the hub knows nobody any more.
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
        )
        for row in await connection.execute(TOLD, {"uid": uid})
    ]


async def touched(database: Database, window: Window) -> Touched:
    """Whom a window touches; what waits is sealed first. Memory: a token a person touched."""
    keys = ledger_keys(database.roles)
    await seal_waiting(database, keys)
    tokens, fields, callers, times = set[str](), Counter[str](), Counter[str](), list[str]()
    async with database.connect(Role.LEDGER) as connection:
        after = 0
        while rows := (await connection.execute(LINES, {"after": after})).all():
            for line in (json.loads(row.line) for row in rows):
                if window.holds(line):
                    tokens.update(line["subjects"])
                    fields.update(line["fields"])
                    callers[line["caller"]] += 1
                    times.append(line["at"])
            after = int(rows[-1].seq)
    persons, known = await _known(database, keys, tokens)
    told = sorted(times)
    return Touched(
        persons, len(tokens) - known, len(told), dict(sorted(fields.items())), dict(sorted(callers.items())),
        told[0] if told else None, told[-1] if told else None,
    )  # fmt: skip


async def _known(database: Database, keys: LedgerKeys, tokens: set[str]) -> tuple[tuple[UUID, ...], int]:
    """The persons behind some tokens, each once, and how many of the tokens they stand for: every person is tried.

    Of a card or household that was told of, everyone who ever stood on it counts as touched.
    """
    found, hit, after = set[UUID](), set[str](), 0
    async with database.connect() as connection:
        while tokens:
            rows = (await connection.execute(PERSONS, {"after": after, "many": PERSONS_A_BATCH})).all()
            if not rows:
                break
            for row in rows:
                stands = [row.id, *row.marks]
                own = {token.hex() for one in stands for token in keys.tokens(one)} & tokens
                if own:
                    found.add(row.uid)
                    hit |= own
            after = int(rows[-1].id)
    return tuple(sorted(found)), len(hit)
