"""Quarantine as a place of work: sent back to the producer, and tried again when its cause is mended."""

import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from hub.ingest.quarantine import ADDED, Wanted, counted, export, listed, shown
from hub.workflow.redrive import redrive
from tests.conftest import wait_for
from tests.sync_builders import Hub, Registries, new_hub
from tests.workflow.village_list import HEADER, VillageList, row, village_list

DANGEROUS = ("=1+1", "+62", "-5", "@SUM(A1)")
WAITING = [row(number, nik="", address=DANGEROUS[number % 4]) for number in range(40, 44)]
LIST = [row(number) for number in range(40)] + WAITING


@pytest.fixture
def waiting(loaded: Hub, village: Registries, tmp_path: Path) -> Iterator[VillageList]:
    """A hub with forty recipients, and four rows without NIK that wait."""
    with new_hub(loaded, village) as hub:
        made = village_list(hub, tmp_path)
        made.write(LIST)
        told = made.under().sync("blt_dd")["blt_dd"]
        assert (told.stored, told.quarantined) == (40, 4)
        yield made


def of(hub: Hub) -> list[str]:
    """What stands, as the dump has it, without what is counted by runs."""
    return [line for line in hub.dump() if '"part": "run"' not in line]


def test_rows_that_a_mended_entry_cures_land_and_leave_quarantine(waiting: VillageList, loaded: Hub) -> None:
    mended = waiting.under(nik='"optional"')
    done = wait_for(redrive(mended.database, mended.settings, "blt_dd"))
    assert (done.tried, done.stored, done.unchanged, done.refused) == (4, 4, 0, 0)
    assert mended.ask("select count(*) from quarantine where upper_inf(recorded)") == [(0,)]
    assert mended.ask("select status, detail ->> 'kind' from run where id = :run", run=done.run) == [
        ("partial", "redrive")
    ]
    with new_hub(loaded) as fresh:
        fresh.with_config(mended.settings.config_dir).sync("blt_dd")
        assert of(mended) == of(fresh)


def test_what_landed_by_a_redrive_is_unchanged_at_the_next_sync(waiting: VillageList) -> None:
    mended = waiting.under(nik='"optional"')
    wait_for(redrive(mended.database, mended.settings, "blt_dd"))
    told = mended.sync("blt_dd")["blt_dd"]
    assert (told.status, told.stored, told.unchanged, told.closed) == ("complete", 0, 44, 0)


def test_rows_that_wait_lie_where_they_say_and_a_redrive_tells_it_of_older_ones(waiting: VillageList) -> None:
    hub = waiting.under()
    placed = "select distinct event_area_key, home_area_key from quarantine"
    [(area, home)] = hub.ask(placed)
    assert area == home > 0
    hub.change("update hub.quarantine set event_area_key = 0, home_area_key = 0")
    wait_for(redrive(hub.database, hub.settings, "blt_dd"))
    assert hub.ask(placed) == [(area, area)]


def test_rows_that_are_not_cured_stay_as_they_are(waiting: VillageList) -> None:
    hub = waiting.under()
    before = hub.ask("select id, reasons, recorded from quarantine order by id")
    done = wait_for(redrive(hub.database, hub.settings, "blt_dd"))
    assert (done.tried, done.stored, done.refused) == (4, 0, 4)
    assert hub.ask("select id, reasons, recorded from quarantine order by id") == before


def test_the_export_has_the_producer_s_columns_as_text_and_no_formula(
    waiting: VillageList, tmp_path: Path
) -> None:
    path = tmp_path / "kembali.xlsx"
    assert wait_for(export(waiting.hub.database, "blt_dd", path)) == 4
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with CalamineWorkbook.from_path(str(path)) as book:
        header, *rows = book.get_sheet_by_index(0).to_python()
    assert header[: len(HEADER.split(";"))] == HEADER.split(";")
    assert tuple(header[-len(ADDED) :]) == ADDED
    assert [each[header.index("ALAMAT")] for each in rows] == [DANGEROUS[n % 4] for n in range(40, 44)]
    assert [each[header.index("NO KK")] for each in rows] == [f"332001010120{9040 + n}" for n in range(4)]
    assert {each[header.index("HUB KODE")] for each in rows} == {"BLANK"}
    assert {each[header.index("HUB ALASAN")] for each in rows} == {"kosong"}


def test_what_waits_is_listed_by_reason_and_shown_masked(waiting: VillageList) -> None:
    database = waiting.hub.database

    async def asked() -> tuple[Any, ...]:
        total, rows = await listed(database, Wanted("blt_dd", "BLANK"), 2)
        return await counted(database, Wanted()), total, rows, await shown(database, rows[0]["id"])

    reasons, total, rows, one = wait_for(asked())
    assert [(each["source"], each["reason"], each["rows"]) for each in reasons] == [("blt_dd", "BLANK", 4)]
    assert (total, len(rows)) == (4, 2)
    assert one["values"]["NO KK"] == "332001**********"
