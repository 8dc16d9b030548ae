"""Two hubs feed each other: both converge through edits, cuts and new starts, and neither sees more than it may."""

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from hub.access.areas import NATIONAL_KEYS
from tests.sync_builders import Hub, Registries, changed_config, loaded, new_hub, village
from tests.workflow.exchange import ANOTHER, HELD, Exchange

__all__ = ["loaded", "village"]

#: The kecamatan of which most records tell.
FULLEST = """
    select event_area_key / 10000 * 10000 from source_record where upper_inf(recorded) and event_area_key > 0
    group by 1 order by count(*) desc, 1 limit 1
"""


@pytest.fixture(scope="module")
def small_pages(loaded: Hub, tmp_path_factory: pytest.TempPathFactory) -> Hub:
    """The model hub, which reads two other hubs, one by small pages, so that one pull has several pieces."""
    config: Path = changed_config(tmp_path_factory.mktemp("config"), "hub_feed", page_size="1")
    entry = (config / "sources" / "hub_feed.toml").read_text().replace("page_size = 1", "page_size = 500")
    named = entry.replace("number = 41", 'number = 4100\nconnector = "hub_feed"', 1)
    (config / "sources" / "hub_demak.toml").write_text(named)
    return loaded.with_config(config)


@pytest.fixture
def exchange(small_pages: Hub, village: Registries) -> Iterator[Exchange]:
    with new_hub(small_pages, village) as kabupaten, new_hub(small_pages, village) as provinsi:
        kabupaten.change(ANOTHER)
        kabupaten.sync("dukcapil", "pkh")
        provinsi.sync("kip")
        [(kecamatan,)] = kabupaten.ask(FULLEST)
        yield Exchange(
            {"kabupaten": kabupaten, "provinsi": provinsi},
            {"kabupaten": (kecamatan, kecamatan + 9999), "provinsi": NATIONAL_KEYS},
        )


def test_hubs_that_feed_each_other_converge_through_edits_cuts_and_restrictions(exchange: Exchange) -> None:
    """Kabupaten to provinsi and back: nothing comes round, and a round more changes nothing."""
    kabupaten, provinsi = exchange.hubs["kabupaten"], exchange.hubs["provinsi"]
    assert exchange.pull("provinsi", left=55) == "failed"
    assert len(provinsi.ask(HELD)) == 50
    exchange.converge()
    [(whole,)] = kabupaten.ask("select count(*) from source_record where upper_inf(recorded)")
    assert 50 < len(provinsi.ask(HELD)) < whole
    assert len(kabupaten.ask(HELD)) > 20
    # What the kabupaten said itself came back, changed nothing, and was counted.
    assert kabupaten.ask(BACK) == [(len(provinsi.ask(HELD)), True)]

    kabupaten.sync("dukcapil", "pkh", month=2)
    provinsi.sync("kip", month=2)
    assert all(exchange.converge(2).values())
    more = len(provinsi.ask(HELD))
    exchange.decided("kabupaten", 2, "restricted")
    exchange.converge(2)
    less = len(provinsi.ask(HELD))
    assert less < more

    exchange.decided("kabupaten", 2, "lifted")
    exchange.converge(2)
    assert len(provinsi.ask(HELD)) == more

    cursor, other = exchange.cursor("kabupaten"), exchange.cursor("provinsi")
    parts = json.loads(base64.b64decode(cursor))
    parts[3] = 0
    forged = base64.b64encode(json.dumps(parts).encode()).decode()
    narrowed = f'after: "{cursor}", wilayah: "33.20"'
    assert exchange.refused("kabupaten", f'after: "{forged}"') == "cursor_forged"
    assert exchange.refused("kabupaten", f'after: "{other}"') == "cursor_forged"
    assert exchange.refused("kabupaten", narrowed) == "cursor_of_another"
    exchange.areas["kabupaten"] = NATIONAL_KEYS
    assert exchange.refused("kabupaten", f'after: "{cursor}"') == "reach_changed"


def test_a_hub_reads_several_others_by_an_entry_each(exchange: Exchange) -> None:
    """The records of each stand under its own entry, and are not told to end by the other."""
    provinsi = exchange.hubs["provinsi"]
    with new_hub(provinsi) as demak:
        demak.change(ANOTHER)
        demak.sync("bpnt")
        everywhere = dict.fromkeys(exchange.areas, NATIONAL_KEYS)
        second = Exchange({"kabupaten": demak, "provinsi": provinsi}, everywhere, entry="hub_demak")
        assert second.pull("provinsi") == "complete"
        assert exchange.pull("provinsi") == "complete"
        assert (second.pull("provinsi"), second.stored["provinsi"]) == ("complete", 0)
        [(held,)] = demak.ask("select count(*) from source_record where upper_inf(recorded)")
    assert provinsi.ask("select source_id, count(*) from relayed group by 1 order by 1") == [
        (41, exchange.stored["provinsi"]), (4100, held),
    ]  # fmt: skip


#: Rows of the feed that were left out, and whether every run counts what came as something.
BACK = """
    select sum((r.detail ->> 'heard_back')::bigint), bool_and(r.rows_in = r.stored + r.unchanged + r.quarantined)
    from run r where r.source_id = 41
"""
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("edit"), st.sampled_from(["kabupaten", "provinsi"]), st.sampled_from(["pkh", "kip", "bpnt"])),
        st.tuples(st.just("pull"), st.sampled_from(["kabupaten", "provinsi"]), st.sampled_from([1, 8, 60, None])),
        st.tuples(st.sampled_from(["restricted", "lifted"]), st.just("kabupaten"), st.integers(0, 3)),
    ),
    min_size=2,
    max_size=7,
)  # fmt: skip


@pytest.mark.long
@settings(
    max_examples=6,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=STEPS)
def test_hubs_converge_after_any_edits_cuts_and_decisions(exchange: Exchange, steps: Any) -> None:
    """One pair goes through all histories, one after the other."""
    for what, side, more in steps:
        if what == "edit":
            exchange.hubs[side].sync(more, month=2)
        elif what == "pull":
            exchange.pull(side, 2, left=more)
        else:
            exchange.decided(side, more, what)
    exchange.converge(2)
