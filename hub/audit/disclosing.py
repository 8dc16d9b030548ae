"""Files that the audit hands out: read under a signed context, counted against a quota, with a line in the ledger."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from hub.access.context import Reach, sign
from hub.compiler.marks import spending
from hub.errors import RefusedError
from hub.store.database import Database
from hub.store.read import refusing
from hub.store.sql import AsyncConnection, text

ENTER = text("select hub.enter(:context)")
SPEND = text(f"select {spending('cast(:subjects as text[])', ':quota')}")
DISCLOSED = text(
    "insert into ledger_inbox (request, operation, fields, subjects, answers)"
    " values (:request, :operation, :fields, :subjects, :answers)"
)


async def enter(connection: AsyncConnection, database: Database, reach: Reach) -> None:
    """Lets a connection of the app's role read what a reach lets, until its transaction ends.

    Raises:
        RefusedError: `context_refused`.
    """
    given = {"context": sign(database.roles.key("context"), reach)}
    if (await connection.execute(ENTER, given)).scalar() is not True:
        raise RefusedError("context_refused", "the database did not accept the access context")


async def leave(
    connection: AsyncConnection,
    asked: tuple[UUID, str],
    told: tuple[Sequence[str], Iterable[str]],
    answers: int,
    quota: int | None,
) -> None:
    """Leaves the line of a file in the ledger and commits; then it may be handed out.

    Args:
        connection: That entered.
        asked: Id of the request and hash of what it asks for.
        told: Fields, and whom they tell of: numbers of persons, or `c` and the number of a card.
        answers: How much is in it.
        quota: Persons a day (WIB) that the agreement grants; None: no bound.

    Raises:
        RefusedError: `quota_spent`; no line is left.
    """
    subjects = sorted(set(told[1]))
    given = {"request": asked[0], "operation": asked[1], "fields": sorted(told[0]), "subjects": subjects}
    with refusing():
        await connection.execute(DISCLOSED, given | {"answers": answers})
        if quota is not None:
            await connection.execute(SPEND, {"subjects": subjects, "quota": quota})
        await connection.commit()
