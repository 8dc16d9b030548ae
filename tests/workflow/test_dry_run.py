"""A dry run: all the work of a sync, told and taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.errors import InputError
from hub.settings import adopt
from hub.workflow.preview import differences, named
from hub.workflow.summary import Summary
from hub.workflow.sync import sync
from tests.conftest import wait_for
from tests.sync_builders import Hub, Registries, changed_config, new_hub
from tests.workflow.conftest import Pulled, state


@pytest.fixture(scope="module")
def pulled(first_month: Pulled) -> Iterator[Hub]:
    """A hub with the first month, before registries of the second."""
    with new_hub(first_month.hub) as hub:
        yield hub


def tried(hub: Hub, *names: str, month: int = 2) -> dict[str, Summary]:
    registries = hub.registries
    assert registries is not None
    registries.server.month(month)
    adopt(hub.settings)
    found = wait_for(sync(hub.database, hub.settings, names, registries.server.url, dry_run=True))
    return {summary.source: summary for summary in found}


def without_calls(found: set[tuple[object, ...]]) -> set[tuple[object, ...]]:
    """Calls that were made count, whatever was rolled back."""
    return {row for row in found if row[0] != "source_health"}


def test_a_dry_run_writes_nothing_and_tells_what_the_run_then_does(first_month: Pulled) -> None:
    with new_hub(first_month.hub) as hub:
        before, booked = without_calls(state(hub)), hub.ask("select count(*) from run")
        [trial] = tried(hub, "pkh").values()
        assert without_calls(state(hub)) == before
        assert hub.ask("select count(*) from run") == booked
        real = hub.sync("pkh", month=2)["pkh"]
        told = ("status", "rows_in", "stored", "unchanged", "quarantined", "closed", "persons", "reasons")
        assert [getattr(trial, name) for name in told] == [getattr(real, name) for name in told]
        assert trial.preview is not None
        assert trial.preview.added + trial.preview.changed == real.stored


def test_examples_of_changed_fields_are_masked_and_few(pulled: Hub) -> None:
    [trial] = tried(pulled, "dukcapil").values()
    assert trial.preview is not None
    examples = trial.preview.examples
    assert 0 < len(examples) <= 10
    for each in examples:
        assert each.before != each.after or "*" in str(each.before)
        assert not any(len(part) > 6 for part in _digits(f"{each.before} {each.after}"))


def _digits(text: str) -> list[str]:
    return "".join(sign if sign.isdigit() else " " for sign in text).split()


def test_a_dry_run_tells_what_would_stop_the_run(pulled: Hub, tmp_path: Path) -> None:
    strict = pulled.with_config(changed_config(tmp_path, "pkh", min_rows="100000"))
    [trial] = tried(strict, "pkh").values()
    assert (trial.status, trial.code, trial.run) == ("failed", "too_few_rows", 0)


def test_a_look_up_has_no_dry_run(pulled: Hub, village: Registries) -> None:
    with pytest.raises(InputError) as caught:
        tried(pulled, "dukcapil_lookup")
    assert caught.value.code == "dry_run_of_lookup"


def test_fields_that_differ_are_told_under_the_names_of_both_layouts() -> None:
    before = named('["3320014101909001","SITI"]', ["NIK", "NAMA"])
    after = named('{"NIK":"3320014101909001","NAMA":"SITI A","DESA":"KEDUNG"}', None)
    found = differences(before, after)
    assert [(each.field, each.before, each.after) for each in found] == [
        ("NAMA", "S***", "S*** A"),
        ("DESA", None, "K*****"),
    ]
