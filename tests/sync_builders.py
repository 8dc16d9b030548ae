"""Hubs that can sync: reference data, credentials, and registries on loopback."""

import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub.cli.registries import CORE, with_demo_credentials
from hub.domain import clock
from hub.settings import Settings, adopt, default_config_dir
from hub.simulator import Plan, RegistryServer, generate
from hub.store.database import Database
from hub.store.embedded.leases import alone
from hub.workflow.dump import lines
from hub.workflow.initialise import Initialised, Part, initialise
from hub.workflow.summary import Summary, Watcher
from hub.workflow.sync import sync
from tests.conftest import copy_database, drop_database, wait_for

__all__ = [
    "Hub",
    "Registries",
    "changed_config",
    "different",
    "first_initialised",
    "loaded",
    "made_once",
    "month_one",
    "new_hub",
    "registries_of",
    "standing",
    "village",
]

LOADED = "hub_loaded"
#: When each month of the simulated registries is pulled: the day after their extract.
MONTHS = {1: datetime(2026, 11, 22, 3, tzinfo=UTC), 2: datetime(2026, 12, 22, 3, tzinfo=UTC)}
#: What every source of the configuration asks for, as the simulated registries take it.
CREDENTIALS = with_demo_credentials(Settings()).credentials


@dataclass(frozen=True)
class Registries:
    """Generated registries and their server, with the file of their truth."""

    directory: Path
    truth: Path
    server: RegistryServer
    counts: dict[str, dict[int, int]]


