"""Findings as an audit opens them, told to whoever listens."""

from hub.store.database import Database
from tests.app.listening import Served, greeted
from tests.app.test_subscriptions import land, served, waiting
from tests.graph_builders import Graph

__all__ = ["land", "served"]

AUDITED = (
    "insert into hub.audit_run select 1 + count(*), now(), '{}', '{}', '{}', 0, 1, 0, '{}' from hub.audit_run"
)


async def appeared(land: Database, *persons: int) -> None:
    """An audit that finds something of these persons, by numbers that no finding had."""
    story = Graph()
    async with land.administer() as connection:
        last = await connection.exec_driver_sql("select count(*) from hub.finding")
        story._numbers["finding"] = int(last.scalar() or 0)
        await connection.exec_driver_sql(AUDITED)
        for each in persons:
            story.found(each)
        await story.store(land)
        await connection.commit()


async def test_findings_are_told_as_an_audit_opens_them_and_behind_the_cursor_none_is_missed(
    served: Served, land: Database
) -> None:
    asked = "subscription ($after: String) { findingsAppeared(after: $after) { next findings { found } } }"
    await appeared(land, 1)
    async with greeted(served) as client:
        await client.subscribe("a", asked)
        await waiting(served, 1)
        await appeared(land, 1, 2)
        told = (await client.hear())["payload"]["data"]["findingsAppeared"]
        assert len(told["findings"]) == 2
    await appeared(land, 3)
    async with greeted(served) as client:
        await client.subscribe("a", asked, after=told["next"])
        assert len((await client.hear())["payload"]["data"]["findingsAppeared"]["findings"]) == 1
