"""Area `ingest`: lists as files to landed claims and the folded graph, beside COPY and a plain upsert."""

import re
import shutil
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import perf_counter

from sqlalchemy import text

from hub.domain import clock
from hub.settings import Settings
from hub.store.database import Database
from hub.workflow.summary import Summary
from hub.workflow.sync import sync
from tests.bench.lines import Line, note
from tests.bench.peers import Upsert, copied, loaded_by_dlt
from tests.bench.place import Place
from tests.bench.processor import costing
from tests.bench.register import write_lists

PERSONS = 200_000
FIRST_MONTH = datetime(2026, 10, 5, 2, tzinfo=UTC)
MONTH = timedelta(days=31)
LANDING = ("pull", "stage", "versions", "link", "land", "commit")
FOLDING = ("statistics", "fold")
LAND_GOAL, RESYNC_GOAL, DLT_GOAL = 0.15, 2.5, 3
WRITTEN = text(
    "select coalesce(sum(pg_total_relation_size(c.oid)), 0) from pg_class c"
    " join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'hub' and c.relkind = 'r'"
)
"""Bytes of all tables of the hub with their indices."""

Found = dict[str, list[float]]


async def measure(place: Place, persons: int, rounds: int) -> list[Line]:
    """Every line of the area.

    Args:
        place: Where to measure.
        persons: Of the first month; the second has a fifth more.
        rounds: Each on a new database, hub and peers in turn.
    """
    folder = await lists(place, persons)
    found: Found = defaultdict(list)
    for _ in range(rounds):
        await _round(place, folder, found)
    await place.say('drop database if exists "bench_ingest" with (force)')
    return _lines(found)


async def lists(place: Place, persons: int) -> Path:
    folder = place.folder / "lists" / str(persons)
    if not (folder / "whole").exists():
        started = perf_counter()
        write_lists(folder, place.settings.config_dir, persons)
        (folder / "whole").touch()
        note(f"built lists of {persons} persons in {perf_counter() - started:.1f} s")
    return folder


async def _round(place: Place, folder: Path, found: Found) -> None:
    """One life of a database: a first load, a month later a changed one, and the same again."""
    database = await place.empty("bench_ingest")
    empty = await _bytes(database)
    first, second = (folder / f"dukcapil-{month}" / "dukcapil.csv" for month in (1, 2))
    rows, more = int(folder.name), int(folder.name) * 6 // 5
    found["copy"].append(await costing(place, found["copy_cpu"], rows, copied(database, first)))
    load = await costing(place, found["load_cpu"], rows, sync_list(place, database, folder, "dukcapil", 1))
    found["copy"].append(await copied(database, first))
    found["land"].append(_speed(load, LANDING))
    found["fold"].append(load.persons / _seconds(load, FOLDING))
    for stage in (*LANDING, *FOLDING):
        found[f"seconds_{stage}"].append(load.seconds.get(stage, 0.0))
    listed = await sync_list(place, database, folder, "bpnt", 1)
    found["list"].append(_speed(listed, (*LANDING, *FOLDING)))
    found["bytes_first"].append((await _bytes(database) - empty) / load.stored)
    async with Upsert(database) as upsert:
        await upsert.load(first)
        found["upsert"].append(await costing(place, found["upsert_cpu"], more, upsert.load(second)))
    for name, figure in zip(
        ("dlt_land", "dlt_resync"), await loaded_by_dlt(database, (first, second)), strict=False
    ):
        found[name].append(figure)
    again = await costing(place, found["resync_cpu"], more, sync_list(place, database, folder, "dukcapil", 2))
    found["resync"].append(_speed(again, LANDING))
    found["resync_fold"].append(again.persons / _seconds(again, FOLDING))
    for stage in (*LANDING, *FOLDING):
        found[f"resync_seconds_{stage}"].append(again.seconds.get(stage, 0.0))
    await sync_list(place, database, folder, "bpnt", 2)
    found["bytes_second"].append((await _bytes(database) - empty) / again.rows_in)
    same = await costing(
        place, found["unchanged_cpu"], more, sync_list(place, database, folder, "dukcapil", 2, later=True)
    )
    found["unchanged"].append(_speed(same, (*LANDING, *FOLDING)))
    _check(load, listed, again, same)


