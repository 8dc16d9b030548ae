"""What every test stands on: one clean environment, one seed, no network, and a real PostgreSQL."""

import asyncio
import gc
import ipaddress
import os
import shutil
import socket
import tempfile
from collections import Counter
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis.internal.conjecture import providers

from hub import settings as hub_settings

if TYPE_CHECKING:
    from hub.store.database import Database
    from hub.store.embedded import ServerAddress

_T = TypeVar("_T")
#: The programs under test may be chosen; every other setting of the developer's shell is put aside.
KEPT_VARIABLES = {"HUB_PG_BIN", "HUB_PG_USER"}
TEMPLATE = "hub_template"
#: Files whose few tests take the longest. Workers take file by file, and whoever took one of these last would work on
#: alone while the others stand idle.
FIRST = (
    # The first makes the reference data, for which the next two need not wait.
    "audit/test_running", "app/test_interference", "schema/test_relay", "workflow/test_dukcapil",
    "evaluation/test_exact_links",
    "workflow/test_worker", "workflow/test_every_source", "workflow/test_killed", "cli/test_demo",
    "identity/test_judging", "store/test_embedded", "workflow/test_bad_input", "workflow/test_expectations",
    "schema/test_withdrawals", "workflow/test_feed_limits", "workflow/test_revert", "sharing/test_attack",
    "bench/test_bench", "audit/test_cases", "simulator/test_generation",
)  # fmt: skip
#: What `make test` takes, by pyproject.toml.
SHORT = "not long"
HOME_VARIABLE = "TESTS_DATABASE_HOME"
#: Below it, whatever tests and the processes that they start put down for a while.
SCRATCH = "t"
#: A test's database outlives nothing, so it need not survive a power cut, nor be looked after.
CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_connections": "100",
}
MEMORY = Path("/", "dev", "shm")
#: What a run of all tests takes of memory for its databases, and as much again.
IN_MEMORY_BYTES = 6 * 2**30
#: From PostgreSQL 18 on, the system copies a database's files by itself; a fifth of the time for the areas of the land.
CLONING = "select set_config(name, 'clone', false) from pg_settings where name = 'file_copy_method'"

for _name in [name for name in os.environ if name.startswith("HUB_") and name not in KEPT_VARIABLES]:
    del os.environ[_name]
#: Nothing that is collected is garbage, and looking for some among all modules of the hub takes seconds a worker.
gc.disable()
# Hypothesis would read every module of the hub and of the tests for constants to try, in each process: seconds, and
# other examples after each change of any file.
providers._get_local_constants = lambda: providers._local_constants
hypothesis_settings.register_profile("house", derandomize=True, deadline=None, database=None, max_examples=20)
hypothesis_settings.register_profile("long", hypothesis_settings.get_profile("house"), max_examples=200)
hypothesis_settings.load_profile("house")


def wait_for(work: Coroutine[Any, Any, _T]) -> _T:
    """Runs asynchronous work to its end from a synchronous fixture, in a loop and thread of its own, by this clock."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(copy_context().run, asyncio.run, work).result()


@pytest.fixture(autouse=True)
def _fresh_settings() -> Iterator[None]:
    hub_settings.settings.cache_clear()
    yield
    hub_settings.settings.cache_clear()


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this machine answers; a test that needs the world would fail tomorrow."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert _is_loopback(address[0]), f"a test called out to {address[0]}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def pytest_configure(config: pytest.Config) -> None:
    """The run makes one home for the database, which the processes it starts find in their environment.

    It stands outside pytest's own temporary folder, which is closed to the account that runs the database
    when the tests run as root. A run that takes the long tests too has properties tried ten times as often.
    """
    if config.getoption("markexpr") != SHORT:
        hypothesis_settings.load_profile("long")
    if not hasattr(config, "workerinput"):
        home = Path(tempfile.mkdtemp(prefix="hub-tests-", dir=_in_memory()))
        for folder in (home, home / SCRATCH):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
        os.environ |= {HOME_VARIABLE: str(home), "TMPDIR": str(home / SCRATCH)}
        tempfile.tempdir = None


def _in_memory() -> str | None:
    """Where files cost no disk; None: the usual place, for there is none or too little of it.

    Each test's database is some 900 files, and ext4 looks at each that went lately before it makes one.
    """
    try:
        return str(MEMORY) if shutil.disk_usage(MEMORY).free > IN_MEMORY_BYTES else None
    except OSError:
        return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, then those with many tests; tests of one file stay as they are."""
    files = [str(item.path.relative_to(Path(__file__).parent).with_suffix("")) for item in items]
    tests, ranks = Counter(files), {name: rank for rank, name in enumerate(FIRST)}
    order = sorted(range(len(items)), key=lambda at: (ranks.get(files[at], len(ranks)), -tests[files[at]]))
    items[:] = [items[at] for at in order]


