"""Who lives in some areas, for acts under the writing role, before which row-level security does not stand."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hub.access.areas import NATIONAL_KEYS, Range
from hub.errors import InputError
from hub.store.sql import AsyncConnection, text

_REACHED = """
    (cast(:everywhere as boolean) or exists (
        select from person_state lives join unnest(cast(:los as bigint[]), cast(:his as bigint[])) reach(lo, hi)
            on lives.home_area_key between reach.lo and reach.hi
        where lives.person_id = {0} and upper_inf(lives.recorded)))
"""


def reached(person: str) -> str:
    """SQL of whether the home of a person lies in some ranges of area keys; its values are `bounds`.

    Args:
        person: SQL of the number of the person; ours, never a caller's, and of no alias `lives` or `reach`.
    """
    return _REACHED.format(person)


def bounds(ranges: Sequence[Range]) -> dict[str, Any]:
    """The values of `reached`: the whole country stands also for who has no known home."""
    return {
        "everywhere": tuple(ranges) == (NATIONAL_KEYS,),
        "los": [lo for lo, _ in ranges],
        "his": [hi for _, hi in ranges],
    }


LIVES = text(f"select exists (select from person p where p.uid = :person and {reached('p.id')})")


async def require_within(connection: AsyncConnection, person: UUID, ranges: Sequence[Range]) -> None:
    """Passes a person who lives in some areas.

    Raises:
        InputError: `unknown_person`, also for one who lives elsewhere: who asks may not learn that there is one.
    """
    if not await connection.scalar(LIVES, {"person": person, **bounds(ranges)}):
        raise InputError("unknown_person", "the hub knows no such person")
