"""Indices set aside come back as they were, and are not set aside where anything could be read."""

from hub.store.database import Database
from hub.store.indices import put_back, set_aside
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text

TABLES = ("person", "source_record", "claim_person", "person_state")
FOUND = text(
    "select indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisprimary, indisunique from pg_index"
    " where indrelid = any(array['person', 'source_record', 'claim_person', 'person_state']::regclass[]) order by 1"
)
RECORD = text(
    "insert into source_record (id, entry_id, source_id, record_key, occurrence, version, scope, payload,"
    " content_hash, file_id, row_no, run_id, recorded, event_area_key, home_area_key)"
    " values (1, 1, 1, 'k', 1, 1, '', '[]', gen_random_uuid(), 1, 1, 1, '[2026-01-01,)', 0, 0)"
)


async def found(connection: AsyncConnection) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await connection.execute(FOUND)]


async def test_every_index_comes_back_as_it_was(fresh_database: Database) -> None:
    async with fresh_database.connect() as connection:
        before = await found(connection)
        assert await set_aside(connection, TABLES) == set(TABLES)
        assert await found(connection) == []
        await put_back(connection, ["person"])
        assert await found(connection) == [index for index in before if " ON hub.person " in str(index[1])]
        await put_back(connection, TABLES)
        await connection.commit()
        assert await found(connection) == before
    async with fresh_database.administer() as connection:
        assert await connection.scalar(text("select count(*) from hub.index_aside")) == 0


async def test_a_transaction_that_ends_early_leaves_every_index(fresh_database: Database) -> None:
    async with fresh_database.connect() as connection:
        before = await found(connection)
        await set_aside(connection, TABLES)
        await connection.rollback()
        assert await found(connection) == before


async def test_nothing_is_set_aside_once_a_record_is_stored(fresh_database: Database) -> None:
    async with fresh_database.connect() as connection, fresh_database.connect(Role.APP) as reader:
        await connection.execute(RECORD)
        await connection.commit()
        assert await set_aside(connection, TABLES) == set()
        assert await reader.scalar(text("select count(*) from person")) == 0


async def test_nothing_is_set_aside_under_a_reader(fresh_database: Database) -> None:
    async with fresh_database.connect() as connection, fresh_database.connect(Role.APP) as reader:
        before = await found(connection)
        await reader.execute(text("select count(*) from person"))
        assert await set_aside(connection, TABLES) == set()
        assert await found(connection) == before
        assert await reader.scalar(text("select count(*) from source_record")) == 0


async def test_no_table_is_set_aside_that_the_caller_may_not_fill(fresh_database: Database) -> None:
    async with fresh_database.connect() as connection:
        assert await set_aside(connection, ["context_key", "person"]) == {"person"}
