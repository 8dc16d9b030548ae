"""Findings held against the simulator's truth: what is planted and seen is found, and what is missed is told."""

from pathlib import Path

import pytest

from hub.audit.editions import rules_of
from hub.audit.recall import SOUGHT, Recalled, recalled
from hub.errors import InputError
from tests.conftest import wait_for
from tests.sync_builders import Hub

STOOD = "update hub.finding set recorded = tstzrange(lower(recorded), now()) where rule = '{rule}'"


def told(hub: Hub, truth: Path | None = None) -> dict[str, Recalled]:
    assert hub.registries is not None
    rules = rules_of(hub.settings.config_dir)
    return {one.rule: one for one in wait_for(recalled(hub.database, rules, truth or hub.registries.truth))}


def test_every_planted_fault_is_found_or_a_reason_is_told(pulled: Hub) -> None:
    found = told(pulled)
    assert {one.rule for one in SOUGHT} <= found.keys()
    assert [one for one in found.values() if one.missed] == []
    assert all(one.planted == one.found + sum(one.unseen.values()) for one in found.values())
    assert sum(one.found for one in found.values()) > 10
    assert {one.recall for one in found.values()} == {None, 1.0}


def test_a_rule_that_finds_nothing_any_longer_misses_what_it_found(watched: Hub) -> None:
    before = told(watched)
    rule = max(before.values(), key=lambda one: one.found)
    watched.change(STOOD.format(rule=rule.rule))
    after = told(watched)[rule.rule]
    assert (after.found, after.missed, after.recall) == (0, rule.found, 0.0)
    assert after.beyond == []
    assert sum(each["findings"] for one in before.values() for each in one.beyond) > 0


def test_what_is_no_truth_is_refused(pulled: Hub, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("source,row\n")
    for path in (other, tmp_path / "none.csv"):
        with pytest.raises(InputError) as caught:
            told(pulled, path)
        assert caught.value.code == "bad_truth"
