"""What follows a sync: whom it touched is scored and linked, and a run that is taken back takes that back too."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from hub.workflow.judging import rebuild
from hub.workflow.linking import Followed, follow
from hub.workflow.revert import revert
from tests.conftest import wait_for
from tests.sync_builders import Hub, new_hub, standing
from tests.workflow.village_list import VillageList, row, village_list

NAME = "SUTRISNO HADI WIBOWO"
#: Names and addresses are enough here, and money keeps nobody apart.
RULES = """
held_if = []
[link]
address = 0.5
[review]
shown_from = 0.5
"""
PERSONS = "select count(distinct person_id) from cluster_member where upper_inf(recorded)"
LINKS = "select method, upper_inf(recorded) from edge where method <> 'nik_name' order by id"
OPEN = "select mention_a, mention_b, kind from candidate where upper_inf(recorded) order by 1, 2, 3"


@pytest.fixture
def listed(loaded: Hub, tmp_path: Path) -> Iterator[VillageList]:
    """A list of a village in a hub of its own."""
    with new_hub(loaded) as hub:
        yield village_list(hub, tmp_path)


def followed(hub: Hub, how: str) -> Followed | None:
    changed = hub.settings.model_copy(update={"linking": how, "linking_memory": "300MB"})
    return wait_for(follow(hub.database, changed))


def ruled(hub: Hub) -> Hub:
    """The hub under thresholds of the test."""
    file = hub.settings.config_dir / "judging.toml"
    file.unlink()
    file.write_text(RULES)
    return replace(hub)


def test_a_sync_links_whom_it_touched_and_a_run_taken_back_takes_the_links_back(listed: VillageList) -> None:
    hub = ruled(listed.under())
    listed.write([row(0, NAME), row(1)])
    hub.sync("blt_dd")
    assert followed(hub, "off") is None
    first = followed(hub, "propose")
    assert first is not None
    assert followed(hub, "link") is None
    before, waiting = standing(hub), hub.ask(OPEN)
    listed.write([row(0, NAME), row(1), row(0, NAME, nik="3320014101909088")])
    told = hub.sync("blt_dd")["blt_dd"]
    second = followed(hub, "link")
    assert second is not None
    assert second.judged.moved == 1
    assert (hub.ask(PERSONS), hub.ask(LINKS)) == ([(2,)], [("address", True)])
    wait_for(revert(hub.database, hub.settings, told.run))
    assert hub.ask(LINKS) == [("address", False)]
    third = followed(hub, "link")
    assert third is not None
    assert third.judged.moved == 0
    assert (standing(hub), hub.ask(OPEN)) == (before, waiting)
    assert wait_for(rebuild(hub.database, hub.settings, check=True)).moved == 0
