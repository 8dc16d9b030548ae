"""Two hubs that feed each other over HTTP, each with registries of its own, cuts in the middle, and new starts."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import uvicorn

from hub.access.context import EVERY_SCOPE, Reach, sign
from hub.access.restrictions import Decision, Event, decide
from hub.app import create_app
from hub.errors import InputError
from hub.store.database import Database
from hub.store.read import open_reader
from tests.conftest import wait_for
from tests.sync_builders import Hub

Side = Literal["kabupaten", "provinsi"]
OTHER: dict[Side, Side] = {"kabupaten": "provinsi", "provinsi": "kabupaten"}
#: A copy of a hub that goes its own way.
ANOTHER = "update hub.this_hub set code = gen_random_uuid()"
#: Records that came from the other hub and still say something: who said each first, its number there, what it says.
HELD = """
    select y.origin::text, y.origin_entry::text, r.payload::jsonb ->> 'claims' from relayed y
    join source_record r on r.entry_id = y.entry_id and upper_inf(r.recorded)
    where r.payload::jsonb ->> 'closed' = 'false'
"""
WHOLE = """query ($after: String) { shareFeed(first: 500, after: $after) {
  last next items { origin originEntry closed claims } } }"""
#: Some of a hub's people who live in an area.
PEOPLE = """
    select p.uid from person p join person_state s on s.person_id = p.id and upper_inf(s.recorded)
    where s.home_area_key between :lo and :hi order by s.nik, p.uid limit 9
"""


@dataclass
class Cut:
    """An application that answers so many questions more, and then refuses for good.

    Args:
        app: What answers.
        left: How many; None: all.
    """

    app: Any
    left: int | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """As ASGI has it."""
        if scope["type"] == "http" and self.left is not None:
            self.left -= 1
            if self.left < 0:
                await send({"type": "http.response.start", "status": 403, "headers": []})
                await send({"type": "http.response.body", "body": b"{}"})
                return
        await self.app(scope, receive, send)


@contextmanager
def served(database: Database, context: Callable[[], str], left: int | None = None) -> Iterator[str]:
    """A hub on a free loopback port, in a thread of its own; see `Cut`."""
    listener = socket.create_server(("127.0.0.1", 0))
    app = Cut(create_app(lambda: open_reader(database, 2), context), left)
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


@dataclass
class Exchange:
    """Two hubs, and what the agreement of each lets the other see.

    Args:
        hubs: By side.
        areas: What the other may see of each, as ranges of area keys.
        entry: Name of the source by which each reads the other.
    """

    hubs: dict[Side, Hub]
    areas: dict[Side, tuple[int, int]]
    entry: str = "hub_feed"
    stored: dict[Side, int] = field(default_factory=dict)

    def context(self, side: Side) -> Callable[[], str]:
        """Contexts under which a hub is read by the other."""
        reach = Reach([self.areas[side]], EVERY_SCOPE, f"{OTHER[side]}/hub")
        return lambda: sign(self.hubs[side].database.roles.key("context"), reach)

    def pull(self, side: Side, month: int = 1, left: int | None = None) -> str:
        """One hub reads the other, which is started for it; its status."""
        other = OTHER[side]
        with served(self.hubs[other].database, self.context(other), left) as url:
            told = self.hubs[side].sync(self.entry, month=month, url=url)[self.entry]
        assert told.rows_in == told.stored + told.unchanged + told.quarantined
        assert told.quarantined == 0
        assert told.code == (None if left is None or told.status != "failed" else "credential_refused")
        self.stored[side] = told.stored
        return told.status

    def decided(self, side: Side, number: int, event: Event) -> None:
        """A person of a hub is restricted, or freed; to free whom nobody restricted changes nothing."""
        hub = self.hubs[side]
        lo, hi = self.areas[side]
        [person] = hub.ask(PEOPLE, lo=lo, hi=hi)[number]

        async def done() -> None:
            async with hub.database.connect() as connection:
                with suppress(InputError):
                    await decide(connection, person, Decision("processing", event, "ani", "x"))
                await connection.commit()

        wait_for(done())

    def converge(self, month: int = 1) -> dict[Side, int]:
        """Each reads the other twice: the second time nothing new comes, and each holds what it may see.

        How many records came the first time, by the side that reads.
        """
        came: dict[Side, int] = {}
        for _ in range(2):
            for side in OTHER:
                assert self.pull(side, month) == "complete"
                came.setdefault(side, self.stored[side])
        assert self.stored == dict.fromkeys(OTHER, 0)
        for side in OTHER:
            self.agrees(side)
        return came

    def agrees(self, side: Side) -> None:
        """Passes a hub that holds of the other what the agreement lets it see, and nothing that it said itself."""
        [(own,)] = self.hubs[side].ask("select code::text from this_hub")
        said = [one for one in self._whole(OTHER[side]) if one[0] != own]
        held = self.hubs[side].ask(HELD)
        more, less = set(held) - set(said), set(said) - set(held)
        assert (more, less) == (set(), set())
        assert len(held) == len(said)

    def cursor(self, side: Side) -> str:
        """A cursor that a hub gives the other."""
        answer = self.asked(side, "{ shareFeed(first: 1) { next } }")
        return str(answer["data"]["shareFeed"]["next"])

    def refused(self, side: Side, arguments: str) -> str:
        """Why a hub refuses to go on for the other."""
        answer = self.asked(side, f"{{ shareFeed({arguments}) {{ next }} }}")
        return str(answer["errors"][0]["extensions"]["reason"])

    def asked(self, side: Side, document: str) -> Any:
        """What a hub answers the other."""
        with served(self.hubs[side].database, self.context(side)) as url:
            return httpx.post(f"{url}/graphql", json={"query": document}).json()

    def _whole(self, side: Side) -> list[tuple[str, str, str]]:
        """What a fresh reading of a hub gives the other."""
        found: list[tuple[str, str, str]] = []
        after, last = None, False
        with served(self.hubs[side].database, self.context(side)) as url:
            while not last:
                asked = {"query": WHOLE, "variables": {"after": after}}
                page = httpx.post(f"{url}/graphql", json=asked).json()["data"]["shareFeed"]
                last, after = page["last"], page["next"]
                found += [
                    (i["origin"], i["originEntry"], i["claims"]) for i in page["items"] if not i["closed"]
                ]
        return found
