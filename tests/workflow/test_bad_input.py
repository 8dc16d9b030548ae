"""Bad input ends in a clear message or in counted quarantine, and nothing is half written."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from tests.sync_builders import CREDENTIALS, Hub, Registries, changed_config, new_hub
from tests.workflow.conftest import state

Lines = list[str]
NOBODY = "http://127.0.0.1:9"
SCIENTIFIC = "3.57E+15"


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every drawn pause between two attempts is the shortest that can be drawn."""
    monkeypatch.setattr(random, "uniform", min)


@pytest.fixture(scope="module")
def idle(loaded: Hub, village: Registries) -> Iterator[Hub]:
    """A hub that has pulled nothing and never does: what is tried with it lands nothing."""
    with new_hub(loaded, village) as hub:
        yield hub


def failed(hub: Hub, source: str, code: str) -> str:
    """Syncs a source that fails so, sees that nothing but its run was written, and returns the message."""
    before = state(hub)
    told = hub.sync(source)[source]
    assert (told.status, told.code) == ("failed", code)
    assert state(hub) == before
    book = hub.ask("select status, error, stored from run order by id desc limit 1")
    assert book == [("failed", f"{code}: {told.message}"[:500], 0)]
    assert told.message is not None
    assert told.message.startswith(f"{source}: ")
    return told.message


def register(hub: Hub) -> Lines:
    """The register of the village as served: header and rows."""
    assert hub.registries is not None
    files = sorted((hub.registries.directory / "month1" / "dukcapil").iterdir())
    parts = [path.read_text(encoding="utf-8").splitlines() for path in files]
    return [parts[0][0], *(line for part in parts for line in part[1:])]


def on_disk(hub: Hub, tmp_path: Path, source: str = "dukcapil", **changes: str) -> tuple[Hub, Path]:
    """The hub with a source that lies as files in a directory, and the directory."""
    files, config = tmp_path / "files", tmp_path / "config"
    files.mkdir()
    config.mkdir()
    entry = {"transport": '"directory"', "address": f'"{files}"'} | changes
    return hub.with_config(changed_config(config, source, **entry)), files


def laid(hub: Hub, tmp_path: Path, rows: Lines, **changes: str) -> tuple[Hub, Path]:
    """As `on_disk`, with these lines as the one file of the register."""
    changed, files = on_disk(hub, tmp_path, **changes)
    path = files / "biodata.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return changed, path


def test_where_nobody_answers_the_message_says_where(idle: Hub) -> None:
    told = idle.sync("bpnt", url=NOBODY)["bpnt"]
    assert (told.status, told.code) == ("failed", "unreachable")
    assert "127.0.0.1:9" in str(told.message)
    assert idle.ask("select count(*) from source_record") == [(0,)]


def test_an_address_that_the_server_does_not_have_is_named_as_such(idle: Hub, tmp_path: Path) -> None:
    assert idle.registries is not None
    address = f'"{idle.registries.server.url}/elsewhere"'
    hub = idle.with_config(changed_config(tmp_path, "bpnt", address=address))
    assert "config/sources/bpnt.toml" in failed(hub, "bpnt", "address_wrong")


@pytest.mark.parametrize("name", ["bpnt_password", "kip_key"])
def test_a_wrong_credential_names_its_variable_and_not_its_value(idle: Hub, name: str) -> None:
    wrong = CREDENTIALS | {name: SecretStr("wrong-secret")}
    hub = replace(idle, settings=idle.settings.model_copy(update={"credentials": wrong}))
    message = failed(hub, name.split("_", maxsplit=1)[0], "credential_refused")
    assert f"HUB_CREDENTIAL_{name.upper()}" in message
    assert "wrong-secret" not in message


def test_the_look_up_service_says_that_it_does_not_know_us(fresh_hub: Hub) -> None:
    fresh_hub.sync("pkh")
    wrong = CREDENTIALS | {"dukcapil_lookup_password": SecretStr("wrong-secret")}
    hub = replace(fresh_hub, settings=fresh_hub.settings.model_copy(update={"credentials": wrong}))
    assert "IP" in failed(hub, "dukcapil_lookup", "credential_refused")


def test_a_used_up_quota_keeps_what_came_and_holds_until_the_day_ends(fresh_hub: Hub, tmp_path: Path) -> None:
    fresh_hub.sync("pkh")
    small = fresh_hub.with_config(changed_config(tmp_path, "dukcapil_lookup", daily_quota="5"))
    for stored in (5, 0):
        told = small.sync("dukcapil_lookup")["dukcapil_lookup"]
        assert (told.status, told.code) == ("partial", "quota_exhausted")
        assert told.stored == stored
    assert fresh_hub.ask("select count(distinct record_key) from source_record where source_id = 2") == [(5,)]
    rest = fresh_hub.sync("dukcapil_lookup")["dukcapil_lookup"]
    assert (rest.status, rest.unchanged) == ("complete", 0)
    asked = fresh_hub.ask("select distinct record_key from source_record where source_id = 2 order by 1")
    wanted = fresh_hub.ask(
        "select distinct nik from claim_person where source_id = 3 and nik is not null order by 1"
    )
    assert asked == wanted


def test_a_page_of_html_in_place_of_a_file_is_no_file(idle: Hub) -> None:
    assert idle.registries is not None
    idle.registries.server.fault("/files/bpnt/bpnt", "html200", times=5)
    assert "web page" in failed(idle, "bpnt", "html_instead")


