"""Area `serving`: the hub beside SQL by hand and PostGraphile, each a server of its own on loopback, in turns."""

import base64
from collections import defaultdict
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from math import ceil
from statistics import median
from typing import Any, NamedTuple

import orjson
from sqlalchemy import text

from hub.cli.entrance import local_context
from hub.compiler.engine import Request
from hub.schema.build import engine
from hub.store.database import Database
from hub.store.read import Reader, open_reader
from hub.store.roles import Role
from tests.bench.graph import graph_of
from tests.bench.lines import Line, note
from tests.bench.loading import answers, loaded, post
from tests.bench.place import Place
from tests.bench.queries import QUESTIONS, REGENCY, Goals, Question
from tests.bench.rivals import SOURCES, Server, postgraphile, postmaster, served, used

PERSONS = 200_000
CALLERS = 16
SECONDS = 2.0
"""Length of one turn; shorter at toy sizes."""
SUBJECTS = 400
TAIL_GOAL = 4.0
LOGGED_GOAL = 300
"""Look-ups a second that leave their lines."""
#: Persons by number all over the graph; those of one regency, without whom no full page follows; pairs of programs, of
#: which persons hold every other.
SOME = {
    "person": text(
        "select person_id, home_area_key, nik from person_state"
        " where person_id % (select greatest(max(person_id) / :n, 1) from person_state) = 0 limit :n"
    ),
    "page": text(
        "with r as (select person_id, home_area_key, nik, row_number() over w as place, count(*) over () as persons"
        f" from person_state where home_area_key between {REGENCY[0]} and {REGENCY[1]}"
        " window w as (order by home_area_key, person_id)) select person_id, home_area_key, nik from r"
        " where place % greatest(persons / :n, 1) = 0 and place <= greatest(persons - 600, 1) or place = 1 limit :n"
    ),
    "programs": text(
        "select 0, 0, '', array[a.code, b.code] from program a"
        " join program b on b.id = (select min(c.id) from program c where c.id > a.id) order by a.id limit :n"
    ),
}


class Subject(NamedTuple):
    """Whom a question is about, or after whom its page begins; or the programs it is about."""

    person: int
    area: int
    nik: str
    programs: Sequence[str] = ()


@dataclass
class Turns:
    """What the turns of one side have given: requests a second by round, and the seconds of each request.

    `cpu` holds the milliseconds of CPU a request, of the server and of its database, by round.
    """

    speeds: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """Milliseconds that half of the requests took at most."""
        return 1000 * median(self.waits)

    @property
    def tail(self) -> float:
        """Milliseconds that 99 of 100 requests took at most."""
        return 1000 * sorted(self.waits)[ceil(0.99 * len(self.waits)) - 1]


@dataclass(frozen=True)
class Side:
    """One server and what it is sent for a question."""

    server: Server
    requests: Sequence[bytes]


async def measure(place: Place, persons: int, rounds: int) -> list[Line]:
    """Every line of the area.

    Args:
        place: Where to measure.
        persons: Of the graph.
        rounds: Turns of each side and question.
    """
    database = await graph_of(place, persons)
    seconds = SECONDS if persons >= PERSONS else SECONDS * persons / PERSONS
    lines: list[Line] = []
    async with _servers(place, database) as servers:
        for question in QUESTIONS:
            subjects = await _subjects(database, question)
            sides = await _sides(question, servers, subjects)
            await _same(question, sides)
            found = await _turns(place, sides, (rounds, seconds))
            lines += _lines(question, found)
            counted = await _counted(database, question, subjects[0])
            lines.append(
                Line(f"serving.{question.name}_statements", [counted], "statements", (), 1, at_most=True)
            )
    return lines


