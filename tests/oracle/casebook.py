"""What was said of a case by an instant."""

from typing import Any

from tests.oracle.world import Moment, Row, World, ascending


def come(at: Any, moment: Moment) -> bool:
    """Whether an instant had come by the instant named."""
    return moment.known is None or at <= moment.known


def events_of(world: World, row: Row, moment: Moment) -> list[Row]:
    """The events of a case by then, in order."""
    rows = [one for one in world.all("case_event", case_id=row["case_id"]) if come(one["at"], moment)]
    return ascending(rows, lambda one: one["id"])


def latest(world: World, row: Row, moment: Moment) -> str | None:
    """The latest event of a case."""
    rows = events_of(world, row, moment)
    return rows[-1]["event"] if rows else None


def is_closed(world: World, row: Row, moment: Moment) -> bool:
    """Whether a case was closed by then."""
    return any(one["event"] == "closed" for one in events_of(world, row, moment))
