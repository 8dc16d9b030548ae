"""A backup is put back as it was, opens with its own secret alone, and nothing is overwritten."""

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from hub.access import agreements, api_keys
from hub.access.context import EVERY_SCOPE, Reach, sign
from hub.access.restrictions import Decision
from hub.access.restrictions import decide as restrict
from hub.access.sealing import ledger_keys, seal_waiting
from hub.errors import HubError
from hub.registry.agencies import Agency
from hub.registry.agreements import Agreement
from hub.settings import Settings
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.sql import text
from hub.store.tables import graph
from hub.workflow.backup import DATABASE, FILES, MANIFEST, back_up, manifest_of, rows_by_table
from hub.workflow.restore import HOLDS, Restored, restore
from tests.access.test_sealing import leave
from tests.conftest import wait_for
from tests.graph_builders import uid
from tests.schema.village import Village

SAME = """
    select string_agg(line, E'\\n' order by line collate "C") from (select to_jsonb(t)::text as line from hub.{} t) t
"""


@dataclass(frozen=True)
class Kept:
    """A hub and a backup of it."""

    database: Database
    settings: Settings
    folder: Path


@pytest.fixture(scope="module")
def kept(database: Database, database_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A backup of a hub with a village, two lines of the ledger, one of them unsealed, and a file."""
    home = tmp_path_factory.mktemp("home")
    shutil.copy(database_home / "secret", home)
    (home / "demo.json").write_text("{}")
    earlier = home / "backups" / "earlier"
    earlier.mkdir(parents=True)
    (earlier / DATABASE).write_text("an earlier backup")
    (home / "scratch").mkdir()
    (home / "scratch" / "half").write_text("x")
    village = Village()
    village.graph.anchored(1)
    wait_for(village.graph.store(database))
    wait_for(_disclosed(database))
    wait_for(_granted(database))
    folder, settings = tmp_path_factory.mktemp("backups") / "one", Settings(data_dir=home)
    wait_for(back_up(database, settings, folder))
    return Kept(database, settings, folder)


async def _disclosed(database: Database) -> None:
    await leave(database, [1])
    await seal_waiting(database, ledger_keys(database.roles))
    await leave(database, [2])


async def _granted(database: Database) -> None:
    """An agreement that grants while its next version is proposed, a key of a system, and somebody who is withheld."""
    told = {
        "code": "pks-1", "agency": "dinsos", "number": "1", "legal_basis": "x", "purposes": ["verivali"],
        "scopes": ["identity"], "from": "2020-01-01", "to": "2999-01-01",
    }  # fmt: skip
    agency = {"code": "dinsos", "name_id": "x", "name_en": "x", "kind": "opd", "areas": ["33.20"]}
    async with database.connect() as connection:
        await agreements.propose(connection, Agreement.model_validate(told | {"version": 1}), "ani")
        for actor in ("budi", "citra"):
            await agreements.decide(connection, "pks-1", "approved", actor, None)
        await agreements.propose(connection, Agreement.model_validate(told | {"version": 2}), "ani")
        dinsos = Agency.model_validate(agency | {"client": [{"id": "sistem"}]})
        await api_keys.make(connection, dinsos, "sistem", timedelta(days=9), "ani", {})
        await restrict(connection, uid("person", 1), Decision("protected", "restricted", "ani", "putusan"))
        await connection.commit()


@dataclass(frozen=True)
class Place:
    """An empty database and data directory."""

    database: Database
    settings: Settings

    def restore(self, folder: Path, *, as_it_was: bool = True) -> Restored:
        """Puts a backup back here."""
        return wait_for(restore(self.settings, folder, "dewi", as_it_was=as_it_was))


@pytest.fixture
def place(kept: Kept, tmp_path: Path) -> Iterator[Place]:
    """Where a backup may go; the secret is there already."""
    database = replace(kept.database, name=f"t_restored_{os.urandom(4).hex()}")
    shutil.copy(kept.settings.data_dir / "secret", tmp_path)
    url = database.admin.set(drivername="postgresql", database=database.name)
    settings = Settings(
        data_dir=tmp_path,
        database_url=url.render_as_string(hide_password=False),
        role_prefix=database.roles.prefix,
    )
    wait_for(administer(database, f'create database "{database.name}"'))
    yield Place(database, settings)
    wait_for(administer(database, f'drop database "{database.name}" with (force)'))


async def administer(database: Database, statement: str) -> None:
    async with database.administer("postgres") as connection:
        autocommit = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await autocommit.execute(text(statement))


async def _rows(database: Database) -> dict[str, str | None]:
    """Every row of every table but the keys of contexts, as text."""
    async with database.administer() as connection:
        names = await rows_by_table(connection)
        return {name: await connection.scalar(text(SAME.format(name))) for name in names}


def test_what_is_restored_is_what_was_backed_up(kept: Kept, place: Place) -> None:
    before = wait_for(_rows(kept.database))
    done = place.restore(kept.folder)
    assert wait_for(_rows(place.database)) == before
    assert (done.lines, done.files) == (1, 1)
    assert len(before["person_state"] or "") > 10_000
    assert (place.settings.data_dir / "demo.json").read_text() == "{}"
    assert not (place.settings.data_dir / "scratch").exists()
    assert not (place.settings.data_dir / "backups" / "earlier").exists(), "a backup holds no other"
    assert wait_for(seal_waiting(place.database, ledger_keys(place.database.roles))) == 1
    assert wait_for(_entered(place.database)) == "true", "believed, though their key is in no backup"


async def _entered(database: Database) -> str | None:
    context = sign(database.roles.derive("context"), Reach([(0, 9)], EVERY_SCOPE, "local"))
    async with open_reader(database, 1) as reader:
        return await reader.text("select hub.enter($1)::text", [context])


def test_no_name_number_or_key_stands_in_a_backup_in_clear(kept: Kept) -> None:
    told = b"".join((kept.folder / name).read_bytes() for name in (MANIFEST, DATABASE, FILES))
    rows = [values for table, values in Village().graph.rows if table is graph.person_state]
    personal = {row[name] for row in rows for name in ("nik", "name") if row[name]}
    assert len(personal) > 48
    assert [value for value in personal if value.encode() in told] == []
    secret = (kept.settings.data_dir / "secret").read_text().strip()
    assert secret.encode() not in told
    assert bytes.fromhex(secret) not in told


def test_what_a_restore_brings_back_grants_nothing_until_somebody_has_looked(
    kept: Kept, place: Place
) -> None:
    found = place.restore(kept.folder, as_it_was=False).revived
    assert (found.agreements, found.suspended, found.restrictions) == (("pks-1",), True, 1)
    assert [key.split(" ")[1] for key in found.keys] == ["dinsos/sistem"]
    assert wait_for(_granting(place.database)) == set()
    assert wait_for(_granting(kept.database)) == {"pks-1"}
    wait_for(_resumed(place.database))
    assert wait_for(_granting(place.database)) == {"pks-1"}


async def _granting(database: Database) -> set[str]:
    async with database.connect() as connection:
        return {*await agreements.granting(connection)}


async def _resumed(database: Database) -> None:
    async with database.connect() as connection:
        await agreements.decide(connection, "pks-1", "resumed", "ani", "dilihat")
        await connection.commit()


def test_what_is_not_as_it_was_told_is_taken_out_again(kept: Kept, place: Place, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(kept.folder, tmp_path / "copy"))
    roles = kept.database.roles
    manifest = manifest_of((folder / MANIFEST).read_text(), roles)
    (folder / MANIFEST).write_text(manifest._replace(ledger=(1, "00")).to_json(roles))
    assert _refused(place, folder) == "restore_differs"
    assert wait_for(_holds(place.database)) == 0
    assert not (place.settings.data_dir / "demo.json").exists()
    assert place.restore(kept.folder).lines == 1


async def _holds(database: Database) -> int:
    async with database.administer() as connection:
        return int(await connection.scalar(HOLDS) or 0)


def test_nothing_is_overwritten(kept: Kept, place: Place) -> None:
    (place.settings.data_dir / "demo.json").write_text("mine")
    assert _refused(place, kept.folder) == "not_empty"
    (place.settings.data_dir / "demo.json").unlink()
    place.restore(kept.folder)
    (place.settings.data_dir / "demo.json").unlink()
    assert _refused(place, kept.folder) == "not_empty"
    with pytest.raises(HubError) as refused:
        wait_for(back_up(kept.database, kept.settings, kept.folder))
    assert refused.value.code == "not_empty"


def _refused(place: Place, folder: Path) -> str:
    with pytest.raises(HubError) as refused:
        place.restore(folder)
    return refused.value.code


@pytest.mark.parametrize("name", [DATABASE, FILES, MANIFEST])
def test_a_backup_that_was_touched_is_refused(kept: Kept, place: Place, tmp_path: Path, name: str) -> None:
    folder = Path(shutil.copytree(kept.folder, tmp_path / "copy"))
    told = bytearray((folder / name).read_bytes())
    told[-20] ^= 1
    (folder / name).write_bytes(told)
    assert _refused(place, folder) == "backup_damaged"


def test_a_manifest_that_promises_other_rows_is_refused(kept: Kept, place: Place, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(kept.folder, tmp_path / "copy"))
    told = json.loads((folder / MANIFEST).read_text())
    told["tables"]["person"] += 1
    (folder / MANIFEST).write_text(json.dumps(told, indent=1, sort_keys=True))
    assert _refused(place, folder) == "backup_damaged"


def test_a_backup_opens_with_its_own_secret_alone(kept: Kept, place: Place) -> None:
    (place.settings.data_dir / "secret").write_text("00" * 32)
    assert _refused(place, kept.folder) == "other_secret"
    (place.settings.data_dir / "secret").unlink()
    assert _refused(place, kept.folder) == "no_secret"
    assert not (place.settings.data_dir / "secret").exists()


def test_a_folder_without_a_manifest_is_no_backup(place: Place, tmp_path: Path) -> None:
    assert _refused(place, tmp_path) == "no_backup"
