"""A village that was pulled over both months and audited after each."""

from collections.abc import Iterator

import pytest

from tests.audit.builders import audited
from tests.sync_builders import Hub, Registries, loaded, new_hub, village

__all__ = ["loaded", "pulled", "village", "watched"]


@pytest.fixture(scope="module")
def pulled(loaded: Hub, village: Registries) -> Iterator[Hub]:
    """A village that was pulled once and audited; whoever writes clones it."""
    with new_hub(loaded, village) as hub:
        hub.sync(month=1)
        audited(hub)
        yield hub


@pytest.fixture
def watched(pulled: Hub) -> Iterator[Hub]:
    """A copy of it that a test may write into."""
    with new_hub(pulled) as hub:
        yield hub
