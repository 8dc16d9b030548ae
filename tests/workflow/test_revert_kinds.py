"""A run of every kind of claim taken back: first what replaced it, then the run itself, until nothing stands."""

from collections.abc import Iterator

import pytest

from hub.simulator import Plan
from hub.workflow.revert import revert
from tests.conftest import wait_for
from tests.sync_builders import Hub, Registries, changed_config, different, new_hub, registries_of, standing

LISTS = ("dtsen_members", "dtks_households", "psks", "pmks")
#: What each source claims that nothing in the core registries does.
KINDS = {
    "dtsen_members": ("score", "attribute"),
    "dtks_households": ("score", "attribute", "status"),
    "psks": ("institution", "person"),
    "pmks": ("group", "status"),
    "pmks_counts": ("observation",),
}


@pytest.fixture(scope="module")
def villages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Registries, Registries]]:
    """The registries of two villages: the second stands for lists of which every row has changed."""
    plans = [Plan(seed=seed, persons=150, lists=LISTS) for seed in (7, 8)]
    with (
        registries_of(plans[0], tmp_path_factory.mktemp("one")) as one,
        registries_of(plans[1], tmp_path_factory.mktemp("other")) as other,
    ):
        yield one, other


@pytest.fixture(scope="module")
def patient(loaded: Hub, tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """The hub, under entries that take a list of which every row has changed."""
    config = changed_config(tmp_path_factory.mktemp("patient"), "psks")
    for name in KINDS:
        path = config / "sources" / f"{name}.toml"
        path.write_text(
            path.read_text().replace("[expectations]\n", "[expectations]\nmax_closed_share = 1.0\n", 1)
        )
    return loaded.with_config(config)


def claimed(hub: Hub, run: int) -> set[str]:
    """The kinds of claims of a run."""
    return {
        kind
        for kind in {each for kinds in KINDS.values() for each in kinds}
        if hub.ask(
            f"select 1 from claim_{kind} c join source_record r on r.id = c.record_id where r.run_id = :run limit 1",
            run=run,
        )
    }


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(name, marks=[pytest.mark.long] if name in ("psks", "dtks_households") else [])
        for name in KINDS
    ],
)
def test_runs_of_every_kind_of_claim_are_taken_back(
    patient: Hub, villages: tuple[Registries, Registries], source: str
) -> None:
    one, other = villages
    with new_hub(patient, one) as hub:
        first = hub.sync(source)[source]
        assert claimed(hub, first.run) >= set(KINDS[source])
        alone = standing(hub)
        second = hub.sync(source, url=other.server.url)[source]
        assert (second.status, second.closed > 0) == ("complete", source != "pmks_counts")
        wait_for(revert(hub.database, hub.settings, second.run))
        assert different(standing(hub), alone) == []
        wait_for(revert(hub.database, hub.settings, first.run))
        assert standing(hub) == []
