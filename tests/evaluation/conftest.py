"""Towns of both eras, pulled once each and held against their truth."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from hub.simulator import PRESETS, Plan
from tests.evaluation.truth import Judged, judge
from tests.sync_builders import Hub, loaded, new_hub, registries_of

__all__ = ["big_town", "loaded", "town"]

#: Small, on the era of today over both months and on the earlier one over one.
TOWNS = {"2024": (1, 2), "2019": (1,)}


@contextmanager
def judged(loaded: Hub, plan: Plan, months: tuple[int, ...], directory: Path) -> Iterator[Judged]:
    with registries_of(plan, directory) as registries, new_hub(loaded, registries) as hub:
        yield judge(hub, months)


@pytest.fixture(scope="module", params=["2024", pytest.param("2019", marks=pytest.mark.long)])
def town(
    request: pytest.FixtureRequest, loaded: Hub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Judged]:
    """4,000 persons."""
    preset = request.param
    plan = Plan(seed=42, persons=4_000, preset=preset)
    with judged(loaded, plan, TOWNS[preset], tmp_path_factory.mktemp(f"town{preset}")) as found:
        yield found


@pytest.fixture(scope="module", params=PRESETS)
def big_town(
    request: pytest.FixtureRequest, loaded: Hub, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Judged]:
    """20,000 persons over both months."""
    plan = Plan(seed=43, persons=20_000, preset=request.param)
    with judged(loaded, plan, (1, 2), tmp_path_factory.mktemp(f"big{request.param}")) as found:
        yield found
