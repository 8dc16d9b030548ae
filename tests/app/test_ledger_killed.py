"""A server killed under load: every answer that a client received has its line, and the chain verifies."""

import asyncio
import json
import multiprocessing
import os
import random
import signal
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from typing import Any

import httpx
import pytest

from hub.access.chain import Verifier
from hub.access.gate import OpenGate
from hub.access.ledger import Ledger
from hub.access.sealing import checkpoints, ledger_keys, seal_waiting, sealed_lines
from hub.app import create_app
from hub.cli.serving import listen, serve_app
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.roles import Role
from hub.store.sql import text
from tests.conftest import wait_for
from tests.graph_builders import context
from tests.schema.conftest import BUDI, SITI, story

CLIENTS = 8
QUERY = "query ($n: NIK!) { person(nik: $n) { name enrollments { status payments { amount } } } }"


def _serve(database: Database, told: Connection) -> None:
    async def since() -> None:
        return None

    gate = OpenGate(lambda: context(database), Ledger(lambda: ledger_keys(database.roles), since))
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        app = create_app(lambda: open_reader(database, CLIENTS), lambda: "", gate=gate)
        asyncio.run(serve_app(app, listener, lambda: told.send(port)))


@dataclass
class Victim:
    """A server in a process of its own, and the receipts that its clients hold."""

    database: Database
    receipts: list[str] = field(default_factory=list)

    async def until_killed(self, chance: random.Random, wanted: int) -> None:
        """Asks until so many answers have come, then kills the server while others are under way."""
        spawned = multiprocessing.get_context("spawn")
        hear, tell = spawned.Pipe(duplex=False)
        process = spawned.Process(target=_serve, args=(self.database, tell))
        process.start()
        try:
            port = await asyncio.to_thread(hear.recv)
            goal = len(self.receipts) + wanted
            clients = [asyncio.create_task(self._ask(port, number)) for number in range(CLIENTS)]
            while len(self.receipts) < goal:
                await asyncio.sleep(0.001)
            await asyncio.sleep(chance.random() / 50)
            os.kill(process.pid or 0, signal.SIGKILL)
            await asyncio.gather(*clients)
        finally:
            process.kill()
            await asyncio.to_thread(process.join)

    async def _ask(self, port: int, number: int) -> None:
        """Asks one after another until the server is gone; only whole answers count."""
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            while True:
                body = {"query": QUERY, "variables": {"n": (SITI, BUDI)[number % 2]}}
                try:
                    found = (await client.post("/graphql", json=body)).json()
                except (httpx.HTTPError, json.JSONDecodeError):
                    return
                self.receipts.append(found["extensions"]["receipt"]["request"])


async def sealed(database: Database) -> tuple[list[dict[str, Any]], Verifier]:
    """Every line of the ledger, and the verifier that has seen them all."""
    keys = ledger_keys(database.roles)
    await seal_waiting(database, keys)
    async with database.connect(Role.LEDGER) as connection:
        verifier = Verifier(await checkpoints(connection), keys.public)
        lines = []
        async for line in sealed_lines(connection):
            verifier.add(line)
            lines.append(json.loads(line.line))
    return lines, verifier


async def hammered(database: Database, kills: int, seed: int) -> None:
    chance, victim = random.Random(seed), Victim(database)
    for _ in range(kills):
        await victim.until_killed(chance, chance.randrange(5, 60))
    lines, verifier = await sealed(database)
    assert verifier.end() == []
    assert len(victim.receipts) == len(set(victim.receipts)) >= 5 * kills
    assert set(victim.receipts) - {line["request"] for line in lines} == set()
    assert all(line["subjects"] and line["asked"] for line in lines)


@pytest.fixture(scope="module")
def settled(database: Database) -> Database:
    wait_for(story().store(database))
    return database


def test_every_answer_received_has_its_line_though_the_server_was_killed(settled: Database) -> None:
    wait_for(hammered(settled, 2, 7))


@pytest.mark.long
def test_fifty_kills_lose_no_line(settled: Database) -> None:
    wait_for(hammered(settled, 50, 11))


def test_every_byte_of_a_sealed_line_counts(settled: Database) -> None:
    async def flipped() -> None:
        lines, verifier = await sealed(settled)
        assert verifier.end() == []
        keys = ledger_keys(settled.roles)
        async with settled.connect(Role.LEDGER) as connection:
            anchors = await checkpoints(connection)
            whole = [line async for line in sealed_lines(connection)]
        chance = random.Random(3)
        for _ in range(60):
            place = chance.randrange(len(whole))
            line = whole[place].line
            byte = chance.randrange(len(line))
            bent = line[:byte] + chr((ord(line[byte]) ^ 1) or 1) + line[byte + 1 :]
            checked = Verifier(anchors, keys.public)
            for number, one in enumerate(whole):
                checked.add(one if number != place else type(one)(one.seq, bent, one.seal))
            assert checked.end(), (place, byte)
        assert lines

    wait_for(flipped())


def test_the_inbox_is_empty_once_all_is_sealed(settled: Database) -> None:
    async def waiting() -> int:
        await sealed(settled)
        async with settled.connect(Role.LEDGER) as connection:
            found: int = await connection.scalar(text("select count(*) from ledger_inbox"))
            return found

    assert wait_for(waiting()) == 0
