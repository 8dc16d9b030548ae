"""A sync that dies at any point leaves nothing half done: the next ends where an undisturbed one would."""

import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import get_context

import pytest
from sqlalchemy import text

from hub.store.database import Database
from hub.workflow.summary import Silent, Summary
from tests.conftest import wait_for
from tests.sync_builders import CREDENTIALS, MONTHS, Hub, new_hub
from tests.workflow.conftest import Pulled
from tests.workflow.victim import Order, be_victim

KILLS, MANY_KILLS = 3, 40
LOCK_SECONDS, VICTIM_SECONDS = 20, 120
#: A list with closings and moves, one with quarantine, one whose earlier months stay, and the look-ups.
SOURCES = ("dukcapil", "pkh", "bpnt", "dukcapil_lookup")
#: Victims are born of a process that has imported everything and has run nothing.
NURSERY = get_context("forkserver")
NURSERY.set_forkserver_preload(["tests.workflow.victim"])


@dataclass(frozen=True)
class Undisturbed:
    """How the second month ends when nobody disturbs it, and in how many statements and commits.

    A sync that finds it landed already has `known_ticks`, fewer than any that still has something to land.
    """

    dump: list[str]
    ticks: int
    known_ticks: int

    def points(self, count: int) -> list[int]:
        """Fuses spread evenly over the whole sync, the last just before its end."""
        return _spread(self.ticks, count)

    def known_points(self, count: int) -> list[int]:
        """The same over a sync of what is known: at each of them every sync is still at work."""
        return _spread(self.known_ticks, count)


def _spread(ticks: int, count: int) -> list[int]:
    return [round(ticks * (number + 1) / (count + 1)) for number in range(count)]


def victim(hub: Hub, fuse: int = 0) -> tuple[int, int]:
    """Syncs the second month in a process of its own; its exit code, and how far it came if it lived."""
    assert hub.registries is not None
    hub.registries.server.month(2)
    roles, admin = hub.database.roles, hub.database.admin.render_as_string(hide_password=False)
    secrets = {name: secret.get_secret_value() for name, secret in CREDENTIALS.items()}
    order = Order(
        admin, roles.prefix, roles.secret.hex(), hub.database.name, hub.registries.server.url,
        MONTHS[2].isoformat(), fuse, secrets, SOURCES,
    )  # fmt: skip
    ours, theirs = NURSERY.Pipe(duplex=False)
    process = NURSERY.Process(target=be_victim, args=(order, theirs))
    process.start()
    theirs.close()
    process.join(VICTIM_SECONDS)
    code = process.exitcode
    ticks = int(ours.recv()) if code == 0 else 0
    ours.close()
    process.close()
    assert code is not None
    return code, ticks


def synced(hub: Hub) -> dict[str, Summary]:
    """Syncs once the server has noticed that the process which held the lock is dead."""
    give_up = time.monotonic() + LOCK_SECONDS
    while hub.ask(
        "select count(*) from pg_locks where locktype = 'advisory' and database = "
        "(select oid from pg_database where datname = current_database())"
    ) != [(0,)]:
        assert time.monotonic() < give_up
        time.sleep(0.05)
    return hub.sync(*SOURCES, month=2)


def all_sound(hub: Hub) -> None:
    """No run is left open, and every row of every run is accounted for."""
    assert hub.ask("select count(*) from run where status = 'running'") == [(0,)]
    unsound = "select count(*) from run where rows_in <> stored + unchanged + quarantined"
    assert hub.ask(unsound) == [(0,)]
    orphans = "select count(*) from source_record r join run on run.id = r.run_id where run.status = 'failed'"
    assert hub.ask(orphans) == [(0,)]


@pytest.fixture(scope="module")
def undisturbed(first_month: Pulled) -> Iterator[Undisturbed]:
    with new_hub(first_month.hub) as hub:
        code, ticks = victim(hub)
        assert code == 0
        dump = hub.dump()
        yield Undisturbed(dump, ticks, victim(hub)[1])


def test_killed_again_and_again_it_ends_as_if_undisturbed(
    first_month: Pulled, undisturbed: Undisturbed
) -> None:
    """Each sync picks up what the one before left, and dies further on."""
    assert 0 < undisturbed.known_ticks < undisturbed.ticks
    with new_hub(first_month.hub) as hub:
        for fuse in undisturbed.known_points(KILLS):
            assert victim(hub, fuse) == (-signal.SIGKILL, 0)
        synced(hub)
        assert hub.dump() == undisturbed.dump
        all_sound(hub)


@pytest.mark.long
@pytest.mark.parametrize("number", range(MANY_KILLS))
def test_killed_at_any_point_it_ends_as_if_undisturbed(
    first_month: Pulled, undisturbed: Undisturbed, number: int
) -> None:
    with new_hub(first_month.hub) as hub:
        assert victim(hub, undisturbed.points(MANY_KILLS)[number]) == (-signal.SIGKILL, 0)
        synced(hub)
        assert hub.dump() == undisturbed.dump
        all_sound(hub)


class Terminator(Silent):
    """Ends the connections to a database that are in a transaction, when a source begins to land."""

    def __init__(self, database: Database, source: str) -> None:
        self._database, self._source = database, source
        self.ended = 0

    def stage(self, source: str, name: str) -> None:
        """See Watcher."""
        if (source, name, self.ended) == (self._source, "land", 0):
            self.ended = wait_for(self._terminate())

    async def _terminate(self) -> int:
        query = """
            select count(pg_terminate_backend(pid)) from pg_stat_activity
            where datname = :name and xact_start is not null and pid <> pg_backend_pid()
        """
        async with self._database.administer() as connection:
            return int(await connection.scalar(text(query), {"name": self._database.name}) or 0)


def test_a_run_whose_connection_is_ended_says_so_and_lands_nothing(fresh_hub: Hub) -> None:
    watch = Terminator(fresh_hub.database, "pkh")
    told = fresh_hub.sync("pkh", "bpnt", watch=watch)
    assert watch.ended == 1
    assert (told["pkh"].status, told["pkh"].code) == ("failed", "database_lost")
    assert told["bpnt"].status == "complete"
    assert fresh_hub.ask("select count(*) from source_record where source_id = 3") == [(0,)]
    assert "database_lost" in str(fresh_hub.ask("select error from run where source_id = 3"))
    assert fresh_hub.sync("pkh")["pkh"].status == "complete"
    all_sound(fresh_hub)
