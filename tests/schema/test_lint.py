"""The schema keeps the rules that the linters of the field have (graphql-schema-linter, graphql-eslint), and ours.

Theirs that we leave out, and why: alphabetical order of fields, arguments and values (ours tells the reader what
belongs together; grades and levels are in rising order); a capital at the start of a description (some begin with
the codes that a field holds, as they are written); an `id` on every type (an interval, a sum or a statement is a
value and no thing); no list but of edges and no root that can't be null (`nodes` beside `edges` is for who needs no
cursors; an empty page is an answer); no field that begins with its type's name (`recordedFrom` is one word).
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    get_nullable_type,
    is_required_argument,
    is_required_input_field,
    is_specified_scalar_type,
)

from hub.schema.build import engine, schema
from hub.schema.lifetime import deprecation_in
from hub.schema.words import WORDS

Rule = Callable[[GraphQLSchema], Iterator[str]]
RULES: list[Rule] = []
CAMEL = re.compile(r"[a-z][a-zA-Z0-9]*")
PASCAL = re.compile(r"[A-Z]+[a-zA-Z0-9]*")
UPPER = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*")
PAGE_ARGUMENTS = {"first": "Int", "after": "String", "last": "Int", "before": "String"}
#: Days and instants by the end of a field's name.
TIMES = {"from": "Date", "to": "Date", "On": "Date", "At": "DateTime", "Seen": "DateTime"}
FILTERED = {"Date": "DayFilter", "DateTime": "InstantFilter"}
"""What compares with them in a filter."""
HELD_BACK = engine().catalog.needs
"""What a caller without its scopes gets null for: a list that is empty would say that there is nothing."""
Outputs = GraphQLObjectType | GraphQLInterfaceType


def rule(check: Rule) -> Rule:
    """Declares a rule: it yields the coordinates that break it."""
    RULES.append(check)
    return check


def types(made: GraphQLSchema) -> Iterator[Any]:
    """The types that are the schema's own."""
    for name, type_ in made.type_map.items():
        if not name.startswith("__") and not is_specified_scalar_type(type_):
            yield type_


