"""Loads lists with dlt as versioned rows (scd2), each with the same keys; a program of its own.

`python dlt_peer.py FILE ...` prints rows a second of each load, one a line. PEER_CREDENTIALS is JSON: host, port,
username, password, database. It runs in `.venv-bench`, so it imports dlt and the standard library alone.
"""

import csv
import json
import os
import sys
import tempfile
from collections.abc import Iterator
from time import perf_counter


def rows(path: str) -> Iterator[dict[str, str]]:
    """The rows of a list by the names of its header."""
    with open(path, newline="", encoding="utf-8") as lines:  # noqa: PTH123 - the standard library alone
        yield from csv.DictReader(lines, delimiter=";")


def main(*paths: str) -> None:
    """Loads the lists one after another into one table."""
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    os.environ["RUNTIME__LOG_LEVEL"] = "CRITICAL"
    import dlt  # type: ignore[import-not-found, unused-ignore]

    listed = dlt.resource(
        rows,
        name="dukcapil",
        primary_key=("NIK", "TGL_LHR"),
        write_disposition={"disposition": "merge", "strategy": "scd2"},
    )
    with tempfile.TemporaryDirectory() as home:
        pipeline = dlt.pipeline(
            "bench",
            pipelines_dir=home,
            destination=dlt.destinations.postgres(json.loads(os.environ["PEER_CREDENTIALS"])),
            dataset_name="dlt_peer",
        )
        for path in paths:
            started = perf_counter()
            pipeline.run(listed(path))
            seconds = perf_counter() - started
            with open(path, "rb") as lines:  # noqa: PTH123
                count = sum(1 for _ in lines) - 1
            sys.stdout.write(f"{count / seconds}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
