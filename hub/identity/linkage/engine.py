"""Scores the pairs of a frame, or of two, by a model: Splink on DuckDB, or the same settings on Spark.

Everything lies in one DuckDB database; its pages go to disk beyond `memory`. The libraries are imported when an engine
is opened, so that nobody else pays for them.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hub.errors import InputError
from hub.identity.linkage.learning import learnt
from hub.identity.linkage.levels import blocks, comparisons, verdicts
from hub.identity.linkage.model import Model
from hub.identity.linkage.parts import prepared
from hub.toolkit.scratch import scratch

LEAST = -10.0
"""Match weight (log2 of the odds) below which a pair is not kept."""

COPIED = "header = true, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', all_varchar = true"
"""How DuckDB reads what PostgreSQL copied out: nothing is guessed."""
DIGITS = 6
"""Of a score that are kept: sums of threads differ in those behind, and what is found again has to be the same."""


@contextmanager
def opened(memory: str = "4GB", threads: int = 2) -> Iterator[Any]:
    """An empty DuckDB that keeps to so much memory and spills beyond it into a directory of its own."""
    import duckdb

    with scratch() as spill:
        connection = duckdb.connect(
            config={"memory_limit": memory, "threads": threads, "temp_directory": spill}
        )
        connection.execute("set preserve_insertion_order = false")
        try:
            yield connection
        finally:
            connection.close()


def take(connection: Any, frame: object, name: str) -> str:
    """Makes a frame a relation of the database: a path to CSV or Parquet, or whatever DuckDB can scan.

    Raises:
        InputError: `bad_frame`.
    """
    if isinstance(frame, str | Path):
        path = Path(frame)
        reader = "read_parquet(?)" if path.suffix == ".parquet" else "read_csv(?, all_varchar = true)"
        if not path.is_file():
            raise InputError("bad_frame", f"there is no file {path}")
        connection.execute(f"create or replace temp table {name} as select * from {reader}", [str(path)])
    else:
        connection.register(f"{name}_given", frame)
        connection.execute(f"create or replace temp table {name} as select * from {name}_given")
        connection.unregister(f"{name}_given")
    return name


def prepare(connection: Any, model: Model, frames: Sequence[object], kept: Sequence[str] = ()) -> list[str]:
    """Tables of the parts of each frame, as the model compares them.

    Raises:
        InputError: `bad_frame`, a column of the model is not there or ids repeat.
    """
    tables = []
    for number, frame in enumerate(frames):
        source, target = take(connection, frame, f"given_{number}"), f"frame_{number}"
        there = {row[0] for row in connection.execute(f"describe {source}").fetchall()}
        asked = {model.id, *(each.column or each.name for each in model.compare)}
        if missing := sorted(asked - there):
            raise InputError("bad_frame", f"the frame has no column {', '.join(missing)}")
        for statement in prepared(model, source, target, kept):
            connection.execute(statement)
        rows, ids = connection.execute(
            f"select count(*), count(distinct unique_id) from {target}"
        ).fetchall()[0]
        if rows != ids:
            raise InputError("bad_frame", f"column {model.id} does not name each record once")
        connection.execute(f"drop table {source}")
        tables.append(target)
    return tables


def settings_of(model: Model, link: bool, dialect: str = "duckdb", besides: str = "") -> dict[str, Any]:
    """Splink's settings of a model, the same for each backend but for the names of two functions.

    Args:
        model: With its trained parameters where it has them.
        link: Whether two frames are linked; one is deduplicated.
        dialect: duckdb or spark.
        besides: What pairs have to meet too; see `levels.blocks`.
    """
    return {
        "link_type": "link_only" if link else "dedupe_only",
        "sql_dialect": dialect,
        "unique_id_column_name": "unique_id",
        "comparisons": comparisons(model, dialect),
        "blocking_rules_to_generate_predictions": blocks(model.blocks, dialect, besides),
        "probability_two_random_records_match": (model.trained or {}).get("prior", 0.0001),
        "retain_matching_columns": True,  # Without them Splink keeps no verdict either.
        "retain_intermediate_calculation_columns": False,
    }


def linker_of(
    api: Any,
    tables: Sequence[Any],
    model: Model,
    *,
    settings: dict[str, Any] | None = None,
    besides: str = "",
) -> Any:
    """A linker of Splink over prepared tables of its backend, trained without labels where the model is not.

    Args:
        api: Splink's door to the backend.
        tables: Prepared; two are linked, one is deduplicated.
        model: With its parameters or without.
        settings: Instead of those of the model; for measurements.
        besides: What pairs have to meet too; see `levels.blocks`.
    """
    from splink import Linker

    logging.getLogger("splink").setLevel(logging.ERROR)
    dialect = api.sql_dialect.sql_dialect_str
    chosen = settings or settings_of(model, len(tables) > 1, dialect, besides)
    frames = [api.register(table) for table in tables]

    def of(settings: dict[str, Any]) -> Any:
        return Linker(frames if len(frames) > 1 else frames[0], settings, log_level=logging.ERROR)

    return of(chosen) if model.trained else learnt(of, chosen, model, dialect, besides)


def duckdb_api(connection: Any) -> Any:
    """Splink's door to a DuckDB database."""
    from splink.backends.duckdb import DuckDBAPI

    return DuckDBAPI(connection)


def scored(connection: Any, linker: Any, model: Model, target: str = "scored", least: float = LEAST) -> str:
    """Makes `target`: a, b, weight (log2 of the odds), probability (0 to 1) and a verdict by comparison."""
    found = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
    columns = ", ".join(verdict_of(name, names) for name, names in verdicts(model).items())
    connection.execute(
        f"create or replace temp table {target} as select unique_id_l as a, unique_id_r as b,"
        f" round(match_weight, {DIGITS}) as weight, round(match_probability, {DIGITS}) as probability,"
        f" {columns} from {found.physical_name}"
    )
    found.drop_table_from_database_and_remove_from_cache()
    return target


def verdict_of(name: str, names: Sequence[str]) -> str:
    """The column of a comparison's verdict, null where a value is missing."""
    cases = " ".join(f"when {number} then '{verdict}'" for number, verdict in enumerate(names))
    return f"case gamma_{name} {cases} end as {name}"
