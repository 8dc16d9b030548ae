"""A local Spark makes of a name and a date what DuckDB makes of them: `pytest -m spark` with the extra `spark`."""

import warnings
from collections.abc import Iterator
from typing import Any

import pytest

from hub.identity.linkage import load_model
from hub.settings import default_config_dir
from tests.identity.linkage.test_parts import NAMES

pytestmark = pytest.mark.spark

MODEL = load_model(default_config_dir() / "identity" / "hub.toml")


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from hub.identity.linkage.sparking import session_of

    folder = str(tmp_path_factory.mktemp("spark"))
    with warnings.catch_warnings(action="ignore"):
        session = session_of(
            "local[1]", spark__ui__enabled="false", spark__sql__shuffle__partitions="1",
            spark__sql__warehouse__dir=folder, spark__local__dir=folder, spark__driver__host="127.0.0.1",
            spark__executor__heartbeatInterval="600s", spark__network__timeout="1200s",
        )  # fmt: skip
        yield session
        session.stop()


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