def _check(load: Summary, listed: Summary, again: Summary, same: Summary) -> None:
    """The counts that the lists must give; a wrong one makes every figure worthless."""
    rows = load.rows_in
    wanted = {
        "first load": (load.stored, rows),
        "list": (listed.stored, listed.rows_in),
        "changed and new": (again.stored, rows * 3 // 10 + rows // 5),
        "nothing new": (same.stored, 0),
    }
    if wrong := {name: pair for name, pair in wanted.items() if pair[0] != pair[1]}:
        raise AssertionError(f"stored, expected: {wrong}")


async def sync_list(
    place: Place, database: Database, folder: Path, source: str, month: int, *, later: bool = False
) -> Summary:
    """One sync of one source, as `hub sync` does it, from a directory."""
    config = config_of(
        place.settings.config_dir, place.folder / "config", source, folder / f"{source}-{month}"
    )
    settings = Settings(data_dir=place.settings.data_dir, config_dir=config)
    await place.say("checkpoint")  # Hub and peers alike begin with a clean log.
    with clock.pin(FIRST_MONTH + MONTH * (month - 1) + timedelta(hours=later)):
        (summary,) = await sync(database, settings, [source])
    if summary.status != "complete":
        raise AssertionError(f"{source}: {summary.status}: {summary.message}")
    return summary


def config_of(original: Path, copy: Path, source: str, directory: Path) -> Path:
    """A copy of the configuration where the source lies in a directory and may change as it likes."""
    shutil.copytree(original, copy, dirs_exist_ok=True)
    entry = copy / "sources" / f"{source}.toml"
    changed = re.sub(
        r"^address = .*$", f'address = "file://{directory}"', entry.read_text(), flags=re.MULTILINE
    )
    changed = re.sub(r"^transport = .*$", 'transport = "directory"', changed, flags=re.MULTILINE)
    changed = re.sub(r"^max_swing = .*$", "max_swing = 10", changed, flags=re.MULTILINE)
    entry.write_text(changed)
    return copy


def _seconds(summary: Summary, stages: Sequence[str]) -> float:
    return sum(summary.seconds.get(stage, 0.0) for stage in stages)


def _speed(summary: Summary, stages: Sequence[str]) -> float:
    return summary.rows_in / _seconds(summary, stages)


async def _bytes(database: Database) -> float:
    async with database.administer() as connection:
        return float(await connection.scalar(WRITTEN) or 0)


def _lines(found: Found) -> list[Line]:
    rate = "rows/s"
    stages = [
        Line(f"ingest.{name}", found[name], "s")
        for name in sorted(found)
        if name.startswith(("seconds_", "resync_seconds_"))
    ]
    costs = [
        Line(f"ingest.{name}", found[name], "us/row", found[peer] if peer else ())
        for name, peer in (("load_cpu", "copy_cpu"), ("resync_cpu", "upsert_cpu"), ("unchanged_cpu", ""))
        if found[name]
    ]
    return [
        Line("ingest.land", found["land"], rate, found["copy"], LAND_GOAL),
        Line("ingest.fold", found["fold"], "persons/s"),
        Line("ingest.list", found["list"], rate),
        Line("ingest.resync", found["resync"], rate, found["upsert"], RESYNC_GOAL),
        *(
            Line(f"ingest.{name}_to_dlt", found[name], rate, found[f"dlt_{name}"], DLT_GOAL)
            for name in ("land", "resync")
            if f"dlt_{name}" in found
        ),
        Line("ingest.resync_fold", found["resync_fold"], "persons/s"),
        Line("ingest.resync_unchanged", found["unchanged"], rate),
        Line("ingest.bytes_first", found["bytes_first"], "bytes/person"),
        Line("ingest.bytes_second", found["bytes_second"], "bytes/person"),
        *costs,
        *stages,
    ]
