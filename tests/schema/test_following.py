"""An export with the increments after it is what a fresh export gives, whatever lands, ends, turns or is withdrawn."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.access.context import sign
from hub.compiler.engine import Request
from hub.compiler.exporting import export
from hub.compiler.marks import marks_in
from hub.compiler.needs import Sight
from hub.domain import clock
from hub.errors import InputError
from hub.schema.build import engine
from hub.schema.export_door import exported
from hub.schema.following import FOLLOWING
from hub.schema.forms import FORMS
from hub.store.bulk import Bulk, open_bulk
from hub.store.database import Database
from hub.store.read import Reader, open_reader
from tests.conftest import wait_for
from tests.graph_builders import DESA, Graph, known, uid
from tests.schema.changing import ELSEWHERE, Deed, done
from tests.schema.conftest import NOW
from tests.schema.withdrawing import REACHES, STEPS, World, a_world, stepped, two_areas

PEOPLE = """{ people { nodes { id name nik vital wilayah { code } statuses { code } enrollments { status from
    payments { amount status } } benefitTotals(groupBy: []) { amount } familyCards { familyCard { kk } } } } }"""
LISTS = {
    "people": PEOPLE,
    "edges": "{ people(orderBy: {field: NAME}) { edges { cursor node { id name } } } }",
    "holders": '{ people(filter: {program: {has: ["PKH"]}}) { nodes { id name enrollments { status } } } }',
    "paid": '{ people(filter: {payments: {some: {amount: {eq: 65}}}, wilayah: "33.20"}) { nodes { id sex } } }',
    "desa": '{ people(filter: {wilayah: "33.20.01"}) { nodes { id name } } }',
    "cards": "{ familyCards { nodes { id kk from to } } }",
    "enrollments": """{ enrollments(filter: {status: {in: [active]}, program: {eq: "PKH"}}) {
        nodes { id status from paid } } }""",
    "all enrollments": "{ enrollments { nodes { id status from payments { amount } } } }",
    "payments": "{ payments { nodes { id amount status events { event } } } }",
    "records": "{ records { nodes { id key observations { measure value } } } }",
}


@pytest.fixture(scope="module")
def land(database: Database) -> Database:
    """A database with areas, programs, sources and the anchors of three persons."""
    wait_for(two_areas(database))
    return database


@dataclass(frozen=True)
class Doors:
    """Where pages and exports are read."""

    land: Database
    reader: Reader
    bulk: Bulk


@pytest_asyncio.fixture
async def doors(land: Database) -> AsyncIterator[Doors]:
    async with open_reader(land, 2) as reader, open_bulk(land, 60) as bulk:
        yield Doors(land, reader, bulk)


async def taken(
    doors: Doors, query: str, reach: str = "all", since: str | None = None, form: str = "ndjson"
) -> tuple[bytes, str]:
    """An export, and the cursor of what follows it."""
    made = export(engine(), Request(query, since=since), 1000, following=FOLLOWING)
    context = sign(doors.land.roles.key("context"), REACHES[reach], timedelta(days=1))
    behind: list[str] = []
    pieces = exported(made, FORMS[form], doors.bulk, context, (1000, lambda _: None, behind.append))
    return b"".join([piece async for piece in pieces]), behind[0]


def entries(sent: bytes) -> list[Any]:
    return [json.loads(line) for line in sent.splitlines()]


def by_id(found: list[Any]) -> dict[str, list[Any]]:
    """Entries by the thing that they are of, in an order of their own."""
    copy: dict[str, list[Any]] = {}
    for one in sorted(found, key=json.dumps):
        copy.setdefault(one.get("node", one)["id"], []).append(one)
    return copy


@dataclass
class Copy:
    """Whoever takes an export once and then what changed."""

    name: str
    reach: str
    copy: dict[str, list[Any]] = field(default_factory=dict)
    cursor: str | None = None
    told: list[Any] = field(default_factory=list)

    async def take(self, doors: Doors) -> None:
        """The export, or what changed since the last one."""
        sent, cursor = await taken(doors, LISTS[self.name], self.reach, self.cursor)
        self.told = entries(sent)
        if self.cursor is None:
            self.copy = by_id(self.told)
        else:
            for one in self.told:
                self.copy.pop(one["__id"], None)
            kept = [one for one in self.told if one["__change"] == "UPSERT"]
            assert all(len(one) == 2 for one in self.told if one not in kept)
            plain = [{key: one[key] for key in one if not key.startswith("__")} for one in kept]
            assert {one["__id"] for one in kept} == set(by_id(plain))
            self.copy |= by_id(plain)
        self.cursor = cursor

    async def agrees(self, doors: Doors) -> None:
        """Passes a copy that is what a fresh export gives."""
        await self.take(doors)
        fresh, _ = await taken(doors, LISTS[self.name], self.reach)
        assert self.copy == by_id(entries(fresh)), (self.name, self.reach)


async def many(doors: Doors, reaches: tuple[str, ...] = ("all",)) -> list[Copy]:
    copies = [Copy(name, reach) for name in LISTS for reach in reaches]
    for copy in copies:
        await copy.take(doors)
    return copies


#: Who is told no longer and comes back without a birth date is a child that hides its own end: see docs/graphql.md.
DEEDS = st.lists(
    st.builds(
        Deed,
        st.sampled_from(["person_state", "status", "family_card", "enrollment", "benefit", "observation"]),
        st.integers(1, 3),
        st.sampled_from([DESA, ELSEWHERE]),
        st.sampled_from(["A", "B", None]),
    ).filter(lambda deed: deed.table != "person_state" or deed.word is not None),
    min_size=1,
    max_size=4,
)
RUNS = st.tuples(st.sampled_from(["whole", "late", "killed", "pieces"]), DEEDS)


async def land_so(world: World, manner: str, deeds: list[Deed], copies: list[Copy], doors: Doors) -> None:
    """A run that is read from while it is under way."""
    runs = world.runs
    if manner == "whole":
        await runs.land(deeds)
    elif manner == "pieces":
        async for _ in runs.pieces(deeds):
            for copy in copies:
                await copy.take(doors)
    else:
        at = await runs.begin()
        status = "complete" if manner == "late" else None
        async with runs.landing(at, status) as connection:
            await done(connection, at, deeds)
            for copy in copies:
                await copy.take(doors)
        if status is None:
            await runs.close("failed")


async def followed(doors: Doors, steps: list[Any], each: int, reaches: tuple[str, ...]) -> None:
    world = await a_world(doors.land, doors.reader)
    copies = await many(doors, reaches)
    for place, step in enumerate(steps):
        some = [copy for number, copy in enumerate(copies) if (number + place) % each == 0]
        if len(step) == 2:
            await land_so(world, step[0], step[1], some, doors)
        elif step[0] != "join":
            await stepped(world, step)
        for copy in some:
            await copy.take(doors)
    await world.turn()
    for copy in copies:
        await copy.agrees(doors)


STORIES: dict[str, Any] = {
    "phases": [Phase.explicit, Phase.generate],
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}
TURNS = STEPS.map(lambda steps: steps[0]).filter(lambda step: step[2] is not None)
STEPPING = st.lists(st.one_of(RUNS, TURNS), min_size=2, max_size=6)


@settings(max_examples=2, **STORIES)
@given(steps=STEPPING, each=st.integers(2, 5))
async def test_an_export_with_its_increments_is_a_fresh_export(doors: Doors, steps: Any, each: int) -> None:
    await followed(doors, steps, each, ("all", "desa"))


@pytest.mark.long
@settings(max_examples=100, **STORIES)
@given(steps=STEPPING, each=st.integers(1, 5))
async def test_many_exports_with_their_increments_are_fresh_exports(
    doors: Doors, steps: Any, each: int
) -> None:
    await followed(doors, steps, each, ("all", "grown", "desa", "other"))


@pytest_asyncio.fixture
async def world(doors: Doors) -> World:
    return await a_world(doors.land, doors.reader)


async def test_what_did_not_change_is_not_told(world: World, doors: Doors) -> None:
    copies = await many(doors)
    for copy in copies:
        await copy.take(doors)
        assert copy.told == [], copy.name
    await world.land_all(Deed("person_state", 1, DESA, "B"))
    told = Copy("people", "all"), Copy("cards", "all")
    for copy in told:
        copy.cursor = next(one.cursor for one in copies if one.name == copy.name)
        await copy.take(doors)
    assert [[one["name"] for one in copy.told] for copy in told] == [["B"], []]


async def test_who_leaves_a_list_is_a_tombstone_and_who_is_restricted_is_withdrawn(
    world: World, doors: Doors
) -> None:
    holders, everybody = Copy("holders", "all"), Copy("people", "all")
    for copy in (holders, everybody):
        await copy.take(doors)
    await world.land_all(Deed("enrollment", 1, DESA, None))
    await world.decided(2, "restricted")
    await world.turn()
    for copy in (holders, everybody):
        await copy.take(doors)
    assert sorted(one["__change"] for one in holders.told) == ["TOMBSTONE", "WITHDRAWN"]
    assert sorted(one["__change"] for one in everybody.told) == ["UPSERT", "WITHDRAWN"]
    assert [len(holders.copy), len(everybody.copy)] == [1, 2]


async def test_what_nobody_lands_but_the_day_ends_is_told(world: World, doors: Doors) -> None:
    story = Graph(area=DESA)
    story.enrolled(1, "BPNT", "2026-01-01", "2026-12-31")
    story.rows[-1][1].update(enrollment_id=77, uid=uid("enrollment", 77), recorded=known(world.runs.at))
    await story.store(doors.land)
    query = "{ enrollments(current: true) { nodes { id program { code } } } }"
    LISTS["current"] = query
    try:
        copy = Copy("current", "all")
        with clock.pin(NOW.replace(year=2026, month=6)):
            await copy.take(doors)
        with clock.pin(NOW.replace(year=2027, month=6)):
            await copy.agrees(doors)
        assert [one["__change"] for one in copy.told] == ["TOMBSTONE"]
    finally:
        del LISTS["current"]


async def test_an_instant_begins_an_increment_too(world: World, doors: Doors) -> None:
    before = world.runs.at
    await world.land_all(Deed("person_state", 1, DESA, "B"), Deed("person_state", 2, DESA, None))
    sent, _ = await taken(doors, LISTS["desa"], since=before.isoformat())
    assert sorted(one["__change"] for one in entries(sent)) == ["TOMBSTONE", "UPSERT"]
    assert (await taken(doors, LISTS["desa"], since=world.runs.at.isoformat()))[0] == b""


async def test_csv_and_parquet_tell_the_same(world: World, doors: Doors) -> None:
    import csv
    import io

    import polars as pl

    _, cursor = await taken(doors, LISTS["desa"])
    await world.land_all(Deed("person_state", 1, DESA, "B"), Deed("person_state", 2, DESA, None))
    lines = entries((await taken(doors, LISTS["desa"], since=cursor))[0])
    text = (await taken(doors, LISTS["desa"], since=cursor, form="csv"))[0].decode()
    frame = pl.read_parquet((await taken(doors, LISTS["desa"], since=cursor, form="parquet"))[0])
    names = ["__change", "__id", "id", "name"]
    wanted = [[one.get(name) for name in names] for one in lines]
    assert [list(row) for row in frame.select(names).rows()] == wanted
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [[row[name] or None for name in names] for row in read] == wanted


@pytest.mark.parametrize(
    ("query", "since", "reason"),
    [
        (LISTS["desa"], "x", "bad_cursor"),
        (LISTS["desa"], "2026-01-01", "bad_cursor"),
        ("{ people(first: 3) { nodes { id } } }", "2026-01-01T00:00:00Z", "not_incremental"),
        (
            '{ people(knownAt: "2026-01-01T00:00:00Z") { nodes { id } } }',
            "2026-01-01T00:00:00Z",
            "not_incremental",
        ),
        ("{ statuses { nodes { code } } }", "2026-01-01T00:00:00Z", "not_incremental"),
        ("{ wilayahList { nodes { code } } }", "2026-01-01T00:00:00Z", "not_incremental"),
    ],
)
async def test_what_cannot_be_followed_is_refused(
    doors: Doors, world: World, query: str, since: str, reason: str
) -> None:
    with pytest.raises(InputError) as refused:
        await taken(doors, query, since=since)
    assert refused.value.code == reason


async def test_a_cursor_serves_its_export_its_reach_and_no_feed(world: World, doors: Doors) -> None:
    _, cursor = await taken(doors, LISTS["desa"])
    for query, reach, reason in (
        (LISTS["people"], "all", "cursor_of_another"),
        (LISTS["desa"], "grown", "cursor_forged"),
    ):
        with pytest.raises(InputError) as refused:
            await taken(doors, query, reach, cursor)
        assert refused.value.code == reason
    page = json.loads(
        await engine().run(
            Request("{ changes { next } }"),
            doors.reader,
            lambda: sign(doors.land.roles.key("context"), REACHES["all"]),
        )
    )
    with pytest.raises(InputError) as refused:
        await taken(doors, LISTS["desa"], since=page["changes"]["next"])
    assert refused.value.code == "cursor_of_another"


@pytest.mark.parametrize(
    ("query", "unfollowed"),
    [
        (PEOPLE, ()),
        (
            "{ people { nodes { id identifiers { value } p: payments { amount source { code } } } } }",
            ("people.nodes.identifiers",),
        ),
        (
            "{ e: enrollments { edges { node { id who: person { name } } } } }",
            ("e.edges.node.who",),
        ),
        ("{ people(filter: {groups: {some: {}}, wilayah: \"33\"}) { nodes { id } } }", ("filter",)),
        (LISTS["holders"], ()),
    ],
)  # fmt: skip
def test_what_is_not_followed_is_named(query: str, unfollowed: tuple[str, ...]) -> None:
    assert export(engine(), Request(query), 1000, following=FOLLOWING).unfollowed == unfollowed


def test_a_question_with_since_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        engine().prepare(Request("{ programs { code } }", since="x"))
    assert refused.value.code == "not_incremental"


async def test_each_line_of_an_increment_tells_the_ledger_of_whom_it_speaks(
    world: World, doors: Doors
) -> None:
    since = world.runs.at.isoformat()
    await world.land_all(
        Deed("person_state", 1, DESA, "B"),
        Deed("enrollment", 2, DESA, None),
        Deed("benefit", 3, DESA, "B"),
    )
    for name, wanted in (("people", {"1", "2", "3"}), ("all enrollments", {"1", "2"}), ("payments", {"3"})):
        made = export(engine(), Request(LISTS[name], since=since), 1000, Sight(logged=True), FOLLOWING)
        context = sign(doors.land.roles.key("context"), REACHES["all"], timedelta(days=1))
        async with doors.bulk.snapshot(context) as snapshot:
            lines = [piece async for batch in snapshot.batches(made.sql, made.parameters) for piece in batch]
        assert all(marks_in(line) for line in lines)
        assert {mark.strip('"') for line in lines for mark in marks_in(line)} == wanted
