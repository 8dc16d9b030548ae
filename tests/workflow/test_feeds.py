"""However a feed sends its events, once all are in, the graph is that of one clean load of the same events."""

import json
from typing import Any

import httpx
import pytest
import respx
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from hub.workflow.revert import revert
from hub.workflow.summary import Summary
from tests.conftest import wait_for
from tests.sync_builders import Hub, different, new_hub, standing

ROOT = "http://registry.test"
PAGE = 3
Event = dict[str, Any]


def event(person: int, day: int, kind: str, row: int) -> Event:
    """What happens to a person on a day; of one kind once a day at most."""
    card = row if kind == "PERUBAHAN KK" else person
    return {
        "ID_PERISTIWA": f"E{person}{day:02}{kind}",
        "JENIS_PERISTIWA": kind,
        "TGL_PERISTIWA": f"2026-10-{day:02}",
        "NIK": f"332001410190{9000 + person}",
        "NAMA_LGKP": f"SITI {'ABCDEFGHIJ'[person]}",
        "NO_KK": f"332001010120{9000 + card}",
        "JENIS_KLMIN": "2",
        "TGL_LHR": "1990-01-01",
        "STAT_HBKEL": "1" if card == person else "9",
        "ALAMAT": f"DUSUN {row}",
        "NO_RT": f"{row:03}",
        **({"NO_PROP": "33", "NO_KAB": "20", "NO_KEC": "1", "NO_KEL": "2001"} if row % 2 else {}),
    }


events = st.lists(
    st.builds(
        event,
        st.integers(0, 3),
        st.integers(1, 28),
        st.sampled_from(["KELAHIRAN", "PINDAH", "PERUBAHAN KK", "PERUBAHAN BIODATA", "KEMATIAN"]),
        st.integers(0, 5),
    ),
    min_size=4,
    max_size=10,
    unique_by=lambda each: each["ID_PERISTIWA"],
)


@st.composite
def sendings(draw: st.DrawFn, found: list[Event]) -> list[Event]:
    """The log of a feed: the events with some late, some pages in another order, and some pages sent again."""
    order = sorted(range(len(found)), key=lambda at: at + draw(st.sampled_from([0, 0, 5])))
    pages = [[found[at] for at in order[first : first + PAGE]] for first in range(0, len(order), PAGE)]
    again = draw(st.lists(st.sampled_from(pages), max_size=2))
    return [each for page in draw(st.permutations([*pages, *again])) for each in page]


def begin_again(hub: Hub, at: int) -> None:
    """The hub asks from an earlier place on."""
    kept = json.dumps({"peristiwa": {"cursor": f"e{at}"}})
    hub.change(f"update hub.source_state set cursor = cast($json${kept}$json$ as jsonb)")


def held(hub: Hub) -> list[str]:
    """All that the hub holds but its judgements: which of equal mentions founded a person is chance."""
    return [line for line in hub.dump() if json.loads(line)["part"] != "edge"]


def pulled(hub: Hub, log: list[Event]) -> Summary:
    """A pull of what the feed has by now."""

    def answer(request: httpx.Request) -> httpx.Response:
        at = int(request.url.params.get("cursor", "e0")[1:])
        rows = log[at : at + PAGE]
        ends = at + len(rows) >= len(log)
        return httpx.Response(200, json={"rows": rows, "next": f"e{at + len(rows)}", "last": ends})

    with respx.mock:
        respx.get(f"{ROOT}/dukcapil/peristiwa").mock(side_effect=answer)
        told = hub.sync("dukcapil_events", url=ROOT)["dukcapil_events"]
    assert (told.status, told.quarantined, told.conflicting) == ("complete", 0, 0)
    assert told.rows_in == told.stored + told.unchanged
    return told


@settings(max_examples=3, phases=[Phase.generate])
@given(data=st.data(), found=events)
def test_repeated_and_reordered_pages_and_an_earlier_token_end_as_one_clean_load(
    loaded: Hub, data: st.DataObject, found: list[Event]
) -> None:
    log = data.draw(sendings(found))
    with new_hub(loaded) as clean, new_hub(loaded) as disturbed:
        assert pulled(clean, found).stored == pulled(disturbed, log).stored == len(found)
        begin_again(disturbed, data.draw(st.integers(0, len(log) - 1)))
        again = pulled(disturbed, log)
        assert (again.stored, again.rows_in > 0) == (0, True)
        assert different(held(disturbed), held(clean)) == []


@settings(max_examples=2, phases=[Phase.generate])
@given(data=st.data(), found=events)
def test_late_events_over_several_pulls_end_in_the_graph_of_one_clean_load(
    loaded: Hub, data: st.DataObject, found: list[Event]
) -> None:
    log = data.draw(sendings(found))
    seen = data.draw(st.integers(1, len(log)))
    with (
        new_hub(loaded) as clean,
        new_hub(loaded) as disturbed,
        pytest.MonkeyPatch.context() as patch,
    ):
        pulled(clean, found)
        patch.setattr("hub.toolkit.listings.PIECE", 1)
        runs = [pulled(disturbed, log[:seen])]
        begin_again(disturbed, data.draw(st.integers(0, seen)))
        runs.append(pulled(disturbed, log))
        assert sum(run.stored for run in runs) == len(found)
        assert different(held(disturbed), held(clean)) == []


@settings(max_examples=2, phases=[Phase.generate])
@given(data=st.data(), found=events)
def test_a_run_that_told_of_anything_in_any_order_is_taken_back_whole(
    loaded: Hub, data: st.DataObject, found: list[Event]
) -> None:
    log = data.draw(sendings(found))
    seen = data.draw(st.integers(1, len(log) - 1))
    with new_hub(loaded) as hub, pytest.MonkeyPatch.context() as patch:
        patch.setattr("hub.toolkit.listings.PIECE", 1)
        pulled(hub, log[:seen])
        before = standing(hub)
        told = pulled(hub, log)
        after = standing(hub)
        if told.stored:
            wait_for(revert(hub.database, hub.settings, told.run))
            assert different(standing(hub), before) == []
            assert pulled(hub, log).stored == told.stored
            assert different(standing(hub), after) == []


def test_a_death_and_a_new_card_dated_later_are_taken_back_whole(loaded: Hub) -> None:
    log = [
        event(1, 1, "KELAHIRAN", 1),
        event(1, 9, "KEMATIAN", 1),
        event(1, 20, "PERUBAHAN KK", 4),
        event(1, 12, "PINDAH", 3),
    ]
    with new_hub(loaded) as hub, pytest.MonkeyPatch.context() as patch:
        patch.setattr("hub.toolkit.listings.PIECE", 1)
        patch.setattr(f"{__name__}.PAGE", 1)
        pulled(hub, log[:1])
        before = standing(hub)
        told = pulled(hub, log)
        wait_for(revert(hub.database, hub.settings, told.run))
        assert different(standing(hub), before) == []


def test_a_run_of_a_feed_that_is_taken_back_leaves_what_stood_before_it(loaded: Hub) -> None:
    days = [event(day % 3, day, "PERUBAHAN KK" if day % 2 else "PINDAH", day % 4) for day in range(1, 13)]
    with new_hub(loaded) as hub, pytest.MonkeyPatch.context() as patch:
        patch.setattr("hub.toolkit.listings.PIECE", 1)
        pulled(hub, days[:5])
        before = standing(hub)
        told = pulled(hub, days)
        after = standing(hub)
        wait_for(revert(hub.database, hub.settings, told.run))
        assert different(standing(hub), before) == []
        again = pulled(hub, days)
        assert (again.rows_in, again.stored) == (len(days), told.stored)
        assert different(standing(hub), after) == []
