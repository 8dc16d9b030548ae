"""Where each line is a bill, equal lines are as many records, in whatever order and however often the file comes."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.errors import FatalError
from hub.toolkit.connector import Connector, Listing
from hub.workflow.revert import revert
from hub.workflow.summary import Summary
from tests.conftest import wait_for
from tests.sync_builders import Hub, changed_config, different, new_hub, standing
from tests.toolkit.builders import connector

HEADER = "PSNOKA,NIK,NAMA,SEGMEN,BULAN,TAHUN"
STANDING = "select count(*) from source_record where upper_inf(recorded)"


def bill(number: int, month: int = 10) -> str:
    """A month's bill of one participant."""
    return f"000123456{7000 + number},332001410190{9000 + number},SITI {'ABC'[number]},PBI APBN,{month},2026"


@dataclass(frozen=True)
class Bills:
    """A hub whose bills lie in a directory."""

    hub: Hub
    files: Path

    def pull(self, *files: list[str]) -> Summary:
        """A pull of these files, which take the place of those before."""
        for old in self.files.iterdir():
            old.unlink()
        for at, lines in enumerate(files):
            (self.files / f"segmen_{at}.csv").write_text("\n".join([HEADER, *lines, ""]))
        told = self.hub.sync("bpjs_segments")["bpjs_segments"]
        assert told.status == "complete", told
        assert told.rows_in == told.stored + told.unchanged + told.quarantined == sum(map(len, files))
        return told

    def counts(self, *files: list[str]) -> tuple[int, int, int]:
        """What a pull stores, finds unchanged and closes."""
        told = self.pull(*files)
        return told.stored, told.unchanged, told.closed


@pytest.fixture
def bills(loaded: Hub, tmp_path: Path) -> Iterator[Bills]:
    files, place = tmp_path / "files", tmp_path / "config"
    files.mkdir()
    place.mkdir()
    config = changed_config(place, "bpjs_segments", transport='"directory"', address=f'"{files}"')
    with new_hub(loaded) as hub:
        yield Bills(hub.with_config(config), files)


A, B = bill(0), bill(1)


def test_equal_lines_of_one_file_are_records_of_their_own(bills: Bills) -> None:
    assert bills.counts([A, A, B, A]) == (4, 0, 0)
    before = standing(bills.hub)
    assert bills.counts([B, A, A, A]) == (0, 4, 0)
    assert standing(bills.hub) == before
    claimed = bills.hub.ask("select detail ->> 'psnoka', count(*) from claim_status group by 1 order by 1")
    assert [count for _, count in claimed] == [3, 1]


def test_the_same_line_in_another_file_is_the_same_bill(bills: Bills) -> None:
    assert bills.counts([A, B], [A]) == (2, 1, 0)
    assert bills.counts([A, A, B], [A]) == (1, 3, 0)


def test_a_bill_that_is_sent_once_more_or_once_less_is_opened_or_closed(bills: Bills) -> None:
    assert bills.counts([A, B]) == (2, 0, 0)
    assert bills.counts([A, A, B]) == (1, 2, 0)
    assert bills.counts([A, B]) == (0, 2, 1)
    assert bills.counts([A, A, B]) == (1, 2, 0)
    assert bills.hub.ask(STANDING) == [(3,)]


def test_any_order_of_arrival_ends_in_the_same(bills: Bills, loaded: Hub) -> None:
    bills.pull([B])
    bills.pull([A, B, A])
    with new_hub(loaded) as clean:
        Bills(clean.with_config(bills.hub.settings.config_dir), bills.files).pull([A, A, B])
        assert different(standing(bills.hub), standing(clean)) == []


def test_lines_that_are_equal_and_refused_wait_each(bills: Bills) -> None:
    unsound = A.replace("PBI APBN", "NAGA")
    told = bills.pull([unsound, unsound, B])
    assert (told.stored, told.quarantined) == (1, 2)
    again = bills.pull([unsound, B, unsound])
    assert (again.unchanged, again.quarantined) == (1, 2)
    assert bills.hub.ask("select count(*) from quarantine where upper_inf(recorded)") == [(2,)]


def test_a_run_that_doubled_a_bill_is_taken_back(bills: Bills) -> None:
    bills.pull([A, B])
    before = standing(bills.hub)
    told = bills.pull([A, A, B])
    wait_for(revert(bills.hub.database, bills.hub.settings, told.run))
    assert different(standing(bills.hub), before) == []


def test_elsewhere_equal_lines_stay_one_record_and_the_others_count_as_unchanged(
    loaded: Hub, tmp_path: Path
) -> None:
    place, files = tmp_path / "config", tmp_path / "files"
    place.mkdir()
    files.mkdir()
    line = "3320014101909001;SITI A;3320010101209001;DUSUN;2026-10;300000"
    (files / "blt_dd_3320012001_202610.csv").write_text(
        f"NIK;NAMA;NO KK;ALAMAT;BULAN;NOMINAL\n{line}\n{line}\n"
    )
    config = changed_config(place, "blt_dd", transport='"directory"', address=f'"{files}"')
    with new_hub(loaded) as hub:
        told = hub.with_config(config).sync("blt_dd")["blt_dd"]
    assert (told.rows_in, told.stored, told.unchanged) == (2, 1, 1)


def test_a_listing_of_changes_cannot_have_repeats_that_are_events() -> None:
    feed = (("events", Listing("/events", style="cursor", resumes=True)),)
    with pytest.raises(FatalError, match="repeats"):
        connector(repeats=True, listings=feed)
    assert isinstance(connector(repeats=True), Connector)
