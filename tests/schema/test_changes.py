"""Whoever follows the feed of changes holds what the hub holds, however runs land, fail and overlap between pages."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.access.areas import NATIONAL_KEYS
from hub.compiler.engine import Request
from hub.domain import clock
from hub.errors import InputError
from hub.schema.build import engine
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.sql import text
from tests.conftest import wait_for
from tests.feed_reader import PAGE, Follower, Read, agrees, held_ids, reading
from tests.graph_builders import DESA, Graph
from tests.schema.changing import AREAS, ELSEWHERE, KEYS, Deed, Runs, done, emptied
from tests.schema.conftest import NOW, Counting

Asks = dict[tuple[int, int], Read]
PERSONS = ["PERSON", "STATUS"]
NUMBERS = (1, 2, 3)


@pytest.fixture(scope="module")
def land(database: Database) -> Database:
    """A database with areas, programs and sources."""
    story = Graph().basics()
    for code, level, parent in (("33.20.02", 3, "33.20"), ("33.20.02.2001", 4, "33.20.02")):
        story._area("kemendagri", code, level, code, parent, int(code.replace(".", "").ljust(10, "0")))
    wait_for(story.store(database))
    return database


@pytest_asyncio.fixture
async def reads(land: Database) -> AsyncIterator[Counting]:
    async with open_reader(land, 2) as reader:
        yield Counting(reader)


@pytest.fixture
def ask(land: Database, reads: Counting) -> Read:
    return reading(reads, land)  # type: ignore[arg-type]  # it reads as a Reader does


@pytest.fixture
def asks(land: Database, reads: Counting) -> Asks:
    """By the areas that a caller reaches."""
    reaches = [NATIONAL_KEYS, (DESA, DESA), (ELSEWHERE, ELSEWHERE)]
    return {reach: reading(reads, land, reach) for reach in reaches}  # type: ignore[arg-type]  # it reads as a Reader does


@pytest_asyncio.fixture
async def runs(land: Database) -> Runs:
    return await emptied(land)


def person(number: int, word: str | None = "A", area: int = DESA) -> Deed:
    return Deed("person_state", number, area, word)


async def as_held(
    follower: Follower, ask: Read, database: Database, reach: tuple[int, int] = NATIONAL_KEYS
) -> None:
    """Reads to the end and compares the copy with what is held in a caller's reach."""
    await follower.to_the_end(ask, 3)
    area = next((key for key, code in AREAS.items() if code == follower.wilayah), None)
    query = held_ids(follower, None if area is None else (area, area), reach)
    async with database.connect() as connection:
        held = [tuple(row) for row in await connection.exec_driver_sql(query)]
    await agrees(follower, ask, held)


deeds = st.lists(
    st.builds(
        Deed,
        st.sampled_from(["person_state", "person_state", *KEYS]),
        st.sampled_from(NUMBERS),
        st.sampled_from([DESA, ELSEWHERE]),
        st.sampled_from(["A", "B", "C", None]),
    ),
    min_size=1,
    max_size=4,
)
steps = st.lists(
    st.tuples(st.sampled_from(["whole", "late", "killed", "pieces", "join"]), deeds, st.integers(1, 3)),
    min_size=2,
    max_size=7,
)


class History:
    """Runs of all manners with readers between and under them, of the whole country and of one area."""

    def __init__(self, runs: Runs, asks: dict[tuple[int, int], Read]) -> None:
        self.runs, self.asks = runs, asks
        self.followers = [
            (Follower(), NATIONAL_KEYS),
            (Follower(types=PERSONS, wilayah=AREAS[DESA]), NATIONAL_KEYS),
            (Follower(wilayah=AREAS[ELSEWHERE]), NATIONAL_KEYS),
            (Follower(), (DESA, DESA)),
            (Follower(types=["ENROLLMENT", "PAYMENT"]), (ELSEWHERE, ELSEWHERE)),
            (Follower(wilayah=AREAS[ELSEWHERE]), (DESA, DESA)),
        ]

    async def read(self, size: int) -> None:
        """One page for everybody."""
        for follower, reach in self.followers:
            await follower.page(self.asks[reach], size)

    async def step(self, manner: str, told: list[Deed], size: int) -> None:
        """One run, or one more reader; everybody reads a page after it and in its midst."""
        if manner == "whole":
            await self.runs.land(told)
        elif manner == "pieces":
            async for _ in self.runs.pieces(told):
                await self.read(size)
        elif manner == "join":
            reach = (told[0].area, told[0].area)
            self.followers += [(Follower(wilayah=AREAS[told[0].area]), NATIONAL_KEYS), (Follower(), reach)]
        else:
            at = await self.runs.begin()
            status = "complete" if manner == "late" else None
            async with self.runs.landing(at, status) as connection:
                await done(connection, at, told)
                await self.read(size)
            if status is None:
                await self.runs.close("failed")
        await self.read(size)


