"""Area `fuzzing`: schemathesis asks a served hub what it makes up from the schema; none may fail or break its shape."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

from hub.schema.build import schema
from hub.settings import Settings
from hub.store.migrate import upgrade
from tests.bench.lines import Line, note
from tests.bench.place import Place
from tests.bench.served import served
from tests.schema.town import town

CALLS = 10_000
COMMAND = Path(".venv-bench/bin/schemathesis").absolute()
"""`make bench` puts it there."""
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
NAME = "bench_fuzzing"


async def measure(place: Place, calls: int, rounds: int) -> list[Line]:
    """Every line of the area.

    Args:
        place: Where to measure.
        calls: Operations made up at least, valid and broken ones.
        rounds: How often all of it is run, each time by another seed.
    """
    for statement in (f'drop database if exists "{NAME}" with (force)', f'create database "{NAME}"'):
        await place.say(statement)
    database = place.named(NAME)
    await upgrade(database)
    await town().graph.store(database)
    settings = Settings(data_dir=place.settings.data_dir, query_budget=10**9)
    async with served(database, settings) as server:
        url = f"http://127.0.0.1:{server.port}/graphql"
        runs = [await _run(url, calls, seed, place.folder) for seed in range(1, rounds + 1)]
    return [
        Line(
            "fuzzing.calls", [float(sum(made for made, _ in runs))], "operations", [float(calls * rounds)], 1
        ),
        Line("fuzzing.faults", [float(sum(wrong for _, wrong in runs))], "operations"),
    ]


async def _run(url: str, calls: int, seed: int, folder: Path) -> tuple[int, int]:
    """Operations that one run made up, and those that failed.

    Raises:
        AssertionError: Some failed, or not every root was asked; what it was is on stderr.
    """
    report = folder / f"schemathesis-{seed}.json"
    query = schema().query_type
    each = -(-calls // len(query.fields if query else ()))
    process = await asyncio.create_subprocess_exec(
        COMMAND,
        *("run", url, "--checks", CHECKS, "--mode", "all", "--seed", str(seed), "--max-examples", str(each)),
        *("--continue-on-failure", "--no-color", "--no-shrink", "--warnings", "off"),
        *("--report", "json", "--report-json-path", str(report)),
        env=os.environ | {"SCHEMATHESIS_HOOKS": "scalars", "PYTHONPATH": str(Path(__file__).parent)},
        stdout=asyncio.subprocess.PIPE,
        cwd=folder,
    )
    told, _ = await process.communicate()
    found: dict[str, Any] = json.loads(report.read_text(encoding="utf-8"))
    cases, roots = found["test_cases"], found["operations"]
    if process.returncode or roots["tested"] != roots["total"]:
        note(told.decode()[-4000:])
        raise AssertionError(
            f"schemathesis found {cases['unique_failures']} faults, {roots['errored']} errors"
        )
    return cases["generated"], cases["with_failures"]
