"""Models of a test, and the verdicts that they give two values."""

from typing import Any

from hub.identity.linkage.levels import comparisons, verdicts
from hub.identity.linkage.model import Compared, Costs, Model, Training


def compared(name: str, kind: str, **options: Any) -> Compared:
    return Compared.model_validate({"name": name, "kind": kind, **options})


def model_of(*compare: Compared, trained: dict[str, Any] | None = None, **options: Any) -> Model:
    first = compare[0].name
    return Model(
        name="test",
        version="1",
        compare=compare,
        blocks=options.pop("blocks", ((first,),)),
        costs=Costs(false_link=1, missed_link=1),
        training=Training(certain=((first,),), recall=0.9, sessions=((first,),), pairs=1_000),
        trained=trained,
        **options,
    )


def frame_of(*rows: tuple[str | None, ...], columns: tuple[str, ...]) -> Any:
    import pyarrow as pa

    return pa.Table.from_pylist([dict(zip(columns, row, strict=True)) for row in rows])


def verdict(engine: Any, each: Compared, one: str | None, other: str | None) -> str | None:
    """What a comparison says of two values, by the SQL that Splink runs."""
    from hub.identity.linkage.engine import prepare

    model = model_of(each, compared("sex", "code"))
    columns = ("id", each.name, "sex")
    frame = frame_of(("1", one, "L"), ("2", other, "L"), columns=columns)
    (table,) = prepare(engine, model, [frame])
    levels = comparisons(model, "duckdb")[0]["comparison_levels"]
    there = [row[0] for row in engine.execute(f"describe {table}").fetchall()]
    sides = ", ".join(f"{side}.{name} as {name}_{side}" for name in there for side in ("l", "r"))
    cases = " ".join(
        f"when {level['sql_condition']} then '{level['label_for_charts']}'" for level in levels[:-1]
    )
    query = f"select case {cases} else 'differs' end from (select {sides} from {table} l, {table} r"
    found = engine.execute(f"{query} where l.unique_id = '1' and r.unique_id = '2')").fetchall()[0][0]
    assert found in (*verdicts(model)[each.name], "untold")
    return str(found)
