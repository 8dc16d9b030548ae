"""A village that was pulled over both months and audited after each."""

from collections.abc import Iterator

import pytest

from hub.workflow.summary import Summary
from tests.audit.builders import audited
from tests.sync_builders import Hub, Registries, loaded, made_once, month_one, new_hub, village

__all__ = ["loaded", "month_one", "pulled", "village", "watched"]


@pytest.fixture(scope="session")
def month_audited(month_one: tuple[Hub, dict[str, Summary]], village: Registries) -> Hub:
    """The village audited after its first month, made once a run, to clone alone."""
    return made_once(month_one[0], village, "month_audited", lambda hub: audited(hub).opened)[0]


@pytest.fixture(scope="module")
def pulled(month_audited: Hub) -> Iterator[Hub]:
    """A village that was pulled once and audited; whoever writes clones it."""
    with new_hub(month_audited) as hub:
        yield hub


@pytest.fixture
def watched(pulled: Hub) -> Iterator[Hub]:
    """A copy of it that a test may write into."""
    with new_hub(pulled) as hub:
        yield hub
