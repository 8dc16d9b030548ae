"""The demo behind `hub demo`: what it does, in which order, at which instants, and what it measured.

Its place is written down in `<data dir>/demo.json` after each step, so that a demo that was ended goes on.
"""

import json
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

from hub.cli.begin import say
from hub.cli.memory import children_peak_mb, own_peak_mb
from hub.cli.registries import directory_of
from hub.domain import clock
from hub.errors import FatalError, InputError

if TYPE_CHECKING:
    from hub.settings import Settings
    from hub.simulator import Plan, RegistryServer
    from hub.store.database import Database
    from hub.workflow.summary import Summary

MONTHS = 2
MORNING = timedelta(hours=9)
"""Time of day (WIB) at which a month that is over was pulled."""


@dataclass
class Demonstration:
    """One demo: `prepare`, then `pull`, then `report`.

    Args:
        settings: With the credentials of the simulated registries.
        plan: The population; an earlier demo's in this directory takes its place where no day was given.
        day: The day that was asked for, None for today.
        truth: Where the truth file goes.
    """

    settings: "Settings"
    plan: "Plan"
    day: str | None = None
    truth: Path | None = None
    stages: dict[str, float] = field(default_factory=dict)
    syncs: "list[list[Summary]]" = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    pulled: int = 0
    simulator_peak: float = 0.0
    _stood: "datetime | None" = None
    _started: float = field(default_factory=perf_counter)
    _lap: float = field(default_factory=perf_counter)

    @property
    def _book(self) -> Path:
        return self.settings.data_dir / "demo.json"

    def prepare(self) -> None:
        """Finds out where an earlier demo stopped, and has the registries made by a process of their own.

        Raises:
            InputError: `other_demo`.
            SystemExit: The registries could not be made; the process that tried has said why.
        """
        self._go_on()
        day = self.last_day()
        say(f"demo: it plays {day}; --date {day} repeats it, another day has other births and findings")
        if self.truth is not None or not (directory_of(self.settings, self.plan) / "manifest.json").exists():
            self.simulator_peak = self._generate()
        self._timed("generate")

    def _generate(self) -> float:
        """Has the registries made by a process of their own; returns its peak memory in MB."""
        command = [sys.executable, "-m", "hub", "simulate", "--once", "--json"]
        for name, value in (
            ("persons", self.plan.persons), ("area", self.plan.area), ("seed", self.plan.seed),
            ("preset", self.plan.preset), ("date", self.last_day()), ("data-dir", self.settings.data_dir),
            ("lists", "all" if self.plan.lists else "core"), ("truth", self.truth),
        ):  # fmt: skip
            command += [] if value is None else [f"--{name}", str(value)]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
        if done.returncode != 0:
            # It has said why, in one line.
            raise SystemExit(abs(done.returncode))
        return float(json.loads(done.stdout)["peak_memory_mb"])

    def _go_on(self) -> None:
        """Takes the place of an earlier demo in this directory."""
        if not self._book.exists():
            return
        found = json.loads(self._book.read_text(encoding="utf-8"))
        base = date.fromisoformat(found["base_date"])
        mine = type(self.plan)(
            self.plan.seed, self.plan.area, self.plan.persons, self.plan.preset,
            base if self.day is None else self.plan.base_date, lists=self.plan.lists,
        )  # fmt: skip
        if _written(mine) != {name: value for name, value in found.items() if name != "pulled"}:
            raise InputError(
                "other_demo",
                f"{self.settings.data_dir} holds a demo of {found['persons']} persons of {found['area']}"
                f" (seed {found['seed']}, preset {found['preset']}, month 1 on {base});"
                " name another --data-dir or remove it",
            )
        self.plan, self.pulled = mine, int(found["pulled"])

    def last_day(self) -> date:
        """The day to ask the simulator for, so that its plan is this one.

        A month later than the first of 31 days may be short; any day that leads back to the base will do.
        """
        from hub.cli.registries import plan_of

        latest = self.plan.extract_date(MONTHS)
        for later in range(4):
            day = latest + timedelta(days=later)
            again = plan_of(
                self.plan.persons, self.plan.area, self.plan.seed, self.plan.preset, day, self.plan.lists
            )
            if again == self.plan:
                return day
        return latest

    async def pull(self, database: "Database") -> None:
        """Makes the database ready and pulls the months that were not pulled yet, the last one in any case.

        Raises:
            InputError: `foreign_data`, the database holds sources that no demo pulled.
            FatalError: `demo_failed`, a source failed.
        """
        from hub.simulator import RegistryServer
        from hub.workflow.initialise import initialise
        from hub.workflow.tally import tally, was_pulled

        say("demo: making the database ready")
        await initialise(database, self.settings)
        if not self._book.exists() and await was_pulled(database):
            raise InputError(
                "foreign_data",
                f"{self.settings.data_dir} holds data that no demo pulled; name another --data-dir",
            )
        self._keep()
        self._timed("init")
        with RegistryServer(directory_of(self.settings, self.plan)) as registries:
            for month in range(min(self.pulled + 1, MONTHS), MONTHS + 1):
                await self._sync(database, registries, month)
        await self._audit(database)
        await self._release(database)
        self.simulator_peak = max(self.simulator_peak, children_peak_mb())
        self.counts = await tally(database)
        self._timed("count")

    async def _sync(self, database: "Database", registries: "RegistryServer", month: int) -> None:
        """One month, at its instant, which is kept for what comes of the last one."""
        from hub.cli.progress import watcher
        from hub.cli.registries import CORE
        from hub.cli.summary import show
        from hub.workflow.standing import rows_expected
        from hub.workflow.sync import sync

        instant = self._stood = self._instant(month)
        say(f"demo: month {month}, as of {clock.day_of(instant or clock.now())}")
        registries.month(month)
        clock.pin_process(instant)
        try:
            with watcher(await rows_expected(database)) as watch:
                summaries = await sync(
                    database, self.settings, () if self.plan.lists else CORE, registries.url, watch
                )
        finally:
            clock.pin_process(self.settings.now)
        self.syncs.append(summaries)
        self._timed(f"sync{len(self.syncs)}")
        show(summaries, to_stderr=True)
        if failed := [summary.source for summary in summaries if summary.status == "failed"]:
            raise FatalError("demo_failed", f"month {month} did not land of {', '.join(failed)}; see above")
        self.pulled = max(self.pulled, month)
        self._keep()

    async def _audit(self, database: "Database") -> None:
        """Looks for what a person should look at: after the last month, at its instant, and at no other time."""
        from hub.audit.running import audit
        from hub.cli.audit import told

        clock.pin_process(self._stood)
        try:
            found = told(await audit(database, self.settings)).removeprefix("hub: ")
            say(f"demo: {found}; see `hub audit report`")
        finally:
            clock.pin_process(self.settings.now)
        self._timed("audit")

    async def _release(self, database: "Database") -> None:
        """Publishes what may be published of the last month; a month that is released already stays as it is."""
        from hub.sharing.releasing import release

        clock.pin_process(self._stood)
        try:
            made = await release(database, self.settings)
        finally:
            clock.pin_process(self.settings.now)
        rows, withheld = sum(one.rows for one in made), sum(one.suppressed for one in made)
        told = f"{len(made)} data sets: {rows:,} rows, {withheld:,} numbers withheld"
        say(f"demo: released {told}; see `hub datasets list`; served below /data")
        self._timed("release")

    def _instant(self, month: int) -> "datetime | None":
        """Where the clock stands while a month is pulled; None lets it run, or stand where HUB_NOW has it."""
        day = self.plan.extract_date(month)
        if self.pulled >= MONTHS or (month == MONTHS and day == clock.today()):
            return self.settings.now
        return clock.start_of(day) + MORNING

    def _keep(self) -> None:
        self._book.write_text(json.dumps(_written(self.plan) | {"pulled": self.pulled}), encoding="utf-8")

    def _timed(self, stage: str) -> None:
        self.stages[stage] = round(perf_counter() - self._lap, 3)
        self._lap = perf_counter()

    def report(self) -> dict[str, Any]:
        """What `--json` prints: totals by source over these syncs, each sync, counts, time, memory."""
        from hub.cli.summary import figures, totals

        return {
            "sources": totals(self.syncs),
            "syncs": [{one.source: figures(one) for one in summaries} for summaries in self.syncs],
            **self.counts,
            "seconds": round(perf_counter() - self._started, 3),
            "stages": self.stages,
            "peak_memory_mb": own_peak_mb(),
            "simulator_peak_memory_mb": self.simulator_peak,
            "persons_planned": self.plan.persons,
            "seed": self.plan.seed,
            "area": self.plan.area,
            "preset": self.plan.preset,
            "months": [self.plan.extract_date(month).isoformat() for month in range(1, MONTHS + 1)],
        }


def _written(plan: "Plan") -> dict[str, Any]:
    """A plan as `demo.json` has it."""
    return {**asdict(plan), "base_date": plan.base_date.isoformat(), "lists": list(plan.lists)}
