"""Generations of the hub's keys: while one is changed two are believed, and nothing has to stop.

Keys are derived from the hub's secret and the number of their generation, so that the database holds numbers and events
and no key of these. The first generation of each needs no event.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, get_args

from hub.store.sql import AsyncConnection, text

KeyName = Literal["context", "tokens", "subjects", "checkpoints", "pseudonyms", "spdci"]
NAMES: tuple[KeyName, ...] = get_args(KeyName)
SETTLES = timedelta(seconds=30)
"""A new generation is believed at once and signs after so long: by then every process has heard of it."""

_FIRST: dict[KeyName, str] = {
    "context": "context",
    "tokens": "token issuer 1",
    "subjects": "ledger subjects",
    "checkpoints": "ledger checkpoints",
    "pseudonyms": "pseudonyms",
    "spdci": "spdci messages",
}
_LATER: dict[KeyName, str] = {**_FIRST, "tokens": "token issuer"}

TOLD = text("select name, generation, event, at, actor from hub.key_event order by id")


@dataclass(frozen=True)
class Generation:
    """One generation of a key.

    Args:
        number: From 1.
        made: UTC; None of the first, which was there from the beginning.
        retired: UTC; None while it is believed.
        by: Who made it; blank of the first.
    """

    number: int
    made: datetime | None = None
    retired: datetime | None = None
    by: str = ""


@dataclass
class Ring:
    """The generations of every key, as the database told them last.

    Args:
        known: By name, the oldest first; a name without one has its first generation alone.
    """

    known: Mapping[KeyName, Sequence[Generation]] = field(default_factory=dict)

    def every(self, name: KeyName) -> Sequence[Generation]:
        """All generations, the oldest first."""
        return self.known.get(name, (Generation(1),))

    def live(self, name: KeyName) -> tuple[int, ...]:
        """Numbers of those that are believed, the newest first."""
        return tuple(one.number for one in reversed(self.every(name)) if one.retired is None)

    def signing(self, name: KeyName) -> int:
        """The newest that has settled, of those believed; the newest where none has."""
        live = [one for one in reversed(self.every(name)) if one.retired is None]
        if len(live) == 1:
            return live[0].number
        settled = datetime.now(UTC) - SETTLES
        return next((one for one in live if one.made is None or one.made <= settled), live[0]).number


def use_of(name: KeyName, generation: int) -> str:
    """What the key of a generation is derived for."""
    return _FIRST[name] if generation == 1 else f"{_LATER[name]} {generation}"


async def read_ring(connection: AsyncConnection) -> Ring:
    """The generations that the events tell."""
    found: dict[KeyName, list[Generation]] = {name: [Generation(1)] for name in NAMES}
    for row in await connection.execute(TOLD):
        held = found[row.name]
        if row.event == "made":
            held.append(Generation(row.generation, row.at, None, row.actor))
        else:
            held[row.generation - 1] = _retired(held[row.generation - 1], row.at)
    return Ring(found)


def _retired(one: Generation, at: datetime) -> Generation:
    return Generation(one.number, one.made, at, one.by)
