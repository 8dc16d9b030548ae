"""Who holds which programs at once: every combination of two or more, by kabupaten."""

from collections.abc import AsyncIterator, Mapping

from hub.errors import InputError
from hub.sharing.cubes import ALL, TOLD, WITHHELD, CubeRows
from hub.sharing.disclosure.blocks import KABUPATEN
from hub.sharing.disclosure.combinations import Combination, hidden_combinations
from hub.sharing.earlier import Row
from hub.sharing.facts import FACTS, PEOPLE
from hub.sharing.places import Place
from hub.sharing.recipients import Told, recipients
from hub.store.sql import AsyncConnection, text

BETWEEN = "$"
"""Between the programs of a combination: a sign that an id of SDMX may hold, and no code of a program does."""
OTHERS = "_O"
"""Stands for the combinations that are withheld, none of which is named."""
# Persons by kabupaten and by what exactly they hold, of two programs or more.
COMBINED = text(
    f"""
    with {PEOPLE}, held as (
      select f.person_id, min(f.area) / {KABUPATEN} * {KABUPATEN} as area,
        array_agg(f.program order by f.program) as programs
      from ({FACTS["holders"]}) f group by f.person_id having count(*) > 1)
    select area, programs, count(*) as persons from held group by area, programs order by area, programs
    """
)


async def combination_rows(connection: AsyncConnection, work: CubeRows) -> AsyncIterator[list[Row]]:
    """The rows of each kabupaten.

    Raises:
        InputError: `release_reveals`: recipients were released on another day of the month, so that totals and
            combinations do not go together; correct that data set first.
    """
    told = await recipients(connection, work.period)
    found: dict[int, dict[Combination, int]] = {}
    for row in await connection.execute(COMBINED, {"day": work.day}):
        found.setdefault(row.area, {})[tuple(row.programs)] = row.persons
    for key, where in work.places.items():
        if where.level == 2:
            yield _rows(work, where, found.get(key, {}), told)


def _rows(
    work: CubeRows, where: Place, counts: dict[Combination, int], told: dict[Told, int | None]
) -> list[Row]:
    programs = {program for each in counts for program in each}
    totals = {program: told.get(Told(program, where.code, ALL)) for program in programs}
    first, kept = _before(work, where, counts)
    try:
        hidden, narrowest = hidden_combinations(counts, totals, work.limits.k, first, kept)
    except ValueError:
        raise InputError(
            "release_reveals",
            "the recipients of the month were counted on another day; correct `penerima` first",
        ) from None
    for each in hidden:
        key, number = (where.code, BETWEEN.join(each)), work.rounded(counts[each])
        work.earlier.check(work.dataset.name, key, number, hidden=True)
    work.tally.hidden += len(hidden)
    work.tally.first += sum(0 < counts[each] < work.limits.k for each in hidden)
    if narrowest is not None:
        work.tally.narrowest = min(narrowest, work.tally.narrowest or narrowest)
    head = {"periode": work.period, **where.cells}
    rows: list[Row] = [
        {
            **head,
            "kombinasi": BETWEEN.join(each),
            "banyak_program": len(each),
            "jumlah": work.rounded(n),
            "status": TOLD,
        }
        for each, n in sorted(counts.items())
        if each not in hidden
    ]
    others: Row = {**head, "kombinasi": OTHERS, "banyak_program": None, "jumlah": None, "status": WITHHELD}
    return [*rows, others] if hidden or work.earlier.hides((where.code, OTHERS)) else rows


def _before(
    work: CubeRows, where: Place, counts: Mapping[Combination, int]
) -> tuple[set[Combination], set[Combination]]:
    """Those that the month withheld before, and those that another month did.

    Withheld ones are not named: where there were any, each that was not told is held for one of them.
    """
    earlier, keys = work.earlier, {each: (where.code, BETWEEN.join(each)) for each in counts}
    same = {each for each, key in keys.items() if key not in earlier.cells}
    other = {each for each, key in keys.items() if key not in earlier.named}
    return (
        same if earlier.hides((where.code, OTHERS)) else set(),
        other if (where.code, OTHERS) in earlier.kept else set(),
    )
