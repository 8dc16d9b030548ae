"""The order in which sources come decides nothing of what is found."""

import random
from collections.abc import Iterator

import pytest

from hub.registry.sources import load_sources
from hub.settings import default_config_dir
from hub.simulator import Plan
from hub.simulator.lists import LISTS
from hub.workflow.lookups import looks_up, turn
from tests.audit.builders import audited
from tests.sync_builders import Hub, Registries, different, loaded, new_hub, registries_of, standing

__all__ = ["loaded"]

#: Without numbers that chance gives: evidence names no id.
FOUND = "select rule, proof, amount_idr, paid_idr from finding where upper_inf(recorded)"
#: Parts that tell which of equal mentions founded a person: chance, and told by no one.
FOUNDED = ("edge", "cluster_member")
SOURCES = sorted(
    (one for one in load_sources(default_config_dir() / "sources").values() if one.enabled), key=turn
)
LISTED = [one.name for one in SOURCES if not looks_up(one)]
#: Whom these ask for rests on what the lists said; they come last in whatever order.
LOOKED_UP = [one.name for one in SOURCES if looks_up(one)]


@pytest.fixture(scope="module")
def district(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registries]:
    """Every list of a village, served."""
    with registries_of(
        Plan(seed=11, persons=200, lists=tuple(LISTS)), tmp_path_factory.mktemp("listed")
    ) as made:
        yield made


def told(hub: Hub, names: list[str]) -> tuple[list[str], list[str]]:
    """What the hub holds and what is found after the lists came in this order."""
    for name in [*names, *LOOKED_UP]:
        assert hub.sync(name, month=2)[name].status == "complete"
    audited(hub, 2)
    held = [line for line in standing(hub) if not any(f'"part": "{part}"' in line for part in FOUNDED)]
    return held, [repr(row) for row in hub.ask(FOUND)]


@pytest.mark.long
def test_the_order_of_sources_changes_nothing_of_what_is_held_and_found(
    loaded: Hub, district: Registries
) -> None:
    shuffled = random.Random(4).sample(LISTED, len(LISTED))
    with new_hub(loaded, district) as one, new_hub(loaded, district) as other:
        held, found = told(one, LISTED)
        again, once_more = told(other, shuffled)
    assert different(found, once_more) == []
    assert different(held, again)[:6] == []
    assert len(found) > 20
