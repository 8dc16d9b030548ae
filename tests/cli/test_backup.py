"""A backup and its restore by the command line."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub.store.database import Database
from tests.cli.conftest import Shell
from tests.conftest import wait_for
from tests.workflow.test_backup import administer


@pytest.fixture
def empty(database: Database) -> Iterator[Database]:
    """A database without anything."""
    made = replace(database, name=f"t_empty_{os.urandom(4).hex()}")
    wait_for(administer(made, f'create database "{made.name}"'))
    yield made
    wait_for(administer(made, f'drop database "{made.name}" with (force)'))


def at(database: Database, home: Path) -> dict[str, str]:
    url = database.admin.set(drivername="postgresql", database=database.name)
    return {
        "HUB_DATABASE_URL": url.render_as_string(hide_password=False),
        "HUB_DATA_DIR": str(home),
        "HUB_ROLE_PREFIX": database.roles.prefix,
    }


def test_a_hub_comes_back_from_its_backup(
    shell: Shell, database: Database, empty: Database, database_home: Path, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        shutil.copy(database_home / "secret", tmp_path / name)
    told = shell("backup", tmp_path / "kept", "--json", **at(database, tmp_path / "one"))
    assert json.loads(told.stdout)["tables"]["run"] == 0
    assert "keep the hub's secret elsewhere" in told.stderr
    back = shell("restore", tmp_path / "kept", "--json", **at(empty, tmp_path / "two"))
    assert (back.code, json.loads(back.stdout)["lines"]) == (0, 0)
    again = shell("restore", tmp_path / "kept", **at(empty, tmp_path / "two"))
    assert (again.code, "not_empty" in again.stderr) == (2, True)