def fields(made: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    """Fields of objects and interfaces."""
    for type_ in types(made):
        if isinstance(type_, Outputs):
            yield from ((f"{type_.name}.{name}", field) for name, field in type_.fields.items())


def inputs(made: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    """Arguments, and fields of inputs."""
    for path, field in fields(made):
        yield from ((f"{path}({name})", argument) for name, argument in field.args.items())
    for type_ in types(made):
        if isinstance(type_, GraphQLInputObjectType):
            yield from ((f"{type_.name}.{name}", field) for name, field in type_.fields.items())


def values(made: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    """Values of enums."""
    for type_ in types(made):
        if isinstance(type_, GraphQLEnumType):
            yield from ((f"{type_.name}.{name}", value) for name, value in type_.values.items())


def parts(made: GraphQLSchema) -> Iterator[tuple[str, Any]]:
    """Everything that has a description."""
    yield from ((type_.name, type_) for type_ in types(made))
    yield from fields(made)
    yield from inputs(made)
    yield from values(made)


def last_name(path: str) -> str:
    """The name at the end of a coordinate."""
    return path.rstrip(")").replace("(", ".").split(".")[-1]


@rule
def types_are_in_pascal_case(made: GraphQLSchema) -> Iterator[str]:
    yield from (type_.name for type_ in types(made) if not PASCAL.fullmatch(type_.name))


@rule
def fields_and_arguments_are_in_camel_case(made: GraphQLSchema) -> Iterator[str]:
    yield from (path for path, _ in (*fields(made), *inputs(made)) if not CAMEL.fullmatch(last_name(path)))


@rule
def values_are_in_upper_case(made: GraphQLSchema) -> Iterator[str]:
    """But those that are words of the hub: an answer has them as the lists, the tables and the documents write them."""
    words = {f"{one.__name__}.{value.value}" for one in WORDS for value in one}
    yield from (
        path for path, _ in values(made) if path not in words and not UPPER.fullmatch(last_name(path))
    )


@rule
def inputs_are_named_by_what_they_are(made: GraphQLSchema) -> Iterator[str]:
    for type_ in types(made):
        if isinstance(type_, GraphQLInputObjectType) != type_.name.endswith(
            ("Filter", "Input", "Order", "Row")
        ):
            yield type_.name


@rule
def everything_is_described_in_both_languages(made: GraphQLSchema) -> Iterator[str]:
    for path, part in parts(made):
        indonesian, mark, english = (part.description or "").partition(" / ")
        if not (mark and indonesian.strip() and english.strip()):
            yield path


@rule
def descriptions_are_plain_sentences(made: GraphQLSchema) -> Iterator[str]:
    """They end with a full stop, also the Indonesian one, and hold no markup that a client would show raw."""
    for path, part in parts(made):
        text = part.description or ""
        if not re.fullmatch(r"[^#<>]+[.!?…)] / [^#<>]+[.!?…)]", text, re.DOTALL) or text != text.strip():
            yield path


@rule
def lists_hold_no_nulls(made: GraphQLSchema) -> Iterator[str]:
    for path, part in (*fields(made), *inputs(made)):
        listed = get_nullable_type(part.type)
        if path == "Query.nodes":
            continue  # What an id does not lead to is null, so that the others keep their places.
        if isinstance(listed, GraphQLList) and not isinstance(listed.of_type, GraphQLNonNull):
            yield path


@rule
def lists_of_an_answer_are_never_null(made: GraphQLSchema) -> Iterator[str]:
    nullable = (path for path, field in fields(made) if isinstance(field.type, GraphQLList))
    yield from (path for path in nullable if path not in HELD_BACK)


@rule
def deprecations_have_a_last_day_and_a_successor_that_exists(made: GraphQLSchema) -> Iterator[str]:
    known = {path for path, _ in parts(made)}
    for path, part in parts(made):
        reason = getattr(part, "deprecation_reason", None)
        if reason is not None:
            found = deprecation_in(reason)
            if found is None or found.successor not in known or found.successor == path:
                yield path


@rule
def what_is_deprecated_may_be_left_out(made: GraphQLSchema) -> Iterator[str]:
    for path, part in inputs(made):
        required = is_required_argument if "(" in path else is_required_input_field
        if part.deprecation_reason is not None and required(part):
            yield path


@rule
def connections_have_the_parts_of_relay(made: GraphQLSchema) -> Iterator[str]:
    for type_ in types(made):
        if not type_.name.endswith("Connection"):
            continue
        stem = type_.name.removesuffix("Connection")
        shape = {name: str(field.type) for name, field in getattr(type_, "fields", {}).items()}
        wanted = {
            "edges": f"[{stem}Edge!]!",
            "nodes": f"[{stem}!]!",
            "pageInfo": "PageInfo!",
            "totalCount": "Int!",
        }
        edge = getattr(made.type_map.get(f"{stem}Edge"), "fields", {})
        if shape != wanted or {name: str(one.type) for name, one in edge.items()} != {
            "cursor": "String",
            "node": f"{stem}!",
        }:
            yield type_.name


@rule
def page_info_is_that_of_relay(made: GraphQLSchema) -> Iterator[str]:
    wanted = {"hasNextPage": "Boolean!", "hasPreviousPage": "Boolean!"}
    wanted |= {"startCursor": "String", "endCursor": "String"}
    shape = getattr(made.type_map.get("PageInfo"), "fields", {})
    if {name: str(field.type) for name, field in shape.items()} != wanted:
        yield "PageInfo"


@rule
def connections_of_things_take_a_filter(made: GraphQLSchema) -> Iterator[str]:
    """Roots that list things with a global id; findings and movements say themselves what they are of."""
    query = made.query_type
    for name, field in query.fields.items() if query else ():
        nodes: Any = getattr(get_named_type(field.type), "fields", {}).get("nodes")
        listed: Any = nodes and get_named_type(nodes.type)
        if isinstance(listed, GraphQLObjectType) and listed.interfaces and "filter" not in field.args:
            yield f"Query.{name}"


#: They go one way: what is behind the cursor is known already.
FEEDS = (
    "Query.restrictions",
    "Query.whoSaw",
    "Query.changes",
    "Query.shareFeed",
    "Subscription.personsChanged",
    "Subscription.findingsAppeared",
    "Subscription.runProgress",
)


@rule
def connections_are_paged_in_both_directions(made: GraphQLSchema) -> Iterator[str]:
    for path, field in fields(made):
        if get_named_type(field.type).name.endswith("Connection"):
            given = {name: str(argument.type) for name, argument in field.args.items()}
            never_null = isinstance(field.type, GraphQLNonNull) or path in HELD_BACK
            if not never_null or not PAGE_ARGUMENTS.items() <= given.items():
                yield path
        elif {"after", "before", "last"} & field.args.keys() and path not in FEEDS:
            yield path


@rule
def things_with_an_id_are_nodes(made: GraphQLSchema) -> Iterator[str]:
    for type_ in types(made):
        if isinstance(type_, GraphQLObjectType):
            is_node = "Node" in {one.name for one in type_.interfaces}
            if ("id" in type_.fields) is not is_node or (is_node and str(type_.fields["id"].type) != "ID!"):
                yield type_.name


@rule
def days_and_instants_are_known_by_their_names(made: GraphQLSchema) -> Iterator[str]:
    for path, part in (*fields(made), *inputs(made)):
        name = last_name(path)
        for end, wanted in TIMES.items():
            whole = end.islower()
            kinds = (wanted, FILTERED[wanted])
            if (name == end if whole else name.endswith(end)) and get_named_type(part.type).name not in kinds:
                yield path


@rule
def money_is_rupiah(made: GraphQLSchema) -> Iterator[str]:
    for path, field in fields(made):
        if last_name(path) in ("amount", "paid", "running") and get_named_type(field.type).name != "Rupiah":
            yield path


@rule
def names_differ_by_more_than_case(made: GraphQLSchema) -> Iterator[str]:
    seen: set[str] = set()
    for type_ in types(made):
        if type_.name.lower() in seen:
            yield type_.name
        seen.add(type_.name.lower())


@rule
def every_type_is_reached_from_a_root(made: GraphQLSchema) -> Iterator[str]:
    named = {get_named_type(part.type).name for _, part in (*fields(made), *inputs(made))}
    roots = {one.name for one in (made.query_type, made.subscription_type, made.mutation_type) if one}
    behind = {
        one.name
        for type_ in types(made)
        if isinstance(type_, GraphQLInterfaceType)
        for one in made.get_possible_types(type_)
    }
    yield from (type_.name for type_ in types(made) if type_.name not in named | roots | behind)


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.__name__)
def test_the_schema_keeps_the_rule(check: Rule) -> None:
    assert sorted(set(check(schema()))) == []


BAD = '''
"""Akar. / Root."""
type Query {
  "tanpa titik / no stop"
  Bad_Name: [bad_type]
  "Lama. / Old."
  old(
    "Wajib. / Required."
    must: Int! @deprecated(reason: "kelak")
  ): thingConnection
  "Masa. / Span."
  from: String
  "Besaran. / Amount."
  amount: Float
  "Halaman. / Page."
  pages(after: Int): Int
  rule(by: Kinds): PageInfo
  "Daftar. / A list."
  groups: Groups
}
interface Node { id: ID! }
type Group implements Node { id: ID! }
type Groups { nodes: [Group] }
type bad_type { id: ID }
type BAD_TYPE { x: Int }
type thingConnection { edges: [Int] }
type PageInfo { hasNextPage: Boolean }
input Kinds { kind: kind }
enum kind { low }
'''


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.__name__)
def test_the_rule_finds_what_breaks_it(check: Rule) -> None:
    assert list(check(build_schema(BAD))) != []
