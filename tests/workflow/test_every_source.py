"""All sources of the field against their registries: pulled, landed and accounted for; a second pull writes nothing."""

import json
import re
from collections.abc import Iterator

import pytest

from hub.domain import clock
from hub.registry.sources import load_sources
from hub.settings import adopt, default_config_dir
from hub.simulator import Plan
from hub.simulator.lists import LISTS
from hub.workflow.checking import SHOWN, Found, check
from hub.workflow.summary import Summary
from tests.conftest import wait_for
from tests.sync_builders import MONTHS, Hub, Registries, loaded, new_hub, registries_of
from tests.workflow.conftest import state

__all__ = ["loaded"]

SOURCES = load_sources(default_config_dir() / "sources")
ENABLED = sorted(name for name, source in SOURCES.items() if source.enabled)
PLAN = Plan(seed=11, persons=200, lists=tuple(LISTS))
EMPTY = frozenset({"dukcapil_kk"})
"""Sources that may have nothing to say of a small village."""


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registries]:
    """Every list of a village, served."""
    with registries_of(PLAN, tmp_path_factory.mktemp("district")) as registries:
        yield registries


@pytest.fixture(scope="module")
def pulled(loaded: Hub, district: Registries) -> Iterator[tuple[Hub, dict[str, Summary]]]:
    """A hub that pulled everything that both months offer, with what it told."""
    with new_hub(loaded, district) as hub:
        yield hub, hub.sync(*ENABLED, month=2)


def test_every_enabled_source_completes_and_accounts_for_every_row(
    pulled: tuple[Hub, dict[str, Summary]],
) -> None:
    told = pulled[1]
    assert sorted(told) == ENABLED
    assert {name: one.message for name, one in told.items() if one.status != "complete"} == {}
    for one in told.values():
        assert one.rows_in == one.stored + one.unchanged + one.quarantined


def test_every_enabled_source_has_something_to_say(pulled: tuple[Hub, dict[str, Summary]]) -> None:
    assert [name for name in ENABLED if not pulled[1][name].stored and name not in EMPTY] == []


def test_a_pull_of_what_is_known_writes_its_runs_alone(pulled: tuple[Hub, dict[str, Summary]]) -> None:
    hub, _ = pulled
    before = state(hub)
    again = hub.sync(*ENABLED, month=2)
    assert {name: one.stored for name, one in again.items() if one.stored} == {}
    assert state(hub) == before


async def looked_at(hub: Hub) -> list[Found]:
    """What a check finds of every source."""
    assert hub.registries is not None
    adopt(hub.settings)
    with clock.pin(MONTHS[2]):
        return [await check(hub.settings, name, hub.registries.server.url, hub.database) for name in ENABLED]


def test_a_check_of_every_source_tells_its_rights_and_shows_masked_rows(
    pulled: tuple[Hub, dict[str, Summary]],
) -> None:
    hub, _ = pulled
    before = state(hub)
    found = wait_for(looked_at(hub))
    assert {each.source: each.message for each in found if not each.answers} == {}
    wanted = {name: source.auth.kind == "none" for name, source in SOURCES.items()}
    assert {each.source: each.credential == "none" for each in found} == {
        name: wanted[name] for name in ENABLED
    }
    assert {each.credential for each in found} == {"none", "accepted"}
    assert max(len(each.sample) for each in found) == SHOWN
    assert not re.search(r"[0-9]{11}", json.dumps([each.sample for each in found]))
    assert state(hub) == before
