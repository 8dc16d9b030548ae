"""Area `serving`: the compiler's answers beside SQL by hand, through the same pool, in turns."""

import asyncio
import base64
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from math import ceil
from statistics import median
from time import perf_counter
from typing import NamedTuple

from sqlalchemy import text

from hub.cli.entrance import local_context
from hub.compiler.engine import Request
from hub.domain import clock
from hub.schema.build import engine
from hub.store.database import Database
from hub.store.read import Reader, open_reader
from hub.store.roles import Role
from tests.bench.graph import graph_of
from tests.bench.lines import Line
from tests.bench.place import Place
from tests.bench.queries import QUESTIONS, Question

PERSONS = 200_000
CALLERS = 16
SECONDS = 2.0
"""Length of one turn; shorter at toy sizes."""
SUBJECTS = 400
REGENCY = (3_320_000_000, 3_320_999_999)
"""First and last area key of Kab. Jepara."""
THROUGHPUT_GOAL, TAIL_GOAL = 0.85, 4.0
SOME = text(
    "select person_id, home_area_key, nik from person_state"
    " where person_id % (select greatest(max(person_id) / :n, 1) from person_state) = 0 limit :n"
)


class Subject(NamedTuple):
    """Whom a question is about, or after whom its page begins."""

    person: int
    area: int
    nik: str


Ask = Callable[[Subject], Awaitable[bytes]]


@dataclass
class Counting:
    """Reads as the server does, and counts the statements."""

    reader: Reader
    statements: int = 0

    async def text(self, sql: str, args: Sequence[object]) -> str | None:
        """The single value of a statement."""
        self.statements += 1
        return await self.reader.text(sql, args)


@dataclass
class Turns:
    """What the turns of one side have given: requests a second by round, and the seconds of each request."""

    speeds: list[float] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """Milliseconds that half of the requests took at most."""
        return 1000 * median(self.waits)

    @property
    def tail(self) -> float:
        """Milliseconds that 99 of 100 requests took at most."""
        return 1000 * sorted(self.waits)[ceil(0.99 * len(self.waits)) - 1]


async def measure(place: Place, persons: int, rounds: int) -> list[Line]:
    """Every line of the area.

    Args:
        place: Where to measure.
        persons: Of the graph.
        rounds: Turns of each side and question.
    """
    database = await graph_of(place, persons)
    subjects = await _subjects(database)
    seconds = SECONDS if persons >= PERSONS else SECONDS * persons / PERSONS
    lines: list[Line] = []
    async with open_reader(database, CALLERS) as reader:
        counting = Counting(reader)
        for question in QUESTIONS:
            hub, hand = _sides(question, counting, database)
            counted = await _same(hub, hand, subjects, counting)
            lines += await _question(question, hub, hand, subjects, (rounds, seconds))
            lines.append(
                Line(f"serving.{question.name}_statements", [counted], "statements", (), 1, at_most=True)
            )
    return lines


def _sides(question: Question, reads: Counting, database: Database) -> tuple[Ask, Ask]:
    """The question through the compiler and by hand; both sign a context for each request."""
    compiled, sign, statement = engine(), local_context(database), question.statement

    async def hub(subject: Subject) -> bytes:
        variables = (
            {"first": question.size, "after": _cursor(subject)} if question.size else {"nik": subject.nik}
        )
        return await compiled.run(Request(question.graphql, variables), reads, sign)

    async def hand(subject: Subject) -> bytes:
        today = clock.today()
        page = (question.size, today, subject.area, subject.person, *REGENCY)
        given = page if question.size else (subject.nik, today)
        return (await reads.text(statement, [sign(), *given]) or "").encode()

    return hub, hand


def _cursor(subject: Subject) -> str:
    return base64.b64encode(json.dumps([subject.area, subject.person]).encode()).decode()


async def _subjects(database: Database) -> list[Subject]:
    async with database.connect(Role.INGEST) as connection:
        return [Subject(*row) for row in await connection.execute(SOME, {"n": SUBJECTS})]


async def _same(hub: Ask, hand: Ask, subjects: Sequence[Subject], counting: Counting) -> float:
    """Statements an operation, once it is sure that both sides answer the same."""
    some = subjects[:: max(len(subjects) // 10, 1)]
    counted = 0
    for subject in some:
        before = counting.statements
        ours = json.loads(await hub(subject))
        counted += counting.statements - before
        if ours != json.loads(await hand(subject)):
            raise AssertionError("the SQL by hand answers something else")
    return counted / len(some)


async def _question(
    question: Question, hub: Ask, hand: Ask, subjects: Sequence[Subject], turns: tuple[int, float]
) -> list[Line]:
    rounds, seconds = turns
    found: dict[str, Turns] = defaultdict(Turns)
    for ask in (hub, hand):  # Every connection has its plan before the clock runs.
        await _turn(ask, subjects, seconds / 2, Turns())
    for _ in range(rounds):
        for side, ask in (("hub", hub), ("hand", hand)):
            await _turn(ask, subjects, seconds, found[side])
    ours, theirs = found["hub"], found["hand"]
    name = f"serving.{question.name}"
    return [
        Line(name, ours.speeds, "requests/s", theirs.speeds, THROUGHPUT_GOAL),
        Line(f"{name}_p50", [ours.middle], "ms", [theirs.middle]),
        Line(f"{name}_p99", [ours.tail], "ms", [theirs.tail]),
        Line(f"{name}_p99_to_p50", [ours.tail], "ms", [ours.middle], TAIL_GOAL, at_most=True),
    ]


async def _turn(ask: Ask, subjects: Sequence[Subject], seconds: float, turns: Turns) -> None:
    """One turn of a side: CALLERS callers who ask without a pause until the time is over."""
    queue, waits = cycle(subjects), []
    started = perf_counter()

    async def caller() -> None:
        while perf_counter() - started < seconds:
            began = perf_counter()
            await ask(next(queue))
            waits.append(perf_counter() - began)

    await asyncio.gather(*(caller() for _ in range(CALLERS)))
    turns.speeds.append(len(waits) / (perf_counter() - started))
    turns.waits += waits
