"""Reports back what was looked up (data balikan): each answer about a person once, under a pseudonym.

A use is written down before it is sent and marked after the answer. A process that dies in between sends it again;
the registry then says that it knows it, which counts as done.
"""

import hashlib
import hmac
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hub.domain import clock
from hub.errors import HubError, InputError
from hub.registry.sources import SourceConfig, load_sources
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text
from hub.toolkit.feedback import Outcome, Reporter, Use, reporting

log = logging.getLogger(__name__)

#: Uses in one report.
BATCH = 100
#: Uses written down at once.
NOTED = 5_000

# Answers about a person that are not written down yet, the oldest first.
UNNOTED = text(
    """
    select r.id, c.nik from source_record r
    join claim_person c on c.record_id = r.id and c.nik is not null
    where r.source_id = :source
      and not exists (select from usage_feedback u where u.record_id = r.id)
    order by r.id limit :most
    """
)
NOTE = text(
    """
    insert into usage_feedback (source_id, record_id, customer)
    select :source, record_id, customer
    from unnest(cast(:records as bigint[]), cast(:customers as text[])) t (record_id, customer)
    on conflict (record_id) do nothing
    """
)
WAITING = text(
    """
    select u.id, c.nik, u.customer from usage_feedback u
    join claim_person c on c.record_id = u.record_id and c.nik is not null
    where u.source_id = :source and u.outcome is null
    order by u.id limit :most
    """
)
# What the registry has taken or knew is sent; what it refused is not sent again and stays without an instant.
MARK = text(
    """
    update usage_feedback u set outcome = t.outcome,
        sent = case when t.outcome <> 'refused' then cast(:at as timestamptz) end
    from unnest(cast(:ids as bigint[]), cast(:outcomes as text[])) t (id, outcome) where u.id = t.id
    """
)


@dataclass(frozen=True)
class Sent:
    """What became of the uses of one source; `code` and `message` tell why some wait still."""

    source: str
    accepted: int = 0
    known: int = 0
    refused: int = 0
    code: str | None = None
    message: str | None = None


def reports_use(config: SourceConfig) -> bool:
    """Whether the entry of a source asks for reports."""
    return bool(config.options.get("feedback_url"))


def pseudonym(key: bytes, source: SourceConfig, nik: str) -> str:
    """The name under which the use of a person's data is told: 32 hex digits that only the hub can tie to a NIK.

    The same person has the same name in all reports of one agency and another for each agency.
    """
    agency = source.options.get("feedback_agency", source.auth.agency)
    return hmac.digest(key, f"{agency}|{nik}".encode(), hashlib.sha256).hex()[:32]


async def send_feedback(
    database: Database, settings: Settings, names: Sequence[str] = (), registry_url: str | None = None
) -> list[Sent]:
    """Reports every use that was not reported yet, source by source, of the named ones or of all that ask for it.

    A source whose reports fail keeps what waits, and does not hold up the others.

    Raises:
        InputError: `unknown_source`: a name is no source, or one that asks for no reports.
    """
    sources = load_sources(settings.config_dir / "sources")
    asking = {name: config for name, config in sources.items() if reports_use(config)}
    if unknown := sorted(set(names) - asking.keys()):
        raise InputError(
            "unknown_source",
            f"no source that asks for reports: {', '.join(unknown)}; those that do: {', '.join(asking) or 'none'}",
        )
    chosen = [config for name, config in asking.items() if name in names or (not names and config.enabled)]
    return [await report_source(database, config, registry_url) for config in chosen]


async def report_source(database: Database, config: SourceConfig, registry_url: str | None = None) -> Sent:
    """Reports the uses of one source; a failure is told in the result and in the log, never raised."""
    counts: dict[Outcome, int] = {"accepted": 0, "known": 0, "refused": 0}
    code = message = None
    try:
        async with database.connect() as connection:
            await _note(connection, config, database.roles.derive("usage feedback"))
            async with reporting(config, registry_url) as reporter:
                while outcomes := await _batch(connection, config, reporter):
                    counts = {name: count + outcomes.count(name) for name, count in counts.items()}
    except HubError as error:
        code, message = error.code, error.message
        log.warning("use of %s is not reported yet: %s: %s", config.name, code, message)
    return Sent(config.name, counts["accepted"], counts["known"], counts["refused"], code, message)


async def _note(connection: AsyncConnection, config: SourceConfig, key: bytes) -> None:
    """Writes down the uses that are not yet, some thousands a transaction."""
    while True:
        found = await connection.execute(UNNOTED, {"source": config.number, "most": NOTED})
        uses: Mapping[int, str] = {row.id: pseudonym(key, config, row.nik) for row in found}
        if uses:
            given = {"source": config.number, "records": list(uses), "customers": list(uses.values())}
            await connection.execute(NOTE, given)
        await connection.commit()
        if len(uses) < NOTED:
            return


async def _batch(connection: AsyncConnection, config: SourceConfig, reporter: Reporter) -> list[Outcome]:
    """Sends one report and marks its uses; empty when none waits."""
    found = await connection.execute(WAITING, {"source": config.number, "most": BATCH})
    rows = found.all()
    await connection.rollback()
    outcomes = await reporter.send([Use(row.nik, row.customer) for row in rows])
    if rows:
        marked = {"ids": [row.id for row in rows], "outcomes": outcomes, "at": clock.now()}
        await connection.execute(MARK, marked)
        await connection.commit()
    return outcomes
