"""A run taken back: what stands is what stood before it, and the next sync of the same data lands it again."""

import pytest

from hub.errors import InputError
from hub.workflow.judging import Said, judge, rebuild
from hub.workflow.revert import revert
from tests.conftest import wait_for
from tests.sync_builders import Hub, different, new_hub, standing
from tests.workflow.conftest import Pulled


def runs_of(hub: Hub, source: str) -> list[tuple[int, str]]:
    """Runs of a source with their status, the first one first."""
    found = hub.ask(
        "select r.id, r.status from run r join source s on s.id = r.source_id where s.code = :s order by r.id",
        s=source,
    )
    return [(run, status) for run, status in found]


@pytest.mark.parametrize("source", ["pkh", "bpnt", "dukcapil", "kip"])
def test_a_run_that_is_taken_back_leaves_what_stood_before_it(first_month: Pulled, source: str) -> None:
    with new_hub(first_month.hub) as hub:
        before = standing(hub)
        told = hub.sync(source, month=2)[source]
        assert told.stored > 0
        assert standing(hub) != before
        back = wait_for(revert(hub.database, hub.settings, told.run))
        assert (back.source, back.run) == (source, told.run)
        assert [*different(standing(hub), before)] == []


def test_the_next_sync_lands_a_reverted_run_again(first_month: Pulled) -> None:
    with new_hub(first_month.hub) as hub:
        first = hub.sync("pkh", month=2)["pkh"]
        after = standing(hub)
        wait_for(revert(hub.database, hub.settings, first.run))
        again = hub.sync("pkh", month=2)["pkh"]
        assert (again.stored, again.quarantined, again.closed) == (
            first.stored,
            first.quarantined,
            first.closed,
        )
        assert standing(hub) == after


def test_the_first_run_of_a_source_leaves_nobody_when_it_is_taken_back(fresh_hub: Hub) -> None:
    told = fresh_hub.sync("pkh")["pkh"]
    wait_for(revert(fresh_hub.database, fresh_hub.settings, told.run))
    assert standing(fresh_hub) == []
    assert runs_of(fresh_hub, "pkh") == [(told.run, "reverted"), (told.run + 1, "partial")]
    assert fresh_hub.ask("select count(*) from source_record where isempty(recorded)") == [(0,)]


def test_what_another_source_said_since_stays_said(first_month: Pulled) -> None:
    with new_hub(first_month.hub) as hub, new_hub(first_month.hub) as alone:
        reverted = hub.sync("pkh", month=2)["pkh"]
        hub.sync("bpnt", month=2)
        wait_for(revert(hub.database, hub.settings, reverted.run))
        alone.sync("bpnt", month=2)
        parts = ('"part": "enrollment"', '"part": "benefit"', '"part": "claim_enrollment"')
        mine, theirs = (
            [line for line in standing(each) if any(part in line for part in parts)] for each in (hub, alone)
        )
        assert mine == theirs


def test_runs_are_taken_back_one_after_the_other_the_last_one_first(fresh_hub: Hub) -> None:
    first = fresh_hub.sync("bpnt")["bpnt"]
    alone = standing(fresh_hub)
    second = fresh_hub.sync("bpnt", month=2)["bpnt"]
    with pytest.raises(InputError, match=f": {second.run}$") as caught:
        wait_for(revert(fresh_hub.database, fresh_hub.settings, first.run))
    assert caught.value.code == "run_not_newest"
    wait_for(revert(fresh_hub.database, fresh_hub.settings, second.run))
    assert standing(fresh_hub) == alone
    wait_for(revert(fresh_hub.database, fresh_hub.settings, first.run))
    assert standing(fresh_hub) == []


def test_what_people_judged_since_stays_judged(first_month: Pulled) -> None:
    with new_hub(first_month.hub) as hub:
        told = hub.sync("pkh", month=2)["pkh"]
        (pair,) = hub.ask(
            "select min(m.mention_id), max(m.mention_id) from cluster_member m"
            " join source_record r on r.entry_id = m.mention_id / 16 where r.run_id = :run and upper_inf(m.recorded)",
            run=told.run,
        )
        older = hub.ask("select min(mention_id) from cluster_member where upper_inf(recorded)")[0][0]
        for one in pair:
            wait_for(judge(hub.database, hub.settings, Said((older, one), "same", "ani")))
            wait_for(judge(hub.database, hub.settings, Said((older, one), "same", "budi")))
        wait_for(revert(hub.database, hub.settings, told.run))
        assert wait_for(rebuild(hub.database, hub.settings, check=True)).moved == 0
        hub.sync("pkh", month=2)
        assert wait_for(rebuild(hub.database, hub.settings, check=True)).moved == 0


def test_history_of_recording_is_kept_by_a_revert(first_month: Pulled) -> None:
    with new_hub(first_month.hub) as hub:
        told = hub.sync("pkh", month=2)["pkh"]
        written = hub.ask("select id, lower(recorded), payload from source_record order by id")
        wait_for(revert(hub.database, hub.settings, told.run))
        now = {row[0]: row[1:] for row in hub.ask("select id, lower(recorded), payload from source_record")}
        assert [(key, *now[key]) for key, *_ in written] == written


def test_a_run_that_never_was_or_holds_nothing_is_told(fresh_hub: Hub) -> None:
    told = fresh_hub.sync("pkh")["pkh"]
    back = wait_for(revert(fresh_hub.database, fresh_hub.settings, told.run))
    for run, code in ((9999, "unknown_run"), (told.run, "run_not_landed"), (back.by, "run_not_landed")):
        with pytest.raises(InputError) as caught:
            wait_for(revert(fresh_hub.database, fresh_hub.settings, run))
        assert caught.value.code == code
