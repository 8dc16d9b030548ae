"""`hub init` on a real database and the real reference files."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.registry.areas import COUNTS
from hub.registry.sources import load_sources
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import text
from hub.workflow.initialise import Initialised, initialise, require_initialised, revision_of
from tests.sync_builders import Hub, first_initialised, loaded, new_hub

__all__ = ["loaded"]


@pytest.fixture(scope="module")
def settings(database_home: Path) -> Settings:
    return Settings(data_dir=database_home)


@pytest.fixture(scope="module")
def database(loaded: Hub) -> Iterator[Database]:
    """A copy of the database on which `hub init` was run once."""
    with new_hub(loaded) as hub:
        yield hub.database


@pytest.fixture(scope="module")
def made(database: Database, database_home: Path) -> Initialised:
    """What the first `hub init` of this database did."""
    return first_initialised(database_home)


async def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    async with database.connect() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def test_every_area_of_the_decree_is_there_under_its_code_and_counted(
    made: Initialised, database: Database
) -> None:
    assert made.areas == COUNTS == {1: 38, 2: 514, 3: 7_285, 4: 83_762}
    query = "select name, area_key, parent_code, population is not null from wilayah where code = '33.20'"
    assert await rows(database, query) == [("Kabupaten Jepara", 3_320_000_000, "33", True)]


async def test_bps_codes_stand_under_the_area_key_of_the_same_area(
    made: Initialised, database: Database
) -> None:
    query = (
        "select count(*) from wilayah b where b.system = 'bps' and not exists (select from wilayah k"
        " where k.system = 'kemendagri' and k.area_key = b.area_key and k.level = b.level)"
    )
    assert await rows(database, query) == [(0,)]


async def test_programs_amounts_and_code_lists_are_loaded(made: Initialised, database: Database) -> None:
    query = "select p.code, count(*) from program p join program_amount a on a.program_id = p.id group by 1"
    assert ("PKH", 9) in await rows(database, query)
    assert all(count > 0 for part in made.parts for count in part.tables.values())
    assert {part.loaded for part in made.parts} == {True}


async def test_a_source_has_the_number_that_its_entry_declares(
    made: Initialised, database: Database, settings: Settings
) -> None:
    declared = load_sources(settings.config_dir / "sources")
    found = await rows(database, "select code, id from source")
    assert sorted(found) == sorted((source.name, source.number) for source in declared.values())
    assert made.sources == len(declared)


async def test_doing_it_again_loads_nothing(
    made: Initialised, database: Database, settings: Settings
) -> None:
    again = await initialise(database, settings)
    assert {part.loaded for part in again.parts} == {False}
    assert [part.tables for part in again.parts] == [part.tables for part in made.parts]


async def test_a_file_that_changed_loads_its_group_alone(
    made: Initialised, database: Database, settings: Settings, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    shutil.copytree(settings.config_dir, config)
    entry = config / "programs" / "yapi.toml"
    entry.write_text(entry.read_text().replace('owner = "', 'owner = "Baru '), encoding="utf-8")
    (config / "programs" / "kks.toml").unlink()
    changed = await initialise(database, Settings(data_dir=settings.data_dir, config_dir=config))
    assert [part.name for part in changed.parts if part.loaded] == ["programs"]
    found = await rows(database, "select name from reference_load where name = 'programs/kks.toml'")
    assert found == []
    restored = await initialise(database, settings)
    assert [part.name for part in restored.parts if part.loaded] == ["programs"]


async def test_a_source_that_takes_the_number_of_another_is_refused_and_nothing_is_written(
    made: Initialised, database: Database, settings: Settings, tmp_path: Path
) -> None:
    config = tmp_path / "config"
    shutil.copytree(settings.config_dir, config)
    (config / "sources" / "pkh.toml").rename(config / "sources" / "pkh_baru.toml")
    with pytest.raises(FatalError) as caught:
        await initialise(database, Settings(data_dir=settings.data_dir, config_dir=config))
    assert caught.value.code == "source_renumbered"
    assert await rows(database, "select code from source where code = 'pkh_baru'") == []


async def test_a_database_that_was_never_made_is_told_to_run_init(database_template: Database) -> None:
    missing = replace(database_template, name="t_never_made")
    assert await revision_of(missing) is None
    with pytest.raises(FatalError, match="hub init"):
        await require_initialised(missing)


async def test_a_database_with_the_newest_tables_is_let_through(database: Database) -> None:
    await require_initialised(database)
