"""Indices set aside while a first load fills an empty hub, and made again over all rows at once."""

from collections.abc import Iterable

from hub.store.sql import AsyncConnection, text

ASIDE = text("select * from hub.set_indices_aside(cast(:names as text[]))")
BACK = text("select hub.put_indices_back(cast(:names as text[]))")


async def set_aside(connection: AsyncConnection, names: Iterable[str]) -> set[str]:
    """Drops the indices of those tables that are empty, and returns which they are.

    None is when the hub has stored a record before, or when a reader holds one of the tables. From here to the end
    of the transaction nobody else reads these tables; what is rolled back, or dies, leaves every index in place.

    Args:
        connection: In the run's transaction, which must call `put_back` for all of them before it commits.
        names: Tables of the hub that the run fills.
    """
    found = await connection.execute(ASIDE, {"names": sorted(names)})
    return set(found.scalars())


async def put_back(connection: AsyncConnection, names: Iterable[str]) -> None:
    """Makes the indices of these tables again, and takes the statistics of those that hold rows."""
    await connection.execute(BACK, {"names": sorted(names)})
