"""What waits to be answered and who wants to be told, kept in the database: it outlives the process that took it.

A request is kept encrypted, under a key of the hub, until it is answered or given up; what stays tells how it fared and
of nobody. Whoever takes a piece of work holds it for a minute: a process that dies leaves it to the next.
"""

import hashlib
import hmac
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from hub.access.encrypting import Encrypting, decrypted
from hub.access.tokens import Claims
from hub.domain import clock
from hub.spdci.hearing import KEPT, Sent
from hub.store.database import Database
from hub.store.sql import text

HOLD = timedelta(minutes=1)
"""How long work that was taken is nobody else's."""
MOST_ATTEMPTS = 12
"""To answer: over some two hours, twice as long between two as before."""
TOLD = timedelta(days=30)
"""How long it is told how a request fared."""
ADD = text(
    "insert into spdci_work (correlation, registry, action, sender, transaction, address, sealed, items, status,"
    " attempts, due, received) values (:correlation, :registry, :action, :sender, :transaction, :address, :sealed,"
    " cast(:items as jsonb), 'rcvd', 0, :now, :now)"
)
NOTE = text(
    "insert into spdci_work (correlation, registry, action, sender, transaction, address, items, status, attempts, due,"
    " received) values (:correlation, :registry, 'enrolled', :sender, :transaction, '', cast(:items as jsonb), 'succ',"
    " 0, :now, :now)"
)
TAKE = text(
    "update spdci_work set attempts = attempts + 1, due = :until, status = 'pdng' where id = ("
    "select id from spdci_work where sealed is not null and due <= :now order by due limit 1 for update skip locked)"
    " returning id, correlation, registry, action, sender, transaction, address, sealed, attempts"
)
DONE = text(
    "update spdci_work set sealed = null, status = :status, items = cast(:items as jsonb) where id = :id"
)
GIVEN_UP = text("update spdci_work set sealed = null, status = 'rjct' where id = :id")
LATER = text("update spdci_work set due = :due where id = :id")
FARED = text(
    "select correlation, action, transaction, items, status, received from spdci_work"
    " where sender = :sender and registry = :registry and action = :action and"
    " case :by when 'transaction_id' then transaction = :value when 'correlation_id' then correlation = :value"
    " else exists (select from jsonb_array_elements(items) i where i->>'reference_id' = any(cast(:values as text[])))"
    " end order by id desc limit 1"
)
FORGET = (
    text("delete from spdci_message where at < :messages"),
    text("delete from spdci_work where sealed is null and received < :works"),
)
SUBSCRIBE = text(
    "insert into spdci_subscription (code, registry, sender, event, digest, address, sealed, position, seen, attempts,"
    " due, made)"
    " values (:code, :registry, :sender, :event, :digest, :address, :sealed, :position, :seen, 0, :now, :now)"
    " on conflict (code) do nothing"
)
STANDS = text(
    "select code from spdci_subscription where sender = :sender and registry = :registry and event = :event"
    " and digest = :digest and ended is null"
)
UNSUBSCRIBE = text(
    "update spdci_subscription set ended = :now where code = :code and sender = :sender and registry = :registry"
    " and ended is null returning 1"
)
ENDED = text(
    "select 1 from spdci_subscription where code = :code and sender = :sender and registry = :registry"
)
LOOK = text(
    "update spdci_subscription set due = :until, attempts = attempts + 1 where code = ("
    "select code from spdci_subscription where ended is null and due <= :now order by due limit 1"
    " for update skip locked) returning code, registry, sender, event, address, sealed, position, seen, attempts"
)
MOVED = text(
    "update spdci_subscription set position = :position, seen = :seen, due = :due, attempts = 0 where code = :code"
)
PUT_OFF = text("update spdci_subscription set due = :due where code = :code")


@dataclass(frozen=True)
class Book:
    """Works and subscriptions of one hub.

    Args:
        database: Where they are kept.
    """

    database: Database

    def seal(self, told: Any) -> bytes:
        """What is kept of a request, encrypted."""
        out = io.BytesIO()
        with Encrypting(self.database.roles.derive("spdci works"), out) as file:
            file.write(orjson.dumps(told))
        return out.getvalue()

    def unseal(self, sealed: bytes) -> Any:
        """What was kept."""
        return orjson.loads(
            b"".join(decrypted(self.database.roles.derive("spdci works"), io.BytesIO(sealed)))
        )

    def digest(self, told: Any) -> bytes:
        """What stands for a filter: keyed, for it may hold a number of a person."""
        key = self.database.roles.derive("spdci filters")
        return hmac.digest(key, orjson.dumps(told, option=orjson.OPT_SORT_KEYS), hashlib.sha256)

    async def write(self, statement: Any, **values: Any) -> Any:
        """The row that a statement yields, committed; None: it yields none."""
        async with self.database.connect() as connection:
            found = await connection.execute(statement, values)
            row = found.first() if found.returns_rows else None
            await connection.commit()
        return row

    async def add(self, values: Mapping[str, Any], references: Sequence[str]) -> None:
        """Keeps a request to be answered later."""
        items = [{"reference_id": one, "status": "rcvd"} for one in references]
        await self.write(ADD, **values, items=orjson.dumps(items).decode(), now=clock.now())

    async def note(
        self, sent: Sent, transaction: str, correlation: str, items: Sequence[Mapping[str, Any]]
    ) -> None:
        """Keeps how the items of a message fared that was answered at once: of nobody, and no record."""
        told = [{name: one[name] for name in ("reference_id", "status")} for one in items]
        await self.write(
            NOTE, correlation=correlation, registry=sent.registry, sender=sent.sender.id, transaction=transaction,
            items=orjson.dumps(told).decode(), now=clock.now(),
        )  # fmt: skip

    async def take(self) -> Any:
        """A piece of work that is due, held for a minute; None: there is none."""
        now = clock.now()
        return await self.write(TAKE, now=now, until=now + HOLD)

    async def done(self, job: Any, items: Sequence[Mapping[str, Any]]) -> None:
        """A request was answered: how its items fared stays, and no record."""
        told = [
            {name: one[name] for name in ("reference_id", "status", "status_reason_code") if name in one}
            for one in items
        ]
        rejected = bool(told) and all(one["status"] == "rjct" for one in told)
        await self.write(
            DONE, id=job.id, status="rjct" if rejected else "succ", items=orjson.dumps(told).decode()
        )

    async def put_off(self, job: Any) -> None:
        """A request could not be answered now; after so many times it is given up."""
        if job.attempts >= MOST_ATTEMPTS:
            await self.write(GIVEN_UP, id=job.id)
        else:
            await self.write(LATER, id=job.id, due=clock.now() + pause(job.attempts))

    async def forget(self) -> None:
        """Drops what is too old to matter."""
        now = clock.now()
        async with self.database.connect() as connection:
            await connection.execute(FORGET[0], {"messages": now - KEPT})
            await connection.execute(FORGET[1], {"works": now - TOLD})
            await connection.commit()


def pause(attempts: int) -> timedelta:
    """How long to wait after so many attempts: from two seconds on, an hour at most."""
    return min(timedelta(seconds=2**attempts), timedelta(hours=1))


def kept_claims(claims: Claims | None) -> Any:
    """Claims as JSON has them."""
    if claims is None:
        return None
    return {**vars(claims), "private": dict(claims.private)}


def claims_of(told: Any) -> Claims | None:
    """Claims that were kept."""
    if told is None:
        return None
    return Claims(**{**told, "expires": datetime.fromisoformat(told["expires"])})
