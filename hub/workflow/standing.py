"""How the sources stand: the last run of each and the last one that was complete."""

from typing import Any

from hub.domain import clock
from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import text

# One row a source that was ever pulled.
LAST_RUNS = text(
    """
    select s.code, r.id, r.status, r.started, r.finished, r.rows_in, r.stored, r.unchanged, r.quarantined,
           r.closed, (select max(c.finished) from run c
                      where c.source_id = s.id and c.status = 'complete') as last_complete,
           case when h.quota_day = :today then h.calls else 0 end as calls_today,
           case when h.open_until > :now then h.open_until end as open_until
    from source s
    left join source_health h on h.source_id = s.id
    cross join lateral (select * from run r where r.source_id = s.id
                        order by r.id desc limit 1) r
    """
)

OF_SOURCE = ("last_complete", "calls_today", "open_until")
"""What is known of the source beside its last run."""


async def last_runs(database: Database) -> dict[str, dict[str, Any]]:
    """Each source that was ever pulled: its last run, when it was last complete, and how it fares.

    `last_complete` and `open_until` (of the circuit) are UTC or None; `calls_today` counts the day in WIB.
    """
    async with database.connect(Role.INGEST) as connection:
        given = {"today": clock.today(), "now": clock.now()}
        found = (await connection.execute(LAST_RUNS, given)).mappings().all()
    return {
        row["code"]: {
            "last_run": {name: row[name] for name in row if name not in ("code", *OF_SOURCE)},
            **{name: row[name] for name in OF_SOURCE},
        }
        for row in found
    }


async def rows_expected(database: Database) -> dict[str, int]:
    """Rows that came in the last run by source: what the next is likely to bring."""
    return {name: one["last_run"]["rows_in"] for name, one in (await last_runs(database)).items()}
