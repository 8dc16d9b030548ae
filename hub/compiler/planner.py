"""Turns the selection of one operation into one SQL statement, for every request of its shape."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    get_argument_values,
    get_named_type,
)

from hub.compiler.binding import Bind, Binder, numbered
from hub.compiler.connections import CURSORS, Page, collected, held_page, page_info
from hub.compiler.convert import page_size
from hub.compiler.cursors import Cursors
from hub.compiler.declare import (
    Arity,
    Catalog,
    Column,
    Declaration,
    Either,
    Entities,
    Expression,
    Relation,
    Rows,
)
from hub.compiler.entities import GIVEN, Group, forms, listed_by_place
from hub.compiler.filters import Filtering
from hub.compiler.marks import KEY, counts, of_same
from hub.compiler.needs import EVERYTHING, Sight
from hub.compiler.nodes import Named
from hub.compiler.nodes import listed as things
from hub.compiler.orders import list_order, ordered
from hub.compiler.plan import Plan, Size
from hub.compiler.scope import Field, Moment, Scope
from hub.compiler.seeing import Seeing
from hub.compiler.selection import Selected, Selector
from hub.compiler.shape import Row, listed, row, single

Part = tuple[str, str]
ANSWERED_BY_GRAPHQL = ("__schema", "__type", "_service")
"""Roots that speak of the schema alone."""


@dataclass(frozen=True)
class Parent:
    """The row that a selection stands on.

    Args:
        alias: Its name in the statement.
        moment: The instants it inherits.
        lists: The lists above it.
        root: Whether it is the root.
        source: Its field.
        path: Response keys down to it.
        marked: Whether an object above it bears the mark of whom it tells of.
        counted: Whether it is a number over many persons.
    """

    alias: str
    moment: Moment
    lists: tuple[Size, ...] = ()
    root: bool = False
    source: int = -1
    path: tuple[str, ...] = ()
    marked: bool = False
    counted: bool = False


@dataclass
class Planner:
    """Plans one operation.

    Args:
        schema: The schema the operation was validated against.
        catalog: Its declarations.
        selector: Fragments and variables of the operation.
        language: `id` or `en`: labels of code lists.
        sight: What the caller may see.
    """

    schema: GraphQLSchema
    catalog: Catalog
    selector: Selector
    language: str = "id"
    sight: Sight = EVERYTHING
    binder: Binder = field(default_factory=Binder)
    lists: list[tuple[Size, ...]] = field(default_factory=list)
    introspection: Selected = field(default_factory=dict)
    checks: list[Bind] = field(default_factory=list)
    _aliases: int = 0

    def __post_init__(self) -> None:
        """Filters name the rows they look into as the rest of the statement does."""
        self.seeing = Seeing(self.catalog, self.sight)
        self.binder.pseudonyms = self.sight.pseudonyms
        self.filtering = Filtering(
            self.catalog.filters, self.alias, self.catalog.needs, self.sight, told=self.seeing.told
        )

    def plan(self, selected: Selected, query: GraphQLObjectType) -> Plan:
        """The plan of a query's root selection; introspection fields are set aside for graphql-core."""
        data = {}
        for key, nodes in selected.items():
            if nodes[0].name.value in ANSWERED_BY_GRAPHQL:
                self.introspection[key] = nodes
            else:
                data[key] = nodes
        root = Parent("", Moment(self.binder), root=True)
        read = single(row(self._columns(data, query, root), self.alias()))
        if looks := self.binder.narrowed("(case when {} then "):
            read = f"{looks}{read} end)"
        read, binds, unread = numbered(read, self.binder.binds)
        empty = query is not self.schema.subscription_type
        sql, leaves = self.seeing.statement(read, 1 + len(binds), empty=empty)
        checks = (*self.checks, *unread)
        return Plan(
            sql,
            self.binder,
            binds,
            self.lists,
            self.introspection,
            tuple(selected),
            checks,
            frozenset(nodes[0].name.value for nodes in selected.values()),
            tuple(dict.fromkeys(self.seeing.refused)),
            leaves,
        )

    def alias(self, letter: str = "r") -> str:
        """A name that nothing else in the statement bears."""
        self._aliases += 1
        return f"{letter}{self._aliases}$"

    def _columns(self, selected: Selected, type_: GraphQLObjectType, parent: Parent) -> list[tuple[str, str]]:
        above = parent.root or parent.marked
        mark = "" if above else self.seeing.mark(type_.name, parent.alias, counted=parent.counted)
        if mark:
            parent = replace(parent, marked=True)
        columns = [
            (key, self._field(nodes, type_, replace(parent, path=(*parent.path, key))))
            for key, nodes in selected.items()
        ]
        return [(KEY, mark), *columns] if mark else columns

    def row(self, nodes: Sequence[FieldNode], type_: GraphQLObjectType, parent: Parent, *beside: Part) -> Row:
        """The object that these field nodes select over the parent's row, behind what stands beside them."""
        columns = self._columns(self.selector.below(type_, nodes), type_, parent)
        return row([*beside, *columns], self.alias())

    def _field(self, nodes: list[FieldNode], type_: GraphQLObjectType, parent: Parent) -> str:
        """The SQL of one field of an object."""
        name = nodes[0].name.value
        if name == "__typename":
            return f"'{type_.name}'::text"
        definition = type_.fields[name]
        declared = self.seeing.field(type_.name, name, parent.path)
        if declared is None:
            return "null::text"
        if isinstance(declared, Column):
            return f'{parent.alias}."{declared.name}"'
        arguments = get_argument_values(definition, nodes[0], self.selector.variables)
        source = self.binder.source(definition, nodes[0]) if arguments or parent.root else -1
        selected = Field(definition, nodes[0], arguments, source, f"{type_.name}.{name}")
        self.checks += self.seeing.allows(type_.name, name, selected)
        moment = self.root_moment(selected) if parent.root else parent.moment
        scope = Scope(self.binder, moment, selected, self.language)
        return self._declared(declared, nodes, scope, replace(parent, moment=moment, root=False))

    def root_moment(self, selected: Field) -> Moment:
        """The instants that a root field names, inherited by everything beneath it."""
        return Moment(self.binder, selected.source, selected.given("asOf"), selected.given("knownAt"))

    def _declared(self, declared: Declaration, nodes: list[FieldNode], scope: Scope, parent: Parent) -> str:
        if isinstance(declared, Expression):
            return f"({scope.at(parent.alias, parent.alias).fill(declared.sql)})"
        if isinstance(declared, Entities):
            return self._entities(declared, nodes, scope, parent)
        if isinstance(declared, Either):
            return self._either(declared, nodes, scope, parent)
        assert isinstance(declared, Relation)  # noqa: S101  # Column is had without a scope
        target = get_named_type(scope.field.definition.type)
        if isinstance(target, GraphQLInterfaceType):
            return self._node(nodes, scope, parent, self.alias("u") if declared.arity is Arity.MANY else "")
        assert isinstance(target, GraphQLObjectType)  # noqa: S101  # a union is of Entities alone
        if declared.arity is Arity.CONNECTION:
            return self._connection(declared, nodes, scope, parent)
        return self._related(declared, nodes, scope, parent)

    def source(self, relation: Relation, rows: Rows, scope: Scope) -> str:
        """From clause and conditions of a relation's rows."""
        within, asked = self.filtering.placed(relation, rows, scope)
        parts = [scope.fill(relation.on)] if relation.on else []
        parts += scope.holds(rows)
        parts += [scope.fill(sql) for name, sql in relation.when.items() if scope.field.given(name)]
        parts += asked
        return f"from {within.rows(rows)} where {' and '.join(parts) or 'true'}"

    def _related(self, relation: Relation, nodes: list[FieldNode], scope: Scope, parent: Parent) -> str:
        """An object or a list of objects."""
        target = get_named_type(scope.field.definition.type)
        assert isinstance(target, GraphQLObjectType)  # noqa: S101  # its caller looked
        here = scope.at(self.alias("t"), parent.alias)
        source = self.source(relation, relation.rows or self.catalog.rows(target.name), here)
        source += list_order(*self.seeing.ordering(relation, scope.field), here)
        under = _under(parent, relation)
        if relation.arity is Arity.ONE:
            below = replace(under, alias=here.t, source=scope.field.source)
            columns = self._columns(self.selector.below(target, nodes), target, below)
            beside = [(key, here.fill(sql)) for key, sql in relation.beside.items()]
            return single(row([*columns, *beside], self.alias()), f"{source} limit 1")
        asked = (parent.source, relation.sized_by) if relation.sized_by else (scope.field.source, "first")
        sized = relation.sized_by or scope.field.given("first")
        lists = (*parent.lists, asked if sized else relation.size)
        self.lists.append(lists)
        made = self.row(nodes, target, replace(under, alias=here.t, lists=lists))
        limit = f" limit {here.argument('first.page')}" if scope.field.given("first") else ""
        return listed(made, source + limit)

    def _connection(self, relation: Relation, nodes: list[FieldNode], scope: Scope, parent: Parent) -> str:
        """A connection: its page is read once, whatever is selected of it."""
        connection = get_named_type(scope.field.definition.type)
        assert isinstance(connection, GraphQLObjectType)  # noqa: S101  # its caller looked
        node_type = type_below(type_below(connection, "edges"), "node")
        alias, name = self.alias("t"), self.alias("p")
        here = scope.at(alias, parent.alias)
        source = self.source(relation, relation.rows or self.catalog.rows(node_type.name), here)
        keys, chosen = self.seeing.ordering(relation, scope.field)
        page = Page(Cursors(here, keys, chosen), source, name)
        page.check()
        self.seeing.begins(keys, scope.field)
        asked = "last" if page.backward else "first"
        lists = (*parent.lists, (scope.field.source, asked) if scope.field.given(asked) else page_size(None))
        self.lists.append(lists)
        below = replace(_under(parent, relation), alias=alias, lists=lists)
        return ConnectionPlan(self, page, connection, below).sql(self.selector.below(connection, nodes))

    def _entities(self, declared: Entities, nodes: list[FieldNode], scope: Scope, parent: Parent) -> str:
        """The things that other subgraphs name, in their order."""
        given: Any = scope.field.arguments[GIVEN]
        self.lists.append(lists := (*parent.lists, (scope.field.source, GIVEN)))
        found = []
        for form in forms(given):
            self.sight.requires(self.catalog.need(*form))
            type_ = self.schema.get_type(form[0])
            assert isinstance(type_, GraphQLObjectType)  # noqa: S101  # keys are declared of object types
            here = scope.at(self.alias("t"), parent.alias)
            rows, key = self.catalog.rows(type_.name), declared.keys[form[0]][form[1]]
            made = self.row(nodes, type_, replace(parent, alias=here.t, lists=lists, marked=False))
            found.append(Group(form, key, rows, here, self.alias("u")).sql(made))
        return listed_by_place(found)

    def _either(self, either: Either, nodes: list[FieldNode], scope: Scope, parent: Parent) -> str:
        """The object of the first type that has a row."""
        parts = []
        for name, option in either.options.items():
            type_ = self.schema.get_type(name)
            assert isinstance(type_, GraphQLObjectType)  # noqa: S101  # declarations name object types
            here = scope.at(self.alias("t"), parent.alias)
            source = self.source(Relation(Arity.ONE, option.on), self.catalog.rows(name), here)
            made = self.row(nodes, type_, replace(parent, alias=here.t, marked=False))
            parts.append(single(made, f"{source}{ordered(option.order, here)} limit 1"))
        return f"coalesce({', '.join(parts)})"

    def _node(self, nodes: list[FieldNode], scope: Scope, parent: Parent, unit: str = "") -> str:
        """The object that a global id names, or those of a list: at most one part of each finds a row."""
        if unit:
            self.lists.append(lists := (*parent.lists, (scope.field.source, "ids")))
            parent = replace(parent, lists=lists)
        named, found = [], []
        for name in self.catalog.nodes():
            type_ = self.schema.get_type(name)
            assert isinstance(type_, GraphQLObjectType)  # noqa: S101  # the catalog names object types
            here = scope.at(self.alias("t"), parent.alias)
            named.append(Named(name, self.catalog.rows(name), here, unit))
            found.append(named[-1].sql(self.row(nodes, type_, replace(parent, alias=here.t))))
        return things(named, found, unit) if unit else f"coalesce({', '.join(found)})"


