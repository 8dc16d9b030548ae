"""Migrations: the tables in the database are the tables in the code, however often they are asked for."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, text

from hub.access.areas import NATIONAL_KEYS
from hub.access.context import EVERY_SCOPE, Reach, sign
from hub.errors import FatalError
from hub.store.database import Database
from hub.store.embedded.leases import alone
from hub.store.migrate import head, upgrade
from hub.store.tables import SCHEMA, metadata

#: What can differ between two databases of the same tables: one row a fact, as text.
FACTS = {
    "columns": """
        select c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity::text,
               pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)
        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where c.relnamespace = 'hub'::regnamespace and c.relkind = 'r' and c.relname <> 'alembic_version'
        order by 1, a.attnum
    """,
    "tables": """
        select relname, relkind::text, obj_description(oid) from pg_class
        where relnamespace = 'hub'::regnamespace and relkind in ('r', 'S')
          and relname <> 'alembic_version' order by 1
    """,
    "indexes": """
        select indexname, indexdef from pg_indexes where schemaname = 'hub' and tablename <> 'alembic_version'
        order by 1
    """,
    "constraints": """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
        where connamespace = 'hub'::regnamespace and contype <> 'n'
          and conrelid is distinct from to_regclass('hub.alembic_version')
        order by 1, 2
    """,
}
#: Everything that a second upgrade could make anew: object numbers, definitions and the writer of each row.
STATE = """
    select 'class', oid::text, relname || xmin from pg_class where relnamespace = 'hub'::regnamespace
    union all select 'function', oid::text, proname || xmin from pg_proc
    where pronamespace = 'hub'::regnamespace
    union all select 'policy', oid::text, polname || xmin from pg_policy
    union all select 'revision', version_num, xmin::text from hub.alembic_version
    union all select 'key', id::text, xmin::text from hub.context_key
    order by 1, 2
"""


async def told(database: Database, query: str) -> list[tuple[Any, ...]]:
    async with database.administer() as connection:
        return [tuple(row) for row in await connection.execute(text(query))]


async def upgraded(database: Database, home: Path) -> str:
    """Upgrades while no other process of the run does: roles belong to the whole server."""
    with alone(home / "roles-lock"):
        return await upgrade(database)


async def test_a_second_upgrade_changes_nothing(fresh_database: Database, database_home: Path) -> None:
    before = await told(fresh_database, STATE)
    assert await upgraded(fresh_database, database_home) == head()
    assert await told(fresh_database, STATE) == before


async def test_the_migrations_make_what_the_code_declares(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        options = {"include_schemas": True, "compare_type": True, "version_table_schema": SCHEMA}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with database.administer() as connection:
        found = await connection.run_sync(differences)
    assert [each for each in found if "alembic_version" not in str(each)] == []


async def test_columns_indexes_with_predicates_constraints_and_comments_are_those_of_the_code(
    database: Database, fresh_database: Database
) -> None:
    async with fresh_database.administer() as connection:
        await connection.execute(text("drop schema hub cascade"))
        await connection.execute(text("create schema hub"))
        await connection.run_sync(metadata.create_all)
        await connection.commit()
    for query in FACTS.values():
        assert await told(database, query) == await told(fresh_database, query)


async def test_a_database_of_a_later_hub_is_refused_and_left_alone(
    fresh_database: Database, database_home: Path
) -> None:
    async with fresh_database.administer() as connection:
        await connection.execute(text("update hub.alembic_version set version_num = '9999'"))
        await connection.commit()
    before = await told(fresh_database, STATE)
    with pytest.raises(FatalError, match="9999") as caught:
        await upgraded(fresh_database, database_home)
    assert caught.value.code == "newer_database"
    assert await told(fresh_database, STATE) == before


async def test_another_secret_replaces_the_context_key(fresh_database: Database, database_home: Path) -> None:
    """Only in a database of its own: the passwords of the roles would change with it."""
    async with fresh_database.administer() as connection:
        await connection.execute(text("update hub.context_key set secret = '\\x00'"))
        await connection.commit()
    await upgraded(fresh_database, database_home)
    found = await told(fresh_database, "select secret from hub.context_key")
    assert found == [(fresh_database.roles.derive("context"),)]
    context = sign(fresh_database.roles.derive("context"), Reach([NATIONAL_KEYS], EVERY_SCOPE, "test"))
    assert await told(fresh_database, f"select hub.enter('{context}')") == [(True,)]
