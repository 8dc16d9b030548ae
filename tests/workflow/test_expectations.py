"""Expectations and drift: a run outside them lands nothing, and says which figure, limit and key."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.workflow.book import entry as entry_of
from tests.conftest import wait_for
from tests.sync_builders import Hub, Registries, changed_config, new_hub
from tests.workflow.village_list import HEADER, VillageList, row, village_list

LIST = [row(number) for number in range(60)]


@pytest.fixture
def listed(loaded: Hub, village: Registries, tmp_path: Path) -> Iterator[VillageList]:
    """A hub with 60 recipients, beside no other source."""
    with new_hub(loaded, village) as hub:
        made = village_list(hub, tmp_path)
        made.write(LIST)
        assert made.under().sync("blt_dd")["blt_dd"].stored == 60
        yield made


def expecting(listed: VillageList, key: str, value: str) -> Hub:
    """The hub with one more key under `[expectations]`."""
    hub = listed.under()
    path = hub.settings.config_dir / "sources" / "blt_dd.toml"
    path.write_text(path.read_text().replace("[expectations]\n", f"[expectations]\n{key} = {value}\n"))
    return hub


@pytest.mark.parametrize(
    ("key", "value", "rows", "code"),
    [
        ("min_filled", "{ ALAMAT = 0.5 }", [row(n, address="") for n in range(60)], "too_few_filled"),
        ("max_duplicates", "0.1", [*LIST, *LIST[:30]], "too_many_duplicates"),
        ("max_changed", "0.2", [row(n, amount="450000") for n in range(60)], "too_many_changed"),
    ],
)
def test_a_run_outside_its_expectations_lands_nothing_and_names_the_key(
    listed: VillageList, key: str, value: str, rows: list[str], code: str
) -> None:
    listed.write(rows)
    hub = expecting(listed, key, value)
    records = hub.ask("select count(*), count(*) filter (where upper_inf(recorded)) from source_record")
    told = hub.sync("blt_dd")["blt_dd"]
    assert (told.status, told.code) == ("failed", code)
    assert f"expectations.{key}" in str(told.message)
    again = hub.ask("select count(*), count(*) filter (where upper_inf(recorded)) from source_record")
    assert again == records
    assert listed.under().sync("blt_dd")["blt_dd"].status == "complete"


def test_rows_whose_nik_no_register_has_stop_the_run_where_a_register_is_known(
    loaded: Hub, village: Registries, tmp_path: Path
) -> None:
    with new_hub(loaded, village) as hub:
        listed = village_list(hub, tmp_path)
        listed.write(LIST)
        strict = expecting(listed, "max_unmatched", "0.5")
        hub.sync("dukcapil")
        told = strict.sync("blt_dd")["blt_dd"]
        assert (told.status, told.code) == ("failed", "too_many_unmatched")
        assert "60 of 60" in str(told.message)


def test_without_a_register_nobody_is_unmatched(listed: VillageList) -> None:
    listed.write([row(number) for number in range(60, 120)])
    hub = expecting(listed, "max_unmatched", "0.0")
    path = hub.settings.config_dir / "sources" / "blt_dd.toml"
    path.write_text(path.read_text().replace("[expectations]\n", "[expectations]\nmax_closed_share = 1.0\n"))
    assert hub.sync("blt_dd")["blt_dd"].status == "complete"


def test_a_column_that_no_one_knows_is_booked_and_held_where_the_entry_says_so(
    loaded: Hub, village: Registries, tmp_path: Path
) -> None:
    with new_hub(loaded, village) as hub:
        listed = village_list(hub, tmp_path)
        listed.write([f"{each};NAGA" for each in LIST[:5]], f"{HEADER};SHIO")
        told = listed.under(unknown_columns='"quarantine"').sync("blt_dd")["blt_dd"]
        assert (told.status, told.reasons) == ("complete", {"COLUMN_UNKNOWN": 5})
        [(drift,)] = hub.ask("select detail -> 'drift' from run where id = :run", run=told.run)
        assert drift["unknown_columns"] == {"blt_dd_3320012001_202610.csv": ["SHIO"]}


def test_a_code_that_no_table_knows_is_booked_or_stops_the_run_as_the_entry_says(
    loaded: Hub, village: Registries, tmp_path: Path
) -> None:
    files = sorted((village.directory / "month1" / "bpnt").iterdir())
    lines = files[0].read_text(encoding="utf-8-sig").splitlines()
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / files[0].name).write_text("\n".join(lines).replace("SEMBAKO", "BANSOS LAIN"))
    with new_hub(loaded, village) as hub:
        for policy in ("stop", "reject"):
            place = tmp_path / policy
            place.mkdir()
            entry = {
                "transport": '"directory"',
                "address": f'"{tmp_path / "files"}"',
                "max_reject_share": "1.0",
            }
            config = changed_config(place, "bpnt", **entry, unknown_code=f'"{policy}"')
            told = hub.with_config(config).sync("bpnt")["bpnt"]
            if policy == "stop":
                assert (told.status, told.code) == ("failed", "code_drift")
                assert "BANSOS" in str(told.message)
                continue
            [(drift,)] = hub.ask("select detail -> 'drift' from run where id = :run", run=told.run)
            assert drift["unknown_codes"] == {"BANSOS": told.reasons["CODE_UNKNOWN"]}


def test_a_code_that_is_read_as_blank_is_booked_by_column_and_text(
    loaded: Hub, village: Registries, tmp_path: Path
) -> None:
    file = min((village.directory / "month1" / "dukcapil").iterdir())
    header, *lines = file.read_text(encoding="utf-8-sig").splitlines()[:41]
    at = header.split(";").index("AGAMA")
    cells = [line.split(";") for line in lines]
    rows = [[*each[:at], "KEJAWEN" if each[at] == "1" else each[at], *each[at + 1 :]] for each in cells]
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / file.name).write_text("\n".join([header, *map(";".join, rows), ""]))
    (tmp_path / "config").mkdir()
    entry = {"transport": '"directory"', "address": f'"{tmp_path / "files"}"', "min_rows": "1"}
    config = changed_config(
        tmp_path / "config", "dukcapil", **entry, max_reject_share="1.0", unknown_code='"accept"'
    )
    with new_hub(loaded, village) as hub:
        told = hub.with_config(config).sync("dukcapil")["dukcapil"]
        assert told.stored > 0
        drift = wait_for(entry_of(hub.database, told.run))["detail"]["drift"]
        blank = hub.ask(
            "select count(*) from claim_person where religion is null and record_id in (select id from source_record"
            " where payload like '%\"KEJAWEN\"%')"
        )[0][0]
    assert drift["codes_read_as_blank"] == {"AGAMA": {"rows": blank, "codes": {"KEJAWEN": blank}}}
