"""An agreement grants from its second approval by others until it is suspended or ended; nothing is ever changed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DBAPIError

from hub.access.agreements import Event, Held, decide, granting, listed, propose, suspend_all
from hub.domain import clock
from hub.errors import HubError
from hub.registry.agreements import Agreement
from hub.store.database import Database
from hub.store.sql import AsyncConnection, text

NOW = datetime(2026, 11, 28, 4, tzinfo=UTC)


def agreement(version: int = 1, code: str = "pks-1", **changed: Any) -> Agreement:
    terms = {
        "code": code, "version": version, "agency": "dinsos-jepara", "number": "1/PKS/2026", "legal_basis": "x",
        "purposes": ["verivali"], "scopes": ["identity"], "areas": ["33.20.07"],
        "from": "2026-01-01", "to": "2027-01-01",
    }  # fmt: skip
    return Agreement.model_validate(terms | changed)


@pytest_asyncio.fixture
async def connection(database: Database) -> AsyncIterator[AsyncConnection]:
    """A connection whose work is undone."""
    with clock.pin(NOW):
        async with database.connect() as opened:
            yield opened
            await opened.rollback()


async def test_two_others_approve_and_then_it_grants_what_was_proposed(connection: AsyncConnection) -> None:
    await propose(connection, agreement(), "ani")
    assert await granting(connection) == {}
    assert (await decide(connection, "pks-1", "approved", "budi", None)).standing == "proposed"
    assert await granting(connection) == {}
    assert (await decide(connection, "pks-1", "approved", "citra", None)).standing == "approved"
    assert await granting(connection) == {"pks-1": agreement()}


@pytest.mark.parametrize(("before", "event", "actor", "code"), [
    ([], "approved", "ani", "own_proposal"),
    ([("approved", "budi")], "approved", "budi", "approved_before"),
    ([], "suspended", "budi", "agreement_standing"),
    ([], "resumed", "budi", "agreement_standing"),
    ([("ended", "budi")], "approved", "citra", "agreement_standing"),
    ([("approved", "budi"), ("approved", "citra")], "approved", "dewi", "agreement_standing"),
    ([("approved", "budi"), ("approved", "citra"), ("ended", "budi")], "resumed", "citra", "agreement_standing"),
])  # fmt: skip
async def test_a_decision_that_does_not_fit_is_refused_and_leaves_no_event(
    connection: AsyncConnection, before: list[tuple[Event, str]], event: Event, actor: str, code: str
) -> None:
    await propose(connection, agreement(), "ani")
    for done, by in before:
        await decide(connection, "pks-1", done, by, None)
    with pytest.raises(HubError) as refused:
        await decide(connection, "pks-1", event, actor, None)
    assert refused.value.code == code
    [held] = await listed(connection)
    assert held.events == (("proposed", "ani"), *before)


async def test_a_suspended_one_grants_nothing_until_it_is_resumed(connection: AsyncConnection) -> None:
    await propose(connection, agreement(), "ani")
    for event, actor in (("approved", "budi"), ("approved", "citra"), ("suspended", "dewi")):
        await decide(connection, "pks-1", event, actor, "why")  # type: ignore[arg-type]  # they are events
    assert await granting(connection) == {}
    await decide(connection, "pks-1", "resumed", "dewi", "done")
    assert set(await granting(connection)) == {"pks-1"}


async def test_the_version_that_grants_can_be_suspended_while_the_next_one_is_proposed(
    connection: AsyncConnection,
) -> None:
    await propose(connection, agreement(), "ani")
    for actor in ("budi", "citra"):
        await decide(connection, "pks-1", "approved", actor, None)
    await propose(connection, agreement(2), "ani")
    assert await suspend_all(connection, "dewi", "why") == ["pks-1"]
    assert await granting(connection) == {}
    await decide(connection, "pks-1", "approved", "budi", None)
    assert (await decide(connection, "pks-1", "resumed", "dewi", "done")).agreement.version == 1
    assert await granting(connection) == {"pks-1": agreement()}


async def test_a_new_version_replaces_the_old_one_once_it_is_approved_and_not_before(
    connection: AsyncConnection,
) -> None:
    await propose(connection, agreement(), "ani")
    for actor in ("budi", "citra"):
        await decide(connection, "pks-1", "approved", actor, None)
    wider = agreement(2, scopes=["identity", "family"])
    await propose(connection, wider, "ani")
    assert await granting(connection) == {"pks-1": agreement()}
    for actor in ("budi", "citra"):
        await decide(connection, "pks-1", "approved", actor, None)
    assert await granting(connection) == {"pks-1": wider}
    await decide(connection, "pks-1", "ended", "dewi", "over")
    assert await granting(connection) == {}


async def test_versions_follow_each_other(connection: AsyncConnection) -> None:
    await propose(connection, agreement(), "ani")
    for version in (1, 3):
        with pytest.raises(HubError) as refused:
            await propose(connection, agreement(version), "ani")
        assert refused.value.code == "agreement_version"
    with pytest.raises(HubError) as unknown:
        await decide(connection, "pks-9", "approved", "budi", None)
    assert unknown.value.code == "unknown_agreement"


@pytest.mark.parametrize("statement", [
    "update agreement set terms = '{}'", "delete from agreement", "update agreement_event set actor = 'x'",
    "delete from agreement_event", "truncate agreement_event",
])  # fmt: skip
async def test_what_was_decided_cannot_be_changed(connection: AsyncConnection, statement: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        await connection.execute(text(statement))


EVENTS = st.lists(
    st.tuples(
        st.sampled_from(["approved", "suspended", "resumed", "ended"]),
        st.sampled_from(["ani", "budi", "citra"]),
    ),
    max_size=8,
)


@given(EVENTS)
def test_nothing_is_approved_without_two_people_and_nothing_that_ended_comes_back(
    events: list[tuple[Event, str]],
) -> None:
    held = Held(agreement(), (("proposed", "ani"), *events))
    if held.standing == "approved":
        assert len(held.approvers) >= 2
        assert not any(event == "ended" for event, _ in events)
    if any(event == "ended" for event, _ in events):
        assert held.standing == "ended"
