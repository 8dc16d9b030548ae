"""What a caller comes to see no longer, or again, the feed tells: a copy is what a fresh reading gives, and no more."""

import base64
import json
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.access.context import EVERY_SCOPE, Reach
from hub.domain import clock
from hub.errors import InputError
from hub.store.database import Database
from hub.store.read import Reader, open_reader
from hub.store.sql import text
from tests.conftest import wait_for
from tests.feed_reader import PAGE, Follower
from tests.graph_builders import DESA
from tests.schema.changing import ELSEWHERE, Deed
from tests.schema.withdrawing import (
    CHILDREN,
    REACHES,
    STEPS,
    TYPES,
    World,
    a_world,
    reading,
    stepped,
    two_areas,
)


@pytest.fixture(scope="module")
def land(database: Database) -> Database:
    """A database with areas, programs, sources and the anchors of three persons."""
    wait_for(two_areas(database))
    return database


@pytest_asyncio.fixture
async def reader(land: Database) -> AsyncIterator[Reader]:
    async with open_reader(land, 2) as made:
        yield made


@pytest_asyncio.fixture
async def world(land: Database, reader: Reader) -> World:
    return await a_world(land, reader)


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


@settings(max_examples=2, **HISTORIES)
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


@pytest.mark.parametrize("size", [1, 100])
async def test_who_left_a_reach_or_ended_before_being_restricted_is_withdrawn_from_who_had_not_read_so_far(
    world: World, size: int
) -> None:
    mine, theirs, late = await world.join("desa"), await world.join("other"), await world.join("desa")
    for name, follower in (("desa", mine), ("other", theirs)):
        await follower.to_the_end(world.ask(name), size)
    await world.land_all(Deed("person_state", 1, ELSEWHERE, "A"), Deed("benefit", 2, DESA, None))
    await world.look()
    await late.to_the_end(world.ask("desa"), size)
    for number in (1, 2):
        await world.decided(number, "restricted")
    await world.agree()
    told = {(one["type"], one["withdrawn"]) for page in mine.pages for one in page["items"]}
    assert {("PERSON", True), ("ENROLLMENT", True), ("PAYMENT", True)} <= told


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