#: A history does not shrink into one that is quicker to run, so no time goes into trying.
ONE_BY_ONE = {
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


@settings(
    max_examples=2,
    **ONE_BY_ONE,  # type: ignore[arg-type]  # of two kinds
)
@given(told=steps)
async def test_a_copy_kept_by_the_feed_is_what_the_hub_holds(land: Database, asks: Asks, told: Any) -> None:
    await followed(land, asks, told)


@pytest.mark.long
@settings(
    max_examples=150,
    **ONE_BY_ONE,  # type: ignore[arg-type]  # of two kinds
)
@given(told=steps)
async def test_many_histories_leave_a_copy_that_is_what_the_hub_holds(
    land: Database, asks: Asks, told: Any
) -> None:
    await followed(land, asks, told)


async def followed(land: Database, asks: Asks, told: Any) -> None:
    """Passes one history whose every follower ends with what is held."""
    with clock.pin(NOW):
        history = History(await emptied(land), asks)
        for step in told:
            await history.step(*step)
        for follower, reach in history.followers:
            await as_held(follower, asks[reach], land, reach)


async def test_who_leaves_an_area_is_a_tombstone_there_and_arrives_in_the_other(
    runs: Runs, ask: Read
) -> None:
    await runs.land([person(1), Deed("status", 1, DESA, "A")])
    here, there = (Follower(types=PERSONS, wilayah=code) for code in AREAS.values())
    for one in (here, there):
        await one.to_the_end(ask)
    assert [len(here.copy), len(there.copy)] == [1, 0]
    await runs.land([person(1, area=ELSEWHERE)])
    for one in (here, there):
        await one.to_the_end(ask)
    assert [item["kind"] for item in here.pages[-1]["items"]] == ["TOMBSTONE"]
    assert [item["kind"] for item in there.pages[-1]["items"]] == ["UPSERT"]
    [moved] = there.copy.values()
    assert [status["code"] for status in moved["statuses"]] == ["A"]


async def test_what_is_listed_elsewhere_comes_and_goes_with_its_person_for_a_caller_of_one_area(
    runs: Runs, asks: Asks, land: Database
) -> None:
    here = (DESA, DESA)
    follower = Follower(types=["ENROLLMENT"])

    async def told() -> list[str]:
        await follower.to_the_end(asks[here])
        return [item["kind"] for item in follower.pages[-1]["items"]]

    await runs.land([person(1, area=ELSEWHERE), Deed("enrollment", 1, ELSEWHERE, "A")])
    assert await told() == []
    await runs.land([person(1, area=DESA)])
    assert await told() == ["UPSERT"]
    await runs.land([person(1, "B", area=DESA)])
    assert await told() == []
    await runs.land([person(1, area=ELSEWHERE)])
    assert await told() == ["TOMBSTONE"]
    await as_held(follower, asks[here], land, here)
    everywhere = Follower(types=["ENROLLMENT"])
    await everywhere.to_the_end(asks[NATIONAL_KEYS])
    assert [item["kind"] for item in everywhere.pages[-1]["items"]] == ["UPSERT"]


async def test_what_commits_late_comes_behind_the_cursor_given_out_before(runs: Runs, ask: Read) -> None:
    follower = Follower(types=["PERSON"])
    at = await runs.begin()
    async with runs.landing(at, "complete") as connection:
        await done(connection, at, [person(1)])
        assert await follower.page(ask, 5)
        assert follower.copy == {}
    await follower.to_the_end(ask)
    assert len(follower.copy) == 1


async def test_a_feed_read_as_known_at_an_instant_shows_that_instant(
    runs: Runs, ask: Read, land: Database
) -> None:
    await runs.land([person(1), person(2), Deed("enrollment", 1, DESA, "A")])
    then = runs.at
    await runs.land([person(1, "B"), person(2, None), person(3), Deed("enrollment", 1, DESA, None)])
    with clock.pin(NOW):
        follower = Follower(types=["PERSON", "ENROLLMENT"], known=then.isoformat())
        await as_held(follower, ask, land)
        assert sorted(node["__typename"] for node in follower.copy.values()) == [
            "Enrollment",
            "Person",
            "Person",
        ]
        assert {node.get("called") for node in follower.copy.values()} == {"A", None}
        follower.known = None
        await as_held(follower, ask, land)


async def test_since_tells_what_was_recorded_after_an_instant(runs: Runs, ask: Read) -> None:
    await runs.land([person(1)])
    since = runs.at.isoformat()
    await runs.land([person(2)])
    await runs.land([person(1, None)])
    document = (
        "query ($since: DateTime) { changes(since: $since, types: [PERSON]) { items { kind node { id } } } }"
    )
    kinds = [item["kind"] for item in (await ask(document, since=since))["changes"]["items"]]
    assert kinds == ["UPSERT", "TOMBSTONE"]
    assert (await ask(document, since=runs.at.isoformat()))["changes"]["items"] == []


async def test_a_first_reading_has_no_tombstones(runs: Runs, ask: Read) -> None:
    await runs.land([person(1), person(2)])
    await runs.land([person(1, None)])
    follower = Follower(types=["PERSON"])
    await follower.to_the_end(ask, 1)
    assert [item["kind"] for page in follower.pages for item in page["items"]] == ["UPSERT"]


async def test_facts_bring_the_things_they_hang_on(runs: Runs, ask: Read) -> None:
    await runs.land([person(1), Deed("status", 1, DESA, "A"), Deed("enrollment", 1, DESA, "A")])
    follower = Follower(types=["STATUS"])
    await follower.to_the_end(ask)
    told = [(item["type"], item["node"]["__typename"]) for item in follower.pages[0]["items"]]
    assert told == [("PERSON", "Person"), ("STATUS", "Person")]


async def test_a_page_is_one_statement_whatever_is_selected(runs: Runs, ask: Read, reads: Counting) -> None:
    await runs.land([person(number) for number in NUMBERS])
    await Follower().page(ask, 100)
    assert len(reads.statements) == 1


def cursor(*parts: Any) -> str:
    return base64.b64encode(json.dumps(parts).encode()).decode()


@pytest.mark.parametrize(
    "after",
    [
        "",
        "x",
        cursor(1),
        cursor(1, 2, 3, 4, 5, "6"),
        cursor(1, 2, 3, 4, 5, 2**63),
        cursor(*[True] * 6),
        "WzE=",
    ],
)
async def test_what_is_no_cursor_of_the_feed_is_refused(ask: Read, after: str) -> None:
    with pytest.raises(InputError) as refused:
        await ask(PAGE, after=after, first=10)
    assert refused.value.code == "bad_cursor"


@pytest.mark.parametrize(
    "other", [{"wilayah": "33.20.01"}, {"wilayah": "33.20", "types": ["PERSON"]}, {"types": ["STATUS"]}, {}]
)
async def test_a_cursor_made_under_another_filter_is_refused(ask: Read, runs: Runs, other: Any) -> None:
    first = await ask(PAGE, first=10, wilayah="33.20", types=["STATUS", "PERSON"])
    after = first["changes"]["next"]
    assert await ask(PAGE, first=10, after=after, wilayah="33.20", types=["PERSON", "STATUS"])
    with pytest.raises(InputError) as refused:
        await ask(PAGE, first=10, after=after, **other)
    assert refused.value.code == "cursor_of_another"


async def test_a_cursor_of_a_later_state_than_the_hubs_is_refused(ask: Read, land: Database) -> None:
    runs = await emptied(land)
    await runs.land([person(1)])
    after = (await ask(PAGE, first=10))["changes"]["next"]
    restored = await emptied(land)
    with pytest.raises(InputError) as refused:
        await ask(PAGE, first=10, after=after)
    assert refused.value.code == "cursor_ahead"
    await restored.land([])
    assert (await ask(PAGE, first=10, after=after))["changes"]["items"] == []


async def test_an_instant_and_a_cursor_together_are_refused(ask: Read) -> None:
    with pytest.raises(InputError) as refused:
        await ask('{ changes(since: "2025-01-01T00:00:00Z", after: "x") { last } }')
    assert refused.value.code == "since_and_after"


def test_the_cost_of_a_page_follows_its_size() -> None:
    costs = [
        engine().prepare(Request(f"{{ changes(first: {size}) {{ items {{ node {{ id }} }} }} }}")).cost
        for size in (1, 50, 500)
    ]
    assert costs == [1, 50, 500]


@pytest.mark.parametrize(("whole_since", "refused"), [("-infinity", False), ("infinity", True)])
async def test_a_cursor_of_before_the_feed_is_whole_is_refused(
    ask: Read, land: Database, whole_since: str, refused: bool
) -> None:
    runs = await emptied(land)
    await runs.land([person(1)])
    after = (await ask(PAGE, first=10))["changes"]["next"]
    await forget(land, whole_since)
    try:
        if not refused:
            assert (await ask(PAGE, first=10, after=after))["changes"]["items"] == []
            return
        with pytest.raises(InputError) as found:
            await ask(PAGE, first=10, after=after)
        assert found.value.code == "cursor_past"
        assert (await ask(PAGE, first=10))["changes"]["items"]
    finally:
        await forget(land, None)


async def forget(land: Database, whole_since: str | None) -> None:
    """As retention does, once it has erased what is older."""
    async with land.connect() as connection:
        told = text("update turned set whole_since = cast(cast(:since as text) as timestamptz) where id = 1")
        await connection.execute(told, {"since": whole_since})
        await connection.commit()
