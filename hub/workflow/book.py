"""The book of runs, to look at."""

from typing import Any

from hub.errors import InputError
from hub.store.database import Database
from hub.store.sql import text

_RUN = """
    select r.id as run, s.code as source, coalesce(r.detail ->> 'kind', 'pull') as kind, r.status, r.started,
           r.finished, r.rows_in as "in", r.stored, r.unchanged, r.quarantined, r.closed, r.conflicting, r.error
"""
BOOKED = text(
    f"""
    {_RUN} from run r join source s on s.id = r.source_id
    where cast(:source as text) is null or s.code = :source order by r.id desc limit :most
    """
)
ENTRY = text(f"{_RUN}, r.detail from run r join source s on s.id = r.source_id where r.id = :run")
FILES = text("select name, bytes, sha256, detail from source_file where run_id = :run order by name")


async def booked(database: Database, source: str | None, most: int) -> list[dict[str, Any]]:
    """Runs, the newest first; instants in UTC."""
    async with database.connect() as connection:
        found = await connection.execute(BOOKED, {"source": source, "most": most})
        return [dict(row) for row in found.mappings()]


async def entry(database: Database, run: int) -> dict[str, Any]:
    """One run with `detail` (seconds by stage, drift) and `files`, those that it was the first to read.

    Raises:
        InputError: `unknown_run`.
    """
    async with database.connect() as connection:
        found = (await connection.execute(ENTRY, {"run": run})).mappings().one_or_none()
        if found is None:
            raise InputError("unknown_run", f"there is no run {run}; see `hub runs list`")
        files = await connection.execute(FILES, {"run": run})
        return {**found, "files": [dict(row) for row in files.mappings()]}
