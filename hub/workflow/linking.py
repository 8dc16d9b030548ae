"""Linkage over the hub's persons: candidates proposed in one transaction, parameters learnt, quality told."""

from datetime import datetime
from pathlib import Path
from typing import Any

from hub.domain import clock
from hub.errors import InputError
from hub.identity.linkage import Model, load_model
from hub.identity.linkage.proposing import Proposals, propose_candidates
from hub.identity.linkage.proposing import train as learn
from hub.identity.linkage.quality import against, stages
from hub.ingest import runs
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import text

Told = Proposals
# When the model of this edition last wrote candidates; null: it never did.
LAST = text("select max(lower(recorded)) from candidate where model = :edition")


def model_of(settings: Settings) -> Model:
    """The model of the hub's persons.

    Raises:
        FatalError: `config_invalid`.
    """
    return load_model(settings.config_dir / "identity" / "hub.toml")


async def propose(
    database: Database, settings: Settings, *, full: bool = False, memory: str = "4GB"
) -> Proposals:
    """Makes the candidates those of the model and the detectors, in one transaction under the lock of syncs.

    Raises:
        InputError: `model_untrained`.
        RetriableError: `sync_running`.
    """
    model = model_of(settings)
    if model.trained is None:
        raise InputError(
            "model_untrained", f"model {model.edition} has no parameters: run `hub identity train`"
        )
    async with runs.only_sync(database, mend=False), database.connect() as connection:
        at = await runs.next_instant(connection)
        since: datetime | None = None if full else await connection.scalar(LAST, {"edition": model.edition})
        done = await propose_candidates(connection, model, at, since, memory)
        await connection.commit()
    return done


async def train(database: Database, settings: Settings, memory: str = "4GB") -> dict[str, Any]:
    """Parameters of the hub's model, learnt from its persons without labels."""
    async with database.connect() as connection:
        return await learn(connection, model_of(settings), memory) | {"trained_on": str(clock.today())}


async def report(
    database: Database, settings: Settings, truth: Path | None = None, month: int = 1
) -> dict[str, Any]:
    """The quality of identity: `stages`, and `truth` where a file is given.

    Raises:
        InputError: `bad_truth`.
    """
    model = model_of(settings)
    async with database.connect() as connection:
        told: dict[str, Any] = {"model": model.edition, "at": clock.now(), "stages": await stages(connection)}
        if truth is not None:
            told["truth"] = await against(connection, truth, model, month)
    return told
