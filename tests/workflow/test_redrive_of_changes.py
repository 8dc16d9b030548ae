"""A redrive of a source that sends what changed: what waited does not come over what was sent since."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.workflow.redrive import Redriven, redrive
from tests.conftest import wait_for
from tests.sync_builders import Hub, Registries, new_hub
from tests.workflow.village_list import VillageList, row, village_list

STANDING = "select payload::jsonb ->> 3 from source_record where upper_inf(recorded) and record_key like '%|'"
CHANGES = {"full_list": "false"}


def resident(address: str) -> str:
    """One recipient without NIK, who stands under the same key whatever the address."""
    return row(40, nik="", address=address)


@pytest.fixture
def waiting(loaded: Hub, village: Registries, tmp_path: Path) -> Iterator[VillageList]:
    """A hub in which the recipient waits, as the source first sent him."""
    with new_hub(loaded, village) as hub:
        made = village_list(hub, tmp_path)
        made.write([resident("JALAN LAMA")])
        assert made.under(**CHANGES).sync("blt_dd")["blt_dd"].quarantined == 1
        made.write([resident("JALAN BARU")])
        yield made


def redriven(hub: Hub) -> Redriven:
    done = wait_for(redrive(hub.database, hub.settings, "blt_dd"))
    assert done.tried == done.stored + done.unchanged + done.refused
    assert hub.ask("select count(*) from quarantine where upper_inf(recorded)") == [(0,)]
    return done


def test_an_older_word_no_longer_waits_once_the_newer_one_landed(waiting: VillageList) -> None:
    mended = waiting.under(**CHANGES, nik='"optional"')
    assert mended.sync("blt_dd")["blt_dd"].stored == 1
    assert (redriven(mended).tried, mended.ask(STANDING)) == (0, [("JALAN BARU",)])


def test_an_older_word_of_no_key_leaves_the_newer_one_that_landed_in_place(waiting: VillageList) -> None:
    waiting.hub.change("update hub.quarantine set record_key = null")  # As rows have it that waited before.
    mended = waiting.under(**CHANGES, nik='"optional"')
    assert mended.sync("blt_dd")["blt_dd"].stored == 1
    done = redriven(mended)
    assert (done.tried, done.stored, done.unchanged) == (1, 0, 1)
    assert mended.ask(STANDING) == [("JALAN BARU",)]


def test_of_two_words_that_waited_the_newer_lands(waiting: VillageList) -> None:
    assert waiting.under(**CHANGES).sync("blt_dd")["blt_dd"].quarantined == 1
    mended = waiting.under(**CHANGES, nik='"optional"')
    done = redriven(mended)
    assert (done.tried, done.stored, done.unchanged) == (2, 1, 1)
    assert mended.ask(STANDING) == [("JALAN BARU",)]
