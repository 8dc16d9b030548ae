"""The few words of SQLAlchemy that the floors above need to run SQL; its home stays here."""

from sqlalchemy import Table, text
from sqlalchemy.dialects.postgresql import dialect
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["AsyncConnection", "Table", "text", "type_name"]


def type_name(table: Table, column: str) -> str:
    """The PostgreSQL type of a column, as DDL writes it."""
    postgres = dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves dialects untyped.
    return str(table.columns[column].type.compile(postgres))
