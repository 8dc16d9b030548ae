"""What officers and partners leave is closed to the reading role; a table of it that was opened by mistake is found."""

import pytest
from sqlalchemy import text

from hub.store.database import Database
from hub.store.roles import Role
from tests.store.test_security import OFFICER, PARTNERS

CLOSED = sorted(OFFICER | PARTNERS | {"restriction", "withheld", "context_key", "ledger", "ledger_subject"})
OPENED_BY_MISTAKE = {
    "granted": "grant select on hub.{table} to {app}",
    "granted by column": "grant select (sender) on hub.{table} to {app}",
    "granted to everybody": "grant select on hub.{table} to public",
    "a policy": "create policy mistake on hub.{table} for select to {app} using (true)",
}


async def readable(database: Database) -> list[str]:
    """Tables that are closed to the reading role, of which it could read a column or is thought of by a policy."""
    query = text(
        "select c.relname from pg_class c where c.relnamespace = 'hub'::regnamespace and c.relname = any(:closed)"
        " and (has_any_column_privilege(:app, c.oid, 'select') or exists (select from pg_policy p"
        " where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*')"
        " and p.polroles && array[0::oid, (select oid from pg_roles where rolname = :app)])) order by 1"
    )
    async with database.administer() as connection:
        app = database.roles.name(Role.APP)
        return list(await connection.scalars(query, {"closed": CLOSED, "app": app}))


async def test_the_reading_role_reads_nothing_that_officers_and_partners_leave(database: Database) -> None:
    assert await readable(database) == []


@pytest.mark.parametrize("mistake", OPENED_BY_MISTAKE)
@pytest.mark.parametrize("table", ["spdci_work", "spdci_subscription"])
async def test_a_closed_table_that_was_opened_by_mistake_is_found(
    database: Database, table: str, mistake: str
) -> None:
    app = f'"{database.roles.name(Role.APP)}"'
    async with database.administer() as connection:
        await connection.execute(text(OPENED_BY_MISTAKE[mistake].format(table=table, app=app)))
        await connection.commit()
    try:
        assert await readable(database) == [table]
    finally:
        async with database.administer() as connection:
            for undo in (
                "revoke all on hub.{table} from {app}, public",
                "drop policy if exists mistake on hub.{table}",
            ):
                await connection.execute(text(undo.format(table=table, app=app)))
            await connection.commit()
