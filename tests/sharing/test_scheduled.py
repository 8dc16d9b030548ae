"""Data sets are released by their schedule: once for each month, quarter or year that is over, and never twice."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.domain import clock
from hub.errors import FatalError
from hub.registry.datasets import load_datasets
from hub.settings import Settings, default_config_dir
from hub.sharing.scheduled import release_due, wanted
from hub.store.database import Database
from tests.conftest import wait_for
from tests.graph_builders import Graph
from tests.sharing.conftest import NOW

DATASET = next(iter(load_datasets(default_config_dir()).values()))


def planned(schedule: str, latest: str | None, today: date) -> str | None:
    return wanted(DATASET.model_copy(update={"schedule": schedule}), latest, today)


@pytest.mark.parametrize(
    ("schedule", "latest", "today", "period"),
    [
        ("monthly", None, date(2026, 3, 1), "2026-02"),
        ("monthly", "2026-02", date(2026, 3, 31), None),
        ("monthly", "2025-11", date(2026, 1, 1), "2025-12"),
        ("monthly", "2026-03", date(2026, 3, 20), None),
        ("quarterly", None, date(2026, 3, 31), "2025-12"),
        ("quarterly", "2025-12", date(2026, 4, 1), "2026-03"),
        ("yearly", "2024-12", date(2025, 12, 31), None),
        ("yearly", "2024-12", date(2026, 1, 1), "2025-12"),
        ("once", None, date(2026, 3, 20), "2026-02"),
        ("once", "2015-12", date(2026, 3, 20), None),
    ],
)
def test_a_release_is_wanted_of_what_is_over(
    schedule: str, latest: str | None, today: date, period: str | None
) -> None:
    assert planned(schedule, latest, today) == period


@given(st.sampled_from(["monthly", "quarterly", "yearly"]), st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_what_is_released_of_is_over_and_is_not_wanted_again_that_day(schedule: str, today: date) -> None:
    period = planned(schedule, None, today)
    assert period is not None
    assert period < f"{today:%Y-%m}"
    assert planned(schedule, period, today) is None


def test_a_schedule_that_nobody_knows_is_an_error_of_the_configuration() -> None:
    with pytest.raises(FatalError) as caught:
        planned("sometimes", None, date(2026, 3, 20))
    assert caught.value.code == "config_invalid"


def test_every_data_set_has_a_schedule_that_is_known() -> None:
    for one in load_datasets(default_config_dir()).values():
        wanted(one, None, date(2026, 3, 20))


def three(folder: Path) -> Path:
    """The configuration with three data sets: one of each month, one of each year, one of once."""
    original = default_config_dir()
    for each in original.iterdir():
        if each.name != "datasets":
            (folder / each.name).symlink_to(each)
    (folder / "datasets").mkdir()
    (folder / "datasets" / "sql").symlink_to(original / "datasets" / "sql")
    for name in ("program", "psks", "pmks_jepara_2015"):
        (folder / "datasets" / f"{name}.toml").symlink_to(original / "datasets" / f"{name}.toml")
    return folder


def test_what_is_due_is_released_once(database: Database, tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "data").mkdir()
    wait_for(Graph().basics().store(database))
    made = Settings(data_dir=tmp_path / "data", config_dir=three(tmp_path / "config"))

    async def due(at: datetime) -> dict[str, str]:
        with clock.pin(at):
            return {one.dataset: one.period for one in await release_due(database, made)}

    assert wait_for(due(NOW)) == {"program": "2026-02", "psks": "2025-12", "pmks_jepara_2015": "2026-02"}
    assert wait_for(due(NOW + timedelta(days=5))) == {}
    assert wait_for(due(NOW + timedelta(days=20))) == {"program": "2026-03"}
