"""Worlds in which people are restricted and freed, grow up, move and change, for tests of those who keep copies."""

import json
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from hypothesis import strategies as st

from hub.access.areas import NATIONAL_KEYS
from hub.access.context import EVERY_SCOPE, WITHHELD, Reach, sign
from hub.access.restrictions import Decision, Event, cover, decide
from hub.compiler.engine import Request
from hub.errors import InputError
from hub.schema.build import engine
from hub.store.database import Database
from hub.store.read import Reader
from hub.store.sql import text
from tests.feed_reader import Follower, Read
from tests.graph_builders import DESA, Graph, uid
from tests.schema.changing import ELSEWHERE, Deed, Runs, emptied

CHILDREN = 1 << 9
TYPES = ["PERSON", "ENROLLMENT", "PAYMENT", "STATUS"]
REACHES = {
    "all": Reach([NATIONAL_KEYS], EVERY_SCOPE, "a/x"),
    "grown": Reach([NATIONAL_KEYS], EVERY_SCOPE & ~CHILDREN, "b/x"),
    "desa": Reach([(DESA, DESA)], EVERY_SCOPE & ~CHILDREN, "c/x"),
    "other": Reach([(ELSEWHERE, ELSEWHERE)], EVERY_SCOPE, "d/x"),
    "officer": Reach([NATIONAL_KEYS], EVERY_SCOPE | WITHHELD, "e/x"),
}
BORN = {"grown": date(1980, 1, 1), "child": date(2020, 1, 1), "unknown": None}


async def two_areas(database: Database) -> None:
    """Areas, programs, sources and the anchors of three persons."""
    story = Graph().basics()
    for code, level, parent in (("33.20.02", 3, "33.20"), ("33.20.02.2001", 4, "33.20.02")):
        story._area("kemendagri", code, level, code, parent, int(code.replace(".", "").ljust(10, "0")))
    story.anchored(3)
    await story.store(database)


def reading(reader: Reader, land: Database, reach: Reach) -> Read:
    """Asks as a caller of some reach."""

    async def asked(query: str, **variables: Any) -> Any:
        key = land.roles.key("context")
        return json.loads(await engine().run(Request(query, variables), reader, lambda: sign(key, reach)))

    return asked


@dataclass
class World:
    """A hub in which people are restricted and freed, grow up, move and change, and those who follow it."""

    land: Database
    reader: Reader
    runs: Runs
    following: list[tuple[str, Follower, set[str]]] = field(default_factory=list)

    def ask(self, name: str) -> Read:
        """Asks as one of the callers."""
        return reading(self.reader, self.land, REACHES[name])

    async def join(self, name: str) -> Follower:
        """Somebody begins to follow."""
        self.following.append((name, Follower(types=TYPES), set()))
        await self.look()
        return self.following[-1][1]

    async def fresh(self, name: str) -> Follower:
        """Who begins now and reads to the end."""
        made = Follower(types=TYPES)
        await made.to_the_end(self.ask(name))
        return made

    async def look(self) -> None:
        """Notes what each follower could see now: by no more than this may it learn that there was something."""
        shown = {name: await self.fresh(name) for name in {name for name, _, _ in self.following}}
        for name, _, seen in self.following:
            seen |= {key for _, key in shown[name].copy}

    async def read(self, size: int) -> None:
        """Each follower reads a page."""
        for name, follower, _ in self.following:
            await follower.page(self.ask(name), size)

    async def land_all(self, *deeds: Deed) -> None:
        """A run."""
        await self.runs.land(list(deeds))

    async def decided(self, number: int, event: Event, kind: Any = "processing") -> None:
        """A decision; to lift what does not stand changes nothing."""
        async with self.land.connect() as connection:
            with suppress(InputError):
                await decide(connection, uid("person", number), Decision(kind, event, "ani", "x"))
            await connection.commit()

    async def born(self, number: int, when: str) -> None:
        """A correction of a birth date, by a run; and the turn of the day."""
        at = await self.runs.begin()
        async with self.runs.landing(at, "complete") as connection:
            old = await connection.execute(
                text(
                    "update person_state set recorded = tstzrange(lower(recorded), :at) where person_id = :n"
                    " and upper_inf(recorded) returning person_state.*"
                ),
                {"at": at, "n": number},
            )
            for row in old.mappings():
                kept = dict(row) | {"birth_date": BORN[when], "recorded": None}
                kept.pop("recorded")
                names = ", ".join(kept)
                values = ", ".join(f":{name}" for name in kept)
                await connection.execute(
                    text(
                        f"insert into person_state ({names}, recorded) values ({values}, tstzrange(:at, null))"
                    ),
                    {**kept, "at": at},
                )
        await self.turn()

    async def turn(self) -> None:
        """What the worker does every round."""
        async with self.land.connect() as connection:
            await cover(connection)
            await connection.commit()

    async def agree(self) -> None:
        """Every follower holds what a fresh reading gives, and was told of nothing that it could not have seen."""
        await self.turn()
        await self.look()
        for name, follower, seen in self.following:
            await follower.to_the_end(self.ask(name), 2)
            assert follower.copy == (await self.fresh(name)).copy, name
            told = {one["nodeId"] for page in follower.pages for one in page["items"]}
            assert told <= seen, name


async def a_world(land: Database, reader: Reader) -> World:
    """Three grown persons with one of each thing, and nobody restricted."""
    runs = await emptied(land)
    async with land.administer() as connection:
        await connection.execute(text("truncate hub.restriction, hub.withdrawal"))
        await connection.execute(
            text("update hub.withheld set persons = '{}', mentions = '{}', entries = '{}'")
        )
        await connection.execute(text("update hub.turned set at = '2025-01-01', day = current_date"))
        await connection.commit()
    made = World(land, reader, runs)
    for number in (1, 2, 3):
        await made.land_all(
            Deed("person_state", number, DESA, "A"), Deed("enrollment", number, DESA, "A"),
            Deed("benefit", number, DESA, "A"), Deed("status", number, DESA, "A"),
        )  # fmt: skip
        await made.born(number, "grown")
    return made


NUMBERS = st.integers(1, 3)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("land"), NUMBERS, st.sampled_from(["A", "B", None]), st.sampled_from([DESA, ELSEWHERE])),
        st.tuples(st.just("paid"), NUMBERS, st.sampled_from(["A", "B", None]), st.sampled_from([DESA, ELSEWHERE])),
        st.tuples(
            st.just("decide"), NUMBERS, st.sampled_from(["asked", "restricted", "refused", "lifted"]),
            st.sampled_from(["processing", "protected"]),
        ),
        st.tuples(st.just("born"), NUMBERS, st.sampled_from(sorted(BORN)), st.just("")),
        st.tuples(st.just("join"), NUMBERS, st.sampled_from(sorted(REACHES)), st.just("")),
    ),
    min_size=3,
    max_size=8,
)  # fmt: skip


async def stepped(world: World, step: tuple[str, int, Any, Any]) -> None:
    """One step, and what the worker does after it."""
    manner, number, what, more = step
    if manner == "land":
        await world.land_all(Deed("person_state", number, more, what))
    elif manner == "paid":
        await world.land_all(Deed("benefit", number, more, what))
    elif manner == "decide":
        await world.decided(number, what, more)
    elif manner == "born":
        await world.born(number, what)
    else:
        await world.join(what)
    await world.turn()
    await world.look()
