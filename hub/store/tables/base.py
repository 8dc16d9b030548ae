"""One metadata for all tables, in the schema `hub`, and the columns that many of them share."""

from sqlalchemy import BigInteger, Column, Index, MetaData, SmallInteger, text
from sqlalchemy.dialects.postgresql import DATERANGE, TSTZRANGE
from sqlalchemy.sql.elements import TextClause

SCHEMA = "hub"

metadata = MetaData(
    schema=SCHEMA,
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    },
)

OPEN: TextClause = text("upper_inf(recorded)")
"""The rows that the hub holds true now: the predicate of every partial index on golden rows."""


def areas() -> tuple[Column[int], Column[int]]:
    """The two area keys of every table that grows with people (10-digit Kemendagri code, 0 = unknown).

    `event_area_key` is where the thing happened or was listed; `home_area_key` is where the person
    concerned lives now and is rewritten by the fold when that person moves.
    """
    return (
        Column(
            "event_area_key",
            BigInteger,
            nullable=False,
            comment="area where it happened, 10 digits, 0 unknown",
        ),
        Column(
            "home_area_key", BigInteger, nullable=False, comment="area where the person lives now, 0 unknown"
        ),
    )


def subject() -> Column[int]:
    """The person concerned: what restrictions and protected-person policies look at."""
    return Column("person_id", BigInteger, comment="the person concerned")


def valid() -> Column[object]:
    """When it was true in the world: days, WIB, half-open; an open end is not known or not over."""
    return Column("valid", DATERANGE, nullable=False, comment="true in the world, [from, to), days in WIB")


def recorded() -> Column[object]:
    """When the hub held it true: instants in UTC, half-open; open end = held true now."""
    return Column("recorded", TSTZRANGE, nullable=False, comment="held true by the hub, [from, to), UTC")


def source_column() -> Column[int]:
    """The source that states the row."""
    return Column("source_id", SmallInteger, nullable=False, comment="source that states it")


def open_index(name: str, *columns: str, unique: bool = False, include: list[str] | None = None) -> Index:
    """An index over the rows held true now, for the default plan now/now."""
    return Index(name, *columns, unique=unique, postgresql_where=OPEN, postgresql_include=include or [])


def unit_index(name: str) -> Index:
    """An index over the rows held true now that a record states of a unit and of no person."""
    return Index(name, "unit_number", postgresql_where=text("upper_inf(recorded) and person_id is null"))
