"""How the sources stand: the last run of each and the last one that was complete."""

from typing import Any

from hub.store.database import Database
from hub.store.roles import Role
from hub.store.sql import text

# One row a source that was ever pulled.
LAST_RUNS = text(
    """
    select s.code, r.id, r.status, r.started, r.finished, r.rows_in, r.stored, r.unchanged, r.quarantined,
           r.closed, (select max(c.finished) from run c
                      where c.source_id = s.id and c.status = 'complete') as last_complete
    from source s
    cross join lateral (select * from run r where r.source_id = s.id
                        order by r.id desc limit 1) r
    """
)


async def last_runs(database: Database) -> dict[str, dict[str, Any]]:
    """`last_run` and `last_complete` (UTC, or None) by source, for the sources that were ever pulled."""
    async with database.connect(Role.INGEST) as connection:
        found = (await connection.execute(LAST_RUNS)).mappings().all()
    return {
        row["code"]: {
            "last_run": {name: row[name] for name in row if name not in ("code", "last_complete")},
            "last_complete": row["last_complete"],
        }
        for row in found
    }


async def rows_expected(database: Database) -> dict[str, int]:
    """Rows that came in the last run by source: what the next is likely to bring."""
    return {name: one["last_run"]["rows_in"] for name, one in (await last_runs(database)).items()}
