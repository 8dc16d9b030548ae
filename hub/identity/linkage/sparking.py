"""The same model on Spark: frames are prepared and scored by the statements of DuckDB, in Spark's dialect.

The SQL of `parts` is written for DuckDB; sqlglot, which Splink brings along, writes it for Spark. What Spark would work
out anew at each mention is checkpointed: a step of the name keys speaks of the one before three times. pyspark is
imported by whoever opens the session; its version 4 and a Java of version 17 or later are needed.
"""

from collections.abc import Sequence
from typing import Any

from hub.identity.linkage.engine import DIGITS, LEAST, linker_of, verdict_of
from hub.identity.linkage.levels import verdicts
from hub.identity.linkage.model import Model
from hub.identity.linkage.parts import prepared

#: How DuckDB's marks of a date's form are written for Spark.
_FORMS = (("%Y", "yyyy"), ("%m", "MM"), ("%d", "dd"), ("%H", "HH"), ("%M", "mm"), ("%S", "ss"))


def session_of(master: str = "local[2]", **options: str) -> Any:
    """A Spark that knows Splink's distances of edits.

    Args:
        master: Where it runs.
        options: Of the session, dots written as two underscores.
    """
    from pyspark.sql import SparkSession  # type: ignore[import-not-found, unused-ignore]
    from splink.backends.spark import similarity_jar_location

    builder = SparkSession.builder.master(master).config("spark.jars", similarity_jar_location())
    # A text that is no date of a form is none, in whatever way older versions read it.
    told = {
        "spark.sql.legacy.timeParserPolicy": "CORRECTED",
        **{name.replace("__", "."): options[name] for name in options},
    }
    for name, value in told.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def spark_api(session: Any) -> Any:
    """Splink's door to a Spark."""
    from splink.backends.spark import SparkAPI

    return SparkAPI(spark_session=session, break_lineage_method="persist")  # type: ignore[no-untyped-call]


def prepare_on_spark(session: Any, model: Model, frames: Sequence[Any]) -> list[Any]:
    """The parts of each frame, as the model compares them; `engine.prepare` of DuckDB.

    Args:
        session: Of Spark.
        model: Whose comparisons.
        frames: Data frames of Spark with the columns of the model.
    """
    tables = []
    for number, frame in enumerate(frames):
        source, target = f"given_{number}", f"frame_{number}"
        frame.createOrReplaceTempView(source)
        for statement in prepared(model, source, target):
            name, query = on_spark(statement)
            session.sql(query).localCheckpoint().createOrReplaceTempView(name)
        tables.append(session.table(target))
    return tables


def on_spark(statement: str) -> tuple[str, str]:
    """The name of the table that a statement of `parts` makes, and its query as Spark reads it."""
    import sqlglot

    made = sqlglot.parse_one(statement, read="duckdb")
    return made.this.name, made.expression.transform(_told).sql(dialect="spark")


def _told(node: Any) -> Any:
    """A call that Spark knows otherwise: the first of several forms that a text has."""
    from sqlglot import exp

    if isinstance(node, exp.Anonymous) and node.name.lower() == "try_strptime":
        text, forms = node.expressions
        tried = [
            exp.func("try_to_timestamp", text.copy(), exp.Literal.string(_form(form.name)))
            for form in forms.expressions
        ]
        return exp.Coalesce(this=tried[0], expressions=tried[1:])
    return node


def _form(form: str) -> str:
    for theirs, ours in _FORMS:
        form = form.replace(theirs, ours)
    return form


def scored_on_spark(session: Any, model: Model, frames: Sequence[Any], least: float = LEAST) -> Any:
    """A data frame of a, b, weight (log2 of the odds), probability (0 to 1) and a verdict by comparison.

    Args:
        session: Of Spark.
        model: With its parameters.
        frames: Data frames of Spark; two are linked, one is deduplicated.
        least: Weight below which a pair is not kept.
    """
    linker = linker_of(spark_api(session), prepare_on_spark(session, model, frames), model)
    found = linker.inference.predict(threshold_match_weight=least, warning_mode="never")
    columns = ", ".join(verdict_of(name, names) for name, names in verdicts(model).items())
    return session.sql(
        f"select unique_id_l as a, unique_id_r as b, round(match_weight, {DIGITS}) as weight,"
        f" round(match_probability, {DIGITS}) as probability, {columns} from {found.physical_name}"
    )
