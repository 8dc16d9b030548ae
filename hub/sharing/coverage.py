"""Coverage: how many of those in a desil hold a program. Holders are the released ones; people are made safe here."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from hub.registry.datasets import Cube
from hub.sharing.cubes import ALL, NO_TABLE, TOLD, WITHHELD, CubeRows, Row
from hub.sharing.disclosure.blocks import KABUPATEN, TOTAL, Block, Cell, protect, small
from hub.sharing.facts import PEOPLE, statement
from hub.sharing.recipients import Told, recipients
from hub.store.sql import AsyncConnection, text

HOLDERS = Cube(fact="holders", block=("program",), tables=(("desil",),))
# Everybody, by kecamatan and desil.
EVERYBODY = text(f"with {PEOPLE} select area, desil, count(*) as value from people group by area, desil")


@dataclass
class _People:
    """Everybody by kecamatan and desil, and the cells that hardly anybody of is without some program."""

    cells: dict[Cell, int] = field(default_factory=dict)
    full: set[Cell] = field(default_factory=set)

    def add(self, area: int, desil: str, value: int) -> None:
        for place, category in ((0, (desil,)), (NO_TABLE, TOTAL)):
            for key in (area, area // KABUPATEN * KABUPATEN):
                cell = (place, key, category)
                self.cells[cell] = self.cells.get(cell, 0) + value


async def coverage_rows(connection: AsyncConnection, work: CubeRows) -> AsyncIterator[list[Row]]:
    """The rows of each program: area by desil.

    A number of people is withheld as well where fewer than k of them are without a program: told beside its holders it
    would say of everybody else there that they hold it.
    """
    told = await recipients(connection, work.period)
    people = await _people(connection, work)
    kecamatan = {key for key, place in work.places.items() if place.level == 3}
    totals = {key: people.cells.get((NO_TABLE, key, TOTAL), 0) for key in kecamatan}
    table = {(key, c): n for (place, key, c), n in people.cells.items() if place == 0 and key in kecamatan}
    few = small(work.limits.k)
    done = protect(Block(totals, [table]), work.limits.k, lambda cell, n: few(cell, n) or cell in people.full)
    work.tally.add(done)
    for program in dict.fromkeys(key.program for key in told):
        yield [
            _row(work, people, done.hidden, told, Told(program, where.code, desil), key)
            for key, where in work.places.items()
            for desil in (*next(c.labels for c in work.dataset.columns if c.name == "desil"),)
        ]


async def _people(connection: AsyncConnection, work: CubeRows) -> _People:
    people = _People()
    for row in await connection.execute(EVERYBODY, {"day": work.day}):
        if row.area in work.places:
            people.add(row.area, row.desil, row.value)
    held: dict[tuple[str, Cell], int] = {}
    for row in await connection.execute(text(statement(HOLDERS)), {"day": work.day}):
        category = (row.desil,) if row.place == 0 else TOTAL
        for key in (row.area, row.area // KABUPATEN * KABUPATEN):
            cell = (row.program, (row.place, key, category))
            held[cell] = held.get(cell, 0) + row.value
    people.full = {cell for (_, cell), n in held.items() if people.cells.get(cell, 0) - n < work.limits.k}
    return people


def _row(
    work: CubeRows, people: _People, hidden: set[Cell], told: dict[Told, int | None], at: Told, key: int
) -> Row:
    cell = (NO_TABLE, key, TOTAL) if at.desil == ALL else (0, key, (at.desil,))
    everybody = None if cell in hidden else work.rounded(people.cells.get(cell, 0))
    holders = told.get(at)
    return {
        "periode": work.period,
        **work.places[key].cells,
        "program": at.program,
        "desil": at.desil,
        "penduduk": everybody,
        "penerima": holders,
        "cakupan": round(holders / everybody, 4) if everybody and holders is not None else None,
        "status": WITHHELD if everybody is None or holders is None else TOLD,
    }
