"""The gate of the server, as the settings say."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from hub.access.gate import Gate
    from hub.access.ledger import Ledger
    from hub.access.trust import Trust
    from hub.settings import Settings
    from hub.store.database import Database
    from hub.store.sql import AsyncConnection

Answer = TypeVar("Answer")


def gate_of(database: "Database", settings: "Settings") -> "Gate":
    """Everyone on this machine, or callers with a token or key alone.

    Raises:
        FatalError: `config_invalid`; `no_issuer`, nobody could be let in.
    """
    from hub.access.agreements import granting
    from hub.access.api_keys import live
    from hub.access.gate import OpenGate, TokenGate
    from hub.cli.entrance import local_context
    from hub.registry.agencies import load_agencies, load_terms

    if settings.access == "local":
        return OpenGate(local_context(database), ledger_of(database, settings))

    def key() -> bytes:
        return database.roles.key("context")

    return TokenGate(
        key,
        _trust_of(database, settings),
        load_agencies(settings.config_dir),
        load_terms(settings.config_dir),
        lambda: asked(database, granting),
        lambda: asked(database, live),
        ledger_of(database, settings),
        database.roles.derive_pseudonyms,
    )


def _trust_of(database: "Database", settings: "Settings") -> "Trust":
    from hub.access.issuer import own_issuer
    from hub.access.trust import Trust
    from hub.errors import FatalError
    from hub.registry.issuers import load_issuers

    own = (lambda: own_issuer(database.roles)) if settings.own_issuer else None
    trust = Trust(settings.config_dir, load_issuers(settings.config_dir), own)
    if not trust:
        raise FatalError(
            "no_issuer", "HUB_ACCESS=tokens needs an issuer in config/issuers.toml, or HUB_OWN_ISSUER=true"
        )
    return trust


async def asked(database: "Database", read: "Callable[[AsyncConnection], Awaitable[Answer]]") -> "Answer":
    """What is granted now, read under the reading role.

    Raises:
        RetriableError: `database_unavailable`.
    """
    from hub.errors import RetriableError
    from hub.store.roles import Role
    from hub.store.sql import is_lost

    try:
        async with database.connect(Role.APP) as connection:
            return await read(connection)
    except Exception as error:
        if is_lost(error) or isinstance(error, OSError):
            raise RetriableError(
                "database_unavailable", "the database does not answer; try again soon"
            ) from None
        raise


def ledger_of(database: "Database", settings: "Settings") -> "Ledger | None":
    """Makes the lines that answers leave; None where the settings leave the operator of this machine out.

    On this machine alone nobody is told apart, so that a line would say that somebody looked and no more.
    """
    from datetime import datetime, timedelta

    from hub.access.ledger import Ledger
    from hub.access.sealing import ledger_keys
    from hub.store.sql import text

    if settings.access == "local" and settings.ledger == "tokens":
        return None

    async def since(connection: "AsyncConnection") -> datetime | None:
        found: datetime | None = await connection.scalar(text("select hub.ledger_waits_since()"))
        return found

    return Ledger(
        lambda: ledger_keys(database.roles),
        lambda: asked(database, since),
        timedelta(hours=settings.ledger_hours),
    )
