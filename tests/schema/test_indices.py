"""Each filter that is said to be served by an index is: PostgreSQL seeks by its value."""

import base64
import json
from collections.abc import Iterator
from typing import Any

import pytest
from graphql import GraphQLInputObjectType, get_named_type

from hub.compiler.declare import Compare, Relation
from hub.compiler.engine import Request
from hub.compiler.filters import Filtering
from hub.schema.build import engine, schema
from hub.store.database import Database
from hub.store.read import open_reader
from tests.graph_builders import context, uid
from tests.schema.conftest import KK, SITI

#: A value by the type of the filter's field; a scheme and a register stand for codes.
VALUES: dict[str, Any] = {
    "NikFilter": {"eq": SITI},
    "KkFilter": {"eq": KK},
    "NameFilter": {"eq": "SITI AMINAH"},
    "DayFilter": {"eq": "2025-01-01"},
    "CodeFilter": {"eq": "pmks"},
    "ReferenceFilter": {"eq": "PKH"},
    "WilayahCode": "33.20.01.2001",
    "InstantFilter": {"gte": "2025-01-01T00:00:00Z"},
    "ID": "UnVuOjE=",
}
UNLISTED = ("NameFilter", "InstantFilter")
PREFIXED = ("NikFilter", "KkFilter", "NameFilter")
#: What stands in the condition of the index, where it is not the field's name in the words of the database.
COLUMNS = {"wilayah": "area_key", "kk": "no_kk", "name": "name_key", "recorded": "opened"}
COLUMNS |= {name: f"{name}_id" for name in ("program", "source", "run")}


def large() -> Iterator[tuple[str, GraphQLInputObjectType]]:
    """The roots over sets that grow with people, with the type of their filter."""
    query = schema().query_type
    assert query is not None
    for name, field in query.fields.items():
        declared = engine().catalog.field("Query", name)
        if isinstance(declared, Relation) and declared.large:
            type_ = get_named_type(field.args["filter"].type)
            assert isinstance(type_, GraphQLInputObjectType)
            yield name, type_


def cases() -> Iterator[tuple[str, str, str, Any]]:
    """Root, type of its filter, field and value of each filter that leads."""
    filtering = Filtering(engine().catalog.filters, str)
    for root, type_ in large():
        for name in filtering.leading(type_):
            kind = get_named_type(type_.fields[name].type).name
            yield root, type_.name, name, VALUES[kind]
            if kind in PREFIXED:
                yield root, type_.name, name, {"prefix": "332001"}
            declared = engine().catalog.filters[type_.name][name]
            if isinstance(declared, Compare) and not declared.table:
                yield (
                    root,
                    type_.name,
                    name,
                    {"in": [VALUES[kind]["eq"]]} if kind not in UNLISTED else VALUES[kind],
                )


@pytest.mark.parametrize(("root", "type_", "field", "value"), list(cases()), ids=json.dumps)
async def test_postgresql_seeks_by_a_filter_that_leads(
    told: Database, root: str, type_: str, field: str, value: Any
) -> None:
    query = f"query ($f: {type_}) {{ {root}(filter: $f) {{ totalCount }} }}"
    sql, parameters = engine().explain(Request(query, {"f": {field: value}}))
    async with open_reader(told, 1) as reader:
        await reader.pool.execute("set enable_seqscan = off")
        plan = await reader.text(f"explain (format json) {sql}", [context(told), *parameters])
    assert plan is not None
    column = COLUMNS.get(field, "".join(f"_{one.lower()}" if one.isupper() else one for one in field))
    assert [one for one in conditions(json.loads(plan)) if column in one] != []


#: Types whose things a global id names by `uid`, with their tables.
BY_UID = {
    "Person": "person_state", "FamilyCard": "family_card", "Household": "household", "Enrollment": "enrollment",
    "Payment": "benefit", "Group": "social_group", "Institution": "institution", "Finding": "finding",
}  # fmt: skip


@pytest.mark.parametrize("type_", BY_UID)
async def test_postgresql_seeks_by_a_global_id_whatever_it_names(told: Database, type_: str) -> None:
    named = base64.b64encode(f"{type_}:{uid('thing', 1)}".encode()).decode()
    sql, parameters = engine().explain(Request("query ($id: ID!) { node(id: $id) { id } }", {"id": named}))
    async with open_reader(told, 1) as reader:
        await reader.pool.execute("set enable_seqscan = off")
        plan = await reader.text(f"explain (generic_plan, format json) {sql}", [context(told), *parameters])
    assert plan is not None
    found = [one for table, one in sought(json.loads(plan)) if table == BY_UID[type_]]
    # Of a merged person the id of the current one is looked up first, and the person by what came of that.
    wanted = "(uid = (InitPlan" if type_ == "Person" else "(uid ="
    assert [one for one in found if one.startswith(wanted)] != [], found


def conditions(plan: Any) -> Iterator[str]:
    """The conditions by which the nodes of a plan seek in an index."""
    return (condition for _, condition in sought(plan))


def sought(plan: Any) -> Iterator[tuple[str, str]]:
    """Those conditions with the table that is read; blank where a node reads none."""
    if isinstance(plan, dict):
        if "Index Cond" in plan:
            yield plan.get("Relation Name", ""), plan["Index Cond"]
        for part in plan.values():
            yield from sought(part)
    if isinstance(plan, list):
        for part in plan:
            yield from sought(part)
