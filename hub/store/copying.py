"""COPY into a table from CSV bytes: the one path by which rows come in bulk."""

from io import BytesIO

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def copy_csv(connection: AsyncConnection, table: str, columns: tuple[str, ...], rows: bytes) -> int:
    r"""Appends CSV rows (no header, comma, empty unquoted field = null) to a table; returns how many.

    The rows belong to the connection's transaction. `table` and `columns` are declared names, never input.
    """
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    if not driver.is_in_transaction():
        # SQLAlchemy begins the driver's transaction with its first statement, and COPY goes past SQLAlchemy.
        await connection.execute(text("select"))
    tag = await driver.copy_to_table(table, source=BytesIO(rows), columns=columns, format="csv")
    return int(tag.split()[-1])
