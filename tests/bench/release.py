"""Area `release`: a data set of a million rows released in its five forms, in memory that does not grow with them."""

import resource
import shutil
from pathlib import Path
from time import perf_counter

from hub.settings import Settings
from hub.sharing.releasing import release
from hub.store.database import Database
from tests.bench.lines import Line, note
from tests.bench.place import Place

ROWS = 1_000_000
FLAT_GOAL = 1.5
"""Most memory of the process while it releases them all to that while it released a tenth, at most."""
COLUMNS = """
select lpad((n % 10000)::text, 10, '3320') as kode_kemendagri, (n % 9973)::text as kode_bps,
  'Desa ' || n as nama_wilayah, (n % 4)::int as tingkat, 'desa' as jenis, (n % 500)::text as kode_induk
from generate_series(1, {rows}) n
"""


async def measure(place: Place, rows: int, rounds: int) -> list[Line]:
    """Releases of a tenth of the rows and of all of them.

    Args:
        place: Where to measure.
        rows: Of the data set.
        rounds: How often.
    """
    database = await place.empty("bench_release")
    took, bytes_, memory = list[float](), list[float](), list[float]()
    for turn in range(rounds):
        _, _, little = await _released(place, database, f"sepuluh_{turn}", rows // 10 or 1)
        seconds, size, most = await _released(place, database, f"semua_{turn}", rows)
        took.append(rows / seconds)
        bytes_.append(size / rows)
        memory.append(most / little)
        note(
            f"release: {rows:,} rows in {seconds:.0f} s, {most:.0f} MB at most, {little:.0f} MB with a tenth"
        )
    return [
        Line("release.speed", took, "rows/s"),
        Line("release.size", bytes_, "bytes/row"),
        Line("release.memory", memory, "ratio", goal=FLAT_GOAL, at_most=True),
    ]


async def _released(place: Place, database: Database, name: str, rows: int) -> tuple[float, int, float]:
    """Seconds, bytes of all forms, and the most memory (MB) that this process has ever had."""
    config, started = _config(place, name, rows), perf_counter()
    settings = Settings(data_dir=place.settings.data_dir, config_dir=config)
    [made] = await release(database, settings, [name])
    seconds = perf_counter() - started
    if made.rows != rows or len(made.files) != len(set(made.files)) or not all(made.files.values()):
        raise AssertionError(f"{made.rows} of {rows} rows were released")
    return seconds, sum(made.files.values()), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _config(place: Place, name: str, rows: int) -> Path:
    """The configuration with one data set more: open, of so many made-up rows."""
    folder = place.folder / "release-config"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(place.settings.config_dir, folder)
    sets = folder / "datasets"
    told = (sets / "wilayah.toml").read_text(encoding="utf-8").replace('"wilayah"', f'"{name}"', 1)
    (sets / f"{name}.toml").write_text(told.replace("wilayah.sql", f"{name}.sql"), encoding="utf-8")
    (sets / "sql" / f"{name}.sql").write_text(COLUMNS.format(rows=rows), encoding="utf-8")
    return folder
