"""The book of runs: one row a run, opened before the work and closed in the transaction of its rows.

Only one sync works on a database at a time: an advisory lock on a connection of its own, which the server
lets go when the process dies. A run that a dead process left open is marked interrupted by the next.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from hub.domain import clock
from hub.errors import FatalError, RetriableError
from hub.registry.sources import SourceConfig
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text
from hub.toolkit.scratch import sweep

LOCK = text("select pg_try_advisory_lock(hashtext('hub sync'))")
INTERRUPTED = text(
    "update run set status = 'failed', error = 'interrupted: the process ended before the run' where status = 'running'"
)
BEGIN = text("insert into run (source_id, started, status) values (:source, :at, 'running') returning id")
LAST_INSTANT = text(
    "select greatest((select max(greatest(started, finished)) from run), (select max(at) from audit_run))"
)
FINISH = text(
    """
    update run set finished = :at, status = :status, rows_in = rows_in + :rows_in, stored = stored + :stored,
        unchanged = unchanged + :unchanged, quarantined = quarantined + :quarantined, closed = closed + :closed,
        conflicting = conflicting + :conflicting, detail = cast(:detail as jsonb), error = :error
    where id = :run
    """
)
CLOSE = text("update run set finished = greatest(finished, :at), status = :status where id = :run")
# What came before the failure in pieces stays, each at an instant of its own: the end is never before theirs.
FAIL = text(
    "update run set finished = greatest(finished, :at), status = 'failed', error = :error where id = :run"
)
# The smallest key comes from the index; `exists` reads the table up to the first row of the source.
STORED_BEFORE = text(
    "select (select min(record_key) from source_record where source_id = :source) is not null"
    " or exists (select from quarantine where source_id = :source)"
)
# Of a pull: a redrive or a revert says nothing of how long the list is.
LAST_ROWS = text(
    "select rows_in from run where source_id = :source and status = 'complete' and not detail ? 'kind'"
    " order by id desc limit 1"
)
REASONS = text(
    "select reason, count(*) as rows from quarantine q, unnest(q.reasons) reason"
    " where q.source_id = :source and upper_inf(q.recorded) group by reason order by 2 desc, 1"
)

FEW = 20
"""So many rows are no reason to stop a run, whatever share of a small list they are."""

TICK = timedelta(milliseconds=1)
"""Every run records at an instant of its own, also when the clock is pinned."""


@asynccontextmanager
async def only_sync(database: Database, *, mend: bool = True) -> AsyncIterator[None]:
    """Holds the lock of the one sync and, unless told not to `mend`, clears up after one that died.

    Raises:
        RetriableError: `sync_running`: another sync works on this database.
    """
    async with database.connect() as connection:
        if not await connection.scalar(LOCK):
            raise RetriableError(
                "sync_running", "another sync works on this database; wait until it has ended"
            )
        if mend:
            await connection.execute(INTERRUPTED)
            await connection.commit()
            await asyncio.to_thread(sweep)
        yield


async def begin(database: Database, source_id: int) -> tuple[int, datetime]:
    """Opens a run and returns its id and the instant at which it records (UTC, later than any before)."""
    async with database.connect() as connection:
        at = await next_instant(connection)
        run_id = await connection.scalar(BEGIN, {"source": source_id, "at": at})
        await connection.commit()
    return int(run_id), at


async def next_instant(connection: AsyncConnection) -> datetime:
    """The instant at which a run that begins now records: UTC, later than any that was recorded."""
    last = await connection.scalar(LAST_INSTANT)
    return clock.now() if last is None else max(clock.now(), last + TICK)


async def fail(database: Database, run_id: int, at: datetime, error: str) -> None:
    """Closes a run whose transaction was rolled back."""
    async with database.connect() as connection:
        await connection.execute(FAIL, {"run": run_id, "at": at, "error": error[:500]})
        await connection.commit()


async def finish(
    connection: AsyncConnection, run_id: int, at: datetime, counts: dict[str, int], outcome: dict[str, Any]
) -> None:
    """Adds counts to a run and closes it, in the transaction of its rows.

    Args:
        connection: In the run's transaction.
        run_id: The run.
        at: Its last instant of recording.
        counts: Of `hub.ingest.landing.land`.
        outcome: `status`, `error` (or none) and `detail` (JSON).
    """
    names = ("rows_in", "stored", "unchanged", "quarantined", "closed", "conflicting")
    numbers = {name: counts.get(name, 0) for name in names}
    told = {"status": outcome["status"], "error": outcome["error"], "detail": json.dumps(outcome["detail"])}
    await connection.execute(FINISH, {"run": run_id, "at": at} | numbers | told)


async def close(connection: AsyncConnection, run_id: int, at: datetime, status: str) -> None:
    """Closes a run that landed page by page, with none or some pages."""
    await connection.execute(CLOSE, {"run": run_id, "at": at, "status": status})
    await connection.commit()


async def stored_before(connection: AsyncConnection, source_id: int) -> bool:
    """Whether any row of the source has been stored or refused before."""
    return bool(await connection.scalar(STORED_BEFORE, {"source": source_id}))


async def reasons(connection: AsyncConnection, source_id: int) -> dict[str, int]:
    """Open quarantine of a source: rows by reason, the most frequent first."""
    found = await connection.execute(REASONS, {"source": source_id})
    return {row.reason: int(row.rows) for row in found}


async def check_read(connection: AsyncConnection, config: SourceConfig, rows: int) -> None:
    """Stops a run whose number of rows is not what the source was expected to send.

    Raises:
        FatalError: `too_few_rows`, `too_many_rows`, `row_count_swing`.
    """
    expected = config.expectations
    if rows < expected.min_rows:
        raise FatalError(
            "too_few_rows",
            f"{config.name}: {rows} rows came, at least {expected.min_rows} were expected; nothing landed",
        )
    if expected.max_rows is not None and rows > expected.max_rows:
        raise FatalError(
            "too_many_rows",
            f"{config.name}: {rows} rows came, at most {expected.max_rows} were expected; nothing landed",
        )
    last = await connection.scalar(LAST_ROWS, {"source": config.number})
    if last and abs(rows - last) > max(FEW, expected.max_swing * last):
        raise FatalError(
            "row_count_swing",
            f"{config.name}: {rows} rows came after {last} in the last run; nothing landed. If this is right, raise"
            f" expectations.max_swing in config/sources/{config.name}.toml",
        )


def check_landed(config: SourceConfig, counts: dict[str, int]) -> None:
    """Stops a run that refuses or closes more than a mistake in a few rows explains.

    Raises:
        FatalError: `too_many_refused`, `too_many_closed`.
    """
    expected, rows = config.expectations, max(counts["rows_in"], 1)
    if counts["quarantined"] > max(FEW, expected.max_reject_share * rows):
        raise FatalError(
            "too_many_refused",
            f"{config.name}: {counts['quarantined']} of {rows} rows would go to quarantine; nothing landed. Look at"
            f" the file, or raise expectations.max_reject_share in config/sources/{config.name}.toml",
        )
    if counts["closed"] > max(FEW, expected.max_closed_share * rows):
        raise FatalError(
            "too_many_closed",
            f"{config.name}: {counts['closed']} records vanished from a list of {rows}; nothing landed. If this is"
            f" right, raise expectations.max_closed_share in config/sources/{config.name}.toml",
        )
