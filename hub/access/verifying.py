"""Holds the ledger of a database against its checkpoints and against those that were kept elsewhere."""

from collections.abc import Iterable

from hub.access.chain import Checkpoint, Verifier
from hub.access.sealing import checkpoints, ledger_keys, sealed_lines
from hub.store.database import Database
from hub.store.roles import Role


async def verified(database: Database, elsewhere: Iterable[Checkpoint] = ()) -> Verifier:
    """What verifying every line, seal and checkpoint has found; `end()` tells the faults."""
    async with database.connect(Role.LEDGER) as connection:
        held = await checkpoints(connection)
        verifier = Verifier([*held, *elsewhere], ledger_keys(database.roles).public)
        async for line in sealed_lines(connection):
            if not verifier.add(line):
                break
    return verifier
