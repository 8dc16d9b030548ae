"""A demo of a day in the past plays to its end in that past."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from hub.cli.demonstration import Demonstration
from hub.cli.registries import make, plan_of
from hub.domain import clock
from hub.settings import adopt
from tests.conftest import wait_for
from tests.sync_builders import Hub, new_hub

DAY = "2026-03-28"


@pytest.fixture
def hub(loaded: Hub, tmp_path: Path) -> Iterator[Hub]:
    with new_hub(loaded) as made:
        yield replace(made, settings=made.settings.model_copy(update={"data_dir": tmp_path}))
    clock.pin_process(None)


@pytest.mark.long
def test_the_last_month_is_audited_and_released_at_its_own_instant(
    hub: Hub, capsys: pytest.CaptureFixture[str]
) -> None:
    adopt(hub.settings)
    plan = plan_of(100, "33.20", 7, "2024", date.fromisoformat(DAY))
    make(hub.settings, plan, None)
    capsys.readouterr()
    shown = Demonstration(hub.settings, plan, DAY)
    shown.prepare()
    assert f"it plays {DAY}; --date {DAY} repeats it" in capsys.readouterr().err.splitlines()[0]
    wait_for(shown.pull(hub.database))
    assert [clock.day_of(row[0]).isoformat() for row in hub.ask("select at from audit_run")] == [DAY]
    assert {row[0] for row in hub.ask("select period from dataset_release")} == {"2026-03"}
