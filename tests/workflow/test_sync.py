"""The sync as a whole, over real HTTP: every row is accounted for, and what stands still costs nothing."""

import asyncio
from collections.abc import Iterator

import pytest

from hub.errors import HubError, InputError
from hub.workflow.summary import Summary
from tests.sync_builders import Hub, Registries, new_hub
from tests.workflow.conftest import Pulled, state

SOURCES = ("dukcapil", "kip", "pkh", "bpnt", "blt_dd", "dukcapil_lookup")
#: Lists of a month that a later month does not replace are still offered, and their rows come again.
OFFERED_STILL = ("bpnt", "blt_dd")


@pytest.fixture(scope="module")
def second_month(first_month: Pulled) -> Iterator[Pulled]:
    """A hub that has pulled both months."""
    with new_hub(first_month.hub) as hub:
        yield Pulled(hub, hub.sync(month=2))


def accounted(told: dict[str, Summary]) -> dict[str, int]:
    """Rows in by source, once each is seen to be complete and to add up."""
    assert tuple(told) == SOURCES
    for summary in told.values():
        assert (summary.status, summary.code) == ("complete", None)
        assert summary.rows_in == summary.stored + summary.unchanged + summary.quarantined
    return {name: summary.rows_in for name, summary in told.items()}


def test_every_row_of_the_first_month_is_accounted_for(first_month: Pulled, village: Registries) -> None:
    came = accounted(first_month.told)
    assert {name: came[name] for name in village.counts} == {name: n[1] for name, n in village.counts.items()}


def test_every_row_of_the_second_month_is_accounted_for(second_month: Pulled, village: Registries) -> None:
    came = accounted(second_month.told)
    expected = {name: n[2] + (n[1] if name in OFFERED_STILL else 0) for name, n in village.counts.items()}
    assert {name: came[name] for name in village.counts} == expected


def test_what_a_run_told_is_what_its_tables_hold(second_month: Pulled) -> None:
    for name, summary in second_month.told.items():
        written = second_month.hub.ask(
            """
            select (select count(*) from source_record where run_id = :run), r.stored, r.rows_in, r.unchanged,
                   r.quarantined, r.closed
            from run r where r.id = :run
            """,
            run=summary.run,
        )
        told = (summary.stored, summary.rows_in, summary.unchanged, summary.quarantined, summary.closed)
        assert written == [(summary.stored, *told)], name


def test_open_quarantine_is_what_the_last_run_refused(second_month: Pulled) -> None:
    for summary in second_month.told.values():
        found = second_month.hub.ask(
            "select count(*) from quarantine q join source s on s.id = q.source_id"
            " where s.code = :source and upper_inf(q.recorded)",
            source=summary.source,
        )
        assert found == [(summary.quarantined,)]
        assert sum(summary.reasons.values()) >= summary.quarantined


def test_no_interval_of_recording_of_one_record_overlaps_another(second_month: Pulled) -> None:
    found = second_month.hub.ask(
        """
        select count(*) from source_record a join source_record b
        on a.entry_id = b.entry_id and a.version < b.version and a.recorded && b.recorded
        """
    )
    assert found == [(0,)]


def test_a_sync_of_unchanged_sources_writes_its_runs_and_nothing_else(first_month: Pulled) -> None:
    with new_hub(first_month.hub) as hub:
        before, runs = state(hub), hub.ask("select count(*) from run")[0][0]
        told = hub.sync(month=1)
        assert state(hub) == before
        assert hub.ask("select count(*) from run") == [(runs + len(SOURCES),)]
    assert {name: (s.stored, s.closed, s.persons) for name, s in told.items()} == dict.fromkeys(
        SOURCES, (0, 0, 0)
    )
    listed = [name for name in SOURCES if name != "dukcapil_lookup"]
    assert [told[name].rows_in for name in listed] == [first_month.told[name].rows_in for name in listed]


def test_a_nik_that_the_service_answered_is_not_asked_again(first_month: Pulled) -> None:
    assert first_month.told["dukcapil_lookup"].rows_in > 0
    with new_hub(first_month.hub) as hub:
        assert hub.sync("dukcapil_lookup")["dukcapil_lookup"].rows_in == 0


def test_of_two_syncs_at_once_one_runs_and_the_other_is_told(fresh_hub: Hub) -> None:
    async def both() -> tuple[list[Summary] | BaseException, ...]:
        return await asyncio.gather(fresh_hub.pull("bpnt"), fresh_hub.pull("bpnt"), return_exceptions=True)

    with asyncio.Runner() as runner:
        outcomes = runner.run(both())
    refused = [each for each in outcomes if isinstance(each, HubError)]
    assert [error.code for error in refused] == ["sync_running"]
    assert [each[0].status for each in outcomes if isinstance(each, list)] == ["complete"]
    assert fresh_hub.ask("select status from run") == [("complete",)]


def test_a_source_that_nobody_declared_is_refused_before_anything_runs(fresh_hub: Hub) -> None:
    with pytest.raises(InputError, match="no such source: kpm") as caught:
        fresh_hub.sync("kpm")
    assert caught.value.code == "unknown_source"
    assert fresh_hub.ask("select count(*) from run") == [(0,)]


def test_the_order_in_which_sources_are_pulled_decides_nothing_of_who_is_who(
    first_month: Pulled, loaded: Hub, village: Registries
) -> None:
    """Which rows stand for one person; the name of the person is the smallest of her mentions."""

    def people(hub: Hub) -> set[str]:
        return {line for line in hub.dump() if '"part": "person"' in line}

    with new_hub(loaded, village) as hub:
        hub.sync("pkh", "bpnt")
        hub.sync()
        assert people(hub) == people(first_month.hub)
