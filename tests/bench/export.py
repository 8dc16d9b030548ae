"""Area `export`: a whole connection over HTTP beside COPY of the same rows to the same client."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from time import perf_counter

import asyncpg

from hub.cli.entrance import local_context
from hub.settings import Settings
from hub.store.database import Database
from hub.store.read import READ_SETTINGS, ReadSession
from hub.store.roles import Role
from tests.bench.graph import graph_of
from tests.bench.lines import Line
from tests.bench.place import Place
from tests.bench.served import Served, served

PERSONS = 200_000
GOAL = 0.5
FLAT_GOAL = 1.5
"""Memory after the whole export to memory after a tenth of it, at most."""
QUERY = """query ($n: Int!) { people(first: $n) { nodes {
  id nik name birthDate sex address rt rw vital } } }"""
COPY = """
select translate(encode(convert_to('Person:' || uid, 'UTF8'), 'base64'), E'\\n', ''), nik, name, birth_date, sex,
    address, rt, rw, vital
  from hub.person_state where upper_inf(recorded) and valid @> current_date
  order by home_area_key, person_id
"""
FORMS = ("ndjson", "csv", "parquet")
Take = Callable[[], Awaitable[int]]


async def measure(place: Place, persons: int, rounds: int) -> list[Line]:
    """Every line of the area.

    Args:
        place: Where to measure.
        persons: Of the graph: rows of an export.
        rounds: Exports of each form.
    """
    database = await graph_of(place, persons)
    settings = Settings(data_dir=place.settings.data_dir, export_rows=max(persons, 1))
    speeds: dict[str, list[float]] = {name: [] for name in ("copy", *FORMS, "gzip")}
    async with served(database, settings) as server:
        await _exported(server, "ndjson", persons // 10 or 1)
        little = server.memory("VmHWM")
        await _exported(server, "ndjson", persons)
        whole = server.memory("VmHWM")
        for _ in range(rounds):
            speeds["copy"].append(persons / await _seconds(partial(_copied, database)))
            for form in FORMS:
                took = await _seconds(partial(_exported, server, form, persons))
                speeds[form].append(persons / took)
            took = await _seconds(partial(_exported, server, "ndjson", persons, "gzip"))
            speeds["gzip"].append(persons / took)
        most = server.memory("VmHWM")
    copied = speeds.pop("copy")
    lines = [
        Line(f"export.{name}", found, "rows/s", copied, GOAL if name == "ndjson" else None)
        for name, found in speeds.items()
    ]
    return [
        *lines,
        Line("export.memory", [whole], "MB", [little], FLAT_GOAL, at_most=True),
        Line("export.memory_all_forms", [most], "MB"),
    ]


async def _seconds(take: Take) -> float:
    started = perf_counter()
    if not await take():
        raise AssertionError("nothing came")
    return perf_counter() - started


async def _copied(database: Database) -> int:
    """Bytes of the rows by COPY, under the reading role and its entered context."""
    taken = 0

    async def take(piece: bytes) -> None:
        nonlocal taken
        taken += len(piece)

    connection = await asyncpg.connect(
        database.plain_url(Role.APP), server_settings=READ_SETTINGS, connection_class=ReadSession
    )
    try:
        async with connection.transaction():
            await connection.fetchval("select hub.enter($1)", local_context(database)())
            await connection.copy_from_query(COPY, output=take)
    finally:
        await connection.close()
    return taken


async def _exported(server: Served, form: str, rows: int, coding: str = "identity") -> int:
    """Bytes of an export, its head and chunk lengths with it; it has to come to its end."""
    body = json.dumps({"query": QUERY, "variables": {"n": rows}}).encode()
    head = (
        f"POST /export?format={form} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
        f"accept-encoding: {coding}\r\nconnection: close\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(head.encode() + body)
    taken, last = 0, b""
    while piece := await reader.read(1 << 20):
        if not taken and not piece.startswith(b"HTTP/1.1 200"):
            raise AssertionError(f"no export: {piece[:12]!r}")
        taken, last = taken + len(piece), (last + piece)[-7:]
    writer.close()
    if not last.endswith(b"0\r\n\r\n"):
        raise AssertionError("the export broke off")
    return taken
