"""What a short list costs is the number of messages to the database and back; it must not creep up."""

from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.pool import Pool

from tests.sync_builders import Hub, Registries, loaded, new_hub, village

__all__ = ["loaded", "village"]

#: Messages of the whole sync of one list of a few rows: it waits for no answer that it does not need.
LANDING, UNCHANGED = 82, 53
#: Connections of a whole sync, however many lists it has.
CONNECTIONS = 4
FRAMES = ("BEGIN;", "COMMIT;", "ROLLBACK;")


class Counter:
    """Counts what goes to the database: connections, statements, and what the driver sends past SQLAlchemy."""

    def __init__(self) -> None:
        self.connections = 0
        self.statements: list[str] = []
        self.logged: list[str] = []

    def connected(self, connection: Any, _: object) -> None:
        """A connection was made."""
        self.connections += 1
        connection.driver_connection.add_query_logger(lambda record: self.logged.append(record.query))

    def executed(self, _connection: object, _cursor: object, statement: str, *_: object) -> None:
        """A statement is about to be sent."""
        self.statements.append(statement)

    def messages(self) -> int:
        """How many statements and scripts there were, but for what is told by the clock."""
        known = set(self.statements)
        scripts = [query for query in self.logged if query not in known and query not in FRAMES]
        return len(scripts) + sum("run_progress" not in statement for statement in self.statements)


def counted(hub: Hub, *names: str, month: int) -> tuple[Counter, int]:
    """One sync, and how many records it stored."""
    counter = Counter()
    event.listen(Pool, "connect", counter.connected)
    event.listen(Engine, "before_cursor_execute", counter.executed)
    try:
        summaries = hub.sync(*names, month=month)
    finally:
        event.remove(Pool, "connect", counter.connected)
        event.remove(Engine, "before_cursor_execute", counter.executed)
    assert {summary.status for summary in summaries.values()} == {"complete"}
    return counter, sum(summary.stored for summary in summaries.values())


@pytest.fixture(scope="module")
def asked(loaded: Hub, village: Registries) -> dict[str, Counter]:
    """What each kind of run sent."""
    with new_hub(loaded, village) as hub:
        (first, stored), (known, changed), (unchanged, none) = (
            counted(hub, "pkh", month=month) for month in (1, 2, 2)
        )
        both, _ = counted(hub, "bpnt", "kip", "blt_dd", month=1)
    assert (stored > changed > 0, none) == (True, 0)
    return {"first": first, "known": known, "unchanged": unchanged, "three": both}


@pytest.mark.parametrize(("kind", "most"), [("first", LANDING), ("known", LANDING), ("unchanged", UNCHANGED)])
def test_a_short_list_takes_few_messages(asked: dict[str, Counter], kind: str, most: int) -> None:
    found = asked[kind].messages()
    assert most / 2 < found <= most, f"{found} messages"


def test_a_sync_of_several_lists_connects_no_more_often_than_that_of_one(asked: dict[str, Counter]) -> None:
    assert {kind: one.connections for kind, one in asked.items() if one.connections > CONNECTIONS} == {}
