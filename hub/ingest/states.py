"""Where the next run of an incremental source goes on; it commits with the rows that it stands for."""

import json
from collections.abc import Mapping
from typing import Any

from hub.store.sql import AsyncConnection, text

KEPT = text("select cursor from source_state where source_id = :source")
KEEP = text(
    """
    insert into source_state (source_id, cursor, run_id) values (:source, cast(:state as jsonb), :run)
    on conflict (source_id) do update set cursor = excluded.cursor, run_id = excluded.run_id
        where source_state.cursor is distinct from excluded.cursor
    """
)
FORGET = text("delete from source_state where source_id = :source")


async def kept(connection: AsyncConnection, source_id: int) -> dict[str, Any]:
    """What the last run of a source kept, by listing; empty for the beginning."""
    found = await connection.scalar(KEPT, {"source": source_id})
    return dict(found or {})


async def keep(
    connection: AsyncConnection, source_id: int, run_id: int, state: Mapping[str, Any] | None
) -> None:
    """Keeps a state in the transaction of its rows; None leaves what was kept."""
    if state is not None:
        await connection.execute(KEEP, {"source": source_id, "run": run_id, "state": json.dumps(dict(state))})


async def forget(connection: AsyncConnection, source_id: int) -> None:
    """Makes the next run of a source read from the beginning."""
    await connection.execute(FORGET, {"source": source_id})
