"""Two who were wrongly made one are parted again everywhere: graph, findings, counts of combinations, cases."""

from hub.domain import clock
from hub.store.meeting import meets
from hub.store.script import FEW
from hub.workflow.judging import By as Who
from hub.workflow.judging import Said, judge, rebuild, undo
from tests.audit.builders import audited
from tests.audit.builders import standing as found
from tests.audit.test_overlaps import CELLS, HELD
from tests.conftest import wait_for
from tests.sync_builders import MONTHS, Hub, standing

#: Two who are paid by one program, one of them with an open case: as one they are paid twice.
PAIR = """
    select a.founded_by, b.founded_by from person a, person b
    where a.id < b.id and exists (select from finding f where upper_inf(f.recorded) and f.person_id = b.id)
      and exists (select from benefit t join benefit u on u.program_id = t.program_id and u.period && t.period
                  where t.person_id = a.id and u.person_id = b.id)
    order by a.id, b.id limit 1
"""
#: As a score links them, with no candidate that still names the two.
LINKED = """
    insert into hub.edge (mention_a, mention_b, judgement, method, score, evidence, actor, recorded,
        event_area_key, home_area_key)
    select least({0}, {1}), greatest({0}, {1}), 'same', 'probable', 0.99, '{{}}', 'hub',
           tstzrange('2026-11-22 04:00:00+00', null), a.event_area_key, a.home_area_key
    from hub.cluster_member a where a.mention_id = {0} and upper_inf(a.recorded)
"""
JUDGED = "select count(*) from case_event where event = 'judged'"
FROZEN = "select finding_id, proof, record_ids from finding order by finding_id"
MERGED = "select count(*) from person where merged_into is not null"


def graph(hub: Hub) -> list[str]:
    """What stands but for the judgements themselves."""
    return [
        line for line in standing(hub) if '"part": "edge"' not in line and '"part": "judging"' not in line
    ]


def test_a_wrong_link_is_parted_by_two_of_its_records_and_nothing_of_it_is_left(watched: Hub) -> None:
    before = graph(watched), found(watched), watched.ask(CELLS), watched.ask(HELD)
    ((one, other),) = watched.ask(PAIR)
    watched.change(LINKED.format(one, other))
    with clock.pin(MONTHS[1]):
        assert wait_for(rebuild(watched.database, watched.settings)).moved > 0
        assert watched.ask(MERGED) == [(1,)]
        told = watched.ask(JUDGED)[0][0]
        assert told > 0
        audited(watched)
        assert (found(watched), watched.ask(CELLS)) != before[1:3]
        frozen = watched.ask(FROZEN)
        parted = wait_for(judge(watched.database, watched.settings, Said((one, other), "different", "ani")))
        assert watched.ask(MERGED) == [(0,)]
        assert watched.ask(JUDGED)[0][0] > told
        audited(watched)
        assert (graph(watched), found(watched), watched.ask(CELLS), watched.ask(HELD)) == before
        assert watched.ask(FROZEN)[: len(frozen)] == frozen
        wait_for(undo(watched.database, watched.settings, parted.line, Who("ani")))
        assert watched.ask(MERGED) == [(1,)]


def test_cases_of_few_and_of_many_who_moved_are_found_alike(watched: Hub) -> None:
    moved = (
        "with judged_person as (select person_id from finding where upper_inf(recorded) order by 1 limit 3)"
    )
    few, many = (
        watched.ask(f"{moved} select f.finding_id from finding f where {these} order by 1")
        for these in (meets("judged_person", FEW), meets("judged_person", FEW + 1))
    )
    assert few == many != []
