"""`hub quarantine redrive`: rows whose refusal a mended code table or entry has cured land from their payloads.

A row that would be refused again is left as it is. What lands leaves quarantine in the same transaction.
"""

from dataclasses import dataclass

from hub.connectors import connector_of
from hub.errors import InputError
from hub.ingest import runs
from hub.ingest.paging import Stager
from hub.ingest.quarantine import close_superseded
from hub.ingest.relayed import relays
from hub.ingest.stage import open_stage
from hub.ingest.trial import Trial
from hub.registry.attributes import attributes_of
from hub.registry.sources import SourceConfig, load_sources
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import AsyncConnection
from hub.toolkit.reference import Reference, load_reference
from hub.workflow.absorb import RunOrder, Timings, absorb
from hub.workflow.sync import survivorship_of


@dataclass(frozen=True)
class Redriven:
    """What a redrive did: tried = stored + unchanged + refused.

    Args:
        source: Name of the source.
        run: Its run.
        tried: Waiting rows that a table or an option may cure.
        stored: Rows that landed.
        unchanged: Rows that repeat one that stands.
        refused: Rows that stay in quarantine.
        persons: Persons whose graph was folded again.
    """

    source: str
    run: int
    tried: int
    stored: int
    unchanged: int
    refused: int
    persons: int


async def redrive(database: Database, settings: Settings, name: str) -> Redriven:
    """Claims the waiting rows of a source anew; those that are sound now land as a run of its own.

    Raises:
        InputError: `unknown_source`.
        RetriableError: `sync_running`.
    """
    sources = load_sources(settings.config_dir / "sources")
    if name not in sources:
        raise InputError("unknown_source", f"no such source: {name}; known: {', '.join(sources)}")
    config, reference = sources[name], load_reference(settings.config_dir / "reference")
    own = (survivorship_of(settings.config_dir, sources), attributes_of(settings.config_dir))
    async with runs.only_sync(database):
        run_id, at = await runs.begin(database, config.number)
        try:
            async with database.connect() as connection:
                order = RunOrder(
                    config.number,
                    run_id,
                    at,
                    full_list=False,
                    known=True,
                    survivorship=own[0],
                    attributes=own[1],
                    relays=relays(config),
                )
                done = await _redriven(connection, config, reference, order)
                await connection.commit()
        except BaseException as error:
            await runs.fail(database, run_id, at, f"redrive_failed: {type(error).__name__}")
            raise
    return done


async def _redriven(
    connection: AsyncConnection, config: SourceConfig, reference: Reference, order: RunOrder
) -> Redriven:
    await open_stage(connection)
    stager = Stager(connection, connector_of(config.read_by), config, reference, order.run_id, known=True)
    trial = Trial(connection, config, reference, stager, order.at)
    await trial.run()
    counts = {"stored": 0, "persons": 0}
    if trial.cured:
        counts = await absorb(connection, order, Timings())
        if not config.full_list:
            await close_superseded(connection, config.number, order.at)
    booked = {
        "rows_in": trial.tried,
        "stored": counts["stored"],
        "unchanged": trial.cured - counts["stored"],
        "quarantined": trial.tried - trial.cured,
    }
    outcome = {"status": "partial", "error": None, "detail": {"kind": "redrive"}}
    await runs.finish(connection, order.run_id, order.at, booked, outcome)
    refused = booked["quarantined"]
    return Redriven(
        config.name,
        order.run_id,
        trial.tried,
        counts["stored"],
        booked["unchanged"],
        refused,
        counts["persons"],
    )
