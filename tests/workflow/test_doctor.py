"""`hub doctor` on a healthy database and on ill ones."""

from pathlib import Path

import pytest

from hub.domain import clock
from hub.settings import Settings
from hub.store.database import Database
from hub.store.sql import text
from hub.workflow.doctor import Check, examine


def settings_of(database: Database, home: Path) -> Settings:
    """Settings under which this test's database is a server's."""
    url = database.admin.set(drivername="postgresql", database=database.name)
    return Settings(
        data_dir=home,
        database_url=url.render_as_string(hide_password=False),
        role_prefix=database.roles.prefix,
    )


async def found(database: Database, home: Path) -> dict[str, Check]:
    return {check.name: check for check in await examine(settings_of(database, home))}


async def test_a_database_without_reference_data_is_told_to_run_init_and_all_else_is_well(
    database: Database, database_home: Path
) -> None:
    checks = await found(database, database_home)
    assert [name for name, check in checks.items() if check.status == "fail"] == ["reference"]
    assert "hub init" in checks["reference"].told


async def test_a_table_without_forced_row_security_is_named(
    fresh_database: Database, database_home: Path
) -> None:
    async with fresh_database.administer() as connection:
        await connection.execute(text("alter table hub.benefit no force row level security"))
        await connection.commit()
    assert (await found(fresh_database, database_home))["row security"] == Check(
        "row security", "fail", "not enabled and forced on benefit"
    )


async def test_a_clock_that_stands_still_is_a_warning(database: Database, database_home: Path) -> None:
    with clock.pin(clock.now().replace(year=2020)):
        assert (await found(database, database_home))["clock"].status == "warn"


async def test_a_server_that_does_not_answer_is_a_failure_without_its_address(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="postgresql://hub:hidden@127.0.0.1:1/hub")
    last = (await examine(settings))[-1]
    assert (last.name, last.status) == ("database", "fail")
    assert "hidden" not in last.told


@pytest.mark.parametrize("missing", ["sources", "reference"])
async def test_a_broken_configuration_is_a_failure(tmp_path: Path, missing: str) -> None:
    settings = Settings(data_dir=tmp_path, config_dir=tmp_path / missing)
    assert "fail" in {check.status for check in await examine(settings) if check.name == "configuration"}


async def test_no_database_yet_is_a_failure_and_none_is_made(tmp_path: Path) -> None:
    checks = await examine(Settings(data_dir=tmp_path / "var"))
    assert checks[-1] == Check("database", "fail", "there is none yet: run `hub init`")
    assert not (tmp_path / "var").exists()


async def test_a_person_who_waits_longer_than_the_law_gives_is_told_of(
    fresh_database: Database, database_home: Path
) -> None:
    assert (await found(fresh_database, database_home))["rights"].status == "ok"
    async with fresh_database.connect() as connection:
        await connection.execute(
            text(
                "insert into rights_case (kind, opened, due, asked) values ('access', '2026-01-01', '2026-01-04', 'x')"
            )
        )
        await connection.commit()
    late = (await found(fresh_database, database_home))["rights"]
    assert (late.status, "1 cases" in late.told) == ("warn", True)
    async with fresh_database.connect() as connection:
        await connection.execute(
            text(
                "insert into rights_event (case_id, event, at, actor)"
                " select id, 'refused', now(), 'ani' from rights_case"
            )
        )
        await connection.commit()
    assert (await found(fresh_database, database_home))["rights"].status == "ok"
