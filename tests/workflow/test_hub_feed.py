"""Hub to hub: what one hub was told arrives at the next over HTTP, and so do its changes and its ends."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
import uvicorn
from sqlalchemy import text

from hub.app import create_app
from hub.cli.entrance import local_context
from hub.store.database import Database
from hub.store.read import open_reader
from hub.workflow.revert import revert
from tests.conftest import wait_for
from tests.sync_builders import Hub, Registries, loaded, new_hub, registries_of, village
from tests.workflow.conftest import state

__all__ = ["loaded", "registries_of", "village"]

PEOPLE = "select nik, sex, birth_date from person_state where upper_inf(recorded) and nik is not null"
ENROLLED = """
    select p.nik, g.code, e.valid::text from enrollment e
    join program g on g.id = e.program_id
    join person_state p on p.person_id = e.person_id and upper_inf(p.recorded)
    where upper_inf(e.recorded) and g.code in ('PKH', 'PIP')
"""
PAID = """
    select p.nik, g.code, sum(b.amount_idr), count(*) from benefit b
    join program g on g.id = b.program_id
    join person_state p on p.person_id = b.person_id and upper_inf(p.recorded)
    where upper_inf(b.recorded) group by 1, 2
"""
OPEN = """
    select s.code || '|' || r.record_key || '|' || r.occurrence from source_record r join source s on s.id = r.source_id
    where upper_inf(r.recorded)
"""
#: A copy of a hub that goes its own way.
ANOTHER = "update hub.this_hub set code = gen_random_uuid()"
#: Records of the feed that still say something.
TOLD = (
    "select record_key from source_record where upper_inf(recorded) and payload::jsonb ->> 'closed' = 'false'"
)


@contextmanager
def served(database: Database) -> Iterator[str]:
    """A hub on a free loopback port, in a thread of its own."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = create_app(lambda: open_reader(database, 2), local_context(database))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="on", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()


@dataclass(frozen=True)
class Pair:
    """Two hubs, the first with registries, the second with the first."""

    lower: Hub
    upper: Hub
    url: str

    def pull(self, month: int) -> tuple[str, int, int]:
        """Status, rows and rows stored of the upper hub's pull of the lower."""
        told = self.upper.sync("hub_feed", month=month, url=self.url)["hub_feed"]
        assert told.rows_in == told.stored + told.unchanged + told.quarantined
        assert (told.code, told.quarantined, told.reasons) == (None, 0, {})
        return told.status, told.rows_in, told.stored


@pytest.fixture(scope="module")
def pair(loaded: Hub, village: Registries) -> Iterator[Pair]:
    with new_hub(loaded, village) as lower, new_hub(loaded) as upper, served(lower.database) as url:
        lower.change(ANOTHER)
        lower.sync("dukcapil", "pkh", "kip", "blt_dd", month=1)
        yield Pair(lower, upper, url)


def _both(pair: Pair, query: str) -> tuple[list[str], list[str]]:
    lower, upper = pair.lower.ask(query), pair.upper.ask(query)
    return sorted(map(repr, lower)), sorted(map(repr, upper))


def _same(pair: Pair) -> None:
    for query in (PEOPLE, ENROLLED, PAID):
        lower, upper = _both(pair, query)
        assert len(lower) > 20
        assert lower == upper
    assert sorted(pair.upper.ask(TOLD)) == sorted(pair.lower.ask(OPEN))


def test_every_record_arrives_and_changes_and_ends_follow(pair: Pair) -> None:
    [(records,)] = pair.lower.ask("select count(*) from source_record where upper_inf(recorded)")
    assert pair.pull(1) == ("complete", records, records)
    _same(pair)

    before = state(pair.upper)
    assert pair.pull(1) == ("complete", 0, 0)
    apart = {row for row in before if row[0] == "source_state"}
    assert {row for row in state(pair.upper) if row[0] != "source_state"} == before - apart

    told = pair.lower.sync("dukcapil", "pkh", "kip", "blt_dd", month=2)
    assert told["pkh"].stored > 0
    assert pair.pull(2)[0] == "complete"
    _same(pair)

    back = wait_for(revert(pair.lower.database, pair.lower.settings, told["blt_dd"].run))
    assert back.closed > 0
    assert pair.pull(2) == ("complete", back.closed + back.stored, back.closed + back.stored)
    _same(pair)


async def _asked(pair: Pair, arguments: str) -> Any:
    document = f"{{ shareFeed({arguments}) {{ schemaVersion last next items {{ source recordKey wilayah closed }} }} }}"
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{pair.url}/graphql", json={"query": document})
    return answer.json()["data"]["shareFeed"]


async def test_an_area_and_sources_narrow_the_feed(pair: Pair) -> None:
    listed = (await _asked(pair, 'sources: ["pkh"]'))["items"]
    area = next(item["wilayah"] for item in listed if item["wilayah"])
    found = (await _asked(pair, f'wilayah: "{area}", sources: ["pkh"]'))["items"]
    assert found == [item for item in listed if item["wilayah"] == area]
    assert 0 < len(found) < len(listed)
    assert (await _asked(pair, 'sources: ["none_such"]'))["items"] == []


async def test_pages_of_any_size_say_the_same_in_the_same_order(pair: Pair) -> None:
    whole = (await _asked(pair, 'sources: ["pkh"]'))["items"]
    parts, after = [], ""
    while True:
        page = await _asked(pair, f'sources: ["pkh"], first: 7{after}')
        parts += page["items"]
        after = f', after: "{page["next"]}"'
        if page["last"]:
            break
    assert parts == whole
    assert len(parts) > 14
    assert (await _asked(pair, f'sources: ["pkh"]{after}'))["items"] == []


async def test_a_run_under_way_holds_the_feed_back_to_what_was_recorded_before_it(pair: Pair) -> None:
    async with pair.lower.database.connect() as connection:
        before = await _asked(pair, "first: 500")
        first = await connection.scalar(text("select min(id) from run"))
        await connection.execute(text("update run set status = 'running' where id = :run"), {"run": first})
        await connection.commit()
        held = await _asked(pair, "first: 500")
        await connection.execute(text("update run set status = 'complete' where id = :run"), {"run": first})
        await connection.commit()
    assert before["items"] != []
    assert held["items"] == []
