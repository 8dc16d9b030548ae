"""Scored links against the truth: what singles out one person is found, and nobody is linked with another."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.settings import adopt
from hub.simulator import PRESETS, Plan
from hub.workflow.judging import link
from hub.workflow.linking import propose, report
from tests.conftest import wait_for
from tests.sync_builders import Hub, loaded, new_hub, registries_of

__all__ = ["loaded"]

RECALL = {"2019": 0.97, "2024": 0.995}
PRECISION = 0.9995


@pytest.fixture(scope="module", params=PRESETS)
def measured(
    request: pytest.FixtureRequest, loaded: Hub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, dict[str, Any], Hub]]:
    """4,000 persons of one month, proposed and measured."""
    preset = request.param
    plan = Plan(seed=44, persons=4_000, preset=preset)
    with (
        registries_of(plan, tmp_path_factory.mktemp(f"linked{preset}")) as made,
        new_hub(loaded, made) as hub,
    ):
        hub.sync()
        yield preset, _measured(hub, made.truth), hub


def _measured(hub: Hub, truth: Path) -> dict[str, Any]:
    adopt(hub.settings)
    wait_for(propose(hub.database, hub.settings, full=True, memory="1GB"))
    return dict(wait_for(report(hub.database, hub.settings, truth))["truth"])


@pytest.mark.long
def test_what_singles_out_one_person_is_linked_and_nothing_else(
    measured: tuple[str, dict[str, Any], Hub],
) -> None:
    preset, told, _ = measured
    singled = told["with_links"]["singled_out"]
    assert singled["recall"] >= RECALL[preset], told["recall_by_defect"]
    assert singled["precision"] >= PRECISION
    assert singled["true_pairs"] > 0.9 * told["with_links"]["all"]["true_pairs"]
    assert singled["recall"] >= told["now"]["singled_out"]["recall"]


@pytest.mark.long
def test_a_second_run_writes_nothing(measured: tuple[str, dict[str, Any], Hub]) -> None:
    hub = measured[2]
    again = wait_for(propose(hub.database, hub.settings, full=True, memory="1GB"))
    assert (again.opened, again.closed) == (0, 0)
    assert again.mentions > 4_000


@pytest.mark.long
def test_what_waits_for_people_costs_the_automatic_stage_no_recall(
    measured: tuple[str, dict[str, Any], Hub],
) -> None:
    """The last of the module: it links."""
    preset, told, hub = measured
    assert hub.registries is not None
    wait_for(link(hub.database, hub.settings))
    after = wait_for(report(hub.database, hub.settings, hub.registries.truth))["truth"]["now"]["singled_out"]
    assert after["recall"] >= RECALL[preset]
    assert after["recall"] > told["with_links"]["singled_out"]["recall"] - 0.002
    assert after["precision"] >= PRECISION