@asynccontextmanager
async def _servers(place: Place, database: Database) -> AsyncIterator[dict[str, Server]]:
    """The hub, with lines and without access control too, SQL by hand, and PostGraphile where it is installed."""
    async with AsyncExitStack() as stack:
        found = {
            side: await stack.enter_async_context(served(place, side, database))
            for side in ("hub", "hub-ledger", "hub-open", "hand")
        }
        peer = await stack.enter_async_context(postgraphile(database))
        if peer:
            found["peer"] = peer
        else:
            note("serving: PostGraphile is left out, it isn't installed (make bench does it where npm is)")
        yield found


async def _subjects(database: Database, question: Question) -> list[Subject]:
    async with database.connect(Role.INGEST) as connection:
        return [Subject(*row) for row in await connection.execute(SOME[question.kind], {"n": SUBJECTS})]


def _variables(question: Question, subject: Subject) -> dict[str, Any]:
    if question.kind == "person":
        return {"nik": subject.nik}
    if question.kind == "programs":
        return {"programs": subject.programs}
    cursor = base64.b64encode(orjson.dumps(["Query.people", subject.area, subject.person])).decode()
    return {"first": question.size, "after": cursor}


async def _sides(
    question: Question, servers: dict[str, Server], subjects: Sequence[Subject]
) -> dict[str, Side]:
    """The servers that can answer a question, with its requests."""
    bodies = [
        orjson.dumps({"query": question.graphql, "variables": _variables(question, one)}) for one in subjects
    ]
    asked = [post("/graphql", body) for body in bodies]
    sides = {side: Side(servers[side], asked) for side in ("hub", "hub-ledger", "hub-open")}
    if question.sql:
        sides["hand"] = Side(servers["hand"], [post(f"/{question.name}", body) for body in bodies])
    if question.peer and "peer" in servers:
        sides["peer"] = Side(servers["peer"], await _for_peer(question, servers["peer"], subjects))
    return sides


async def _for_peer(question: Question, server: Server, subjects: Sequence[Subject]) -> list[bytes]:
    """The requests in PostGraphile's words; its cursors hold a word for the order beside the sort key."""
    query = (SOURCES / question.peer).read_text()
    if question.kind != "page":
        return [
            post("/graphql", orjson.dumps({"query": query, "variables": _variables(question, one)}))
            for one in subjects
        ]
    (first,) = await answers(
        server.port, [post("/graphql", orjson.dumps({"query": query, "variables": {"first": 1}}))]
    )
    order, _ = orjson.loads(base64.b64decode(orjson.loads(first)["data"]["people"]["edges"][0]["cursor"]))
    return [
        post(
            "/graphql", orjson.dumps({"query": query, "variables": {"first": question.size, "after": after}})
        )
        for one in subjects
        if (after := base64.b64encode(orjson.dumps([order, str(one.person)])).decode())
    ]


