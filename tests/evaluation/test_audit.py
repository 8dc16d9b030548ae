"""The rules against the truth: what was planted and is in the data is found, and nothing else is called so."""

import json
from collections.abc import Iterator

import pytest

from hub.audit.editions import rules_of
from hub.audit.recall import Recalled, recalled
from hub.simulator import Plan
from hub.simulator.lists import LISTS
from tests.audit.builders import audited
from tests.audit.test_any_order import LISTED, LOOKED_UP
from tests.conftest import wait_for
from tests.evaluation.truth import Judged, judge, read_truth
from tests.sync_builders import Hub, loaded, new_hub, registries_of

__all__ = ["loaded"]

FOUND = "select unnest(person_ids) from finding where upper_inf(recorded) and rule = :rule"
#: Who is told as dead by the latest word of the register and stands in a list for a period that begins later.
LATE = """
    select distinct c.person_id from claim_enrollment c
    join source_record r on r.id = c.record_id and upper_inf(r.recorded)
    join (
      select distinct on (person_id) person_id, died_on from person_state where upper_inf(recorded)
      order by person_id, lower(valid) desc nulls last) s on s.person_id = c.person_id and s.died_on < lower(c.period)
"""
#: Who stands in one list twice for the same days, as two records that stand.
DOUBLED = """
    select c.person_id from claim_benefit c join source_record r on r.id = c.record_id and upper_inf(r.recorded)
    group by c.person_id, c.source_id, c.program, c.component, c.period having count(*) > 1
"""

#: Records of companies by place, with the person whom they name.
OFFICERS = """
    select s.code, f.name, r.row_no, r.person_id from source_record r join source s on s.id = r.source_id
    join source_file f on f.id = r.file_id where s.code = 'ahu' and upper_inf(r.recorded)
"""
HELD = """
    select distinct e.person_id from enrollment e join program g on g.id = e.program_id
    where upper_inf(e.recorded) and g.code in ('PKH', 'BPNT', 'BLT-DD', 'BST')
"""
COMPANIES = "select person_id, proof from finding where upper_inf(recorded) and rule = 'company_officer'"


@pytest.fixture(scope="module")
def town(loaded: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, Judged]]:
    """4,000 persons over both months, with the officers of companies, audited."""
    plan = Plan(seed=42, persons=4_000, lists=("ahu",))
    with registries_of(plan, tmp_path_factory.mktemp("audited")) as made, new_hub(loaded, made) as hub:
        judged = judge(hub, (1, 2))
        hub.sync("ahu", month=2)
        audited(hub, 2)
        yield hub, judged


def found(hub: Hub, rule: str) -> set[int]:
    return {row[0] for row in hub.ask(FOUND, rule=rule)}


def held_against_the_truth(hub: Hub) -> dict[str, Recalled]:
    assert hub.registries is not None
    rules = rules_of(hub.settings.config_dir)
    return {one.rule: one for one in wait_for(recalled(hub.database, rules, hub.registries.truth))}


def planted(judged: Judged, kind: str) -> set[int]:
    return {person for place in judged.places(kind) if (person := judged.stored[place]) is not None}


@pytest.mark.long
def test_who_is_listed_after_death_is_found_and_nobody_else(town: tuple[Hub, Judged]) -> None:
    hub, judged = town
    late = {row[0] for row in hub.ask(LATE)}
    assert found(hub, "after_death") == late
    assert len(planted(judged, "dead_listed") & late) > 5


@pytest.mark.long
def test_who_is_listed_twice_is_found_and_nobody_else(town: tuple[Hub, Judged]) -> None:
    hub, judged = town
    doubled = {row[0] for row in hub.ask(DOUBLED)}
    assert found(hub, "listed_twice") == doubled
    assert doubled <= planted(judged, "listed_twice")
    assert len(doubled) > 5


@pytest.mark.long
def test_every_planted_fault_whose_evidence_is_there_is_found(town: tuple[Hub, Judged]) -> None:
    hub, _ = town
    told = held_against_the_truth(hub)
    assert {rule: one.missed for rule, one in told.items() if one.missed} == {}
    assert {rule for rule, one in told.items() if one.found} >= {
        "after_death",
        "company_officer",
        "excluding_programs",
        "kk_unusable",
        "listed_twice",
        "nik_not_matched",
        "shared_nik",
    }
    assert all(one.planted == one.found + sum(one.unseen.values()) for one in told.values())


@pytest.mark.long
def test_what_is_found_beyond_the_planted_faults_names_its_evidence(town: tuple[Hub, Judged]) -> None:
    hub, _ = town
    beyond = [each for one in held_against_the_truth(hub).values() for each in one.beyond]
    assert len(beyond) > 5
    assert [each for each in beyond if not each["evidence"]] == []


@pytest.mark.long
def test_nothing_is_missed_where_every_list_of_the_worse_era_is_read(
    loaded: Hub, tmp_path_factory: pytest.TempPathFactory
) -> None:
    plan = Plan(seed=5, persons=1_500, preset="2019", lists=tuple(LISTS))
    with registries_of(plan, tmp_path_factory.mktemp("worse")) as made, new_hub(loaded, made) as hub:
        for month in (1, 2):
            for name in (*LISTED, *LOOKED_UP):
                hub.sync(name, month=month)
        audited(hub, 2)
        told = held_against_the_truth(hub)
    assert {rule: one.missed for rule, one in told.items() if one.missed} == {}
    assert {rule for rule, one in told.items() if one.found} >= {
        "kk_unusable",
        "nik_not_matched",
    }


@pytest.mark.long
def test_a_false_alarm_that_was_planted_is_found_and_names_the_record_that_says_so(
    town: tuple[Hub, Judged],
) -> None:
    hub, _ = town
    assert hub.registries is not None
    truth = read_truth(hub.registries.truth)
    wrong, told = set[int](), set[int]()
    for source, file, row, person in hub.ask(OFFICERS):
        told.add(person)
        if "flag_wrong" in truth[source, 2, file, row].kinds:
            wrong.add(person)
    alarms = {person: json.loads(proof) for person, proof in hub.ask(COMPANIES)}
    recipients = {row[0] for row in hub.ask(HELD)}
    assert len(wrong & recipients) > 0
    assert wrong & recipients <= alarms.keys() <= told
    assert all("ahu" in {one["source"] for one in proof["records"]} for proof in alarms.values())
