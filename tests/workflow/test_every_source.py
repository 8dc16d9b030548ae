"""All sources of the field against their registries: pulled, landed and accounted for; a second pull writes nothing."""

from collections.abc import Iterator

import pytest

from hub.registry.sources import load_sources
from hub.settings import default_config_dir
from hub.simulator import Plan
from hub.simulator.lists import LISTS
from hub.workflow.summary import Summary
from tests.sync_builders import Hub, Registries, loaded, new_hub, registries_of
from tests.workflow.conftest import state

__all__ = ["loaded"]

ENABLED = sorted(
    name for name, source in load_sources(default_config_dir() / "sources").items() if source.enabled
)
PLAN = Plan(seed=11, persons=400, lists=tuple(LISTS))
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
