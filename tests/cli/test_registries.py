"""Plans and places of the simulated registries."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.cli.demonstration import Demonstration
from hub.cli.registries import day_of, directory_of, plan_of, with_demo_credentials
from hub.errors import InputError
from hub.registry.sources import load_sources
from hub.settings import Settings

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(days)
def test_month_two_is_the_day_asked_for_or_the_last_of_a_shorter_month(day: date) -> None:
    plan = plan_of(1000, "33.20", 7, "2024", day)
    assert timedelta(0) <= day - plan.extract_date(2) <= timedelta(3)
    assert plan.extract_date(1) < plan.extract_date(2)
    assert plan.extract_date(2) == day or day.day > 28


@given(days)
def test_a_plan_that_is_taken_up_again_is_the_same_plan(day: date) -> None:
    plan = plan_of(1000, "33.20", 7, "2024", day)
    again = date.fromisoformat(str(Demonstration(Settings(), plan).last_day()))
    assert plan_of(1000, "33.20", 7, "2024", again) == plan


def test_each_plan_has_a_place_of_its_own() -> None:
    settings, day = Settings(), date(2026, 11, 21)
    plans = [plan_of(1000, "33.20", seed, preset, day) for seed in (1, 2) for preset in ("2019", "2024")]
    assert len({directory_of(settings, plan) for plan in plans}) == len(plans)


@pytest.mark.parametrize("given_day", ["21-11-2026", "2026-13-01", "", "2999-01-01"])
def test_a_day_that_is_none_or_lies_ahead_is_refused(given_day: str) -> None:
    with pytest.raises(InputError) as caught:
        day_of(given_day)
    assert caught.value.code == "bad_date"


def test_the_demo_has_what_every_source_asks_for() -> None:
    settings = with_demo_credentials(Settings())
    auths = [source.auth for source in load_sources(settings.config_dir / "sources").values()]
    asked = {name for auth in auths for name in (auth.user_env, auth.password_env, auth.token_env) if name}
    assert {name.removeprefix("HUB_CREDENTIAL_").lower() for name in asked} == set(settings.credentials)