@dataclass(frozen=True)
class Hub:
    """A database and the settings under which it is filled."""

    database: Database
    settings: Settings
    registries: Registries | None = None

    async def pull(
        self, *names: str, month: int = 1, url: str | None = None, watch: Watcher | None = None
    ) -> list[Summary]:
        """Syncs some sources (those of the core registries when none is named) as of one of the two months."""
        address = url or (self.registries.server.url if self.registries else None)
        adopt(self.settings)
        with clock.pin(MONTHS[month]):
            return await sync(self.database, self.settings, names or CORE, address, watch)

    def sync(self, *names: str, month: int = 1, **options: Any) -> dict[str, Summary]:
        """As `pull`, from a test that has no loop; the registries serve the month before. By source."""
        if self.registries is not None:
            self.registries.server.month(month)
        return {summary.source: summary for summary in wait_for(self.pull(*names, month=month, **options))}

    def ask(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """The rows of a query under the role that writes."""

        async def asked() -> list[tuple[Any, ...]]:
            async with self.database.connect() as connection:
                return [tuple(row) for row in await connection.execute(text(query), values)]

        return wait_for(asked())

    def change(self, statement: str) -> None:
        """Runs one statement as the administrator."""

        async def changed() -> None:
            async with self.database.administer() as connection:
                await connection.execute(text(statement))
                await connection.commit()

        wait_for(changed())

    def dump(self) -> list[str]:
        """The canonical dump, a line an element."""

        async def dumped() -> str:
            return "".join([batch async for batch in lines(self.database)])

        return wait_for(dumped()).splitlines()

    def variables(self) -> dict[str, str]:
        """The variables under which a command works on this hub."""
        admin = self.database.admin.set(drivername="postgresql", database=self.database.name)
        credentials = self.settings.credentials.items()
        return {
            "HUB_DATABASE_URL": admin.render_as_string(hide_password=False),
            "HUB_DATA_DIR": str(self.settings.data_dir),
            "HUB_CONFIG_DIR": str(self.settings.config_dir),
            "HUB_ROLE_PREFIX": self.database.roles.prefix,
            **{f"HUB_CREDENTIAL_{name.upper()}": value.get_secret_value() for name, value in credentials},
        }

    def with_config(self, directory: Path) -> "Hub":
        """The same hub under another configuration."""
        return replace(self, settings=self.settings.model_copy(update={"config_dir": directory}))


@pytest.fixture(scope="session")
def loaded(database_template: Database, database_home: Path) -> Hub:
    """A database with the reference data, made once a run, to clone and never to write into."""
    database = replace(database_template, name=LOADED)
    settings = Settings(data_dir=database_home, credentials=CREDENTIALS)
    done = database_home / "loaded-is-whole"
    with alone(database_home / "roles-lock"):
        if not done.exists():
            wait_for(copy_database(database_template, LOADED))
            made = wait_for(initialise(database, settings))
            done.write_text(json.dumps(asdict(made)))
    return Hub(database, settings)


def first_initialised(database_home: Path) -> Initialised:
    """What the `hub init` told that made the database of `loaded`."""
    told = json.loads((database_home / "loaded-is-whole").read_text())
    areas = {int(level): count for level, count in told["areas"].items()}
    return Initialised(**told | {"parts": [Part(**part) for part in told["parts"]], "areas": areas})


def made_once(
    model: Hub, registries: Registries, name: str, fill: Callable[[Hub], object]
) -> tuple[Hub, Any]:
    """A hub that begins where the model stands and was filled once in this run of the tests, and what filling told.

    To clone and never to connect to: other processes clone it too. Every process has registries of the same plan.
    """
    home, hub = (
        model.settings.data_dir,
        replace(model, database=replace(model.database, name=f"hub_{name}"), registries=registries),
    )
    done = home / f"{name}-is-whole"
    with alone(home / f"{name}-lock"):
        if not done.exists():
            wait_for(copy_database(model.database, hub.database.name))
            done.write_text(json.dumps(fill(hub)))
            adopt(None)
    return hub, json.loads(done.read_text())


def _told(told: dict[str, Summary]) -> dict[str, Any]:
    return {name: asdict(summary) for name, summary in told.items()}


@pytest.fixture(scope="session")
def month_one(loaded: Hub, village: Registries) -> tuple[Hub, dict[str, Summary]]:
    """The village after its first month and what each source told, made once a run, to clone alone."""
    hub, told = made_once(loaded, village, "month_one", lambda hub: _told(hub.sync(month=1)))
    return hub, {name: Summary(**summary) for name, summary in told.items()}


@contextmanager
def new_hub(model: Hub, registries: Registries | None = None) -> Iterator[Hub]:
    """A hub of its own that begins where the model stands; its database is dropped afterwards."""
    name = f"t_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_sync_{os.urandom(6).hex()}"
    database = replace(model.database, name=name)
    wait_for(copy_database(model.database, name))
    try:
        yield replace(model, database=database, registries=registries or model.registries)
    finally:
        adopt(None)
        wait_for(drop_database(database))


@contextmanager
def registries_of(plan: Plan, directory: Path) -> Iterator[Registries]:
    """Generates registries and serves them for the length of the block."""
    truth = directory / "truth.csv"
    emitted = generate(plan, directory / "registries", truth=truth)
    with RegistryServer(emitted.directory) as server:
        yield Registries(emitted.directory, truth, server, emitted.counts())


@pytest.fixture(scope="session")
def village(database_home: Path) -> Iterator[Registries]:
    """Registries of 400 persons: files made once a run, never to write into, with a server of this process."""
    place = database_home / "village"
    files, truth, done = place / "registries", place / "truth.csv", place / "counts.json"
    with alone(database_home / "village-lock"):
        if not done.exists():
            place.mkdir()
            made = generate(Plan(seed=7, persons=400), files, truth=truth)
            assert made.directory == files
            done.write_text(json.dumps(made.counts()))
    told: dict[str, dict[str, int]] = json.loads(done.read_text())
    counts = {name: {int(month): rows for month, rows in each.items()} for name, each in told.items()}
    with RegistryServer(files) as server:
        yield Registries(files, truth, server, counts)


def changed_config(directory: Path, source: str, **changes: str) -> Path:
    """A copy of the configuration with some keys of one source changed; values as TOML writes them."""
    original = default_config_dir()
    for each in original.iterdir():
        if each.name != "sources":
            (directory / each.name).symlink_to(each)
    shutil.copytree(original / "sources", directory / "sources")
    path = directory / "sources" / f"{source}.toml"
    entry = path.read_text()
    for key, value in changes.items():
        entry, found = re.subn(rf"^{key} = .*$", f"{key} = {value}", entry, flags=re.MULTILINE)
        assert found == 1, key
    path.write_text(entry)
    return directory


def different(some: list[str], others: list[str]) -> list[str]:
    """Lines that stand in one state and not in the other, by `-` and `+`."""
    one, other = Counter(some), Counter(others)
    return sorted([*(f"+ {line}" for line in one - other), *(f"- {line}" for line in other - one)])


def standing(hub: Hub) -> list[str]:
    """The open state of the hub as the canonical dump has it, without the numbers of versions.

    A record that stands again does so as a new version.
    """
    return open_of(hub.dump())


def open_of(lines: list[str]) -> list[str]:
    """The lines of a canonical dump that tell what stands, without the numbers of versions."""
    found = []
    for line in lines:
        row = json.loads(line)
        if row.get("stands", True):
            kept = {name: row[name] for name in row if name not in ("version", "record")}
            found.append(json.dumps(kept, sort_keys=True))
    return sorted(found)
