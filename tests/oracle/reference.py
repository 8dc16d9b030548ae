"""The whole answer of the reference: graphql-core over the printed schema, and what it refuses beforehand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, cast

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLField,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    OperationDefinitionNode,
    SelectionSetNode,
    build_schema,
    execute_sync,
    get_argument_values,
    get_named_type,
    get_variable_values,
    parse,
    validate,
)
from graphql.execution.values import VariableValues

from hub.schema.build import printed
from hub.schema.scalars import (
    read_day,
    read_instant,
    read_kk,
    read_nik,
    read_period,
    read_rupiah,
    read_wilayah_code,
)
from tests.oracle.aggregates import KINDS
from tests.oracle.aggregates import order as aggregated
from tests.oracle.asking import asks, bad_runs, doubled_days, is_indexed, links
from tests.oracle.changes import is_position
from tests.oracle.listings import UNINDEXED, sequence
from tests.oracle.resolvers import Question
from tests.oracle.roots import FILTERS, read_id, resolve, type_of
from tests.oracle.world import World

FEEDS = ("changes",)
"""They have cursors of their own."""
SCALARS = {
    "NIK": read_nik,
    "KK": read_kk,
    "Date": read_day,
    "DateTime": read_instant,
    "Period": read_period,
    "Rupiah": read_rupiah,
    "WilayahCode": read_wilayah_code,
}


@dataclass(frozen=True)
class Answer:
    """What came of an operation: data, or faults of the document and its variables, or codes of refusal.

    Args:
        data: The answer.
        invalid: Faults.
        refused: Codes.
        links: Other sets that its filters look into, those of a field that is asked twice counted twice.
    """

    data: Any = None
    invalid: tuple[str, ...] = ()
    refused: frozenset[str] = frozenset()
    links: int = 0


@cache
def printed_schema() -> GraphQLSchema:
    """The schema as its text has it, with scalars that read what callers send."""
    schema = build_schema(printed())
    for name, read in SCALARS.items():
        cast("GraphQLScalarType", schema.type_map[name]).coerce_input_value = read
    return schema


@dataclass(frozen=True, repr=False)
class Reference:
    """Answers documents.

    Args:
        schema: See `printed_schema`.
        world: The rows.
    """

    schema: GraphQLSchema
    world: World

    def answer(self, document: str, variables: Mapping[str, Any], language: str) -> Answer:
        """The answer, in a language, `id` or `en`."""
        parsed = parse(document)
        if faults := validate(self.schema, parsed):
            return Answer(invalid=_texts(faults))
        operation = next(one for one in parsed.definitions if isinstance(one, OperationDefinitionNode))
        given = get_variable_values(self.schema, operation.variable_definitions or (), dict(variables))
        if not isinstance(given, VariableValues):
            return Answer(invalid=_texts(given))
        fragments = {
            one.name.value: one for one in parsed.definitions if isinstance(one, FragmentDefinitionNode)
        }
        query = cast("GraphQLObjectType", self.schema.query_type)
        walk = _Walk(self.schema, fragments, given)
        if refused := frozenset(walk.faults(query, operation.selection_set)):
            return Answer(refused=refused, links=sum(walk.links))
        result = execute_sync(
            self.schema,
            parsed,
            context_value=Question(self.world, language),
            variable_values=dict(variables),
            field_resolver=resolve,
            type_resolver=type_of,
        )
        assert not result.errors, result.errors
        return Answer(result.data, links=sum(walk.links))


def _texts(faults: list[GraphQLError]) -> tuple[str, ...]:
    return tuple(fault.message for fault in faults)


@dataclass(frozen=True)
class _Walk:
    """Every field that a document selects, whether or not there is a row to ask it of."""

    schema: GraphQLSchema
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: VariableValues
    links: list[int] = field(default_factory=list)

    def faults(self, type_: Any, selected: SelectionSetNode) -> Iterator[str]:
        """The codes of the arguments that no answer can be given to."""
        for node in selected.selections:
            if not all(self._keeps(directive) for directive in node.directives or ()):
                continue
            if isinstance(node, FieldNode):
                yield from self._field(type_, node)
                continue
            inner: Any = self.fragments[node.name.value] if isinstance(node, FragmentSpreadNode) else node
            named = inner.type_condition
            yield from self.faults(
                self.schema.type_map[named.name.value] if named else type_, inner.selection_set
            )

    def _field(self, type_: Any, node: FieldNode) -> Iterator[str]:
        if node.name.value.startswith("__"):
            return
        definition: GraphQLField = type_.fields[node.name.value]
        args = get_argument_values(definition, node, self.variables)
        self.links.append(links(args.get("filter")))
        yield from _faults(type_.name, node.name.value, args)
        if node.selection_set:
            yield from self.faults(get_named_type(definition.type), node.selection_set)

    def _keeps(self, directive: Any) -> bool:
        value = directive.arguments[0].value
        said = self.variables.coerced[value.name.value] if value.kind == "variable" else value.value
        return bool(said) is (directive.name.value == "include")


def _faults(of: str, name: str, args: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with page sizes (0 to 500, in one direction), cursors and global ids."""
    sizes = [args[one] for one in ("first", "last") if args.get(one) is not None]
    if any(not 0 <= size <= 500 for size in sizes):
        yield "page_size"
    if len(sizes) == 2:
        yield "page_direction"
    yield from _given_faults(args.get("filter") or {})
    if {"after", "before"} & args.keys() and name not in FEEDS:
        yield from _cursor_faults(of, name, args)
    if of == "Query" and name in FILTERS:
        yield from _filter_faults(name, args)
    if name == "changes":
        yield from _change_faults(args)
    ids = {"node": [args.get("id")], "nodes": args.get("ids", [])}.get(name, [])
    if any(one is not None and read_id(one) is None for one in ids):
        yield "bad_id"


def _cursor_faults(of: str, name: str, args: Mapping[str, Any]) -> Iterator[str]:
    order = aggregated(name) if name in KINDS else sequence(name, args, of)
    for one in ("after", "before"):
        found = order.read(args[one]) if args.get(one) is not None else []
        if isinstance(found, str):
            yield found


def _given_faults(given: Mapping[str, Any]) -> Iterator[str]:
    """Days that contradict each other, and ids that are none."""
    if doubled_days(given):
        yield "link_day"
    if bad_runs(given):
        yield "bad_id"


def _filter_faults(name: str, args: Mapping[str, Any]) -> Iterator[str]:
    """What no index serves over a whole list."""
    given, order = args.get("filter") or {}, args.get("orderBy")
    served = is_indexed(FILTERS[name], given)
    if asks(given) and not served:
        yield "filter_unindexed"
    if order is not None and (name, order["field"]) in UNINDEXED and not served:
        yield "order_unindexed"


def _change_faults(args: Mapping[str, Any]) -> Iterator[str]:
    if args.get("after") is not None and not is_position(args["after"]):
        yield "bad_cursor"
    elif args.get("after") is not None:
        yield "cursor_old"
    if args.get("since") is not None and args.get("after") is not None:
        yield "since_and_after"
