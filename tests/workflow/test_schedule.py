"""When a source is due, in WIB."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import FatalError
from hub.registry.sources import SourceConfig, load_sources
from hub.settings import default_config_dir
from hub.workflow.schedule import WORDS, next_due

PKH = load_sources(default_config_dir() / "sources")["pkh"]
NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)


def scheduled(schedule: str) -> SourceConfig:
    return PKH.model_copy(update={"schedule": schedule})


@pytest.mark.parametrize(
    ("schedule", "due"),
    [
        ("daily", datetime(2026, 11, 21, 19, 0, tzinfo=UTC)),
        ("weekly", datetime(2026, 11, 22, 19, 0, tzinfo=UTC)),
        ("monthly", datetime(2026, 12, 1, 19, 0, tzinfo=UTC)),
        ("quarterly", datetime(2027, 1, 1, 19, 0, tzinfo=UTC)),
        ("yearly", datetime(2027, 1, 1, 19, 0, tzinfo=UTC)),
        ("hourly", datetime(2026, 11, 21, 5, 10, tzinfo=UTC)),
        ("30 6 * * *", datetime(2026, 11, 21, 23, 30, tzinfo=UTC)),
        ("on_demand", None),
    ],
)
def test_a_schedule_is_read_in_wib(schedule: str, due: datetime | None) -> None:
    assert next_due(scheduled(schedule), NOON) == due


@pytest.mark.parametrize("schedule", ["now and then", "99 * * * *", "* * * *", ""])
def test_a_schedule_that_is_none_is_named_with_its_file(schedule: str) -> None:
    with pytest.raises(FatalError, match=r"pkh\.toml: schedule"):
        next_due(scheduled(schedule), NOON)


@given(st.sampled_from(sorted(WORDS)), st.integers(0, 8_000_000))
def test_what_is_due_lies_ahead_and_comes_in_order(word: str, minutes: int) -> None:
    moment = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    first = next_due(scheduled(word), moment)
    assert first is not None
    assert first > moment
    second = next_due(scheduled(word), first)
    assert second is not None
    assert second > first


def test_every_source_has_a_schedule_that_can_be_read() -> None:
    for config in load_sources(default_config_dir() / "sources").values():
        assert config.schedule == "on_demand" or next_due(config, NOON) is not None
