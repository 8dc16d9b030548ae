"""A graph that runs change: things put, moved and ended at the instants of one run after another, as a fold does it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from hub.store.database import Database
from hub.store.sql import AsyncConnection
from hub.store.tables import graph, provenance
from tests.graph_builders import DESA, Graph, days, known, uid

ELSEWHERE = 3320022001
BEGINNING = datetime(2025, 3, 1, tzinfo=UTC)
KEYS = {
    "person_state": "person_id",
    "status": "person_id",
    "family_card": "card_id",
    "enrollment": "enrollment_id",
    "benefit": "benefit_id",
    "observation": "record_id",
}
#: Tables whose rows follow the home of their person.
FOLLOWING = ("person_state", "status", "enrollment", "benefit")
MOVING = {"enrollment": "ENROLLMENT", "benefit": "PAYMENT"}
MOVED = """
    insert into relocation (kind, key, ref, at, program_id, listed_area_key, person_id, event_area_key, home_area_key)
    select distinct '{kind}', {key}, uid::text, cast(:at as timestamptz), program_id, event_area_key, person_id,
           home_area_key, cast(:area as bigint)
    from {table} where person_id = :n and home_area_key <> cast(:area as bigint)
"""


def _person(g: Graph, number: int, word: str) -> None:
    g.person(word, person_id=number)


def _card(g: Graph, number: int, word: str) -> None:
    g.add(
        graph.family_card,
        card_id=number,
        uid=uid("card", number),
        no_kk=f"332001010101{9000 + number}",
        valid=days(None, f"20{ord(word) % 50 + 30}-01-01"),
    )


def _status(g: Graph, number: int, word: str) -> None:
    origin = {"source_id": 1, "record_id": 1}
    g.add(graph.status, person_id=number, scheme="pmks", code=word, valid=days(None), **origin)


def _enrollment(g: Graph, number: int, word: str) -> None:
    g.enrolled(number, "PKH", "2024-01-01", status=word)
    g.rows[-1][1].update(enrollment_id=number, uid=uid("enrollment", number))


def _benefit(g: Graph, number: int, word: str) -> None:
    g.paid(number, 1, "PKH", "2025-01-01", "2025-02-01", ord(word))
    g.rows[-1][1].update(benefit_id=number, uid=uid("benefit", number))


def _observation(g: Graph, number: int, word: str) -> None:
    told = {"dataset": "d", "measure": word, "value": 1, "unit": "orang", "dimensions": {}, "source_id": 1}
    g.add(graph.observation, record_id=number, area_key=g.area, valid=days(None), **told)


BUILT: dict[str, Callable[[Graph, int, str], None]] = {
    "person_state": _person,
    "status": _status,
    "family_card": _card,
    "enrollment": _enrollment,
    "benefit": _benefit,
    "observation": _observation,
}


@dataclass(frozen=True)
class Deed:
    """One thing put as told now, or ended where it is told no longer."""

    table: str
    number: int
    area: int
    word: str | None


@dataclass
class Runs:
    """The book of runs over one database, and the instants at which they record."""

    database: Database
    at: datetime = BEGINNING

    def _next(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at

    async def say(self, statement: str, **values: Any) -> None:
        """One statement in a transaction of its own."""
        async with self.database.connect() as connection:
            await connection.execute(text(statement), values)
            await connection.commit()

    async def begin(self) -> datetime:
        """A run that is under way from now on; returns the instant at which it records."""
        at = self._next()
        await self.say("insert into run (source_id, started, status) values (1, :at, 'running')", at=at)
        return at

    async def close(self, status: str) -> None:
        """The end of the run that is under way, apart from its rows."""
        await self.say("update run set status = :status where status = 'running'", status=status)

    @asynccontextmanager
    async def landing(self, at: datetime, status: str | None) -> AsyncIterator[AsyncConnection]:
        """A transaction that lands rows and closes the run's book; a piece of a feed leaves it open (`running`).

        Nothing is committed where no status is given.
        """
        async with self.database.connect() as connection:
            yield connection
            if status is None:
                await connection.rollback()
                return
            book = "update run set finished = :at, status = :status where status = 'running'"
            await connection.execute(text(book), {"at": at, "status": status})
            await connection.commit()

    async def land(self, deeds: list[Deed]) -> None:
        """A whole run."""
        at = await self.begin()
        async with self.landing(at, "complete") as connection:
            await done(connection, at, deeds)

    async def pieces(self, deeds: list[Deed]) -> AsyncIterator[None]:
        """A feed that lands in pieces; yields after each of them, while the run is under way."""
        await self.begin()
        for deed in deeds:
            at = self._next()
            async with self.landing(at, "running") as connection:
                await done(connection, at, [deed])
            yield
        await self.close("complete")


async def done(connection: AsyncConnection, at: datetime, deeds: list[Deed]) -> None:
    """Does the deeds at one instant; of several about one thing the last counts."""
    last = {(deed.table, deed.number): deed for deed in deeds}
    for deed in last.values():
        await _one(connection, at, deed)


async def _one(connection: AsyncConnection, at: datetime, deed: Deed) -> None:
    table, key = deed.table, KEYS[deed.table]
    ended = f"update {table} set recorded = tstzrange(lower(recorded), :at) where {key} = :n and upper_inf(recorded)"
    await connection.execute(text(ended), {"at": at, "n": deed.number})
    if deed.word is None:
        return
    built = Graph(area=deed.area)
    BUILT[table](built, deed.number, deed.word)
    for to, values in built.rows:
        await connection.execute(insert(to).values(**values | {"recorded": known(at)}))
    if table == "person_state":
        for name, kind in MOVING.items():
            moved = MOVED.format(table=name, kind=kind, key=KEYS[name])
            await connection.execute(text(moved), {"at": at, "area": deed.area, "n": deed.number})
        for name in FOLLOWING:
            home = f"update {name} set home_area_key = :area where person_id = :n"
            await connection.execute(text(home), {"area": deed.area, "n": deed.number})


async def emptied(database: Database) -> Runs:
    """The database with the records that observations are of, and nothing else that a feed tells of."""
    names = ", ".join(f"hub.{name}" for name in (*KEYS, "run", "source_record", "relocation"))
    async with database.administer() as connection:
        await connection.execute(text(f"truncate {names}"))
        await connection.commit()
    story = Graph(area=DESA)
    for number in (1, 2, 3):
        story.add(
            provenance.source_record,
            id=number,
            entry_id=number,
            source_id=1,
            record_key=f"K{number}",
            occurrence=1,
            version=1,
            scope="",
            payload="{}",
            content_hash=uid("record", number),
            file_id=1,
            row_no=number,
            run_id=1,
            recorded=known(BEGINNING - timedelta(days=1)),
        )
    await story.store(database)
    runs = Runs(database)
    await runs.land([])
    return runs


__all__ = ["AREAS", "BEGINNING", "ELSEWHERE", "KEYS", "Deed", "Runs", "done", "emptied"]
AREAS = {DESA: "33.20.01.2001", ELSEWHERE: "33.20.02.2001"}
