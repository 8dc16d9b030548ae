"""The village that the faults come over, and a hub that has pulled its first month of pupils."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync_builders import Hub, Registries, changed_config, loaded, new_hub, village

__all__ = ["hurried_config", "loaded", "pupils", "village"]


@pytest.fixture(autouse=True, scope="package")
def _no_pauses() -> Iterator[None]:
    """A pause between two attempts is drawn from zero up; here it is the shortest."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("random.uniform", min)
        yield


@pytest.fixture(scope="session")
def hurried_config(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The configuration with a short deadline and small pages for the pupils."""
    directory = tmp_path_factory.mktemp("hurried")
    return changed_config(directory, "kip", timeout_seconds="1", page_size="20", rate_per_second="10000")


@pytest.fixture(scope="module")
def pupils(loaded: Hub, village: Registries, hurried_config: Path) -> Iterator[Hub]:
    """A hub that has pulled the pupils of the first month; whoever writes clones it."""
    with new_hub(loaded.with_config(hurried_config), village) as hub:
        village.server.heal()
        assert hub.sync("kip")["kip"].status == "complete"
        yield hub
