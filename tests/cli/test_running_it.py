"""Runs, quarantine, worker and checks by the command line: answers on stdout, words on stderr, exit codes."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Shell
from tests.sync_builders import MONTHS, Hub, Registries, new_hub
from tests.workflow.village_list import row, village_list

Variables = dict[str, str]


@pytest.fixture
def at(loaded: Hub, village: Registries) -> Iterator[Variables]:
    """The variables of a hub that has pulled two lists, on the day of the pull."""
    with new_hub(loaded, village) as hub:
        hub.sync("pkh", "bpnt")
        yield hub.variables() | {"HUB_REGISTRY_URL": village.server.url, "HUB_NOW": MONTHS[1].isoformat()}


@pytest.fixture
def waiting(loaded: Hub, village: Registries, tmp_path: Path) -> Iterator[Variables]:
    """The variables of a hub in which three rows of BLT-DD wait."""
    with new_hub(loaded, village) as hub:
        listed = village_list(hub, tmp_path)
        listed.write([row(number, nik="" if number < 3 else None) for number in range(30)])
        changed = listed.under()
        changed.sync("blt_dd")
        yield changed.variables()


def test_a_run_is_listed_shown_and_taken_back(shell: Shell, at: Variables) -> None:
    listed = json.loads(shell("runs", "list", "--json", **at).stdout)
    assert [(each["source"], each["kind"], each["status"]) for each in listed] == [
        ("bpnt", "pull", "complete"),
        ("pkh", "pull", "complete"),
    ]
    newest = listed[0]["run"]
    told = json.loads(shell("runs", "show", newest, "--json", **at).stdout)
    assert (told["run"], len(told["files"]) > 0, "seconds" in told["detail"]) == (newest, True, True)
    back = shell("runs", "revert", newest, "--json", **at)
    assert (back.code, json.loads(back.stdout)["source"]) == (0, "bpnt")
    again = shell("runs", "revert", newest, **at)
    assert (again.code, again.stdout) == (2, "")
    assert "run_not_landed" in again.stderr
    assert "reverted" in shell("runs", "list", **at).stdout


def test_quarantine_is_listed_shown_exported_and_tried_again(
    shell: Shell, waiting: Variables, tmp_path: Path
) -> None:
    found = json.loads(shell("quarantine", "list", "--source", "blt_dd", "--json", **waiting).stdout)
    assert (found["total"], len(found["rows"]), found["reasons"][0]["reason"]) == (3, 3, "BLANK")
    one = json.loads(shell("quarantine", "show", found["rows"][0]["id"], "--json", **waiting).stdout)
    assert (one["source"], one["values"]["NAMA"][:5]) == ("blt_dd", "S*** ")
    assert all(each["id"] and each["en"] for each in one["told"])
    path = tmp_path / "blt_dd.xlsx"
    written = shell("quarantine", "export", "blt_dd", "--to", path, "--json", **waiting)
    assert json.loads(written.stdout)["rows"] == 3
    assert "personal data" in written.stderr
    tried = json.loads(shell("quarantine", "redrive", "blt_dd", "--json", **waiting).stdout)
    assert (tried["tried"], tried["stored"], tried["refused"]) == (3, 0, 3)
    assert shell("quarantine", "proposals", "blt_dd", "--json", **waiting).code == 0


def test_usage_that_is_wrong_ends_with_2_and_says_how(shell: Shell, at: Variables, tmp_path: Path) -> None:
    for arguments, code in (
        (("quarantine", "export", "kpm", "--to", tmp_path / "a.xlsx"), "unknown_source"),
        (("quarantine", "export", "pkh", "--to", tmp_path / "a.csv"), "bad_file_name"),
        (("quarantine", "list", "--since", "21-11-2026"), "bad_date"),
        (("quarantine", "show", 10**9), "unknown_quarantine"),
        (("runs", "show", 10**9), "unknown_run"),
        (("sources", "check", "kpm"), "unknown_source"),
        (("sync", "--dry-run", "dukcapil_lookup"), "dry_run_of_lookup"),
    ):
        ended = shell(*arguments, **at)
        assert (ended.code, ended.stdout) == (2, "")
        assert code in ended.stderr


def test_a_dry_run_answers_as_a_sync_and_keeps_nothing(shell: Shell, at: Variables) -> None:
    ended = shell("sync", "--dry-run", "blt_dd", "--json", **at)
    [told] = json.loads(ended.stdout)
    assert (ended.code, told["run"], told["status"]) == (0, 0, "complete")
    assert told["preview"]["added"] == told["stored"] > 0
    assert "nothing of this was kept" in ended.stderr
    assert {each["source"] for each in json.loads(shell("runs", "list", "--json", **at).stdout)} == {
        "bpnt",
        "pkh",
    }


def test_a_check_shows_masked_rows_and_writes_nothing(shell: Shell, at: Variables) -> None:
    before = json.loads(shell("runs", "list", "--json", **at).stdout)
    ended = shell("sources", "check", "pkh", "--json", **at)
    told = json.loads(ended.stdout)
    assert (ended.code, told["answers"], told["credential"]) == (0, True, "accepted")
    assert 0 < len(told["sample"]) <= 10
    assert all(each["nik"].endswith("*" * 10) for each in told["sample"])
    assert json.loads(shell("runs", "list", "--json", **at).stdout) == before


def test_a_check_of_a_page_without_a_sound_row_says_why_they_are_refused(
    shell: Shell, loaded: Hub, tmp_path: Path
) -> None:
    with new_hub(loaded) as hub:
        listed = village_list(hub, tmp_path)
        listed.write([row(number, nik="") for number in range(3)])
        ended = shell("sources", "check", "blt_dd", "--json", **listed.under().variables())
        told = json.loads(ended.stdout)
    assert (told["rows"], told["refused"], told["sample"]) == (3, {"BLANK": 3}, [])


def test_a_check_with_a_wrong_password_says_so(shell: Shell, at: Variables) -> None:
    ended = shell("sources", "check", "bpnt", "--json", **(at | {"HUB_CREDENTIAL_BPNT_PASSWORD": "wrong"}))
    told = json.loads(ended.stdout)
    assert (ended.code, told["answers"], told["credential"]) == (1, False, "refused")


def test_the_schedule_is_shown_and_sources_tell_how_they_fare(shell: Shell, at: Variables) -> None:
    assert json.loads(shell("worker", "status", "--json", **at).stdout) == []
    rows = {each["name"]: each for each in json.loads(shell("sources", "list", "--json", **at).stdout)}
    assert (rows["pkh"]["enabled"], rows["pkh"]["open_until"]) == (True, None)
    assert rows["pkh"]["calls_today"] > 0
    assert "circuit" in shell("sources", "list", **at).stdout
