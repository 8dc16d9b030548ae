"""Whoever follows the feed of changes through real runs holds what the hub holds: lists, a second month, a revert."""

import asyncio

import pytest

from hub.domain import clock
from hub.store.read import open_reader
from hub.workflow.revert import revert
from tests.conftest import wait_for
from tests.feed_reader import Follower, agrees, held_ids, reading
from tests.sync_builders import MONTHS, Hub, Registries, loaded, new_hub, village

__all__ = ["loaded", "village"]
TYPES = ["PERSON", "MEMBERSHIP", "RESIDENCE", "STATUS", "SCORE", "ATTRIBUTES", "FAMILY_CARD", "ENROLLMENT"]


async def _while_it_runs(hub: Hub, follower: Follower, month: int, *names: str) -> None:
    """Pages read while the sources are pulled, then to the end, and the copy held against the hub."""
    async with open_reader(hub.database, 1) as reader:
        ask = reading(reader, hub.database)
        pulling = asyncio.create_task(hub.pull(*names, month=month))
        with clock.pin(MONTHS[2]):
            while not pulling.done():
                await follower.page(ask, 50)
        await pulling
        await _as_held(hub, follower)


async def _as_held(hub: Hub, follower: Follower) -> None:
    async with open_reader(hub.database, 1) as reader:
        ask = reading(reader, hub.database)
        with clock.pin(MONTHS[2]):
            anew = Follower(types=TYPES)
            for one in (follower, anew):
                await one.to_the_end(ask, 500)
            async with hub.database.connect() as connection:
                held = [tuple(row) for row in await connection.exec_driver_sql(held_ids(follower, None))]
            assert len(held) > 100
            assert sorted(follower.copy) == sorted(anew.copy) == sorted(held)
            assert {key: anew.copy[key] for key in held} == {key: follower.copy[key] for key in held}
            few = Follower(types=TYPES, copy={key: anew.copy[key] for key in held[::25]})
            await agrees(few, ask, held[::25])


@pytest.mark.long
def test_a_copy_kept_through_two_months_and_a_revert_is_what_the_hub_holds(
    loaded: Hub, village: Registries
) -> None:
    with new_hub(loaded, village) as hub:
        follower = Follower(types=TYPES)
        for month in (1, 2):
            village.server.month(month)
            wait_for(_while_it_runs(hub, follower, month, "dukcapil", "pkh"))
        [(last,)] = hub.ask("select max(id) from run where status = 'complete'")
        wait_for(revert(hub.database, hub.settings, last))
        wait_for(_as_held(hub, follower))
