"""A local Spark says of the same rows what DuckDB says, by the same model: `pytest -m spark` with the extra `spark`."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from hub.identity.linkage import load_model
from hub.identity.linkage.engine import duckdb_api, linker_of, opened, prepare, scored
from hub.identity.linkage.levels import verdicts
from hub.identity.linkage.model import Model
from hub.settings import default_config_dir
from tests.identity.linkage.folk import listed, mentions, register
from tests.identity.linkage.test_parts import NAMES

pytestmark = pytest.mark.spark

MODEL = load_model(default_config_dir() / "identity" / "hub.toml")
ROWS = register(15, 3)


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from hub.identity.linkage.sparking import session_of

    folder = str(tmp_path_factory.mktemp("spark"))
    with warnings.catch_warnings(action="ignore"):
        session = session_of(
            "local[1]", spark__ui__enabled="false", spark__sql__shuffle__partitions="1",
            spark__sql__warehouse__dir=folder, spark__local__dir=folder, spark__driver__host="127.0.0.1",
            spark__executor__heartbeatInterval="600s", spark__network__timeout="1200s",
            spark__sql__codegen__wholeStage="false", spark__sql__codegen__factoryMode="NO_CODEGEN",
        )  # fmt: skip
        yield session
        session.stop()


def frames(folder: Path) -> tuple[str, str]:
    """The register and the lists as Parquet."""
    import pyarrow.parquet as pq

    paths = str(folder / "one.parquet"), str(folder / "other.parquet")
    for path, rows in zip(paths, (ROWS, listed(ROWS, 4)), strict=True):
        pq.write_table(mentions(rows, list(range(len(rows)))), path)
    return paths


def on_duckdb(paths: tuple[str, str], model: Model) -> dict[tuple[str, str], Any]:
    with opened("500MB", 1) as engine:
        tables = prepare(engine, model, [Path(path) for path in paths])
        scored(engine, linker_of(duckdb_api(engine), tables, model), model)
        names = ", ".join(verdicts(model))
        rows = engine.execute(f"select a, b, weight, {names} from scored").fetchall()
    return {row[:2]: row[2:] for row in rows}


@pytest.mark.filterwarnings("ignore")
def test_pairs_weights_and_verdicts_are_those_of_duckdb(spark: Any, tmp_path: Path) -> None:
    from hub.identity.linkage.sparking import scored_on_spark

    paths = frames(tmp_path)
    here = on_duckdb(paths, MODEL)
    read = [spark.read.parquet(path) for path in paths]
    there = {
        (row["a"], row["b"]): (row["weight"], *(row[name] for name in verdicts(MODEL)))
        for row in scored_on_spark(spark, MODEL, read).collect()
    }
    assert len(here) > 30
    assert there.keys() == here.keys()
    assert {pair: told[1:] for pair, told in there.items()} == {pair: told[1:] for pair, told in here.items()}
    assert {pair: told[0] for pair, told in there.items()} == pytest.approx(
        {pair: told[0] for pair, told in here.items()}, abs=1e-4
    )


@pytest.mark.filterwarnings("ignore")
def test_a_name_and_a_date_become_on_spark_what_they_become_on_duckdb(spark: Any) -> None:
    from hub.domain.names import match_key
    from hub.identity.linkage.sparking import prepare_on_spark

    dates = ["1980-02-07", "07-02-1980", "07/02/1980", "19801307", "1980", "", "not known"]
    rows = [
        {column.column or column.name: None for column in MODEL.compare}
        | {"mention_id": str(place), "name": name, "birth_date": dates[place % len(dates)]}
        for place, name in enumerate(NAMES)
    ]
    schema = ", ".join(f"{name} string" for name in rows[0])
    (table,) = prepare_on_spark(
        spark, MODEL, [spark.createDataFrame([tuple(row.values()) for row in rows], schema)]
    )
    told = {int(row["unique_id"]): (row["name_spaced"] or "", row["born"]) for row in table.collect()}
    kept = ["19800207", "19800207", "19800207", "19801307", None, None, None]
    assert told == {place: (match_key(name), kept[place % len(dates)]) for place, name in enumerate(NAMES)}