@dataclass
class ConnectionPlan:
    """Builds one connection over its page; `beside` stands in each entry before what is selected of it."""

    planner: Planner
    page: Page
    type: GraphQLObjectType
    parent: Parent
    parts: list[tuple[str, str]] = field(default_factory=list)
    told: bool = False
    beside: Sequence[Part] = ()

    def sql(self, selected: Selected) -> str:
        """The connection with what is selected of it, by response key.

        A forward page of which one list and no page info is selected is read straight; otherwise the page
        is held, so that its rows are read once.
        """
        names = [nodes[0].name.value for nodes in selected.values()]
        if not {"edges", "nodes", "pageInfo"} & set(names):
            self.planner.checks += self.page.checks()
        straight = "pageInfo" not in names and not self.page.backward
        if straight and sum(name in ("edges", "nodes") for name in names) < 2:
            return single(
                row([(key, self._straight(nodes)) for key, nodes in selected.items()], self._alias())
            )
        self.told = "nodes" in names or any(
            found[0].name.value in ("node", "cursor")
            for nodes in selected.values()
            if nodes[0].name.value == "edges"
            for found in self.planner.selector.below(type_below(self.type, "edges"), nodes).values()
        )
        columns = [(key, self._held(nodes)) for key, nodes in selected.items()]
        return held_page(self.page, self.parts, single(row(columns, self._alias())))

    def _alias(self) -> str:
        return self.planner.alias()

    def _straight(self, nodes: list[FieldNode]) -> str:
        if nodes[0].name.value in ("edges", "nodes"):
            return listed(self.item(nodes), self.page.rows())
        return self._fact(nodes)

    def _held(self, nodes: list[FieldNode]) -> str:
        if nodes[0].name.value not in ("edges", "nodes"):
            return self._fact(nodes)
        part = f"j{len(self.parts)}$"
        self.parts.append((part, single(self.item(nodes))))
        return collected(self.page, part)

    def _fact(self, nodes: list[FieldNode]) -> str:
        name = nodes[0].name.value
        if name == "totalCount":
            return self.page.total()
        if name == "__typename":
            return f"'{self.type.name}'::text"
        below = self.planner.selector.below(type_below(self.type, name), nodes)
        fields = [(key, self._told(found, self._at(nodes).path)) for key, found in below.items()]
        mark = "" if self.told or not any(told in CURSORS for _, told in fields) else self._mark()
        if mark:
            fields, self.told = [(KEY, KEY), *fields], True
            self.parts.append((KEY, mark))
        return page_info(self.page, fields, self._alias())

    def _mark(self) -> str:
        """Whom a row tells of by its cursor, which holds sort keys; blank: what it hangs on tells of the same."""
        node = type_below(type_below(self.type, "edges"), "node")
        alias, counted = self.parent.alias, self.parent.counted
        return "" if self.parent.marked else self.planner.seeing.mark(node.name, alias, counted=counted)

    def _told(self, nodes: list[FieldNode], path: tuple[str, ...]) -> str:
        """Name of a field of the page info; blank: it is held back."""
        name = nodes[0].name.value
        held = name.endswith("Cursor") and not self.planner.seeing.cursor(
            self.page.order, self._at(nodes, path).path
        )
        return "" if held else name

    def item(self, nodes: list[FieldNode]) -> Row:
        """One edge, or one node where `nodes` is selected."""
        type_ = type_below(self.type, nodes[0].name.value)
        if nodes[0].name.value == "nodes":
            return self.planner.row(nodes, type_, self._at(nodes), *self.beside)
        below = self.planner.selector.below(type_, nodes)
        columns = [
            (key, self._edge_field(found, type_, self._at(nodes).path)) for key, found in below.items()
        ]
        names = {found[0].name.value for found in below.values()}
        mark = self._mark() if "cursor" in names and "node" not in names else ""
        marks = [(KEY, mark)] if mark else []
        return row([*self.beside, *marks, *columns], self._alias())

    def _at(self, nodes: list[FieldNode], above: tuple[str, ...] = ()) -> Parent:
        """The row as the parent of what is selected at these nodes."""
        key = (nodes[0].alias or nodes[0].name).value
        return replace(self.parent, path=(*(above or self.parent.path), key))

    def _edge_field(self, nodes: list[FieldNode], edge: GraphQLObjectType, path: tuple[str, ...]) -> str:
        name = nodes[0].name.value
        if name == "cursor":
            shown = self.planner.seeing.cursor(self.page.order, self._at(nodes, path).path)
            return self.page.cursor(self.page.keys) if shown else "null::text"
        if name == "__typename":
            return f"'{edge.name}'::text"
        return single(self.planner.row(nodes, type_below(edge, "node"), self._at(nodes, path)))


def _under(parent: Parent, relation: Relation) -> Parent:
    """What a relation's rows inherit of the marks above them."""
    return replace(parent, marked=parent.marked and of_same(relation), counted=counts(relation))


def type_below(type_: GraphQLObjectType, name: str) -> GraphQLObjectType:
    """The object type of a field, whether it yields one or a list."""
    found = get_named_type(type_.fields[name].type)
    assert isinstance(found, GraphQLObjectType)  # noqa: S101  # connections are of objects
    return found
