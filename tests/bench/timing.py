"""Area `timing`: whether the time of an answer tells a caller that a person exists whom it may not see.

A caller who reaches one regency asks by turns for somebody who is nowhere and for somebody who lives elsewhere, in the
order that a coin decides, one request at a time; the answers must be the same bytes. What their seconds tell is the z
of Mann and Whitney over all pairs: below 3.3 a thousand tries would be needed for one such chance.
"""

import base64
import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt
from time import perf_counter
from uuid import uuid5

import orjson
from sqlalchemy import text

from hub.store.database import Database
from hub.store.roles import Role
from tests.bench.graph import graph_of
from tests.bench.lines import Line
from tests.bench.loading import Caller, connected, post
from tests.bench.place import Place
from tests.bench.queries import REGENCY
from tests.bench.rivals import served

PERSONS = 200_000
PAIRS = 1500
"""Of each round and way; fewer at toy sizes."""
WARM = 100
GOAL = 3.3
FOREIGN = text(
    "select person_id, uid, nik, home_area_key from person_state where home_area_key not between :lo and :hi"
    " and person_id % (select greatest(max(person_id) / :n, 1) from person_state) = 0 limit :n"
)
BY_NIK = "query ($nik: NIK!) { person(nik: $nik) { id name } }"
BY_ID = "query ($id: ID!) { node(id: $id) { id } }"
AFTER = """
query ($after: String!) { people(filter: {wilayah: "33.20"}, first: 1, after: $after) { nodes { id } } }
"""


@dataclass(frozen=True)
class Pair:
    """Two requests that must be told apart by nothing: for nobody, and for somebody elsewhere."""

    nobody: bytes
    foreign: bytes


async def measure(place: Place, persons: int, rounds: int) -> list[Line]:
    """Every line of the area.

    Args:
        place: Where to measure.
        persons: Of the graph.
        rounds: Of all pairs.
    """
    database = await graph_of(place, persons)
    count = PAIRS if persons >= PERSONS else max(PAIRS * persons // PERSONS, 20)
    lines, ways = [], await _ways(database, count)
    async with served(place, "hub-regency", database) as server:
        (caller,) = await connected(server.port, 1)
        for way, pairs in ways.items():
            for pair in pairs[:WARM]:
                await _seconds(caller, pair, foreign_first=False)
            found = [await _round(caller, pairs, number) for number in range(rounds)]
            lines += _lines(f"timing.{way}", found)
        caller.close()
    return lines


async def _ways(database: Database, count: int) -> dict[str, list[Pair]]:
    """Pairs of requests by NIK, by global id and by cursor.

    Nobody bears the number of a foreign person with another serial, or its id made anew; a cursor is of a row just
    before that of the foreign person, where there is none.
    """
    parameters = {"lo": REGENCY[0], "hi": REGENCY[1], "n": count}
    async with database.connect(Role.INGEST) as connection:
        rows = (await connection.execute(FOREIGN, parameters)).all()
        taken = set(await connection.scalars(text("select nik from person_state")))
    ways: dict[str, list[Pair]] = {"nik": [], "id": [], "cursor": []}
    for person, uid, nik, area in rows:
        free = next(
            one
            for n in range(1, 9999)
            if (one := f"{nik[:12]}{(int(nik[12:]) + n) % 9999 + 1:04}") not in taken
        )
        ways["nik"].append(_pair(BY_NIK, "nik", free, nik))
        ways["id"].append(_pair(BY_ID, "id", _id(uuid5(uid, "nobody")), _id(uid)))
        ways["cursor"].append(_pair(AFTER, "after", _cursor(area, -person), _cursor(area, person)))
    return ways


def _pair(query: str, name: str, nobody: str, foreign: str) -> Pair:
    asked = [
        post("/graphql", orjson.dumps({"query": query, "variables": {name: value}}))
        for value in (nobody, foreign)
    ]
    return Pair(*asked)


def _id(uid: object) -> str:
    return base64.b64encode(f"Person:{uid}".encode()).decode()


def _cursor(area: int, person: int) -> str:
    return base64.b64encode(orjson.dumps(["Query.people", area, person])).decode()


async def _round(caller: Caller, pairs: Sequence[Pair], seed: int) -> list[tuple[float, float]]:
    """Seconds of each pair, its two in the order of a coin."""
    coin = random.Random(seed)
    return [await _seconds(caller, pair, foreign_first=coin.random() < 0.5) for pair in pairs]


async def _seconds(caller: Caller, pair: Pair, *, foreign_first: bool) -> tuple[float, float]:
    """Seconds of nobody and of the foreign person.

    Raises:
        AssertionError: The answers differ, or one is none.
    """
    order = (pair.foreign, pair.nobody) if foreign_first else (pair.nobody, pair.foreign)
    taken, bodies = [], []
    for request in order:
        began = perf_counter()
        reply = await caller.ask(request)
        taken.append(perf_counter() - began)
        bodies.append((reply.status, orjson.loads(reply.body).get("data")))
    if bodies[0] != bodies[1] or bodies[0][0] != 200:
        raise AssertionError(f"the answers tell who is there: {bodies}")
    nobody, foreign = reversed(taken) if foreign_first else taken
    return nobody, foreign


def _lines(name: str, found: Sequence[Sequence[tuple[float, float]]]) -> list[Line]:
    """How far the two are told apart, and their medians in microseconds."""
    pooled = [pair for pairs in found for pair in pairs]
    nobody, foreign = (sorted(1e6 * pair[side] for pair in pooled) for side in (0, 1))
    middle = len(pooled) // 2
    return [
        Line(f"{name}_z", [abs(told_apart(pairs)) for pairs in found], "z", (), GOAL, at_most=True),
        Line(f"{name}_foreign", [foreign[middle]], "us", [nobody[middle]]),
    ]


def told_apart(pairs: Sequence[tuple[float, float]]) -> float:
    """Z of Mann and Whitney: above 0 where the second of the pairs tends to be larger; ties share their ranks."""
    merged = sorted((value, side) for pair in pairs for side, value in enumerate(pair))
    ranked, before = 0.0, 0
    for _, tied in groupby(merged, lambda one: one[0]):
        sides = [side for _, side in tied]
        ranked += sum(sides) * (before + (len(sides) + 1) / 2)
        before += len(sides)
    each = len(pairs)
    above = ranked - each * (each + 1) / 2
    return (above - each * each / 2) / sqrt(each * each * (2 * each + 1) / 12)
