"""What was said of a case by an instant."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.oracle.world import Moment, Row, World, ascending


def come(at: Any, moment: Moment) -> bool:
    """Whether an instant had come by the instant named."""
    return moment.known is None or at <= moment.known


def events_of(row: Row, world: World, moment: Moment) -> list[Row]:
    """The events of a case by then, in order."""
    rows = [one for one in world.all("case_event", case_id=row["case_id"]) if come(one["at"], moment)]
    return ascending(rows, lambda one: one["id"])


def latest(row: Row, world: World, moment: Moment) -> str | None:
    """The latest event of a case."""
    rows = events_of(row, world, moment)
    return rows[-1]["event"] if rows else None


def is_closed(row: Row, world: World, moment: Moment) -> bool:
    """Whether a case was closed by then."""
    return any(one["event"] == "closed" for one in events_of(row, world, moment))


def silent_since(row: Row, world: World, moment: Moment) -> datetime | None:
    """When an agency last said something of an open case, or else its opening."""
    if is_closed(row, world, moment):
        return None
    said = [one["at"] for one in events_of(row, world, moment) if one["actor"] != "hub"]
    opened: datetime = row["opened"]
    return max(said, default=opened)


def is_paying(row: Row, world: World, moment: Moment) -> bool:
    """Whether an open case was paid on since its opening; where two stand against each other, by both."""
    if is_closed(row, world, moment):
        return False
    opened = row["opened"].astimezone(ZoneInfo("Asia/Jakarta")).date()
    return any(
        len(_paid_on(world, finding, opened, moment)) >= (2 if _kind(world, finding) == "overlap" else 1)
        for finding in world.all("finding", rule=row["rule"], subject=row["subject"])
        if moment.recorded(finding)
    )


def _kind(world: World, finding: Row) -> str:
    [rule] = world.all("rule_edition", id=finding["rule_id"])
    return str(rule["kind"])


def _paid_on(world: World, finding: Row, opened: Any, moment: Moment) -> set[int]:
    """Enrollments of a finding that were paid after a day."""
    return {
        one["enrollment_id"]
        for one in world.all("benefit")
        if one["enrollment_id"] in finding["enrollment_ids"]
        and moment.recorded(one)
        and (one["paid_on"] is not None or one["status"] in ("paid", "cashed"))
        and (one["paid_on"] or one["period"].lower) > opened
    }
