"""Area `short`: what a sync of a list of a few rows costs, nearly all of it whatever the rows are."""

import shutil
from collections import defaultdict
from datetime import timedelta
from time import perf_counter

from hub.domain import clock
from hub.settings import Settings
from hub.workflow.sync import sync
from tests.bench.ingest import FIRST_MONTH, config_of, lists, sync_list
from tests.bench.lines import Line
from tests.bench.place import Place
from tests.bench.processor import costing

PERSONS = 240
"""Of the register; the list that is measured has a sixth as many rows."""
A_THOUSAND = 1000
"""By which microseconds are milliseconds."""


async def measure(place: Place, persons: int, rounds: int) -> list[Line]:
    """Every line of the area.

    Args:
        place: Where to measure.
        persons: Of the register.
        rounds: Each on a new database.
    """
    folder = await lists(place, persons)
    found: dict[str, list[float]] = defaultdict(list)
    now = place.folder / "short-list"
    copy = config_of(place.settings.config_dir, place.folder / "config-short", "bpnt", now)
    settings = Settings(data_dir=place.settings.data_dir, config_dir=copy)
    for _ in range(rounds):
        database = await place.empty("bench_short")
        await sync_list(place, database, folder, "dukcapil", 1)
        for kind, month, days in (("first", 1, 0), ("unchanged", 1, 1), ("changed", 2, 31)):
            shutil.rmtree(now, ignore_errors=True)
            shutil.copytree(folder / f"bpnt-{month}", now)
            with clock.pin(FIRST_MONTH + timedelta(days=days)):
                started = perf_counter()
                work = sync(database, settings, ["bpnt"])
                (told,) = await costing(place, found[f"{kind}_cpu"], A_THOUSAND, work)
                found[kind].append(A_THOUSAND * (perf_counter() - started))
            if told.status != "complete" or (told.stored > 0) == (kind == "unchanged"):
                raise AssertionError(f"{kind}: {told.status}, stored {told.stored} of {told.rows_in} rows")
    await place.say('drop database if exists "bench_short" with (force)')
    return [Line(f"short.{name}", values, "ms") for name, values in sorted(found.items()) if values]
