"""The roles of the hub: four, none of them mighty, their passwords from one secret."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from hub.settings import Settings
from hub.store.database import Database
from hub.store.roles import SECRET_FILE, Role, Roles, roles_of

ATTRIBUTES = "rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, rolinherit"


def test_the_secret_is_made_once_whoever_comes_first(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: roles_of(Settings(data_dir=tmp_path)).secret, range(16)))
    assert len(made) == 1
    assert len(made.pop()) == 32
    assert (tmp_path / SECRET_FILE).stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [SECRET_FILE]


def test_a_secret_in_the_settings_needs_no_file(tmp_path: Path) -> None:
    assert roles_of(Settings(data_dir=tmp_path, secret=SecretStr("s"))).secret == b"s"
    assert list(tmp_path.iterdir()) == []


def test_no_two_uses_of_the_secret_give_one_key() -> None:
    uses = ["context", *(f"database role hub_{role}" for role in Role)]
    keys = {Roles("hub", secret).derive(use) for secret in (b"a", b"b") for use in uses}
    assert len(keys) == 2 * len(uses)
    assert Roles("hub", b"a").password(Role.APP) != Roles("hub", b"a").password(Role.INGEST)


async def test_no_role_is_mighty(database: Database) -> None:
    async with database.administer() as connection:
        for role in Role:
            name = database.roles.name(role)
            row = await connection.execute(
                text(f"select {ATTRIBUTES}, rolcanlogin from pg_roles where rolname = :name"), {"name": name}
            )
            assert tuple(row.one()) == (*[False] * 6, role is not Role.OWNER)


async def test_the_roles_that_log_in_own_nothing_and_are_nobody_else(database: Database) -> None:
    async with database.administer() as connection:
        for role in (Role.APP, Role.INGEST, Role.LEDGER):
            name = {"name": database.roles.name(role)}
            for query in (
                "select count(*) from pg_class where relowner = to_regrole(:name)",
                "select count(*) from pg_proc where proowner = to_regrole(:name)",
                "select count(*) from pg_namespace where nspowner = to_regrole(:name)",
                "select count(*) from pg_auth_members where member = to_regrole(:name)",
            ):
                assert await connection.scalar(text(query), name) == 0


async def test_every_table_and_function_belongs_to_the_owner(database: Database) -> None:
    query = """
        select relname from pg_class
        where relnamespace = 'hub'::regnamespace and relowner <> to_regrole(:name)
        union all
        select proname from pg_proc
        where pronamespace = 'hub'::regnamespace and proowner <> to_regrole(:name)
    """
    async with database.administer() as connection:
        found = await connection.execute(text(query), {"name": database.roles.name(Role.OWNER)})
        assert found.all() == []


@pytest.mark.parametrize("role", [Role.APP, Role.INGEST, Role.LEDGER])
@pytest.mark.parametrize(
    "statement",
    [
        "select secret from hub.context_key",
        "update hub.context_key set secret = ''",
        "alter table hub.person disable row level security",
        "drop policy area_read on hub.person",
        "create table hub.mine (a int)",
        "create function hub.area_lo() returns bigint language sql as 'select 0::bigint'",
        "truncate hub.person",
        "set role hub_owner",
        "select pg_read_file('/etc/passwd')",
        "copy hub.source to program 'true'",
    ],
)
async def test_the_roles_that_log_in_are_denied(database: Database, role: Role, statement: str) -> None:
    async with database.connect(role) as connection:
        with pytest.raises(DBAPIError, match=r"permission denied|must be owner"):
            await connection.execute(text(statement))


async def test_only_the_reading_role_may_enter(database: Database) -> None:
    async with database.connect(Role.INGEST) as connection:
        with pytest.raises(DBAPIError, match="permission denied for function enter"):
            await connection.execute(text("select hub.enter('')"))
