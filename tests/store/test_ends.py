"""Where source records end is told in order by a table of its own, which follows them by itself."""

from hub.store.database import Database
from hub.store.migrations.scripts import VERSIONS
from hub.store.roles import Role
from hub.store.sql import AsyncConnection, text

INSERT = text(
    """
    insert into source_record (id, entry_id, source_id, record_key, occurrence, version, scope, payload,
        content_hash, file_id, row_no, run_id, recorded, event_area_key, home_area_key)
    select i, i, 1, 'k' || i, 1, 1, '', '["' || repeat('A', 120) || '"]', gen_random_uuid(), 1, 1, 1,
        cast(cast(:recorded as text) as tstzrange), 0, 0
    from generate_series(cast(:first as int), :last) i
    """
)
CLOSE = text(
    "update source_record set recorded = tstzrange(lower(recorded), cast(:at as text)::timestamptz) where id % 5 = 0"
)
ENDS = text(
    "select to_char(at at time zone 'UTC', 'MM-DD'), record_id from record_end order by at, record_id"
)
PLACES = text("select id, (ctid::text::point)[0]::int as page from source_record order by id")
#: Indices that read the column, also by an expression or in their condition.
HELD = text(
    """
    select d.objid::regclass::text from pg_depend d
    join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    join pg_index i on i.indexrelid = d.objid
    where d.classid = 'pg_class'::regclass and d.refobjid = 'source_record'::regclass and a.attname = 'recorded'
    """
)


async def ends(connection: AsyncConnection) -> list[tuple[str, int]]:
    return [(at, record) for at, record in await connection.execute(ENDS)]


async def places(connection: AsyncConnection) -> dict[int, int]:
    """The page on which each record stands."""
    return {row.id: row.page for row in await connection.execute(PLACES)}


async def filled(
    connection: AsyncConnection, last: int, recorded: str = "[2026-01-01,)", first: int = 1
) -> None:
    await connection.execute(INSERT, {"first": first, "last": last, "recorded": recorded})


async def test_the_ends_follow_what_closes_ends_otherwise_stands_again_and_goes(
    fresh_database: Database,
) -> None:
    async with fresh_database.connect() as connection:
        await filled(connection, 11)
        assert await ends(connection) == []
        await connection.execute(CLOSE, {"at": "2026-02-01Z"})
        assert await ends(connection) == [("02-01", 5), ("02-01", 10)]
        await filled(connection, 12, "[2026-01-01Z,2026-01-15Z)", first=12)
        assert await ends(connection) == [("01-15", 12), ("02-01", 5), ("02-01", 10)]
        await connection.execute(
            text("update source_record set recorded = '[2026-01-01Z,2026-03-01Z)' where id = 5")
        )
        await connection.execute(text("update source_record set recorded = '[2026-01-01Z,)' where id = 10"))
        await connection.execute(text("update source_record set home_area_key = 7, payload = '[]'"))
        assert await ends(connection) == [("01-15", 12), ("03-01", 5)]
    async with fresh_database.administer() as connection:
        await connection.execute(text("set search_path = hub"))
        await filled(connection, 21, "[2026-01-01Z,2026-01-15Z)", first=20)
        await connection.execute(text("delete from source_record where id = 20"))
        assert await ends(connection) == [("01-15", 21)]


async def test_what_else_changes_of_a_record_that_ended_leaves_its_end_alone(
    fresh_database: Database,
) -> None:
    written = text("select xmin::text || ctid::text from record_end order by record_id")
    async with fresh_database.connect() as connection:
        await filled(connection, 10, "[2026-01-01Z,2026-01-15Z)")
        before = list((await connection.execute(written)).scalars())
        await connection.execute(text("update source_record set home_area_key = 7"))
        assert len(before) == 10
        assert list((await connection.execute(written)).scalars()) == before


async def test_a_record_that_closes_stays_on_its_page_and_in_its_indices(fresh_database: Database) -> None:
    async with fresh_database.connect() as connection:
        await filled(connection, 2_000)
        before = await places(connection)
        assert len(set(before.values())) > 10
        await connection.execute(CLOSE, {"at": "2026-02-01Z"})
        assert await places(connection) == before
        assert list(await connection.execute(HELD)) == []


async def test_no_one_but_the_records_writes_an_end(fresh_database: Database) -> None:
    async with fresh_database.administer() as connection:
        for role in (Role.INGEST, Role.APP):
            name = fresh_database.roles.name(role)
            found = await connection.scalar(
                text(
                    "select has_table_privilege(:role, 'hub.record_end', 'insert, update, delete, truncate')"
                ),
                {"role": name},
            )
            assert found is False


BEFORE = (
    "drop table hub.record_end",
    "drop function hub.keep_record_ends, hub.take_record_end cascade",
    "alter table hub.source_record drop column opened",
    "create index ix_source_record_opened on hub.source_record (lower(recorded), id)",
    "create index ix_source_record_ended on hub.source_record (upper(recorded), id) where not upper_inf(recorded)",
)


async def test_an_upgrade_keeps_the_ends_that_were_and_runs_for_an_owner_whom_policies_bind(
    fresh_database: Database,
) -> None:
    script = (VERSIONS / "0061_ends.sql").read_text()
    for role in (Role.INGEST, Role.APP):
        script = script.replace("{" + role + "}", f'"{fresh_database.roles.name(role)}"')
    owner = f"owner_{fresh_database.name}"
    async with fresh_database.administer() as connection:
        await connection.execute(text("set search_path = hub"))
        for statement in BEFORE:
            await connection.execute(text(statement))
        await filled(connection, 3)
        await filled(connection, 5, "[2026-01-01Z,2026-01-15Z)", first=4)
        await connection.execute(text(f'create role "{owner}"'))
        await connection.execute(text(f'alter table hub.source_record owner to "{owner}"'))
        await connection.execute(text(f'grant all on schema hub to "{owner}"'))
        await connection.execute(text(f'set local role "{owner}"'))
        for statement in script.split("\n--;\n"):
            await connection.exec_driver_sql(statement)
        assert await ends(connection) == [("01-15", 4), ("01-15", 5)]
        policies = "select relforcerowsecurity from pg_class where oid = 'hub.source_record'::regclass"
        assert await connection.scalar(text(policies)) is True
