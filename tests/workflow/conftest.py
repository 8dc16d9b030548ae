"""A village that was pulled once, to look at or to clone."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from hub.store.tables import metadata
from hub.workflow.summary import Summary
from tests.sync_builders import Hub, Registries, loaded, month_one, new_hub, village

__all__ = ["Pulled", "first_month", "fresh_hub", "loaded", "month_one", "state", "village"]


@dataclass(frozen=True)
class Pulled:
    """A hub and what its last sync told, by source."""

    hub: Hub
    told: dict[str, Summary]


@pytest.fixture(scope="module")
def first_month(month_one: tuple[Hub, dict[str, Summary]]) -> Iterator[Pulled]:
    """A hub that has pulled the first month of the village; whoever writes clones it."""
    with new_hub(month_one[0]) as hub:
        yield Pulled(hub, month_one[1])


@pytest.fixture
def fresh_hub(loaded: Hub, village: Registries) -> Iterator[Hub]:
    """A hub that has pulled nothing, beside the registries of the village."""
    with new_hub(loaded, village) as hub:
        yield hub


def state(hub: Hub) -> set[tuple[object, ...]]:
    """Each table with its rows in number and a digest of where and by which transaction each was written.

    The book of runs, how far they are and the count of calls are apart.
    """
    apart = ("run", "run_progress", "source_health", "context_key", "index_aside")
    # Whoever pulls may not read who was shown what, nor how much of it.
    shown = ("ledger", "agreement_use", "agreement_told")
    found = [table.name for table in metadata.sorted_tables if not table.name.startswith(shown)]
    names = [name for name in found if name not in apart]
    written = "sum(hashtextextended(ctid::text || xmin::text, 0))"
    return set(
        hub.ask(" union all ".join(f"select '{name}', count(*), {written} from {name}" for name in names))
    )
