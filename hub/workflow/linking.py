"""Linkage over the hub's persons: candidates proposed in one transaction, parameters learnt, quality told.

What follows a sync is one run of the hub's own: whom the sync touched is scored anew, and what reaches its threshold is
linked (`HUB_LINKING`). It begins where the last such run stood, so that whatever ended in between is caught up with.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from hub.domain import clock
from hub.errors import InputError, RetriableError
from hub.identity import judging
from hub.identity.identifiers import judge_identifiers
from hub.identity.linkage import Model, load_model
from hub.identity.linkage.proposing import Proposals, propose_candidates
from hub.identity.linkage.proposing import train as learn
from hub.identity.linkage.quality import against, stages
from hub.identity.settling import settle_names
from hub.ingest import runs
from hub.registry.identifiers import Identifiers, load_identifiers
from hub.registry.judging import Judging, load_judging
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text
from hub.workflow.judging import Judged, act_of_hub

Told = Proposals
# When the model of this edition last wrote candidates; null: it never did.
LAST = text("select max(lower(recorded)) from candidate where model = :edition")
# Where the last run that followed a sync stood, under this edition of the model.
LAST_RUN = text(
    """
    select id, started from run
    where source_id = 0 and status = 'complete' and detail -> 'linkage' ->> 'edition' = :edition
    order by id desc limit 1
    """
)
# Runs since that may have moved anybody.
UNLINKED = text(
    """
    select exists (select from run where id > cast(:last as int) and status <> 'running'
                   and (stored + closed > 0 or detail ->> 'kind' in ('judgement', 'revert')))
    """
)


@dataclass(frozen=True)
class Followed:
    """What the linkage after a sync did.

    Args:
        judged: The run, the mentions that it moved and the persons that were folded anew.
        proposals: Candidates opened and closed, and at whom it looked.
    """

    judged: Judged
    proposals: Proposals


@dataclass(frozen=True)
class How:
    """How the hub links by itself.

    Args:
        model: Trained.
        rules: Thresholds by detector, and what waits for people.
        identifiers: Numbers of registers beside the NIK.
        links: Whether anybody is linked; else pairs are scored alone.
        memory: Of DuckDB; more goes to disk.
    """

    model: Model
    rules: Judging
    identifiers: Identifiers
    links: bool = True
    memory: str = "2GB"


async def link_touched(
    connection: AsyncConnection, how: How, at: datetime, since: datetime | None
) -> Proposals:
    """Candidates and links of whom the hub heard of since, or of everybody; leaves `judged_mention`.

    Args:
        connection: In a transaction as the writing role, with the lock of syncs.
        how: How it links.
        at: Instant of recording, UTC, later than all before.
        since: Where the last such linkage stood, which is looked at anew with what it moved; None: there was none.
    """
    done = await propose_candidates(connection, how.model, at, since, how.memory)
    await judge_identifiers(connection, how.identifiers, at)
    if how.links:
        await judging.apply_thresholds(connection, how.rules.link, at, how.rules.held_if)
        await settle_names(connection, at, since)
    else:
        await connection.execute(text(judging.TOUCHED))
    return done


async def follow(database: Database, settings: Settings) -> Followed | None:
    """Scores whom syncs, reverts and judgements touched since the last time, and links, as `HUB_LINKING` says.

    Returns:
        None where it is off, where nothing was touched, or where another sync works, which is followed itself.

    Raises:
        InputError: `model_untrained`.
    """
    if settings.linking == "off":
        return None
    model = trained_of(settings)
    async with database.connect() as connection:
        last = (await connection.execute(LAST_RUN, {"edition": model.edition})).one_or_none()
        if not await connection.scalar(UNLINKED, {"last": last.id if last else 0}):
            return None
    rules, identifiers = load_judging(settings.config_dir), load_identifiers(settings.config_dir)
    how = How(model, rules, identifiers, settings.linking == "link", settings.linking_memory)
    done = Proposals()

    async def act(connection: AsyncConnection, _run: int, at: datetime) -> dict[str, Any]:
        nonlocal done
        done = await link_touched(connection, how, at, last.started if last else None)
        return {"linkage": asdict(done) | {"edition": model.edition}}

    try:
        return Followed(await act_of_hub(database, settings, act), done)
    except RetriableError as error:
        if error.code == "sync_running":
            return None
        raise


def model_of(settings: Settings) -> Model:
    """The model of the hub's persons.

    Raises:
        FatalError: `config_invalid`.
    """
    return load_model(settings.config_dir / "identity" / "hub.toml")


def trained_of(settings: Settings) -> Model:
    """The model of the hub's persons, with parameters.

    Raises:
        InputError: `model_untrained`.
    """
    model = model_of(settings)
    if model.trained is None:
        raise InputError(
            "model_untrained", f"model {model.edition} has no parameters: run `hub identity train`"
        )
    return model


async def propose(
    database: Database, settings: Settings, *, full: bool = False, memory: str = "4GB"
) -> Proposals:
    """Makes the candidates those of the model and the detectors, in one transaction under the lock of syncs.

    Raises:
        InputError: `model_untrained`.
        RetriableError: `sync_running`.
    """
    model = trained_of(settings)
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
