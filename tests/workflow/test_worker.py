"""The worker: what is due runs once, one at a time, and a dead worker's source is taken over."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hub.audit.running import Scope, audit
from hub.domain import clock
from hub.settings import adopt
from hub.workflow.summary import Summary
from hub.workflow.worker import Worker, schedule_of
from tests.conftest import wait_for
from tests.sync_builders import MONTHS, Hub, changed_config

DAY = timedelta(days=1)
PROCESS_SECONDS = 60


@pytest.fixture
def two_sources(fresh_hub: Hub, tmp_path: Path) -> Hub:
    """A hub whose worker has two sources: bpnt by the day, blt_dd by the month."""
    config = changed_config(tmp_path, "bpnt", schedule='"daily"')
    for path in (config / "sources").glob("*.toml"):
        if path.stem not in ("bpnt", "blt_dd"):
            entry = path.read_text()
            path.write_text(
                entry.replace("number =", "enabled = false\nnumber =", 1) if "enabled" not in entry else entry
            )
    return fresh_hub.with_config(config)


def worked(hub: Hub, at: datetime, name: str = "one", url: str | None = None) -> list[tuple[str, str]]:
    """The runs of a worker that does what is due at an instant: source and status."""
    registries, told = hub.registries, list[Summary]()
    assert registries is not None
    adopt(hub.settings)

    async def work() -> None:
        with clock.pin(at):
            worker = Worker(
                hub.database, hub.settings, url or registries.server.url, told=told.append, name=name
            )
            assert await worker.work(once=True) == len(told)

    wait_for(work())
    return [(summary.source, summary.status) for summary in told]


def outcomes(hub: Hub) -> dict[str, str | None]:
    return {row["source"]: row["outcome"] for row in wait_for(schedule_of(hub.database))}


def test_what_is_new_is_due_at_once_and_what_was_missed_is_caught_up_once(two_sources: Hub) -> None:
    start = MONTHS[1]
    assert worked(two_sources, start) == [("bpnt", "complete"), ("blt_dd", "complete")]
    assert worked(two_sources, start + timedelta(hours=1)) == []
    assert worked(two_sources, start + 5 * DAY) == [("bpnt", "complete")]
    assert worked(two_sources, start + 5 * DAY + timedelta(hours=1)) == []
    assert outcomes(two_sources) == {"bpnt": "complete", "blt_dd": "complete"}


def test_a_round_is_looked_at_until_it_was_audited_whichever_worker_pulled_it(two_sources: Hub) -> None:
    registries, looks = two_sources.registries, list[int]()
    assert registries is not None
    adopt(two_sources.settings)
    told = list[Summary]()

    async def look() -> None:
        looks.append(len(told))
        if len(looks) == 1:
            raise RuntimeError
        await audit(two_sources.database, two_sources.settings, Scope())

    def worker() -> Worker:
        url = registries.server.url
        return Worker(
            two_sources.database, two_sources.settings, url, told=told.append, rounded=look, name="one"
        )

    async def work() -> None:
        with clock.pin(MONTHS[1]):
            with pytest.raises(RuntimeError):
                await worker().work(once=True)
            await worker().work(once=True)
            await worker().work(once=True)
        with clock.pin(MONTHS[1] + DAY):
            await worker().work(once=True)

    wait_for(work())
    assert looks == [2, 2, 3]


def test_what_hinders_the_looking_hinders_no_worker_that_goes_on(
    two_sources: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    registries = two_sources.registries
    assert registries is not None
    adopt(two_sources.settings)
    monkeypatch.setattr("hub.workflow.worker.POLL", 0.01)
    worker, looks = Worker(two_sources.database, two_sources.settings, registries.server.url), list[int]()

    async def look() -> None:
        looks.append(1)
        if len(looks) == 1:
            raise RuntimeError
        worker.stop.set()

    async def work() -> int:
        worker.rounded = look
        with clock.pin(MONTHS[1]):
            return await worker.work()

    assert (wait_for(work()), len(looks)) == (2, 2)
    assert "after the round: RuntimeError" in caplog.text


def test_a_source_that_failed_is_tried_again_an_hour_later(
    two_sources: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("random.uniform", min)
    nobody = "http://127.0.0.1:9"
    assert {status for _, status in worked(two_sources, MONTHS[1], url=nobody)} == {"failed"}
    assert set(outcomes(two_sources).values()) == {"failed: unreachable"}
    assert worked(two_sources, MONTHS[1] + timedelta(minutes=30)) == []
    later = worked(two_sources, MONTHS[1] + timedelta(hours=1))
    assert later == [("bpnt", "complete"), ("blt_dd", "complete")]


def test_a_source_that_a_worker_holds_is_left_alone_until_the_worker_is_dead(two_sources: Hub) -> None:
    worked(two_sources, MONTHS[1])

    async def hold(age: str) -> None:
        from hub.store.sql import text

        async with two_sources.database.connect() as connection:
            await connection.execute(
                text(
                    "update source_schedule set worker = 'other', beat = clock_timestamp() - cast(:age as interval)"
                ),
                {"age": _interval(age)},
            )
            await connection.commit()

    wait_for(hold("0"))
    assert worked(two_sources, MONTHS[1] + 5 * DAY) == []
    wait_for(hold("600"))
    assert worked(two_sources, MONTHS[1] + 5 * DAY) == [("bpnt", "complete")]


def _interval(seconds: str) -> timedelta:
    return timedelta(seconds=int(seconds))


def test_two_workers_never_run_one_source_twice(two_sources: Hub) -> None:
    told: list[Summary] = []

    async def both() -> None:
        registries = two_sources.registries
        assert registries is not None
        adopt(two_sources.settings)
        with clock.pin(MONTHS[1]):
            workers = [
                Worker(
                    two_sources.database,
                    two_sources.settings,
                    registries.server.url,
                    told=told.append,
                    name=name,
                )
                for name in ("one", "two")
            ]
            await asyncio.gather(*(worker.work(once=True) for worker in workers))

    wait_for(both())
    worked(two_sources, MONTHS[1])
    found = two_sources.ask("select source_id, count(*) from run group by 1 order by 1")
    assert [count for _, count in found] == [1, 1]


def test_a_worker_outlives_an_entry_that_is_wrong_and_goes_on_once_it_is_mended(
    two_sources: Hub, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    registries, path = two_sources.registries, two_sources.settings.config_dir / "sources" / "bpnt.toml"
    assert registries is not None
    monkeypatch.setattr("hub.workflow.worker.POLL", 0.01)
    sound = path.read_text()
    path.write_text(f"{sound}\nhalf a wo")

    async def work() -> None:
        worker = Worker(two_sources.database, two_sources.settings, registries.server.url)
        worker.told = lambda _: worker.stop.set()
        with clock.pin(MONTHS[1]):
            working = asyncio.create_task(worker.work())
            while not caplog.records:
                await asyncio.sleep(0.01)
            path.write_text(sound)
            assert await working == 1

    adopt(two_sources.settings)
    wait_for(work())
    assert "config_invalid" in caplog.text


def test_a_worker_that_is_told_to_stop_begins_nothing_more(two_sources: Hub) -> None:
    registries = two_sources.registries
    assert registries is not None
    told: list[Summary] = []

    async def work() -> int:
        worker = Worker(two_sources.database, two_sources.settings, registries.server.url)

        def stop(summary: Summary) -> None:
            told.append(summary)
            worker.stop.set()

        worker.told = stop
        with clock.pin(MONTHS[1]):
            return await worker.work()

    adopt(two_sources.settings)
    assert wait_for(work()) == 1
    assert len(told) == 1


def test_a_worker_process_that_is_terminated_ends_the_run_in_hand_and_no_other(two_sources: Hub) -> None:
    registries = two_sources.registries
    assert registries is not None
    given = {"HUB_REGISTRY_URL": registries.server.url, "HUB_NOW": MONTHS[1].isoformat()}
    command = [sys.executable, "-m", "hub", "worker"]
    registries.server.fault("/", "503", retry_after=1)
    worker = subprocess.Popen(
        command, env=os.environ | two_sources.variables() | given, stderr=subprocess.PIPE
    )
    try:
        give_up = time.monotonic() + PROCESS_SECONDS
        while two_sources.ask("select status from run") != [("running",)]:
            assert (worker.poll(), time.monotonic() < give_up) == (None, True)
            time.sleep(0.05)
        worker.send_signal(signal.SIGTERM)
        told = worker.communicate(timeout=PROCESS_SECONDS)[1].decode()
    finally:
        worker.kill()
        worker.wait()
        registries.server.heal()
    assert (worker.returncode, two_sources.ask("select status from run")) == (0, [("complete",)])
    assert "worker ended after 1 runs" in told
