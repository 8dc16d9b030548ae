"""A crowd in a few kecamatan with programs, ranks and payments drawn by chance, and its releases."""

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub.domain import clock
from hub.settings import Settings
from hub.sharing.releasing import Order, Released, release
from hub.store.database import Database
from hub.store.embedded.leases import alone
from hub.store.tables import graph
from tests.conftest import _clone, copy_database, wait_for
from tests.graph_builders import Graph, days

NOW = datetime(2026, 3, 20, 3, tzinfo=UTC)
PERIOD = "2026-03"
KECAMATAN = {code: int(f"3320{code}0000") for code in ("01", "02", "03", "04", "05")}
#: How probable each program is, by kecamatan: one where hardly anybody holds anything.
CHANCES = {"PKH": 0.3, "BPNT": 0.35, "BLT-DD": 0.04, "PIP": 0.1}


def crowd(persons: int = 420, seed: int = 3, among: Graph | None = None) -> Graph:
    """Persons of five kecamatan, the last of them small, beside whoever is in a graph already."""
    chance, made = random.Random(seed), among or Graph().basics()
    for code, key in KECAMATAN.items():
        if code != "01":
            made._area("kemendagri", f"33.20.{code}", 3, f"KECAMATAN {code}", "33.20", key)
        made._area("bps", f"33200{code}0", 3, f"KECAMATAN {code}", None, key)
    made._area("bps", "3320", 2, "JEPARA", None, 3320000000)
    for _ in range(persons):
        made.area = chance.choices(list(KECAMATAN.values()), (8, 6, 5, 4, 0.4))[0] + 2001
        born = date(2026, 1, 1) - timedelta(days=chance.randrange(29_000))
        person = made.person("BUDI", None, birth_date=born, sex=chance.choice("LP"))
        _hold(made, chance, person)
        if chance.random() < 0.85:
            made.add(
                graph.score,
                person_id=person,
                register="dtsen",
                unit="person",
                edition="2025-Q4",
                desil=chance.choices(range(1, 11), (9, 8, 7, 6, 5, 1, 1, 1, 1, 1))[0],
                valid=days("2025-10-01"),
                source_id=2,
                record_id=1,
            )
    return made


def _hold(made: Graph, chance: random.Random, person: int) -> None:
    for program, share in CHANCES.items():
        if chance.random() < share:
            number = made.enrolled(person, program, "2025-01-01")
            made.paid(person, number, program, "2026-03-01", "2026-04-01", chance.choice((200_000, 225_000)))


@dataclass
class Office:
    """A hub that releases: its database, and where its files lie."""

    database: Database
    settings: Settings

    def release(self, *names: str, period: str | None = None, reason: str | None = None) -> list[Released]:
        """Releases data sets at the instant of the tests."""

        async def work() -> list[Released]:
            with clock.pin(NOW):
                return await release(self.database, self.settings, names, Order(period, reason))

        return wait_for(work())

    def say(self, sql: str, **given: Any) -> None:
        """Changes the graph."""

        async def work() -> None:
            async with self.database.connect() as connection:
                await connection.execute(text(sql), given)
                await connection.commit()

        wait_for(work())

    def ask(self, sql: str, **given: Any) -> list[tuple[Any, ...]]:
        """Reads whatever is there."""

        async def work() -> list[tuple[Any, ...]]:
            async with self.database.connect() as connection:
                return [tuple(row) for row in await connection.execute(text(sql), given)]

        return wait_for(work())

    def rows(self, dataset: str, number: int = 1) -> list[dict[str, Any]]:
        """Rows of a release as they are kept."""
        found = self.ask(
            "select c.cells from release_cell c join dataset_release r on r.id = c.release_id"
            " where r.dataset = :dataset and r.number = :number order by c.ordinal",
            dataset=dataset,
            number=number,
        )
        return [row[0] for row in found]


def office_of(database: Database, folder: Path) -> Office:
    """A hub whose graph is the crowd."""

    async def fill() -> None:
        await crowd().store(database)

    wait_for(fill())
    return Office(database, Settings(data_dir=folder))


def _released(template: Database, home: Path) -> Office:
    """One whose data sets are all released, made once a run: to copy, and never to connect to."""
    database, folder, done = replace(template, name="hub_office"), home / "office", home / "office-is-whole"
    with alone(home / "office-lock"):
        if not done.exists():
            wait_for(copy_database(template, database.name))
            folder.mkdir()
            office_of(database, folder).release()
            done.touch()
    return Office(database, Settings(data_dir=folder))


@pytest.fixture(scope="module")
def office(
    database_template: Database, database_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """One whose data sets are all released."""
    model, folder = _released(database_template, database_home), tmp_path_factory.mktemp("office")
    shutil.copytree(model.settings.data_dir, folder, dirs_exist_ok=True)
    for database in _clone(model.database, "office"):
        yield Office(database, Settings(data_dir=folder))
