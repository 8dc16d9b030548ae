"""Changes the hub's keys while it works: a new generation is believed beside the old one until that is retired."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from hub.errors import InputError
from hub.store.database import Database
from hub.store.generations import NAMES, SETTLES, Generation, KeyName, Ring, read_ring
from hub.store.migrate import store_context_keys
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text

LASTS: dict[KeyName, timedelta] = {
    "context": timedelta(minutes=2),
    "tokens": timedelta(minutes=11),
    "checkpoints": timedelta(0),
    "pseudonyms": timedelta(0),
    "spdci": timedelta(minutes=6),
}
"""How long what a generation has signed is in use, from the last moment on at which it could sign."""

ALONE = text("select pg_advisory_xact_lock(hashtext('hub keys'))")
NOTE = text(
    "insert into hub.key_event (name, generation, event, at, actor) values (:name, :generation, :event, :at, :actor)"
)


class Told(NamedTuple):
    """One generation as `hub keys list` shows it: `signs`, `believed`, `settles` (signs soon) or `retired`."""

    name: str
    generation: int
    standing: str
    made: datetime | None
    retired: datetime | None
    by: str


def told(ring: Ring) -> list[Told]:
    """Every generation of every key."""
    return [
        Told(name, one.number, _standing(ring, name, one), one.made, one.retired, one.by)
        for name in NAMES
        for one in ring.every(name)
    ]


def _standing(ring: Ring, name: KeyName, one: Generation) -> str:
    if one.retired is not None:
        return "retired"
    signing = ring.signing(name)
    if one.number == signing:
        return "signs"
    return "settles" if one.number > signing else "believed"


async def rotate(database: Database, name: KeyName, actor: str) -> int:
    """Makes a new generation of a key and returns its number; nothing that was signed is refused for it.

    Raises:
        InputError: `key_settles`, the one before has not signed yet.
    """
    async with database.administer() as connection:
        await connection.execute(ALONE)
        ring = await read_ring(connection)
        newest = ring.every(name)[-1].number
        if ring.signing(name) != newest:
            raise InputError(
                "key_settles", f"generation {newest} of {name} has just been made and does not sign yet"
            )
        await _noted(connection, database, name, newest + 1, "made", actor)
        return newest + 1


async def retire(
    database: Database, name: KeyName, generation: int, actor: str, *, at_once: bool = False
) -> None:
    """Ends the belief in a generation.

    Args:
        database: The hub's.
        name: Of the key.
        generation: Its number.
        actor: Who does it.
        at_once: Though what it signed may be in use still: for a key that got out.

    Raises:
        InputError: `unknown_key`; `key_signs`, it is the one that signs; `key_in_use`, what it signed may be in use
            still; `key_needed`, persons stand in the ledger under it for good.
    """
    async with database.administer() as connection:
        await connection.execute(ALONE)
        ring = await read_ring(connection)
        if name == "subjects":
            raise InputError(
                "key_needed", "persons stand in the ledger under every generation: none is retired"
            )
        if generation not in ring.live(name):
            raise InputError("unknown_key", f"{name} has no generation {generation} that is believed")
        if generation >= ring.signing(name):
            raise InputError("key_signs", f"generation {generation} of {name} signs; rotate first")
        if not at_once and (left := _in_use(ring.every(name), generation, LASTS[name])) > timedelta():
            seconds = int(left.total_seconds()) + 1
            raise InputError(
                "key_in_use", f"what it signed may be in use for {seconds} seconds; later, or --now"
            )
        await _noted(connection, database, name, generation, "retired", actor)


def _in_use(generations: Sequence[Generation], generation: int, lasts: timedelta) -> timedelta:
    """For how long what a generation signed may still be shown."""
    after = next(one for one in generations if one.number > generation and one.made is not None)
    made = after.made or datetime.now(UTC)
    return made + SETTLES + lasts - datetime.now(UTC)


async def _noted(
    connection: AsyncConnection, database: Database, name: KeyName, generation: int, event: str, actor: str
) -> None:
    """Notes the event and gives the database the keys of contexts that it now believes, in one transaction."""
    given = {"name": name, "generation": generation, "event": event, "at": datetime.now(UTC), "actor": actor}
    await connection.execute(text(f'set role "{database.roles.name(Role.OWNER)}"'))
    await connection.execute(NOTE, given)
    await connection.execute(text("reset role"))
    if name == "context":
        await store_context_keys(connection, database)
    await connection.commit()
