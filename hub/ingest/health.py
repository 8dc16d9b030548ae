"""How a source fares: the calls of the day against its quota, and the circuit that spares a broken one."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from hub.domain import clock
from hub.errors import RetriableError
from hub.registry.sources import SourceConfig
from hub.store.database import Database
from hub.store.sql import text
from hub.toolkit.allowance import Allowance

FOUND = text("select quota_day, calls, failures, open_until from source_health where source_id = :source")
# Calls are written down before they are made, so that a run that is killed forgets none. Those of another day give
# way to those of this one; what was written down and not made is given back (`calls` is negative then).
BOOK = text(
    """
    insert into source_health as h (source_id, quota_day, calls) values (:source, :day, :calls)
    on conflict (source_id) do update set quota_day = excluded.quota_day,
        calls = excluded.calls + case when h.quota_day = excluded.quota_day then h.calls else 0 end
    """
)
NOTE = text(
    """
    insert into source_health as h (source_id, quota_day, calls, failures, open_until, detail)
    values (:source, :day, greatest(:calls, 0), :failures, :until, cast(:detail as jsonb))
    on conflict (source_id) do update set quota_day = excluded.quota_day, failures = excluded.failures,
        calls = greatest(0, :calls + case when h.quota_day = excluded.quota_day then h.calls else 0 end),
        open_until = excluded.open_until, detail = excluded.detail
    """
)
LONGEST_PAUSE = timedelta(days=1)
#: Codes of failures that are the source's own trouble: another call soon is of no use to either side.
UPSTREAM = frozenset(
    {
        "busy", "busy_for_long", "timeout", "connection_broken", "unreachable", "html_instead", "answer_odd",
        "answer_cut_off", "answer_too_large", "json_unreadable", "file_differs", "index_odd", "redirected",
        "listing_odd", "listing_moved", "listing_incomplete", "page_empty", "page_moved", "page_repeated",
        "cursor_stuck", "listing_too_long",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Health:
    """What is known of a source before a run.

    Attributes:
        calls: Made today (WIB).
        failures: Runs in a row that failed by the source's own trouble.
        open_until: The source is not called before this instant, UTC; None when it may be.
    """

    calls: int = 0
    failures: int = 0
    open_until: datetime | None = None

    def refusal(self, config: SourceConfig) -> RetriableError | None:
        """Why the source is not called now: `circuit_open`, with the instant from which it is; else None."""
        if self.open_until is None or self.open_until <= clock.now():
            return None
        when = self.open_until.astimezone(clock.WIB)
        return RetriableError(
            "circuit_open",
            f"{config.name}: its last {self.failures} runs failed by its own trouble, so that it is not called "
            f"before {when:%Y-%m-%d %H:%M} WIB",
        )

    def allowance(self, config: SourceConfig, database: Database) -> Allowance:
        """The calls that are left of the day; each is written down before it is made."""
        quota = config.limits.daily_quota
        left = None if quota is None else max(0, quota - self.calls)
        return Allowance(left, book=partial(book, database, config.number))


async def health_of(database: Database, source_id: int) -> Health:
    """What is known of a source; nothing is counted against one that was never called."""
    async with database.connect() as connection:
        row = (await connection.execute(FOUND, {"source": source_id})).first()
    if row is None:
        return Health()
    return Health(row.calls if row.quota_day == clock.today() else 0, row.failures, row.open_until)


async def book(database: Database, source_id: int, calls: int) -> None:
    """Counts calls that are about to be made, on a connection of its own; they stay counted whatever comes."""
    async with database.connect() as connection:
        await connection.execute(BOOK, {"source": source_id, "day": clock.today(), "calls": calls})
        await connection.commit()


async def note(
    database: Database, config: SourceConfig, before: Health, calls: int, code: str | None
) -> None:
    """Writes down how a run went.

    Args:
        database: The hub's.
        config: The source.
        before: Its health before the run.
        calls: Made in the run beyond those that `book` counted; negative where fewer were made.
        code: Of its failure; None when it went through, in whole or in part, which closes the circuit. A
            failure that is not the source's own trouble changes nothing of it.
    """
    failures, until = before.failures, before.open_until
    if code is None:
        failures, until = 0, None
    elif code in UPSTREAM:
        failures += 1
        until = _pause(config, failures)
    values: dict[str, Any] = {"source": config.number, "day": clock.today(), "calls": calls}
    values |= {"failures": failures, "until": until, "detail": json.dumps({"code": code} if code else {})}
    async with database.connect() as connection:
        await connection.execute(NOTE, values)
        await connection.commit()


def _pause(config: SourceConfig, failures: int) -> datetime | None:
    """Until when the source is left alone after so many failures; None for as long as they are few."""
    beyond = failures - config.limits.circuit_failures
    if beyond < 0:
        return None
    minutes = config.limits.circuit_minutes * int(2 ** min(beyond, 20))
    return clock.now() + min(timedelta(minutes=minutes), LONGEST_PAUSE)