def pytest_collection_finish() -> None:
    """From here on garbage is looked for among what the tests themselves make."""
    gc.freeze()
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The run removes what it made, after every process of it has left the server."""
    if not hasattr(config, "workerinput"):
        os.environ.pop("TMPDIR")
        tempfile.tempdir = None
        shutil.rmtree(os.environ.pop(HOME_VARIABLE), ignore_errors=True)


@pytest.fixture(scope="session")
def database_home() -> Path:
    """The data directory that all processes of this test run share."""
    return Path(os.environ[HOME_VARIABLE])


@pytest.fixture(scope="session")
def database_server(database_home: Path) -> "Iterator[ServerAddress]":
    """One real PostgreSQL for the whole run, stopped by the last process that leaves it."""
    from hub.store.embedded import EmbeddedServer

    settings = hub_settings.read_settings()
    server = EmbeddedServer(database_home, settings.pg_bin, settings.pg_user, CARELESS)
    yield server.start()
    server.stop_if_last()


@pytest.fixture(scope="session")
def database_template(database_server: "ServerAddress", database_home: Path) -> "Database":
    """A database with every migration applied, to clone and never to write into."""
    from sqlalchemy import make_url

    from hub.store.database import Database
    from hub.store.embedded.leases import alone
    from hub.store.migrate import upgrade
    from hub.store.roles import roles_of

    roles = roles_of(hub_settings.Settings(data_dir=database_home))
    template = Database(make_url(database_server.dsn()), roles, TEMPLATE)
    done = database_home / "template-is-whole"
    with alone(database_home / "template-lock"):
        if not done.exists():
            wait_for(upgrade(template))
            done.touch()
    return template


@pytest.fixture(scope="module")
def database(database_template: "Database", request: pytest.FixtureRequest) -> "Iterator[Database]":
    """An empty, migrated database of the test module's own; tests of one module share what they write."""
    yield from _clone(database_template, request.node.name)


@pytest.fixture
def fresh_database(database_template: "Database", request: pytest.FixtureRequest) -> "Iterator[Database]":
    """An empty, migrated database of this one test's own (50 ms dearer than `database`)."""
    yield from _clone(database_template, request.node.name)


def _clone(template: "Database", name: str) -> "Iterator[Database]":
    """A copy of the template under a name that no other worker or module has, dropped afterwards."""
    from dataclasses import replace

    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    word = "".join(letter if letter.isalnum() else "_" for letter in Path(name).stem.lower())[:30]
    clone = replace(template, name=f"t_{worker}_{word}_{os.urandom(4).hex()}")
    wait_for(copy_database(template, clone.name))
    yield clone
    wait_for(drop_database(clone))


async def copy_database(model: "Database", name: str) -> None:
    """Makes a database as the model is; its files are copied, not its pages one by one through the log."""
    await _say(model, CLONING, f'create database "{name}" template "{model.name}" strategy file_copy')


async def drop_database(database: "Database") -> None:
    """Drops a database, whoever is in it."""
    await _say(database, f'drop database "{database.name}" with (force)')


async def _say(database: "Database", *statements: str) -> None:
    from sqlalchemy import text

    async with database.administer("postgres") as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await autocommit.execute(text(statement))
