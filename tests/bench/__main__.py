"""`python -m tests.bench [area ...]`: measures the hub beside its peers, one JSON object a line on stdout."""

import argparse
import asyncio
import sys
from collections.abc import Awaitable, Callable
from time import perf_counter

import uvloop

from hub.settings import adopt, read_settings
from tests.bench import (
    auditing,
    export,
    fuzzing,
    harvest,
    ingest,
    limits,
    linkage,
    release,
    serving,
    short,
    timing,
    truth,
)
from tests.bench.lines import Line, note, show
from tests.bench.place import Place, open_place

Area = Callable[[Place, int, int], Awaitable[list[Line]]]
AREAS: dict[str, tuple[Area, int, int]] = {
    "audit": (auditing.measure, auditing.PERSONS, 2),
    "export": (export.measure, export.PERSONS, 3),
    "fuzzing": (fuzzing.measure, fuzzing.CALLS, 1),
    "harvest": (harvest.measure, harvest.DATASETS, 3),
    "ingest": (ingest.measure, ingest.PERSONS, 2),
    "limits": (limits.measure, limits.PERSONS, 3),
    "linkage": (linkage.measure, linkage.PERSONS, 1),
    "release": (release.measure, release.ROWS, 1),
    "serving": (serving.measure, serving.PERSONS, 5),
    "short": (short.measure, short.PERSONS, 15),
    "timing": (timing.measure, timing.PERSONS, 2),
    "truth_2019": (truth.area("2019"), truth.PERSONS, 1),
    "truth_2024": (truth.area("2024"), truth.PERSONS, 1),
}
"""Each area with its usual size and rounds."""


def main(arguments: list[str]) -> None:
    """Runs the areas asked for, all when none is."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("area", nargs="*", choices=[[], *AREAS], default=[], help="all when none is named")
    parser.add_argument("--persons", type=int, help="size of the population")
    parser.add_argument("--rounds", type=int, help="how often hub and peer take turns")
    given = parser.parse_args(arguments)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_measure(given.area or list(AREAS), given.persons, given.rounds))


async def _measure(areas: list[str], persons: int | None, rounds: int | None) -> None:
    settings = read_settings()
    settings = settings.model_copy(update={"data_dir": settings.data_dir / "bench"})
    adopt(settings)
    async with open_place(settings) as place:
        for name in areas:
            started = perf_counter()
            area, usual_persons, usual_rounds = AREAS[name]
            for line in await area(place, persons or usual_persons, rounds or usual_rounds):
                show(line)
            note(f"{name}: {perf_counter() - started:.0f} s in all")


if __name__ == "__main__":
    main(sys.argv[1:])