async def _same(question: Question, sides: dict[str, Side]) -> None:
    """Passes when all sides answer the same: SQL by hand byte for byte, PostGraphile in all but ids and cursors.

    Raises:
        AssertionError: Some side answers something else.
    """
    step = max(len(sides["hub"].requests) // 10, 1)
    found = {name: await answers(side.server.port, side.requests[::step]) for name, side in sides.items()}
    for name, theirs in found.items():
        for ours, other in zip(found["hub"], theirs, strict=True):
            if name == "hand":
                same = ours.startswith(other[:-1] + b',"extensions":')
            else:
                same = _plain(orjson.loads(ours)["data"]) == _plain(orjson.loads(other)["data"])
            if not same:
                raise AssertionError(f"{question.name}: {name} answers something else: {ours!r} {other!r}")


def _plain(value: Any) -> str:
    """JSON without what each side names in its own way: ids, cursors, and whether large numbers are texts."""

    def bare(found: Any, name: str = "") -> Any:
        if isinstance(found, dict):
            if list(found) == ["code"] and name == "wilayah":
                return found["code"]
            return {key: bare(one, key) for key, one in found.items()}
        if isinstance(found, list):
            return [bare(one) for one in found]
        if name in ("id", "cursor", "endCursor"):
            return found is not None
        return int(found) if name == "amount" and found is not None else found

    return orjson.dumps(bare(value)).decode()


async def _turns(place: Place, sides: dict[str, Side], turns: tuple[int, float]) -> dict[str, Turns]:
    """What the sides give, taking turns."""
    rounds, seconds = turns
    found: dict[str, Turns] = defaultdict(Turns)
    server = postmaster(place)
    for side in sides.values():  # Every connection has its plan before the clock runs.
        await loaded(side.server.port, side.requests, CALLERS, seconds / 2)
    for _ in range(rounds):
        for name, side in sides.items():
            before = used(side.server, server) if server else 0.0
            waits, lasted = await loaded(side.server.port, side.requests, CALLERS, seconds)
            found[name].speeds.append(len(waits) / lasted)
            found[name].waits += waits
            if server:
                found[name].cpu.append(1000 * (used(side.server, server) - before) / len(waits))
    return found


def _lines(question: Question, found: dict[str, Turns]) -> list[Line]:
    name, goals = f"serving.{question.name}", question.goals
    nobody = Turns()
    ours, hand, peer, bare = (found.get(side, nobody) for side in ("hub", "hand", "peer", "hub-open"))
    noted = found["hub-ledger"]
    waited = hand.waits != []
    lines = [
        Line(name, ours.speeds, "requests/s", hand.speeds, goals.hand if goals else None),
        Line(f"{name}_p50", [ours.middle], "ms", [hand.middle] if waited else ()),
        Line(f"{name}_p99", [ours.tail], "ms", [hand.tail] if waited else ()),
        Line(f"{name}_p99_to_p50", [ours.tail], "ms", [ours.middle], TAIL_GOAL, at_most=True),
        Line(f"{name}_access", ours.speeds, "requests/s", bare.speeds, goals.access if goals else None),
        Line(f"{name}_ledger", noted.speeds, "requests/s", bare.speeds, goals.ledger if goals else None),
    ]
    if question.name == "q1":
        lines.append(Line("serving.logged_lookups", noted.speeds, "requests/s", (), LOGGED_GOAL))
    if ours.cpu:
        lines += [
            Line(f"{name}_cpu", ours.cpu, "ms", hand.cpu),
            Line(f"{name}_access_cpu", ours.cpu, "ms", bare.cpu),
        ]
    if peer.speeds and goals:
        lines += _beside_peer(name, goals, (ours, hand, peer))
    return lines


def _beside_peer(name: str, goals: Goals, sides: tuple[Turns, Turns, Turns]) -> list[Line]:
    """The hub and the SQL by hand beside PostGraphile: what the second does not reach, nobody does on this machine."""
    ours, hand, peer = sides
    lines = [
        Line(f"{name}_to_postgraphile", ours.speeds, "requests/s", peer.speeds, goals.peer),
        Line(f"{name}_hand_to_postgraphile", hand.speeds, "requests/s", peer.speeds, goals.peer),
    ]
    if ours.cpu:
        lines += [
            Line(f"{name}_cpu_to_postgraphile", ours.cpu, "ms", peer.cpu, goals.cpu, at_most=True),
            Line(f"{name}_hand_cpu_to_postgraphile", hand.cpu, "ms", peer.cpu, goals.cpu, at_most=True),
        ]
    return lines


@dataclass
class _Counting:
    """Reads as the server does, and counts the statements."""

    reader: Reader
    statements: int = 0

    async def text(self, sql: str, args: Sequence[object]) -> str | None:
        """The single value of a statement."""
        self.statements += 1
        return await self.reader.text(sql, args)


async def _counted(database: Database, question: Question, subject: Subject) -> float:
    """Statements an operation."""
    async with open_reader(database, 1) as reader:
        counting = _Counting(reader)
        request = Request(question.graphql, _variables(question, subject))
        await engine().run(request, counting, local_context(database))
    return float(counting.statements)
