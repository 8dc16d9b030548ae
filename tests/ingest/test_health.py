"""Calls of a day add up over runs; a source that keeps failing is left alone for longer and longer."""

from datetime import UTC, datetime, timedelta

from hub.domain import clock
from hub.errors import RetriableError
from hub.ingest import health, states
from hub.registry.sources import SourceConfig
from hub.store.database import Database
from hub.toolkit.allowance import AHEAD
from tests.toolkit.builders import entry

NOON = datetime(2026, 11, 22, 5, tzinfo=UTC)


def source(**limits: float) -> SourceConfig:
    return entry(number=77, limits={"circuit_failures": 2, "circuit_minutes": 10, **limits})


async def ran(
    database: Database, config: SourceConfig, at: datetime, code: str | None, calls: int = 1
) -> None:
    with clock.pin(at):
        before = await health.health_of(database, config.number)
        await health.note(database, config, before, calls, code)


async def refusal(database: Database, config: SourceConfig, at: datetime) -> RetriableError | None:
    with clock.pin(at):
        return (await health.health_of(database, config.number)).refusal(config)


async def test_the_quota_is_of_the_day_in_wib_and_over_all_runs(fresh_database: Database) -> None:
    config = source(daily_quota=10)
    for at, calls, left in [
        (NOON, 4, 6),
        (NOON + timedelta(hours=1), 5, 1),
        (NOON + timedelta(hours=12), 2, 8),
    ]:
        await ran(fresh_database, config, at, None, calls)
        with clock.pin(at):
            found = await health.health_of(fresh_database, config.number)
        assert found.allowance(config, fresh_database).left == left


async def test_the_calls_of_a_run_that_was_killed_are_counted(fresh_database: Database) -> None:
    config = source(daily_quota=100)
    with clock.pin(NOON):
        killed = (await health.health_of(fresh_database, config.number)).allowance(config, fresh_database)
        for _ in range(3):
            await killed.take("x")
        after = (await health.health_of(fresh_database, config.number)).allowance(config, fresh_database)
    assert after.left == 100 - AHEAD


async def test_calls_that_were_written_down_and_not_made_are_given_back(fresh_database: Database) -> None:
    config = source(daily_quota=100)
    for at, left in ((NOON, 97), (NOON + timedelta(days=1), 97)):
        with clock.pin(at):
            before = await health.health_of(fresh_database, config.number)
            allowance = before.allowance(config, fresh_database)
            for _ in range(3):
                await allowance.take("x")
            await health.note(fresh_database, config, before, allowance.calls - allowance.booked, None)
            assert (await health.health_of(fresh_database, config.number)).calls == 100 - left


async def test_a_run_over_midnight_takes_nothing_from_the_new_day(fresh_database: Database) -> None:
    config = source(daily_quota=100)
    with clock.pin(NOON):
        before = await health.health_of(fresh_database, config.number)
        allowance = before.allowance(config, fresh_database)
        await allowance.take("x")
    with clock.pin(NOON + timedelta(days=1)):
        await health.note(fresh_database, config, before, allowance.calls - allowance.booked, None)
        assert (await health.health_of(fresh_database, config.number)).calls == 0


async def test_a_source_that_keeps_failing_is_left_alone_for_longer_and_longer(
    fresh_database: Database,
) -> None:
    config = source()
    await ran(fresh_database, config, NOON, "busy")
    assert await refusal(fresh_database, config, NOON) is None
    messages = []
    for minutes in (10, 20, 40):
        await ran(fresh_database, config, NOON, "timeout")
        told = await refusal(fresh_database, config, NOON + timedelta(minutes=minutes - 1))
        assert told is not None
        assert told.code == "circuit_open"
        messages.append(told.message)
        assert await refusal(fresh_database, config, NOON + timedelta(minutes=minutes)) is None
    assert "2026-11-22 12:40 WIB" in messages[-1]
    await ran(fresh_database, config, NOON, None)
    assert await refusal(fresh_database, config, NOON) is None


async def test_a_pause_never_exceeds_a_day(fresh_database: Database) -> None:
    config = source(circuit_failures=1)
    for _ in range(12):
        await ran(fresh_database, config, NOON, "busy")
    assert await refusal(fresh_database, config, NOON + timedelta(days=1)) is None


async def test_a_failure_of_our_own_is_not_held_against_the_source(fresh_database: Database) -> None:
    config = source(circuit_failures=1)
    for code in ("too_few_rows", "credential_refused", "quota_exhausted", "database_lost"):
        await ran(fresh_database, config, NOON, code)
    assert await refusal(fresh_database, config, NOON) is None


async def test_a_state_is_kept_until_it_is_forgotten(fresh_database: Database) -> None:
    async with fresh_database.connect() as connection:
        assert await states.kept(connection, 77) == {}
        for token in ("a", "b"):
            await states.keep(connection, 77, 1, {"events": {"cursor": token}})
        await states.keep(connection, 77, 2, None)
        assert await states.kept(connection, 77) == {"events": {"cursor": "b"}}
        await states.forget(connection, 77)
        assert await states.kept(connection, 77) == {}
