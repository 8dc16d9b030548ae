"""Scopes of fields: every field that speaks of persons names them, and who lacks one gets null, listed once a path."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLNonNull, GraphQLObjectType, get_named_type

from hub.compiler.binding import Binder
from hub.compiler.declare import (
    Arity,
    Catalog,
    Either,
    Entities,
    Expression,
    Key,
    Linked,
    Order,
    Relation,
    Rows,
    TypeDeclaration,
)
from hub.compiler.engine import Request
from hub.compiler.filters import Filtering
from hub.compiler.marks import counts
from hub.compiler.needs import EVERYTHING, KECAMATAN, OPEN, RAW, Need, Sight
from hub.compiler.scope import Field, Moment, Scope
from hub.domain import clock
from hub.errors import RefusedError
from hub.registry.agencies import load_terms
from hub.schema.build import engine, schema
from hub.schema.reference import wilayah_of
from hub.schema.scoping import ALL, EXCLUSION, IDENTITY, TABLES, loosen, needs, refusable
from hub.store.database import Database
from hub.store.tables.base import metadata
from tests.graph_builders import context
from tests.schema.conftest import NOW, Counting
from tests.schema.reaching import Way, leaves, ways
from tests.store.test_security import OPENED, PROVENANCE

CONFIG = Path(__file__).parents[2] / "config"
SCOPES = frozenset(one.code for one in load_terms(CONFIG).scopes)
CATALOG = engine().catalog
TO_AREA = wilayah_of("").on
WAYS = list(ways(schema()))


def tables(*templates: str) -> set[str]:
    """The tables of persons that some SQL reads."""
    found = set()
    for sql in templates:
        found |= {sql} if re.fullmatch(r"\w+", sql) else set(re.findall(r"\bhub\.(\w+)", sql))
    return found & TABLES.keys()


def read_by(declared: object, catalog: Catalog, target: str) -> set[str]:
    """The tables of persons that a field reads beside the row it stands on."""
    if isinstance(declared, Expression):
        return tables(declared.sql)
    if isinstance(declared, Relation):
        own = declared.rows or (catalog.types[target].rows if target in catalog.types else None)
        rows = tables(own.table) if own else set()
        return rows | tables(declared.on, *(key.sql for key in declared.order))
    return set()


def thing(type_: Any) -> str:
    """Name of the type of the things that a field yields."""
    named = get_named_type(type_)
    if named.name.endswith("Connection"):
        return str(get_named_type(get_named_type(named.fields["edges"].type).fields["node"].type).name)
    return str(named.name)


def unscoped(catalog: Catalog, types: dict[str, Any]) -> list[str]:
    """Fields that read a table of persons and name no scope that opens it."""
    found = []
    for name, declaration in catalog.types.items():
        above = class_need(name).scopes
        for key, declared in declaration.fields.items():
            if isinstance(declared, Entities | Either):
                continue
            need = catalog.need(name, key)
            reads = {"": read_by(declared, catalog, thing(types[name].fields[key].type))}
            if isinstance(declared, Relation):
                reads |= {argument: tables(sql) for argument, sql in declared.when.items()}
            for argument, one in ((argument, table) for argument, some in reads.items() for table in some):
                granted = need.scopes | (above if need.scopes else frozenset())
                if not opens(
                    granted | (catalog.need(name, key, argument).scopes if argument else set()), one
                ):
                    found.append(f"{name}.{key} reads {one}")
    return found


def opens(scopes: frozenset[str], table: str) -> bool:
    """Whether each set of scopes that has these opens a table."""
    wanted = set(TABLES[table].split("|"))
    return any(set(each.split("|")) <= wanted for each in scopes) or (wanted == {""} and bool(scopes))


def class_need(name: str) -> Need:
    definition: Any = schema().type_map[name].extensions.get("strawberry-definition")
    found: Need = getattr(definition.origin, "needs", OPEN)
    return found


def test_a_field_names_the_scopes_of_every_table_of_persons_that_its_sql_reads() -> None:
    assert unscoped(CATALOG, dict(schema().type_map)) == []


def test_a_field_that_speaks_of_persons_and_names_no_scope_is_found() -> None:
    bare = Expression("select count(*) from hub.enrollment e where e.program_id = {t}.id")
    program = CATALOG.types["Program"]
    careless = TypeDeclaration("Program", program.rows, {**program.fields, "name": bare})
    found = unscoped(
        Catalog({**CATALOG.types, "Program": careless}, {}, CATALOG.needs), dict(schema().type_map)
    )
    assert found == ["Program.name reads enrollment"]


def test_a_type_whose_rows_are_a_table_of_persons_names_its_scopes() -> None:
    careless = [
        name
        for name, one in CATALOG.types.items()
        if one.rows and tables(one.rows.table) and class_need(name).is_open
    ]
    assert careless == []


def test_a_filter_that_looks_into_a_table_of_persons_names_its_scopes() -> None:
    found = []
    for name, fields in CATALOG.filters.items():
        for key, filter_ in fields.items():
            sql = filter_.rows.table if isinstance(filter_, Linked) else getattr(filter_, "sql", "")
            if tables(sql) and CATALOG.need(name, key).is_open:
                found.append(f"{name}.{key}")
    assert found == []


def test_every_table_that_grows_with_people_has_its_scopes() -> None:
    grown = {table.name for table in metadata.sorted_tables if "home_area_key" in table.c}
    assert grown - TABLES.keys() == {"observation", "claim_observation"}


def test_every_scope_of_the_schema_is_one_that_agreements_grant() -> None:
    named = {one for need in CATALOG.needs.values() for each in need.scopes for one in each.split("|")}
    assert named - SCOPES == set()


def test_whoever_reaches_a_thing_has_what_its_type_needs() -> None:
    """Else a field that is never null could be refused."""
    found = []
    for name, declaration in CATALOG.types.items():
        for key, declared in declaration.fields.items():
            if isinstance(declared, Entities | Either):
                continue
            target = thing(schema().type_map[name].fields[key].type)  # type: ignore[attr-defined]
            if target not in CATALOG.types or schema().type_map[target].interfaces:  # type: ignore[attr-defined]
                continue
            reached = CATALOG.need(name, key).scopes | class_need(name).scopes
            if class_need(target).scopes - reached:
                found.append(f"{name}.{key}")
    assert found == []


def test_whatever_tells_of_persons_says_of_whom_for_the_ledger() -> None:
    """A type without a subject is told of whoever the object above it is, or is a number over many persons."""
    found = set()
    for name, declaration in CATALOG.types.items():
        for key, declared in declaration.fields.items():
            target = thing(schema().type_map[name].fields[key].type)  # type: ignore[attr-defined]
            told = not class_need(name).is_open or (isinstance(declared, Relation) and counts(declared))
            if not told and target in CATALOG.types and not class_need(target).is_open:
                found |= set() if CATALOG.types[target].subject else {f"{name}.{key}"}
    assert found == {
        "Query.changes",
        "Query.shareFeed",
        "Subscription.findingsAppeared",
        "Subscription.personsChanged",
    }, "pages of what has subjects"


def unplaced(catalog: Catalog) -> list[str]:
    """Fields of what tells of a person that lead to an area and past the mask of areas."""
    found = []
    for name, declaration in catalog.types.items():
        for key, declared in declaration.fields.items():
            need = catalog.need(name, key)
            to_area = isinstance(declared, Relation) and declared.on.startswith(TO_AREA)
            if declaration.subject and to_area and RAW not in need.scopes and KECAMATAN not in need.masks:
                found.append(f"{name}.{key}")
    return found


def test_no_area_of_a_person_lies_past_the_mask_of_areas() -> None:
    assert unplaced(CATALOG) == []
    bare = {**CATALOG.needs, "Finding.wilayah": EXCLUSION, "Person.wilayah": IDENTITY}
    assert sorted(unplaced(Catalog(CATALOG.types, {}, bare))) == ["Finding.wilayah", "Person.wilayah"]


def test_what_is_frozen_of_other_tables_asks_for_all_of_them() -> None:
    assert CATALOG.need("Finding", "proof") == ALL
    every = Sight(None, frozenset({"initials"}))
    assert every.mask(CATALOG.need("Finding", "proof")) == "initials"


def test_what_can_be_refused_is_nullable() -> None:
    found = schema()
    loosen(found, CATALOG.needs)
    assert [
        coordinate
        for coordinate, need in CATALOG.needs.items()
        for name, _, key in [coordinate.partition(".")]
        if isinstance(type_ := found.type_map[name], GraphQLObjectType)
        and key in type_.fields
        and refusable(type_, need)
        and isinstance(type_.fields[key].type, GraphQLNonNull)
    ] == []


def objects() -> list[Way]:
    """A way to each object type, once."""
    found: dict[str, Way] = {}
    for way in WAYS:
        below = get_named_type(way.field.type)
        made = below.name.endswith(("Connection", "Edge", "PageInfo"))
        if isinstance(below, GraphQLObjectType) and not made and way.steps[-1][0] != "origin":
            found.setdefault(below.name, way)
    return list(found.values())


def expected(way: Way, sight: Sight) -> list[tuple[str, ...]]:
    """The paths that a caller is refused who selects every value of the object that a way leads to."""
    steps = [name for name, _ in way.steps]
    owners = ["Query", *(get_named_type(field.type).name for _, field in way.steps[:-1])]
    for place, owner in enumerate(owners):
        if sight.lacks(CATALOG.need(owner, steps[place])):
            return [tuple(steps[: place + 1])]
    below = get_named_type(way.field.type)
    names = re.findall(r"\w+", leaves(below))[1:]
    return [(*steps, name) for name in names if sight.lacks(CATALOG.need(below.name, name))]


@pytest.mark.parametrize("way", [pytest.param(way, id=way.name) for way in objects()])
def test_each_field_is_planned_for_those_who_have_its_scopes_and_for_nobody_else(way: Way) -> None:
    below: Any = get_named_type(way.field.type)
    query = way.document(leaves(below))
    needed: set[str] = set()
    for name in below.fields:
        needed |= CATALOG.need(below.name, name).scopes
    for scope in ("", *(each for one in needed for each in one.split("|"))):
        sight = Sight(SCOPES - {scope} if scope else class_need(below.name).scopes)
        refused = engine().prepare(Request(query), sight).plan.refused
        assert [one.path for one in refused] == expected(way, sight)


def test_what_is_refused_is_not_read_and_stands_once_a_path() -> None:
    query = """{ people(first: 2) { edges { node { name home: address enrollments { number } ...more } }
        nodes { address } totalCount } } fragment more on Person { home: address payments { amount } }"""
    plan = engine().prepare(Request(query), Sight(frozenset({"identity"}))).plan
    assert [(".".join(one.path), one.scopes) for one in plan.refused] == [
        ("people.edges.node.home", ("contact",)),
        ("people.edges.node.enrollments", ("enrollment",)),
        ("people.edges.node.payments", ("payment",)),
        ("people.nodes.address", ("contact",)),
    ]
    assert not re.search(r'"address"\s+as|hub\.(enrollment|benefit)\b|\."address"', plan.sql)


async def test_a_refused_list_is_null_and_not_empty(reads: Counting, told: Database) -> None:
    async def ask_as(sight: Sight, query: str) -> Any:
        prepared = engine().prepare(Request(query), sight)
        with clock.pin(NOW):
            return json.loads((await engine().answer(prepared, reads, lambda: context(told))).data)

    query = "{ people(first: 1) { nodes { name payments { amount } familyCards { from } kk } } programs { code } }"
    [node] = (await ask_as(Sight(frozenset({"identity"})), query))["people"]["nodes"]
    assert node["name"]
    assert (node["payments"], node["familyCards"], node["kk"]) == (None, None, None)
    assert (await ask_as(Sight(frozenset({"payment"})), query))["people"] is None


@pytest.mark.parametrize(
    "query",
    [
        '{ people(filter: {enrollments: {some: {}}, wilayah: "33.20"}) { totalCount } }',
        '{ people(filter: {not: {payments: {none: {amount: {gte: 1}}}}, wilayah: "33.20"}) { totalCount } }',
        '{ people(filter: {program: {has: ["PKH"]}}) { totalCount } }',
        "{ peopleAggregate(filter: {or: [{scores: {some: {}}}]}) { nodes { count } } }",
    ],
)
def test_what_lies_outside_the_scopes_is_no_oracle_either(query: str) -> None:
    assert engine().prepare(Request(query)).plan.reads
    with pytest.raises(RefusedError) as refused:
        engine().prepare(Request(query), Sight(frozenset({"identity"})))
    assert (refused.value.code, bool(refused.value.allowed_by)) == ("scope_missing", True)


def test_an_argument_may_need_more_than_its_field() -> None:
    query = '{ holders(disability: true, wilayah: "33.20") { totalCount } }'
    fit = frozenset({"identity", "family", "enrollment", "score"})
    assert engine().prepare(Request(query.replace("disability: true, ", "")), Sight(fit)).plan.refused == ()
    with pytest.raises(RefusedError, match="status-sensitive"):
        engine().prepare(Request(query), Sight(fit))


def test_an_order_may_need_more_than_its_list() -> None:
    class Chosen:
        value = "DESIL"

    order = {"field": Chosen, "direction": Chosen}
    relation = Relation(Arity.CONNECTION, orders={"DESIL": Order([Key("{t}.desil")], need=needs("score"))})
    scope = Scope(Binder(), Moment(Binder()), Field(None, None, {"orderBy": order}, 0))  # type: ignore[arg-type]
    assert Filtering({}, str).placed(relation, Rows("score"), scope)[1] == []
    with pytest.raises(RefusedError):
        Filtering({}, str, {}, Sight(frozenset())).placed(relation, Rows("score"), scope)


def test_who_wants_all_or_nothing_gets_nothing() -> None:
    query = "{ people { nodes { name address } } }"
    fit = Sight(frozenset({"identity", "contact"}))
    assert engine().prepare(Request(query, whole=True), fit).plan.refused == ()
    with pytest.raises(RefusedError) as refused:
        engine().prepare(Request(query, whole=True), Sight(frozenset({"identity"})))
    assert refused.value.code == "fields_refused"


def test_plans_of_callers_with_other_scopes_are_other_plans() -> None:
    request = Request("{ people { nodes { name address } } }")
    plans = [engine().prepare(request, sight).plan for sight in (EVERYTHING, Sight(frozenset({"identity"})))]
    assert plans[0].sql != plans[1].sql
    assert engine().prepare(request, Sight(frozenset({"identity"}))).plan is plans[1]


def test_a_thing_of_another_subgraph_is_not_found_by_what_the_caller_may_not_see() -> None:
    federated = engine(None, federation=True)
    query = "query ($r: [_Any!]!) { _entities(representations: $r) { ... on Person { id name } } }"
    given = {"r": [{"__typename": "Person", "nik": "3320014101909001"}]}
    assert federated.prepare(Request(query, given)).plan.refused == ()
    with pytest.raises(RefusedError):
        federated.prepare(Request(query, given), Sight(frozenset({"payment"})))


def test_the_database_is_tried_with_the_same_scopes() -> None:
    """Statuses are told apart by row and refused rows may state any: no scope opens their tables alone."""
    numbers = {one.code: one.number for one in load_terms(CONFIG).scopes}
    for table, scopes in TABLES.items():
        if scopes and table not in ("status", "claim_status", "quarantine"):
            tried = OPENED.get(table, (PROVENANCE,))
            assert sorted(tried) == sorted(numbers[one] for one in scopes.split("|")), table
