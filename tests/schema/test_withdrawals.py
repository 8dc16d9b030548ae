"""What a caller comes to see no longer, or again, the feed tells: a copy is what a fresh reading gives, and no more."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.access.areas import NATIONAL_KEYS
from hub.access.context import EVERY_SCOPE, WITHHELD, Reach, sign
from hub.access.restrictions import Decision, Event, cover, decide
from hub.compiler.engine import Request
from hub.domain import clock
from hub.errors import InputError
from hub.schema.build import engine
from hub.store.database import Database
from hub.store.read import Reader, open_reader
from hub.store.sql import text
from tests.conftest import wait_for
from tests.feed_reader import PAGE, Follower, Read
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


@pytest.fixture(scope="module")
def land(database: Database) -> Database:
    """A database with areas, programs, sources and the anchors of three persons."""
    story = Graph().basics()
    for code, level, parent in (("33.20.02", 3, "33.20"), ("33.20.02.2001", 4, "33.20.02")):
        story._area("kemendagri", code, level, code, parent, int(code.replace(".", "").ljust(10, "0")))
    story.anchored(3)
    wait_for(story.store(database))
    return database


@pytest_asyncio.fixture
async def reader(land: Database) -> AsyncIterator[Reader]:
    async with open_reader(land, 2) as made:
        yield made


def reading(reader: Reader, land: Database, reach: Reach) -> Read:
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


@pytest_asyncio.fixture
async def world(land: Database, reader: Reader) -> World:
    return await a_world(land, reader)


async def a_world(land: Database, reader: Reader) -> World:
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


async def followed(land: Database, reader: Reader, steps: Any, size: int) -> None:
    world = await a_world(land, reader)
    for name in REACHES:
        await world.join(name)
    for step in steps:
        await world.read(size)
        await stepped(world, step)
    await world.agree()


HISTORIES: dict[str, Any] = {
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@settings(max_examples=3, **HISTORIES)
@given(steps=STEPS, size=st.integers(1, 4))
async def test_a_copy_is_what_a_fresh_reading_gives_through_restrictions_and_ages(
    land: Database, reader: Reader, steps: Any, size: int
) -> None:
    await followed(land, reader, steps, size)


@pytest.mark.long
@settings(max_examples=150, **HISTORIES)
@given(steps=STEPS, size=st.integers(1, 4))
async def test_many_copies_are_what_a_fresh_reading_gives(
    land: Database, reader: Reader, steps: Any, size: int
) -> None:
    await followed(land, reader, steps, size)


def kinds(follower: Follower) -> list[tuple[str, str, bool]]:
    """What the last page told."""
    return [(one["type"], one["kind"], one["withdrawn"]) for one in follower.pages[-1]["items"]]


async def test_who_is_restricted_is_withdrawn_with_all_that_is_of_the_person_and_comes_back_when_lifted(
    world: World,
) -> None:
    mine, officers = await world.join("all"), await world.join("officer")
    await mine.to_the_end(world.ask("all"))
    await officers.to_the_end(world.ask("officer"))
    for event, kind in (("restricted", "TOMBSTONE"), ("lifted", "UPSERT")):
        await world.decided(1, event)  # type: ignore[arg-type]  # one of them
        await mine.to_the_end(world.ask("all"))
        told = sorted(kinds(mine))
        assert [(one[0], one[1]) for one in told] == [
            (of, kind) for of in ("ENROLLMENT", "PAYMENT", "PERSON")
        ]
        assert {one[2] for one in told} == {kind == "TOMBSTONE"}
        await officers.to_the_end(world.ask("officer"))
        assert {one[1] for one in kinds(officers)} == {"UPSERT"}
    await world.agree()


async def test_who_begins_after_a_restriction_hears_of_nobody(world: World) -> None:
    before = await world.fresh("all")
    await world.decided(1, "restricted")
    late = await world.fresh("all")
    assert len(late.copy) == len(before.copy) - 3
    since = (
        f'{{ changes(since: "2020-01-01T00:00:00Z", types: [{", ".join(TYPES)}]) {{ items {{ kind }} }} }}'
    )
    told = (await world.ask("all")(since))["changes"]["items"]
    assert {one["kind"] for one in told} == {"UPSERT"}


async def test_who_comes_of_age_comes_to_callers_without_the_scope_of_children(world: World) -> None:
    grown = await world.fresh("grown")
    today = clock.today()
    birthday = (
        today.replace(year=today.year - 18)
        if (today.month, today.day) != (2, 29)
        else date(today.year - 18, 2, 28)
    )
    async with world.land.administer() as connection:
        await connection.execute(text("update hub.turned set day = :day"), {"day": today - timedelta(days=2)})
        await connection.execute(
            text("update hub.person_state set birth_date = :day where person_id = 2"), {"day": birthday}
        )
        await connection.commit()
    await world.turn()
    await grown.to_the_end(world.ask("grown"))
    assert sorted({one[0] for one in kinds(grown)}) == ["ENROLLMENT", "PAYMENT", "PERSON"]
    await world.turn()
    await grown.to_the_end(world.ask("grown"))
    assert kinds(grown) == []


async def test_a_cursor_serves_the_agency_and_the_reach_that_it_was_given_to(world: World) -> None:
    after = (await world.fresh("desa")).after
    clients = Reach([(DESA, DESA)], EVERY_SCOPE & ~CHILDREN, "c/another")
    given = {"after": after, "first": 10, "types": TYPES}
    assert (await reading(world.reader, world.land, clients)(PAGE, **given))["changes"]["items"] == []
    for reach, code in (
        (Reach([(DESA, DESA)], EVERY_SCOPE & ~CHILDREN, "z/x"), "cursor_forged"),
        (Reach([(DESA, ELSEWHERE)], EVERY_SCOPE & ~CHILDREN, "c/x"), "reach_changed"),
        (Reach([(DESA, DESA)], EVERY_SCOPE, "c/x"), "reach_changed"),
        (Reach([(DESA, DESA)], EVERY_SCOPE & ~CHILDREN, "c/x", programs=frozenset({"PKH"})), "reach_changed"),
    ):
        with pytest.raises(InputError) as refused:
            await reading(world.reader, world.land, reach)(PAGE, **given)
        assert refused.value.code == code, reach


@pytest.mark.parametrize("place", range(1, 12))
async def test_a_part_of_a_cursor_that_is_changed_is_found(world: World, place: int) -> None:
    after = (await world.fresh("desa")).after
    assert after
    parts = json.loads(base64.b64decode(after))
    parts[place] += -1 if parts[place] > 0 else 1
    forged = base64.b64encode(json.dumps(parts).encode()).decode()
    with pytest.raises(InputError) as refused:
        await world.ask("desa")(PAGE, after=forged, first=10, types=TYPES)
    assert refused.value.code == ("cursor_of_another" if place == 1 else "cursor_forged")


async def test_a_cursor_of_the_form_before_is_told_to_begin_anew(world: World) -> None:
    old = base64.b64encode(json.dumps([1, 2, 3, 4, 5, 6]).encode()).decode()
    newer = base64.b64encode(json.dumps([3, *range(11)]).encode()).decode()
    for after in (old, newer):
        with pytest.raises(InputError) as refused:
            await world.ask("all")(PAGE, after=after, first=10)
        assert refused.value.code == "cursor_old"


async def test_two_cursors_of_one_place_do_not_tell_that_somebody_was_withheld_elsewhere(
    world: World,
) -> None:
    def plain(after: str | None) -> list[int]:
        parts: list[int] = json.loads(base64.b64decode(after or ""))
        return [*parts[:7], parts[9]]

    one, same = (await world.fresh("other")).after, (await world.fresh("other")).after
    await world.decided(1, "restricted")
    other = (await world.fresh("other")).after
    assert plain(one) == plain(same) == plain(other)
    assert len({one, same, other}) == 3
