"""What a server of the tests left in its ledger."""

import json
from typing import Any

from hub.access.sealing import ledger_keys, seal_waiting
from hub.store.database import Database
from hub.store.roles import Role


async def lines_since(database: Database) -> list[dict[str, Any]]:
    """The lines since the last look, sealed by it; the newest first."""
    count = await seal_waiting(database, ledger_keys(database.roles))
    async with database.connect(Role.LEDGER) as connection:
        found = await connection.exec_driver_sql(f"select line from ledger order by seq desc limit {count}")
        return [json.loads(line) for line in found.scalars()]
