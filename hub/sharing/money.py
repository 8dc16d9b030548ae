"""Money paid out, by program and kabupaten: sums of enough people, none of whom dominates, rounded beside their number.

Nothing sums up to anything here: a program in a kabupaten is one cell, so that nothing leads back to one that is
withheld. Amounts are fixed by program, so that a sum told exactly would be a number of persons: it is rounded to more
than what k of them get.
"""

from collections.abc import AsyncIterator
from typing import Any

from hub.sharing.cubes import ALL, TOLD, WITHHELD, CubeRows
from hub.sharing.disclosure.blocks import KABUPATEN
from hub.sharing.earlier import Row
from hub.sharing.facts import FACTS, PEOPLE
from hub.sharing.recipients import Told, recipients
from hub.store.sql import AsyncConnection, text

# Sums with their two largest contributors and how many there are.
PAID = text(
    f"""
    with {PEOPLE}
    select f.program, f.area / {KABUPATEN} * {KABUPATEN} as area, sum(f.amount)::bigint as value,
      max(f.amount) as largest, coalesce((array_agg(f.amount order by f.amount desc))[2], 0) as second,
      count(*) as contributors
    from ({FACTS["payments"]}) f group by 1, 2 order by 1, 2
    """
)


async def money_rows(connection: AsyncConnection, work: CubeRows) -> AsyncIterator[list[Row]]:
    """The rows of each program, of kabupaten alone.

    What the month's recipients withhold of a whole kabupaten is withheld here as well.

    Raises:
        InputError: `not_released`.
    """
    told = await recipients(connection, work.period)
    paid: dict[str, dict[int, Any]] = {}
    for row in await connection.execute(PAID, {"day": work.day}):
        if row.area in work.places:
            paid.setdefault(row.program, {})[row.area] = row
    for program, found in paid.items():
        yield [
            _row(work, told, program, key, found.get(key))
            for key, where in work.places.items()
            if where.level == 2
        ]


def _row(work: CubeRows, told: dict[Told, int | None], program: str, key: int, found: Any) -> Row:
    where, value = work.places[key], 0 if found is None else rounded(work, found)
    if told.get(Told(program, where.code, ALL), 0) is None or work.earlier.hides((program, where.code)):
        value = None
    work.tally.hidden += value is None
    return {
        "periode": work.period,
        **where.cells,
        "program": program,
        work.cube.measure: value,
        "status": WITHHELD if value is None else TOLD,
    }


def rounded(work: CubeRows, found: Any) -> int | None:
    """A sum as it is told; None: it would tell of its largest contributors, or of too few."""
    limits, value = work.limits, int(found.value)
    largest, second = int(found.largest), int(found.second)
    top = largest + (second if limits.dominance_n > 1 else 0)
    if (
        found.contributors < limits.k
        or top > limits.dominance_share * value
        or (value - largest - second) * 100 < limits.p_percent * largest
    ):
        return None
    step = step_of(-(-limits.k * value // found.contributors))
    return (value + step // 2) // step * step or None


def step_of(least: int) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 and so on that is no less."""
    power: int = 10 ** (len(str(least)) - 1)
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= least)
