"""Area `limits`: what requests made to hurt cost the server, and what they cost the others."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from statistics import median
from time import perf_counter, process_time

import orjson

from hub.compiler.documents import InvalidDocument
from hub.errors import InputError
from hub.schema.asking import Malformed, in_body
from hub.schema.build import engine
from hub.schema.trusted import Trusted
from hub.settings import Settings
from tests.app.hostile import LARGE, bodies
from tests.bench.graph import graph_of
from tests.bench.lines import Line, note
from tests.bench.place import Place
from tests.bench.served import Served, served

PERSONS = 200_000
CPU_GOAL, VICTIM_GOAL = 50.0, 2.0
SECONDS = 4.0
"""Length of one turn; shorter at toy sizes."""
PAUSE = 0.02
"""Seconds between two requests of the victim: one caller who works with the hub."""
ATTACKERS = 4
ATTACK_PAUSE = 0.2
"""Seconds between two requests of one attacker."""
VICTIM = orjson.dumps(
    {"query": "{ people(first: 20) { nodes { name enrollments { program { code } from to } } } }"}
)


@dataclass
class Victim:
    """A caller who asks something modest now and then."""

    port: int
    waits: list[float] = field(default_factory=list)

    async def works(self, seconds: float) -> None:
        """Asks until the time is over."""
        started = perf_counter()
        while perf_counter() - started < seconds:
            began = perf_counter()
            status = await _posted(self.port, VICTIM)
            if status != 200:
                raise AssertionError(f"the victim got {status}")
            self.waits.append(perf_counter() - began)
            await asyncio.sleep(PAUSE)

    def at(self, share: float) -> float:
        """Milliseconds that this share of the requests took at most."""
        return 1000 * sorted(self.waits)[int(share * (len(self.waits) - 1))]


async def measure(place: Place, persons: int, rounds: int) -> list[Line]:
    """Every line of the area.

    Args:
        place: Where to measure.
        persons: Of the graph.
        rounds: Turns with and without attackers.
    """
    hostile = bodies()
    worst = [_worst(hostile) for _ in range(rounds)]
    database = await graph_of(place, persons)
    seconds = SECONDS if persons >= PERSONS else 0.3
    settings = Settings(data_dir=place.settings.data_dir)
    async with served(database, settings) as server:
        cpu = [await _cpu(server, list(hostile.values())) for _ in range(rounds)]
        quiet, troubled = Victim(server.port), Victim(server.port)
        await Victim(server.port).works(seconds / 4)
        for _ in range(rounds):
            await quiet.works(seconds)
            await _attacked(troubled, list(hostile.values()), seconds)
    return [
        Line("limits.worst_ms", worst, "ms", (), CPU_GOAL, at_most=True),
        Line("limits.served_ms", cpu, "ms", (), CPU_GOAL, at_most=True),
        Line("limits.requests", [float(len(hostile))] * rounds, "requests"),
        Line("limits.victim_p50", [troubled.at(0.5)], "ms", [quiet.at(0.5)], VICTIM_GOAL, at_most=True),
        Line("limits.victim_p95", [troubled.at(0.95)], "ms", [quiet.at(0.95)], VICTIM_GOAL, at_most=True),
        Line("limits.victim_p99", [troubled.at(0.99)], "ms", [quiet.at(0.99)]),
    ]


def _worst(hostile: dict[str, bytes]) -> float:
    """Milliseconds of CPU that the dearest request takes until it is refused, of three tries the best."""
    costs = {name: min(_refused(sent) for _ in range(3)) for name, sent in hostile.items()}
    dearest = max(costs, key=lambda name: costs[name])
    note(f"dearest: {dearest}, {costs[dearest]:.1f} ms; in the middle {median(costs.values()):.2f} ms")
    return costs[dearest]


def _refused(sent: bytes) -> float:
    compiler, began = engine(), process_time()
    try:
        if len(sent) <= LARGE:
            compiler.prepare(in_body(sent, "id", Trusted()))
    except (InputError, InvalidDocument, Malformed):
        return 1000 * (process_time() - began)
    if len(sent) <= LARGE:
        raise AssertionError("nobody refused it")
    return 0.0


async def _cpu(server: Served, hostile: list[bytes]) -> float:
    """Milliseconds of CPU that the server's process takes for one hostile request, on average."""
    began = server.cpu()
    for sent in hostile * 5:
        if not 400 <= await _posted(server.port, sent) < 500:
            raise AssertionError("nobody refused it")
    return 1000 * (server.cpu() - began) / (5 * len(hostile))


async def _attacked(victim: Victim, hostile: list[bytes], seconds: float) -> None:
    """The victim works while attackers send twenty hostile requests a second, and some drip a body."""
    queue = cycle(hostile)

    async def attacker() -> None:
        while True:
            await _posted(victim.port, next(queue))
            await asyncio.sleep(ATTACK_PAUSE)

    attackers = [asyncio.ensure_future(attacker()) for _ in range(ATTACKERS)]
    attackers += [asyncio.ensure_future(_dripping(victim.port)) for _ in range(ATTACKERS * 10)]
    await victim.works(seconds)
    for one in attackers:
        one.cancel()
    for ended in await asyncio.gather(*attackers, return_exceptions=True):
        if not isinstance(ended, asyncio.CancelledError):
            raise AssertionError(f"an attacker gave up: {ended!r}")


async def _dripping(port: int) -> None:
    """A client that sends its body a byte a second, again and again."""
    while True:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(_head(100_000))
        try:
            while not reader.at_eof():
                writer.write(b" ")
                await asyncio.sleep(1)
        except ConnectionError:
            continue
        finally:
            writer.close()


def _head(length: int) -> bytes:
    lines = (
        "POST /graphql HTTP/1.1", "host: localhost", "content-type: application/json",
        "accept: application/graphql-response+json", f"content-length: {length}", "connection: close",
    )  # fmt: skip
    return "\r\n".join((*lines, "", "")).encode()


async def _posted(port: int, sent: bytes) -> int:
    """Status of the answer to one request on a connection of its own."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        writer.write(_head(len(sent)) + sent[: 2 * LARGE])
        first = await reader.readline()
        with suppress(ConnectionResetError):
            await reader.read()
        return int(first.split()[1])
    except ConnectionResetError:  # The rest of a body that is too long is not read, and may cost the answer.
        return 413
    finally:
        writer.close()
