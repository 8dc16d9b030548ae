"""The rules against the truth: what was planted and is in the data is found, and nothing else is called so."""

from collections.abc import Iterator

import pytest

from hub.simulator import Plan
from tests.audit.builders import audited
from tests.evaluation.truth import Judged, judge
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


@pytest.fixture(scope="module")
def town(loaded: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Hub, Judged]]:
    """4,000 persons over both months, audited."""
    plan = Plan(seed=42, persons=4_000)
    with registries_of(plan, tmp_path_factory.mktemp("audited")) as made, new_hub(loaded, made) as hub:
        judged = judge(hub, (1, 2))
        audited(hub, 2)
        yield hub, judged


def found(hub: Hub, rule: str) -> set[int]:
    return {row[0] for row in hub.ask(FOUND, rule=rule)}


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
@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("nik_unmatched", "nik_not_matched"),
        ("not_registered", "nik_not_matched"),
        ("nik_spouse", "shared_nik"),
        ("excluded_overlap", "excluding_programs"),
    ],
)
def test_a_planted_fault_is_found(town: tuple[Hub, Judged], kind: str, rule: str) -> None:
    hub, judged = town
    wanted = planted(judged, kind)
    if kind == "excluded_overlap":
        # Whose family is known: others have no card that could join the two programs.
        cards = {row[0] for row in hub.ask("select person_id from membership where upper_inf(recorded)")}
        wanted &= cards
    enrolled = {row[0] for row in hub.ask("select person_id from enrollment where upper_inf(recorded)")}
    assert len(wanted & enrolled) > 0
    assert sorted((wanted & enrolled) - found(hub, rule)) == []
