"""The embedded server: shared, left, crashed, and refused where it is not ours."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from hub.errors import FatalError
from hub.settings import read_settings
from hub.store.embedded import EmbeddedServer, ServerAddress
from hub.store.embedded.cluster import MARK

CARELESS = {"fsync": "off"}


def server(data_dir: Path) -> EmbeddedServer:
    return EmbeddedServer(data_dir, read_settings().pg_bin, parameters=CARELESS)


async def ask(address: ServerAddress, question: str) -> object:
    connection = await asyncpg.connect(address.dsn())
    try:
        return await connection.fetchval(question)
    finally:
        await connection.close()


def answer(address: ServerAddress, question: str) -> object:
    return asyncio.run(ask(address, question))


def postmaster(data_dir: Path) -> int:
    return int((data_dir / "postgres/cluster/postmaster.pid").read_text().splitlines()[0])


def is_alive(pid: int) -> bool:
    """Whether it runs; a killed server whose new parent has not yet asked after it does not."""
    state = Path(f"/proc/{pid}/stat")
    if Path("/proc/self").exists():
        return state.exists() and state.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    return subprocess.run(["kill", "-0", str(pid)], check=False).returncode == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data directory with a stopped server, made once; tests work on copies."""
    folder = Path(tempfile.mkdtemp(prefix="hub-made-"))
    folder.chmod(0o755)
    with server(folder / "var") as address:
        answer(address, "create table kept as select 7 as number")
    yield folder / "var"
    shutil.rmtree(folder)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that the server's account can enter, which pytest's own is not when root runs the tests."""
    folder = Path(tempfile.mkdtemp(prefix="hub-open-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def data_dir(made: Path, open_folder: Path) -> Iterator[Path]:
    """A copy of `made` with the owners kept, as root needs it."""
    copy = open_folder / "var"
    subprocess.run(["cp", "-a", str(made), str(copy)], check=True)
    yield copy
    left = server(copy)
    pid_file = copy / "postgres/cluster/postmaster.pid"
    if pid_file.exists() and is_alive(postmaster(copy)):
        left.start()
        left.stop_if_last()


def test_two_commands_share_one_server_and_the_last_one_out_stops_it(data_dir: Path) -> None:
    first, second = server(data_dir), server(data_dir)
    assert first.start() == second.start()
    pid = postmaster(data_dir)
    assert first.stop_if_last() is False
    assert is_alive(pid)
    assert second.stop_if_last() is True
    assert not is_alive(pid)


def test_starting_twice_takes_one_lease(data_dir: Path) -> None:
    one = server(data_dir)
    one.start()
    one.start()
    assert one.stop_if_last() is True
    assert one.stop_if_last() is False


def test_processes_that_start_at_once_on_an_empty_directory_share_one_server(open_folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from hub.settings import read_settings\n"
        "from hub.store.embedded import EmbeddedServer\n"
        "server = EmbeddedServer(Path(sys.argv[1]), read_settings().pg_bin, parameters={'fsync': 'off'})\n"
        "server.start()\n"
        "print((Path(sys.argv[1]) / 'postgres/cluster/postmaster.pid').read_text().split()[0])\n"
        "sys.stdout.flush(); sys.stdin.read(); server.stop_if_last()\n"
    )
    command = [sys.executable, "-c", script, str(open_folder / "var")]
    hubs = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    pids = {hub.stdout.readline() for hub in hubs if hub.stdout}
    assert len(pids) == 1
    for hub in hubs:
        hub.communicate("")
    assert [hub.returncode for hub in hubs] == [0, 0, 0]
    assert not (open_folder / "var/postgres/cluster/postmaster.pid").exists()


def test_a_killed_hub_drops_its_lease(data_dir: Path) -> None:
    script = (
        "import sys, time; from pathlib import Path; from hub.settings import read_settings\n"
        "from hub.store.embedded import EmbeddedServer\n"
        "EmbeddedServer(Path(sys.argv[1]), read_settings().pg_bin).start()\n"
        "print('up', flush=True); time.sleep(600)\n"
    )
    hub = subprocess.Popen([sys.executable, "-c", script, str(data_dir)], stdout=subprocess.PIPE, text=True)
    assert hub.stdout is not None
    assert hub.stdout.readline() == "up\n"
    mine = server(data_dir)
    mine.start()
    hub.kill()
    hub.communicate()
    assert mine.stop_if_last() is True


def test_a_killed_server_starts_again_with_what_was_committed(data_dir: Path) -> None:
    one = server(data_dir)
    address = one.start()
    answer(address, "create table second as select 8 as number")
    os.kill(postmaster(data_dir), signal.SIGKILL)
    again = one.start()
    assert answer(again, "select kept.number + second.number from kept, second") == 15
    assert one.stop_if_last() is True


def test_a_server_killed_in_the_middle_of_a_statement_starts_again(data_dir: Path) -> None:
    one = server(data_dir)
    address = one.start()

    async def kill_while_busy() -> None:
        busy = asyncio.create_task(ask(address, "select count(*) from generate_series(1, 2000000000)"))
        while await ask(address, "select count(*) from pg_stat_activity where state = 'active'") != 2:
            await asyncio.sleep(0.02)
        os.kill(postmaster(data_dir), signal.SIGKILL)
        await asyncio.to_thread(one.start)
        with pytest.raises((asyncpg.PostgresError, ConnectionError, OSError)):
            await busy

    asyncio.run(kill_while_busy())
    assert answer(address, "select number from kept") == 7
    assert one.stop_if_last() is True


def test_a_pid_file_that_names_another_program_does_not_keep_the_server_down(data_dir: Path) -> None:
    pid_file = data_dir / "postgres/cluster/postmaster.pid"
    other = subprocess.Popen(["sleep", "600"], user=(data_dir / "postgres/cluster").stat().st_uid)
    try:
        with server(data_dir):
            lines = pid_file.read_text().splitlines()
        pid_file.write_text("\n".join([str(other.pid), *lines[1:]]) + "\n")
        with server(data_dir) as address:
            assert answer(address, "select number from kept") == 7
    finally:
        other.kill()
        other.wait()


def test_an_initdb_killed_half_way_is_done_again(open_folder: Path) -> None:
    home = open_folder / "var/postgres"
    half = home / "cluster.new-0011"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    home.chmod(0o755)
    with server(open_folder / "var") as address:
        assert answer(address, "select 1") == 1
    assert not half.exists()


def test_killing_the_first_start_at_any_moment_leaves_a_directory_that_starts(open_folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from hub.settings import read_settings\n"
        "from hub.store.embedded import EmbeddedServer\n"
        "EmbeddedServer(Path(sys.argv[1]), read_settings().pg_bin, parameters={'fsync': 'off'}).start()\n"
    )
    for delay in (0.05, 0.2, 0.35, 0.5, 0.7):
        hub = subprocess.Popen([sys.executable, "-c", script, str(open_folder / "var")])
        time.sleep(delay)
        hub.kill()
        hub.wait()
    with server(open_folder / "var") as address:
        assert answer(address, "select 1") == 1


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda cluster: (cluster / MARK).unlink(), "foreign_cluster"),
        (lambda cluster: (cluster / "PG_VERSION").write_text("99\n"), "newer_cluster"),
        (lambda cluster: (cluster / "PG_VERSION").write_text("11\n"), "older_cluster"),
        (lambda cluster: (cluster / "PG_VERSION").unlink(), "foreign_cluster"),
        (lambda cluster: (cluster.parent / "superuser").write_text("another"), "other_cluster"),
        (lambda cluster: (cluster.parent / "superuser").unlink(), "other_cluster"),
        (lambda cluster: _change_identifier(cluster / MARK), "other_cluster"),
        (
            lambda cluster: (cluster.parent / "cluster.path").write_text("/nonexistent/cluster"),
            "cluster_missing",
        ),
    ],
    ids=["no mark", "newer", "older", "no version", "other password", "no password", "other", "gone"],
)
def test_a_directory_that_is_not_ours_to_start_is_refused(data_dir: Path, harm: object, code: str) -> None:
    assert callable(harm)
    harm(data_dir / "postgres/cluster")
    with pytest.raises(FatalError) as refusal:
        server(data_dir).start()
    assert refusal.value.code == code
    assert str(data_dir) in refusal.value.message


def _change_identifier(mark: Path) -> None:
    told = json.loads(mark.read_text())
    mark.write_text(json.dumps(told | {"system": told["system"] + 1}))


def test_a_data_directory_of_another_postgresql_is_refused(tmp_path: Path) -> None:
    (tmp_path / "PG_VERSION").write_text("18\n")
    with pytest.raises(FatalError, match="itself a PostgreSQL data directory"):
        server(tmp_path).start()


def test_a_deep_data_directory_gets_a_short_socket_path(data_dir: Path) -> None:
    deep = data_dir.parent / ("deep" * 20) / "var"
    deep.parent.mkdir()
    data_dir.rename(deep)
    with server(deep) as address:
        assert not address.host.is_relative_to(deep)
        assert answer(address, "select number from kept") == 7
        assert address.host.stat().st_mode & 0o077 == 0
    address.host.rmdir()


def test_nothing_listens_on_tcp_and_every_door_asks_for_a_password(data_dir: Path) -> None:
    with server(data_dir) as address:
        assert answer(address, "show listen_addresses") == ""
        assert (
            answer(address, "select string_agg(auth_method, ',') from pg_hba_file_rules") == "scram-sha-256"
        )
        assert answer(address, "show data_checksums") == "on"
        assert (data_dir / "postgres/superuser").stat().st_mode & 0o777 == 0o600
        with pytest.raises(asyncpg.InvalidPasswordError):
            answer(ServerAddress(address.host, address.port, address.superuser, "guess", 18), "select 1")


def test_what_a_failing_statement_bears_stays_out_of_the_log(data_dir: Path) -> None:
    with server(data_dir) as address:
        answer(address, "create table people (nik text primary key)")
        answer(address, "insert into people values ('secret-number')")
        with pytest.raises(asyncpg.UniqueViolationError):
            answer(address, "insert into people values ('secret-number')")
        with pytest.raises(asyncpg.InvalidTextRepresentationError):
            answer(address, "select 'secret-number'::int")
    assert "secret-number" not in (data_dir / "postgres/cluster/server.log").read_text()


def test_an_operator_s_local_conf_has_the_last_word(data_dir: Path) -> None:
    (data_dir / "postgres/cluster/local.conf").write_text("work_mem = '5MB'\n")
    (data_dir / "postgres/cluster/local.conf").chmod(0o644)
    with server(data_dir) as address:
        assert answer(address, "show work_mem") == "5MB"


def test_the_password_is_not_in_the_printed_address(data_dir: Path) -> None:
    with server(data_dir) as address:
        assert address.password
        assert address.password not in repr(address)
