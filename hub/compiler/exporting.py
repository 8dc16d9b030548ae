"""Exports: the statement whose every row is the JSON of one entry of one connection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import (
    FieldNode,
    GraphQLEnumType,
    GraphQLObjectType,
    GraphQLOutputType,
    get_argument_values,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    is_list_type,
)

from hub.compiler.binding import Bind, Binding, numbered
from hub.compiler.connections import Page
from hub.compiler.convert import DEFAULT_PAGE
from hub.compiler.cursors import Cursors
from hub.compiler.declare import Arity, Relation
from hub.compiler.engine import Engine, Request
from hub.compiler.marks import counts
from hub.compiler.needs import EVERYTHING, Refusal, Sight
from hub.compiler.plan import Plan
from hub.compiler.planner import ConnectionPlan, Parent, Planner, type_below
from hub.compiler.scope import Field, Scope
from hub.compiler.selection import Selected, Selector
from hub.errors import InputError

#: json_agg puts line ends between its items; within a text JSON writes them as \n, so that a raw one is never data.
LINE = "select replace(({value})::text, E'\\n', '') from ({rows}) \"{alias}\""


@dataclass(frozen=True)
class Part:
    """One member of an exported entry.

    Args:
        key: Response key.
        kind: GraphQL scalar of a leaf, `object` or `list`.
        parts: Members of an object; the one item of a list.
    """

    key: str
    kind: str
    parts: tuple["Part", ...] = ()


@dataclass(frozen=True)
class Export:
    """One connection, ready to be read row by row.

    Args:
        root: Name of the connection's field.
        sql: The statement: one text a row, the JSON of an entry, without line ends.
        parameters: Values of `$1` and after.
        count: Statement that counts its rows, up to one more than an export may hold.
        count_parameters: Values of `$1` and after of that.
        parts: Members of an entry.
        first: Rows asked for; None: all.
        cost_of_row: Rows that one entry may yield, itself included.
        refused: Fields that the caller may not see, or sees under a mask.
        leave: Statement that leaves the line of a part of it; blank: it leaves none.
        asked: The numbers and ids that it names.
    """

    root: str
    sql: str
    parameters: list[object]
    count: str
    count_parameters: list[object]
    parts: tuple[Part, ...]
    first: int | None
    cost_of_row: int
    refused: tuple[Refusal, ...] = ()
    leave: str = ""
    asked: tuple[str, ...] = ()


def export(engine: Engine, request: Request, most: int, sight: Sight = EVERYTHING) -> Export:
    """What a document exports; nothing is read yet.

    Args:
        engine: Of the schema.
        request: One query that selects `nodes` or `edges` of one connection, and nothing else.
        most: Rows that one export may hold.
        sight: What the caller may see.

    Raises:
        InvalidDocument: The document or its variables break the schema.
        InputError: It asks for too much, or is no export (`not_an_export`).
        RefusedError: `scope_missing`, `masked`, `fields_refused`.
    """
    operation, variables = engine.read(request)
    selector = Selector(engine.schema, operation.fragments, variables)
    query = engine.schema.query_type
    if query is None:
        raise LookupError("the schema has no query type")
    planner = _Exporter(engine.schema, engine.catalog, selector, request.language, sight)
    made = planner.export(selector.fields(query, [operation.definition.selection_set]), query, most)
    request.accepts(made.refused)
    most_nested = engine.limits.rows // DEFAULT_PAGE
    if made.cost_of_row > most_nested:
        raise InputError(
            "limit_rows",
            f"an entry may yield {made.cost_of_row} rows, {most_nested} are allowed in an export; ask for"
            " smaller lists",
        )
    return made


class _Exporter(Planner):
    """Plans the statement of an export."""

    def export(self, selected: Selected, query: GraphQLObjectType, most: int) -> Export:
        """The export of a query's root selection."""
        field, nodes, relation = self._root(selected, query)
        moment = self.root_moment(field)
        scope = Scope(self.binder, moment, field, self.language).at(self.alias("t"), "")
        connection = get_named_type(field.definition.type)
        assert isinstance(connection, GraphQLObjectType)  # noqa: S101  # connections are of objects
        node_type = type_below(type_below(connection, "edges"), "node")
        source = self.source(relation, relation.rows or self.catalog.rows(node_type.name), scope)
        keys, chosen = self.seeing.ordering(relation, field)
        self.seeing.begins(keys, field)
        page = Page(Cursors(scope, keys, chosen), source, "")
        if page.backward:
            raise _not("asks for entries from its end (`last`)")
        entries = self._entries(connection, nodes)
        path = ((nodes[0].alias or nodes[0].name).value,)
        below = Parent(scope.t, moment, lists=(1,), path=path, counted=counts(relation))
        made = ConnectionPlan(self, page, connection, below).item(entries)
        limit = self._limit(field, most)
        sql = LINE.format(
            value=made.value,
            rows=f"select {made.select} {page.bounded(limit)}",
            alias=made.alias,
        )
        counted = page.bounded(f" limit {most + 1}", order=False)
        looks = self.binder.narrowed(" where (select {})")
        count = f"select count(*) from (select {counted}) c"
        return self._bound(nodes[0], sql + looks, count + looks, entries)

    def _root(self, selected: Selected, query: GraphQLObjectType) -> tuple[Field, list[FieldNode], Relation]:
        if len(selected) != 1:
            raise _not("selects more than one root, or none")
        [nodes] = selected.values()
        name = nodes[0].name.value
        declared = None if name.startswith("__") else self.catalog.field(query.name, name)
        if not isinstance(declared, Relation) or declared.arity is not Arity.CONNECTION:
            raise _not("selects a root that is no connection")
        self.sight.requires(self.catalog.need(query.name, name))
        definition = query.fields[name]
        arguments = get_argument_values(definition, nodes[0], self.selector.variables)
        source = self.binder.source(definition, nodes[0])
        field = Field(definition, nodes[0], arguments, source, f"{query.name}.{name}")
        self.checks += self.seeing.allows(query.name, name, field)
        return field, nodes, declared

    def _entries(self, connection: GraphQLObjectType, nodes: Sequence[FieldNode]) -> list[FieldNode]:
        below = self.selector.below(connection, nodes)
        if len(below) == 1:
            [entries] = below.values()
            if entries[0].name.value in ("nodes", "edges"):
                self._type = type_below(connection, entries[0].name.value)
                return entries
        raise _not("selects something beside `nodes` or `edges` of its connection")

    def _limit(self, field: Field, most: int) -> str:
        """The limit of the statement; an export of all is one row more than may be, so that no row is lost unseen."""
        if not field.given("first"):
            return ""
        bind = Bind(field.source, ("first",), lambda value: _within(value, most))
        return f" limit {self.binder.place((field.source, 'export'), bind, 'bigint')}"

    def _bound(self, node: FieldNode, sql: str, count: str, entries: list[FieldNode]) -> Export:
        """The export with the values of its two statements."""
        text, binds, unread = numbered(sql, self.binder.binds, 1)
        counting, counted, _ = numbered(count, self.binder.binds, 1)
        leave = self.seeing.chunk()
        checks = (*self.checks, *unread)
        plan = Plan(text, self.binder, binds, self.lists, {}, (), checks, leaves=bool(leave))
        arguments = plan.arguments(self.selector.variables)
        parameters = plan.parameters(arguments)
        first = arguments[0].get("first")
        return Export(
            node.name.value,
            text,
            parameters,
            counting,
            _values(counted, arguments),
            self._parts(self._type, entries),
            None if first is None else int(first),
            1 + plan.cost(arguments),
            tuple(dict.fromkeys(self.seeing.refused)),
            leave,
            tuple(plan.named(arguments)),
        )

    def _parts(self, type_: GraphQLObjectType, nodes: Sequence[FieldNode]) -> tuple[Part, ...]:
        below = self.selector.below(type_, nodes)
        return tuple(self._part(key, type_, found) for key, found in below.items())

    def _part(self, key: str, type_: GraphQLObjectType, nodes: list[FieldNode]) -> Part:
        name = nodes[0].name.value
        if name == "__typename":
            return Part(key, "String")
        return self._of(key, type_.fields[name].type, nodes)

    def _of(self, key: str, output: GraphQLOutputType, nodes: list[FieldNode]) -> Part:
        bare = get_nullable_type(output)
        if is_list_type(bare):
            return Part(key, "list", (self._of("item", bare.of_type, nodes),))
        if isinstance(bare, GraphQLObjectType):
            return Part(key, "object", self._parts(bare, nodes))
        if is_leaf_type(bare):
            return Part(key, "String" if isinstance(bare, GraphQLEnumType) else get_named_type(bare).name)
        raise _not("selects a field that may be of several types")


def _within(value: object, most: int) -> int:
    """The number of rows asked for.

    Raises:
        InputError: `limit_export_rows`, `page_size`.
    """
    size = int(str(value))
    if size < 0:
        raise InputError("page_size", "an export holds 0 rows or more")
    if size > most:
        raise too_many(most)
    return size


def too_many(most: int) -> InputError:
    """The refusal of an export that would hold more rows than one may."""
    return InputError(
        "limit_export_rows",
        f"an export holds {most} rows at most; narrow it, or take it in parts with `first` and `after`",
    )


def _values(binds: Sequence[Binding], arguments: Sequence[Mapping[str, Any]]) -> list[object]:
    return [bind.value(arguments) for bind in binds]


def _not(reason: str) -> InputError:
    return InputError(
        "not_an_export",
        f"an export is one query that selects `nodes` or `edges` of one connection; this one {reason}",
    )
