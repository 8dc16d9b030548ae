"""Coverage: how many of an area or a desil hold a program. Holders are the released ones; people are made safe here.

People are told by kecamatan, and by desil of a kabupaten; not by both at once. Whoever holds a program lives, so that a
hidden number of people is at least the number of those who hold any: what is free to vary is who holds none.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field

from hub.errors import InputError
from hub.sharing.cubes import ALL, NO_TABLE, TOLD, WITHHELD, CubeRows
from hub.sharing.disclosure.blocks import KABUPATEN
from hub.sharing.disclosure.lines import completed, slack
from hub.sharing.earlier import Key, Row
from hub.sharing.facts import FACTS, PEOPLE
from hub.sharing.places import Place
from hub.sharing.recipients import Told, recipients
from hub.store.sql import AsyncConnection, text

# Everybody, by kecamatan and desil, and how many of them hold any program.
EVERYBODY = text(
    f"""
    with {PEOPLE}, held as (select distinct f.person_id from ({FACTS["holders"]}) f)
    select p.area, p.desil, count(*) as value, count(h.person_id) as held
    from people p left join held h on h.person_id = p.person_id group by p.area, p.desil
    """
)

# Areas of which the newest release of a month does not tell how many live there.
HIDDEN = text(
    """
    select distinct c.cells ->> 'kode_kemendagri' as code from release_cell c
    where c.release_id = (select r.id from dataset_release r where r.dataset = 'cakupan' and r.period = :period
        order by r.number desc limit 1)
      and c.cells ->> 'desil' = '_T' and c.cells ->> 'penduduk' is null
    """
)
RELEASED = text("select exists (select from dataset_release where dataset = 'cakupan' and period = :period)")


@dataclass
class _People:
    """Everybody, and those of them without any program, by code of the area and desil (`_T`: over all)."""

    all: dict[Key, int] = field(default_factory=dict)
    free: dict[Key, int] = field(default_factory=dict)
    hidden: set[Key] = field(default_factory=set)

    def add(self, key: Key, value: int, held: int) -> None:
        self.all[key] = self.all.get(key, 0) + value
        self.free[key] = self.free.get(key, 0) + value - held


async def coverage_rows(connection: AsyncConnection, work: CubeRows) -> AsyncIterator[list[Row]]:
    """The rows of each program: kabupaten by desil, and kecamatan.

    Raises:
        InputError: `not_released`; `release_reveals`.
    """
    told = await recipients(connection, work.period)
    people = await _people(connection, work)
    asked = [(place, desil) for place in work.places.values() for desil in _desils(work, place)]
    for place in work.places.values():
        if place.level == 2:
            _protect(work, people, place.code, [(p.code, d) for p, d in asked])
    for place, desil in asked:
        key = (place.code, desil)
        number = work.rounded(people.all.get(key, 0))
        work.earlier.check(work.dataset.name, key, number, hidden=key in people.hidden)
    work.tally.hidden += len(people.hidden)
    for program in dict.fromkeys(key.program for key in told):
        yield [_row(work, people, told, place, Told(program, place.code, desil)) for place, desil in asked]


async def hidden_people(connection: AsyncConnection, period: str) -> set[Key]:
    """Keys of the totals that count the same people and are withheld with them, as cubes without blocks have them.

    Raises:
        InputError: `not_released`.
    """
    if not await connection.scalar(RELEASED, {"period": period}):
        raise InputError("not_released", f"release cakupan of {period} first: it says which totals are told")
    found = (await connection.execute(HIDDEN, {"period": period})).scalars()
    return {(code, str(NO_TABLE)) for code in found}


def _desils(work: CubeRows, place: Place) -> Collection[str]:
    declared = next(c.labels for c in work.dataset.columns if c.name == "desil")
    return list(declared) if place.level == 2 else [ALL]


async def _people(connection: AsyncConnection, work: CubeRows) -> _People:
    people = _People()
    for row in await connection.execute(EVERYBODY, {"day": work.day}):
        parent = work.places.get(row.area // KABUPATEN * KABUPATEN)
        if row.area in work.places and parent is not None:
            for key in ((work.places[row.area].code, ALL), (parent.code, ALL), (parent.code, row.desil)):
                people.add(key, row.value, row.held)
    return people


def _protect(work: CubeRows, people: _People, code: str, asked: Collection[Key]) -> None:
    """Hides of one kabupaten what has to be: its kecamatan and its desils are two lines of the same sum."""
    whole = (code, ALL)
    kecamatan = [key for key in asked if key[0].startswith(f"{code}.")]
    desils = [key for key in asked if key[0] == code and key != whole]
    dark = _unsafe(work, people, whole)
    for line in (kecamatan, desils):
        first = {key for key in line if _unsafe(work, people, key)}
        # A line's width is the sum of what is free in it; `completed` takes one off each number.
        masses = {key: people.free[key] + 1 for key in line if people.all.get(key)} | dict.fromkeys(
            (key for key in first if not people.all.get(key)), 1
        )
        found = completed(masses, first, work.limits.k, work.earlier.kept)
        dark = dark or not _holds(work, masses, found)
        people.hidden |= found
    if dark:
        people.hidden |= {whole, *kecamatan, *desils}


def _unsafe(work: CubeRows, people: _People, key: Key) -> bool:
    """Whether so few are there, or without a program there, that the number may not be told."""
    few = people.all.get(key, 0) > 0 and people.free[key] < work.limits.k
    return few or work.earlier.hides(key)


def _holds(work: CubeRows, masses: Mapping[Key, int], found: set[Key]) -> bool:
    width = slack(masses, found)
    if found and (len(found) < 2 or width < work.limits.k):
        return False
    if found:
        work.tally.narrowest = min(width, work.tally.narrowest or width)
    return True


def _row(work: CubeRows, people: _People, told: dict[Told, int | None], place: Place, at: Told) -> Row:
    key = (place.code, at.desil)
    everybody = None if key in people.hidden else work.rounded(people.all.get(key, 0))
    holders = told.get(at)
    return {
        "periode": work.period,
        **place.cells,
        "program": at.program,
        "desil": at.desil,
        "penduduk": everybody,
        "penerima": holders,
        "cakupan": round(holders / everybody, 4) if everybody and holders is not None else None,
        "status": WITHHELD if everybody is None or holders is None else TOLD,
    }
