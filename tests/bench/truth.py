"""Areas `truth_2019`, `truth_2024`: who is who of a made-up kabupaten, held against the simulator's truth.

All lists of month 1 (without the look-ups by person) are pulled as `hub sync` pulls them, then candidates are proposed
and linked by `config/judging.toml`, as `hub identity propose --full` and `hub identity apply` do.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from hub.cli.registries import with_demo_credentials
from hub.domain import clock
from hub.registry.sources import load_sources
from hub.settings import Settings, adopt
from hub.simulator import Plan, RegistryServer, generate
from hub.simulator.lists import LISTS
from hub.store.database import Database
from hub.workflow.judging import link
from hub.workflow.linking import propose, report
from hub.workflow.sync import sync
from tests.bench.lines import Line, note
from tests.bench.place import Place, stamp

PERSONS = 20_000
SEED = 44
PULLED = datetime(2026, 11, 22, 3, tzinfo=UTC)
"""The day after the extract of month 1."""
LOOKUPS = ("dukcapil_lookup", "dukcapil_kk", "dukcapil_verify", "hub_feed", "ibr_updates")
"""Sources that tell of single persons when asked, or that others fill; the truth has no rows of theirs."""
RECALL = {"2019": 0.97, "2024": 0.995}
PRECISION = 0.9995
MEMORY = "3GB"


def area(preset: str) -> Any:
    """The measurement of one era."""

    async def measure(place: Place, persons: int, rounds: int) -> list[Line]:
        """Precision and recall over the pairs that single out their person, and over all.

        Args:
            place: Where it is measured.
            persons: Of the population register.
            rounds: One; the same plan gives the same figures.
        """
        truth, database = await synced(place, preset, persons)
        told = await _judged(place, database, truth)
        await place.say(f'drop database if exists "{database.name}_judged" with (force)')
        return _lines(preset, told)

    return measure


async def synced(place: Place, preset: str, persons: int) -> tuple[Path, Database]:
    """A hub that pulled month 1, made once, with the truth of it."""
    name, folder = f"bench_truth_{stamp()}_{preset}_{persons}", place.folder / "truth" / f"{preset}_{persons}"
    truth = folder / "truth.csv"
    if await place.has(name) and truth.exists():
        return truth, place.named(name)
    started = perf_counter()
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(seed=SEED, persons=persons, preset=preset, months=1, lists=tuple(LISTS))
    if not (folder / "registries" / "manifest.json").exists():
        await asyncio.to_thread(generate, plan, folder / "registries", truth)
    note(f"truth: made {persons} persons of {preset} in {perf_counter() - started:.1f} s")
    draft = await place.empty(f"{name}_draft")
    await _pull(place.settings, draft, folder / "registries")
    await place.say(f'alter database "{draft.name}" rename to "{name}"')
    note(f"truth: pulled in {perf_counter() - started:.1f} s in all")
    return truth, place.named(name)


async def _pull(settings: Settings, database: Database, registries: Path) -> None:
    ready = with_demo_credentials(settings)
    adopt(ready)
    names = [name for name in load_sources(ready.config_dir / "sources") if name not in LOOKUPS]
    with RegistryServer(registries) as server, clock.pin(PULLED):
        for summary in await sync(database, ready, names, server.url):
            note(f"truth: {summary.source}, {summary.stored} rows, {summary.seconds.get('total')} s")
            if summary.status != "complete":
                raise AssertionError(f"{summary.source}: {summary.message}")
    adopt(settings)


async def _judged(place: Place, database: Database, truth: Path) -> dict[str, Any]:
    """The report after the automatic stages, on a copy of the synced hub."""
    name = f"{database.name}_judged"
    await place.say(f'drop database if exists "{name}" with (force)')
    await place.say(f'create database "{name}" template "{database.name}"')
    copy, started = place.named(name), perf_counter()
    before = await report(copy, place.settings, truth)
    proposed = await propose(copy, place.settings, full=True, memory=MEMORY)
    note(
        f"truth: proposed {proposed.pairs} of {proposed.mentions} mentions in {perf_counter() - started:.1f} s"
    )
    scored = await report(copy, place.settings, truth)
    started = perf_counter()
    linked = await link(copy, place.settings)
    note(f"truth: linked, {linked.moved} mentions moved, in {perf_counter() - started:.1f} s")
    after = await report(copy, place.settings, truth)
    return {"exact": before["truth"], "scored": scored["truth"], "after": after["truth"]}


def _lines(preset: str, told: Mapping[str, Any]) -> list[Line]:
    """Pairs that are right and found, by stage; then the rows that stand with the register's, by kind of defect."""
    stages = {
        "exact": told["exact"]["now"],
        "scored": told["scored"]["with_links"],
        "linked": told["after"]["now"],
    }
    lines = []
    for scope in ("singled_out", "all"):
        for stage, found in stages.items():
            goals = (
                (PRECISION, RECALL[preset]) if (scope, stage) == ("singled_out", "linked") else (None, None)
            )
            name = f"truth_{preset}.{scope}_{stage}"
            lines += [
                Line(f"{name}_precision", [found[scope]["precision"] or 0.0], "share", goal=goals[0]),
                Line(f"{name}_recall", [found[scope]["recall"] or 0.0], "share", goal=goals[1]),
                Line(f"{name}_false", [float(found[scope]["false_pairs"])], "pairs"),
            ]
        lines.append(
            Line(f"truth_{preset}.{scope}", [float(stages["linked"][scope]["true_pairs"])], "true pairs")
        )
    return lines + [
        Line(f"truth_{preset}.found_of_{kind}", [found["recall"]], f"share of {found['rows']} rows")
        for kind, found in told["after"]["recall_by_defect"].items()
    ]