def test_a_broken_transfer_is_asked_for_again_and_else_lands_nothing(fresh_hub: Hub) -> None:
    assert fresh_hub.registries is not None
    fresh_hub.registries.server.fault("/files/pkh/pkh", "truncate", times=6)
    told = fresh_hub.sync("pkh")["pkh"]
    assert told.code in ("answer_cut_off", "connection_broken")
    assert fresh_hub.ask("select count(*) from source_record") == [(0,)]
    assert fresh_hub.sync("pkh")["pkh"].status == "complete"


def test_a_truncated_workbook_lands_nothing_of_the_whole_ones_beside_it(idle: Hub, tmp_path: Path) -> None:
    assert idle.registries is not None
    hub, files = on_disk(idle, tmp_path, "pkh")
    whole, cut = sorted((idle.registries.directory / "month1" / "pkh").iterdir())[:2]
    (files / "a.xlsx").write_bytes(whole.read_bytes())
    (files / "b.xlsx").write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    before = state(hub)
    told = hub.sync("pkh")["pkh"]
    assert told.status == "failed"
    assert "b.xlsx" in str(told.message)
    assert state(hub) == before


def test_a_file_in_another_encoding_is_refused_with_a_word_on_what_to_ask_for(
    idle: Hub, tmp_path: Path
) -> None:
    rows = register(idle)
    hub, path = laid(idle, tmp_path, rows)
    path.write_bytes("\n".join([*rows[:-1], rows[-1].replace("A", "\u00c9")]).encode("cp1252"))
    assert "UTF-8" in failed(hub, "dukcapil", "encoding_wrong")


def test_a_missing_column_is_named(idle: Hub, tmp_path: Path) -> None:
    rows = register(idle)
    hub, _ = laid(idle, tmp_path, [rows[0].replace("NAMA_LGKP;", "PANGGILAN;"), *rows[1:]])
    assert "NAMA_LGKP" in failed(hub, "dukcapil", "layout_column_missing")


def _with_unknown_column(rows: Lines) -> Lines:
    return [f"{rows[0]};SHIO", *(f"{row};NAGA" for row in rows[1:])]


def test_a_column_that_no_one_knows_is_kept_and_reported(fresh_hub: Hub, tmp_path: Path) -> None:
    hub, _ = laid(fresh_hub, tmp_path, _with_unknown_column(register(fresh_hub)))
    assert hub.sync("dukcapil")["dukcapil"].stored == 400
    assert hub.ask("select detail->'unknown_columns' from source_file") == [(["SHIO"],)]
    assert hub.ask("select count(*) from source_record where payload like '%NAGA%'") == [(400,)]


def test_a_column_that_no_one_knows_stops_a_source_that_wants_it_so(idle: Hub, tmp_path: Path) -> None:
    rows = _with_unknown_column(register(idle))
    hub, _ = laid(idle, tmp_path, rows, unknown_columns='"stop"')
    assert "SHIO" in failed(hub, "dukcapil", "layout_drift")


def test_a_nik_in_scientific_notation_is_a_counted_row_of_quarantine(fresh_hub: Hub, tmp_path: Path) -> None:
    rows = register(fresh_hub)
    at = rows[0].split(";").index("NIK")
    cells = [row.split(";") for row in rows[1:4]]
    spoilt = [";".join([*row[:at], SCIENTIFIC, *row[at + 1 :]]) for row in cells]
    hub, _ = laid(fresh_hub, tmp_path, [rows[0], *spoilt, *rows[4:]])
    told = hub.sync("dukcapil")["dukcapil"]
    assert (told.status, told.stored, told.quarantined) == ("complete", 397, 3)
    assert told.reasons == {"SCIENTIFIC": 3}
    assert hub.ask("select fields, count(*) from quarantine group by 1") == [(["NIK"], 3)]
    assert hub.ask("select count(*) from claim_person") == [(397,)]


#: What a second file does to the first, and the code under which it is refused.
SECOND_FILES: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "others in their place": (lambda rows: rows[:1] + rows[101:401], "too_many_closed"),
    "half of them": (lambda rows: rows[:151], "row_count_swing"),
    "hardly any": (lambda rows: rows[:11], "too_few_rows"),
    "refused": (lambda rows: rows[:1] + [";" * row.count(";") for row in rows[1:301]], "too_many_refused"),
}


@pytest.fixture(scope="module")
def begun(
    loaded: Hub, village: Registries, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Hub, Path]]:
    """A hub that holds 300 rows of the register, and the file that it read them from."""
    with new_hub(loaded, village) as fresh:
        hub, path = laid(fresh, tmp_path_factory.mktemp("begun"), register(fresh)[:301])
        first = hub.sync("dukcapil")["dukcapil"]
        assert (first.status, first.stored) == ("complete", 300)
        yield hub, path


@pytest.mark.parametrize("kind", SECOND_FILES)
def test_a_list_that_changed_beyond_belief_lands_nothing(begun: tuple[Hub, Path], kind: str) -> None:
    hub, path = begun
    change, code = SECOND_FILES[kind]
    path.write_text("\n".join(change(register(hub))) + "\n", encoding="utf-8")
    failed(hub, "dukcapil", code)
