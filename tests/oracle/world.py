"""The rows of the graph as Python holds them, and the two time axes in plain words.

Nothing here knows the compiler: the rows come from `select *`, one table at a time.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import text

from hub.domain.periods import Period
from hub.store.database import Database
from hub.store.roles import Role

TABLES = (
    "person", "person_state", "family_card", "membership", "household", "household_member", "enrollment", "benefit",
    "benefit_event", "status", "score", "social_group", "group_member", "program", "component",
    "program_amount", "program_exclusion", "program_allowance", "wilayah", "wilayah_successor", "code", "source", "run",
    "source_file", "source_record", "institution", "observation", "person_attributes", "family_attributes",
    "claim_person", "claim_identifier", "claim_enrollment", "claim_benefit", "claim_status", "claim_score",
    "claim_attribute", "claim_dwelling", "claim_group", "claim_institution", "claim_observation",
    "cluster_member", "edge", "rule_edition", "finding", "audit_case", "case_event", "overlap_cell",
    "overlap_mark", "layout", "quarantine", "dataset", "dataset_release", "release_file", "release_cell",
)  # fmt: skip
Row = Mapping[str, Any]


@dataclass(frozen=True)
class World:
    """Every row of the tables that the reference reads."""

    rows: Mapping[str, list[Row]]

    def all(self, table: str, **values: object) -> list[Row]:
        """The rows of a table with these values; null equals nothing, as in SQL."""
        if any(value is None for value in values.values()):
            return []
        return [row for row in self.rows[table] if all(row[name] == value for name, value in values.items())]

    def first(self, table: str, **values: object) -> Row | None:
        """The first of them, or None."""
        return next(iter(self.all(table, **values)), None)


async def read_world(database: Database) -> World:
    """The world that a database holds."""
    found: dict[str, list[Row]] = {}
    async with database.connect(Role.INGEST) as connection:
        for table in TABLES:
            answer = await connection.execute(text(f"select * from hub.{table}"))
            found[table] = [dict(row) for row in answer.mappings()]
    return World(found)


@dataclass(frozen=True)
class Moment:
    """The instants a root was asked with.

    Args:
        day: The day in force, WIB.
        asked: Whether the caller named it.
        known: The instant the caller named, or None.
    """

    day: date
    asked: bool = False
    known: datetime | None = None

    def recorded(self, row: Row) -> bool:
        """Whether the hub held the row true: now, or at the instant named."""
        span = row["recorded"]
        if self.known is None:
            return bool(span.upper is None)
        return bool(span.lower <= self.known and (span.upper is None or self.known < span.upper))

    def state(self, row: Row) -> bool:
        """Whether it was held true and true in the world on the day in force."""
        return self.recorded(row) and covers(row["valid"], self.day)

    def ever(self, row: Row) -> bool:
        """Whether it was held true, of any day, or of the day the caller named."""
        return self.state(row) if self.asked else self.recorded(row)


def covers(span: Any, day: date) -> bool:
    """Whether a half-open interval holds a day; an open end is open."""
    return (span.lower is None or span.lower <= day) and (span.upper is None or day < span.upper)


def begins_in(period: Period, row: Row) -> bool:
    """Whether a benefit's period begins in another; one with an open start begins in none."""
    start = row["period"].lower
    return start is not None and period.holds(start)


Sorter = Callable[[Row], Any]


def ascending(rows: Iterable[Row], *keys: Sorter) -> list[Row]:
    """Rows by keys, lowest first, null before all."""
    return sorted(rows, key=lambda row: [(found is not None, found) for found in (key(row) for key in keys)])


def descending(rows: Iterable[Row], *keys: Sorter) -> list[Row]:
    """Rows by keys, highest first, null after all."""
    return ascending(rows, *keys)[::-1]
