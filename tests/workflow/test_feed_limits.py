"""A feed is held to shares over all that a run brings; what waited of it goes when its record comes anew."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import respx

from hub.workflow.revert import revert
from hub.workflow.summary import Summary
from tests.conftest import wait_for
from tests.sync_builders import Hub, changed_config, new_hub, standing

ROOT = "http://registry.test"
PAGE = 30
Event = dict[str, Any]


def event(number: int, day: int = 1, **stated: str) -> Event:
    """A move of somebody of whom nothing else is told."""
    return {
        "ID_PERISTIWA": f"E{number}",
        "JENIS_PERISTIWA": "PINDAH",
        "TGL_PERISTIWA": f"2026-10-{day:02}",
        "NIK": f"332001410190{9000 + number}",
        "NAMA_LGKP": f"SITI {'ABCDEFGHIJ'[number % 10]}",
        "ALAMAT": f"DUSUN {number}",
        "NO_RT": "001",
        **stated,
    }


@pytest.fixture
def hub(loaded: Hub) -> Iterator[Hub]:
    """A hub that has pulled nothing, whose feeds land page by page."""
    with new_hub(loaded) as fresh, pytest.MonkeyPatch.context() as patch:
        patch.setattr("hub.toolkit.listings.PIECE", 1)
        yield fresh


def pulled(hub: Hub, log: list[Event]) -> Summary:
    """A pull of a feed of these events, page by page."""

    def answer(request: httpx.Request) -> httpx.Response:
        at = int(request.url.params.get("cursor", "e0")[1:])
        ends = at + PAGE >= len(log)
        return httpx.Response(200, json={"rows": log[at : at + PAGE], "next": f"e{at + PAGE}", "last": ends})

    with respx.mock:
        respx.get(f"{ROOT}/dukcapil/peristiwa").mock(side_effect=answer)
        return hub.sync("dukcapil_events", url=ROOT)["dukcapil_events"]


def from_the_beginning(hub: Hub) -> None:
    """The next pull begins with the first page."""
    hub.change("delete from hub.source_state")


def expecting(hub: Hub, place: Path, expectation: str) -> Hub:
    """The hub with one more line under `[expectations]` of the feed."""
    config = changed_config(place, "dukcapil_events")
    path = config / "sources" / "dukcapil_events.toml"
    lines = [
        line
        for line in path.read_text().splitlines()
        if not line.startswith(expectation.split(" ", maxsplit=1)[0])
    ]
    path.write_text("\n".join(lines).replace("[expectations]", f"[expectations]\n{expectation}") + "\n")
    return hub.with_config(config)


MOVES = [event(number) for number in range(PAGE)]


@pytest.mark.parametrize(
    ("expectation", "second", "code"),
    [
        ("min_filled = { NO_RT = 0.6 }", [event(n, NO_RT="") for n in range(30, 60)], "too_few_filled"),
        ("max_duplicates = 0.4", MOVES, "too_many_duplicates"),
        ("max_changed = 0.2", [event(n, ALAMAT="X") for n in range(30)], "too_many_changed"),
        ("max_reject_share = 0.4", [event(n, NIK="1") for n in range(30, 60)], "too_many_refused"),
    ],
    ids=["filled", "duplicates", "changed", "refused"],
)
def test_the_piece_that_leads_a_run_outside_its_expectations_does_not_land(
    hub: Hub, tmp_path: Path, expectation: str, second: list[Event], code: str
) -> None:
    told = pulled(expecting(hub, tmp_path, expectation), [*MOVES, *second])
    assert (told.status, told.code) == ("failed", code)
    assert f"expectations.{expectation.split(' ', maxsplit=1)[0]}" in str(told.message)
    assert "what the run brought before them stays" in str(told.message)
    booked = hub.ask("select status, rows_in, stored from run")
    assert booked == [("failed", PAGE, PAGE)]
    assert hub.ask("select count(*), count(*) filter (where upper_inf(recorded)) from source_record") == [
        (PAGE, PAGE)
    ]
    assert hub.ask("select cursor -> 'peristiwa' ->> 'cursor' from source_state") == [(f"e{PAGE}",)]


def test_few_rows_stop_nothing(hub: Hub, tmp_path: Path) -> None:
    told = pulled(expecting(hub, tmp_path, "max_duplicates = 0.0"), [*MOVES, *MOVES[:20]])
    assert (told.status, told.stored, told.unchanged) == ("complete", PAGE, 20)


FIRST, LAST = event(1, ALAMAT="DUSUN LAMA"), event(1, ALAMAT="DUSUN BARU")
ADDRESSES = "select payload::jsonb ->> 'ALAMAT', version from source_record where upper_inf(recorded)"


@pytest.mark.parametrize("piece", [1, 2, 50])
def test_of_two_contents_of_one_event_the_last_sent_stands_in_whatever_pieces_they_come(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr("hub.toolkit.listings.PIECE", piece)
    filler = [event(number) for number in range(2, 2 + PAGE)]
    told = pulled(hub, [FIRST, *filler, LAST])
    assert (told.conflicting, told.rows_in) == (0, told.stored + told.unchanged)
    [(address, _)] = [
        row for row in hub.ask(ADDRESSES) if row[0].startswith("DUSUN LAMA") or row[0] == "DUSUN BARU"
    ]
    assert address == "DUSUN BARU"


def test_a_feed_that_is_read_again_from_before_a_correction_ends_where_it_was(hub: Hub) -> None:
    pulled(hub, [FIRST, LAST])
    before = standing(hub)
    from_the_beginning(hub)
    told = pulled(hub, [FIRST, LAST])
    assert (told.stored, told.unchanged) == (0, 2)
    assert standing(hub) == before


def test_what_stands_gives_way_to_a_newer_word_that_comes_with_it(hub: Hub) -> None:
    pulled(hub, [FIRST])
    from_the_beginning(hub)
    told = pulled(hub, [FIRST, LAST])
    assert (told.stored, told.unchanged, told.conflicting) == (1, 1, 0)
    assert hub.ask(ADDRESSES) == [("DUSUN BARU", 2)]


def test_a_last_word_that_is_refused_takes_nothing_from_the_one_before(hub: Hub) -> None:
    told = pulled(hub, [FIRST, {**LAST, "TGL_PERISTIWA": "kemarin"}])
    assert (told.stored, told.quarantined) == (1, 1)
    assert hub.ask(ADDRESSES) == [("DUSUN LAMA", 1)]


def waiting(hub: Hub) -> int:
    return int(hub.ask("select count(*) from quarantine where upper_inf(recorded)")[0][0])


def test_a_row_that_waits_goes_when_its_record_comes_anew_and_waits_again_when_that_is_taken_back(
    hub: Hub,
) -> None:
    first = pulled(hub, [event(1, TGL_PERISTIWA="kemarin"), event(2)])
    assert (first.stored, first.quarantined, waiting(hub)) == (1, 1, 1)
    before = standing(hub)
    from_the_beginning(hub)
    second = pulled(hub, [event(1), event(2)])
    assert (second.rows_in, second.stored, second.unchanged, second.quarantined) == (2, 1, 1, 0)
    assert waiting(hub) == 0
    wait_for(revert(hub.database, hub.settings, second.run))
    assert standing(hub) == before
    assert waiting(hub) == 1


def test_a_row_whose_record_it_does_not_tell_waits_on(hub: Hub) -> None:
    pulled(hub, [event(1, ID_PERISTIWA=""), event(2)])
    from_the_beginning(hub)
    pulled(hub, [event(1), event(2)])
    assert waiting(hub) == 1


def test_what_waits_twice_for_one_record_goes_at_once(hub: Hub) -> None:
    pulled(hub, [event(1, TGL_PERISTIWA="kemarin"), event(1, TGL_PERISTIWA="besok"), event(2)])
    assert waiting(hub) == 2
    from_the_beginning(hub)
    pulled(hub, [event(1)])
    assert waiting(hub) == 0
    assert json.loads(hub.ask("select payload from source_record where record_key = 'E1'")[0][0])["NIK"]
