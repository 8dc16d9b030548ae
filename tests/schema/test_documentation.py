"""What docs/graphql.md says runs and is complete."""

import re
from pathlib import Path

from hub.compiler.engine import Request
from hub.schema.build import engine, schema

PAGE = (Path(__file__).parents[2] / "docs" / "graphql.md").read_text(encoding="utf-8")


def test_every_root_is_documented() -> None:
    made = schema()
    kinds = [made.query_type, made.mutation_type, made.subscription_type]
    roots = [name for kind in kinds if kind is not None for name in kind.fields]
    assert len(roots) > len(kinds)
    assert [name for name in roots if not re.search(rf"`{name}\b", PAGE)] == []


def test_every_example_compiles_to_one_statement() -> None:
    examples = re.findall(r"```graphql\n(.*?)```", PAGE, re.DOTALL)
    assert examples != []
    for example in examples:
        request = Request(example, {"nik": "3320014101909001"})
        sql = engine().prepare(request, streams=True, writes=True).plan.sql
        assert sql.startswith("with q as materialized (select case when hub.enter($1::text) then ")
        assert ";" not in sql
