"""The measurements run and say what scripts read of them; their figures are for `make bench`."""

import os
import random
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from hub.settings import Settings, adopt
from tests.bench.__main__ import AREAS
from tests.bench.lines import Line
from tests.bench.place import Place, open_place, template_name
from tests.bench.rivals import PROC, of_process
from tests.bench.timing import GOAL, told_apart
from tests.conftest import copy_database
from tests.sync_builders import Hub, loaded

__all__ = ["loaded"]

MEMBERS = ["name", "value", "unit", "peer", "ratio", "goal", "holds", "n"]


@pytest_asyncio.fixture
async def place(loaded: Hub, database_home: Path) -> AsyncIterator[Place]:
    """The server that all tests share, in place of one of its own, with the reference data that it has."""
    settings = Settings(data_dir=database_home)
    adopt(settings)
    async with open_place(settings) as found:
        if not await found.has(template_name()):
            await copy_database(loaded.database, template_name())
        yield found
    adopt(None)


@pytest.mark.parametrize(
    "area",
    [
        area if area == "ingest" else pytest.param(area, marks=pytest.mark.long)
        for area in AREAS
        # Two need an environment that only `make bench` makes; `tests/evaluation/test_linkage.py` holds the truth.
        if area not in ("fuzzing", "linkage", "truth_2019", "truth_2024")
    ],
)
async def test_an_area_tells_every_measurement_in_the_form_that_scripts_rely_on(
    area: str, place: Place
) -> None:
    lines = [line.told() for line in await AREAS[area][0](place, 240, 1)]
    assert len(lines) > 2
    for line in lines:
        assert list(line) == MEMBERS
        assert str(line["name"]).startswith(f"{area}.")
        assert line["n"] == 1
        assert isinstance(line["value"], float)
        assert (line["holds"] is None) == (line["goal"] is None)


def test_a_difference_of_time_is_told_where_there_is_one_and_only_there() -> None:
    coin = random.Random(1)
    alike = [(coin.gauss(900, 90), coin.gauss(900, 90)) for _ in range(1000)]
    assert abs(told_apart(alike)) < GOAL
    assert told_apart([(nobody, foreign + 20) for nobody, foreign in alike]) > GOAL
    assert told_apart([(nobody + 20, foreign) for nobody, foreign in alike]) < -GOAL
    assert told_apart([(1.0, 1.0)] * 100) == 0


def test_a_process_that_has_ended_since_it_was_listed_costs_nothing() -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    assert of_process(gone.pid) == 0
    assert (of_process(os.getpid()) > 0) == PROC.is_dir()


@pytest.mark.parametrize(
    ("line", "ratio", "holds"),
    [
        (Line("a", [3, 1, 2], "s", [4, 4, 4]), 0.5, None),
        (Line("a", [1], "s", [2], 0.5), 0.5, True),
        (Line("a", [1], "s", [2], 0.6), 0.5, False),
        (Line("a", [3], "s", [1], 2.9, at_most=True), 3.0, False),
        (Line("a", [1], "s", (), 1, at_most=True), None, True),
    ],
)
def test_a_goal_holds_for_the_ratio_or_for_the_value_without_a_peer(
    line: Line, ratio: float | None, holds: bool | None
) -> None:
    told = line.told()
    assert (told["ratio"], told["holds"]) == (ratio, holds)
