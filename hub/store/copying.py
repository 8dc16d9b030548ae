"""COPY into a table from bytes, and out of a query to a file: the paths by which rows come and go in bulk."""

from io import BytesIO
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def copy_csv(connection: AsyncConnection, table: str, columns: tuple[str, ...], rows: bytes) -> int:
    r"""Appends CSV rows (no header, comma, empty unquoted field = null) to a table; returns how many.

    The rows belong to the connection's transaction. `table` and `columns` are declared names, never input.
    """
    return await _copy(connection, table, columns, rows, "csv")


async def copy_text(connection: AsyncConnection, table: str, columns: tuple[str, ...], rows: bytes) -> int:
    r"""The same from COPY's own text format: tabs between fields, `\N` for null, the rest escaped by backslash.

    A payload is full of quotes, which CSV doubles: this form is shorter, and quicker on both sides.
    """
    return await _copy(connection, table, columns, rows, "text")


async def driver_of(connection: AsyncConnection) -> Any:
    """The driver's own connection, in a transaction, for what goes past SQLAlchemy.

    SQLAlchemy begins the driver's transaction with its first statement.
    """
    raw = await connection.get_raw_connection()
    driver = raw.driver_connection
    if driver is None:
        raise RuntimeError("the connection is closed")
    if not driver.is_in_transaction():
        await connection.execute(text("select"))
    return driver


async def _copy(
    connection: AsyncConnection, table: str, columns: tuple[str, ...], rows: bytes, form: str
) -> int:
    driver = await driver_of(connection)
    tag = await driver.copy_to_table(table, source=BytesIO(rows), columns=columns, format=form)
    return int(tag.split()[-1])


async def copy_out(connection: AsyncConnection, query: str, path: str) -> int:
    """Writes the rows of a query to a CSV file with a header, as they come; returns how many.

    The query is a declared text, never input, and reads what the connection's role and transaction see.
    """
    driver = await driver_of(connection)
    tag = await driver.copy_from_query(query, output=path, format="csv", header=True)
    return int(tag.split()[-1])
