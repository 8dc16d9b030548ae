"""Exports: the statement whose every row is the JSON of one entry of one connection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from hub.compiler.declare import Arity, Expression, Relation, Rows
from hub.compiler.engine import Engine, Request
from hub.compiler.increments import CHANGE, ID, LINE, WHOLE, Following, Follows, Increment, Then
from hub.compiler.marks import counts
from hub.compiler.needs import EVERYTHING, Refusal, Sight
from hub.compiler.plan import Plan
from hub.compiler.planner import ConnectionPlan, Parent, Planner, type_below
from hub.compiler.positions import export_mark, export_position
from hub.compiler.scope import Field, Scope
from hub.compiler.selection import Selected, Selector
from hub.errors import InputError


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
        mark: Number of what it is narrowed by, where what changes of it can be told later; None: it can't.
        unfollowed: Paths whose changes by themselves are no changes of an entry; `filter` where one decides by such.
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
    mark: int | None = None
    unfollowed: tuple[str, ...] = ()


def export(
    engine: Engine,
    request: Request,
    most: int,
    sight: Sight = EVERYTHING,
    following: Following | None = None,
) -> Export:
    """What a document exports; nothing is read yet.

    Args:
        engine: Of the schema.
        request: One query that selects `nodes` or `edges` of one connection, and nothing else.
        most: Rows that one export may hold.
        sight: What the caller may see.
        following: What can be followed, for a request with `since` and for one that others follow.

    Raises:
        InvalidDocument: The document or its variables break the schema.
        InputError: It asks for too much, or is no export (`not_an_export`); with `since`: `not_incremental`,
            `bad_cursor`, `cursor_old`, `cursor_of_another`.
        RefusedError: `scope_missing`, `masked`, `fields_refused`.
    """
    operation, variables = engine.read(request)
    selector = Selector(engine.schema, operation.fragments, variables)
    query = engine.schema.query_type
    if query is None:
        raise LookupError("the schema has no query type")
    planner = _Exporter(engine.schema, engine.catalog, selector, request.language, sight)
    planner.following, planner.since = following or planner.following, request.since
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


@dataclass
class _Exporter(Planner):
    """Plans the statement of an export.

    Args:
        following: What can be followed.
        since: Cursor or instant since which changes alone are asked for.
    """

    following: Following = field(default_factory=Following)
    since: str | None = None

    def export(self, selected: Selected, query: GraphQLObjectType, most: int) -> Export:
        """The export of a query's root selection."""
        asked, nodes, relation = self._root(selected, query)
        scope = Scope(self.binder, self.root_moment(asked), asked, self.language).at(self.alias("t"), "")
        connection = get_named_type(asked.definition.type)
        assert isinstance(connection, GraphQLObjectType)  # noqa: S101  # connections are of objects
        thing = type_below(type_below(connection, "edges"), "node")
        rows = relation.rows or self.catalog.rows(thing.name)
        source = self.source(relation, rows, scope)
        keys, chosen = self.seeing.ordering(relation, asked)
        self.seeing.begins(keys, asked)
        followed = self._followed(thing.name, rows, asked)
        increment = None
        if self.since is not None:
            increment = self._increment(thing.name, followed, scope, source, (relation, rows))
        page = Page(Cursors(scope, keys, chosen), increment.source if increment else source, "")
        if page.backward:
            raise _not("asks for entries from its end (`last`)")
        entries = self._entries(connection, nodes)
        path = ((nodes[0].alias or nodes[0].name).value,)
        below = Parent(scope.t, scope.moment, lists=(1,), path=path, counted=counts(relation))
        beside = self._beside(thing.name, scope) if increment else ()
        made = ConnectionPlan(self, page, connection, below, beside=beside).item(entries)
        limit = "" if increment else self._limit(asked, most)
        sql = LINE.format(
            value=made.value, rows=f"select {made.select} {page.bounded(limit)}", alias=made.alias
        )
        some = f"select {page.bounded(f' limit {most + 1}', order=False)}"
        count = f"select count(*) from ({some}) c"
        if increment:
            sql, count = increment.statements(sql, some, f"{source} {made.select}")
        looks = self.binder.narrowed(" where (select {})")
        found = self._bound(nodes[0], sql + looks, count + looks, entries)
        if followed is None:
            return found
        open_ends = [] if self.following.sees(followed, source) else ["filter"]
        beneath = self._unfollowed(connection, nodes, followed, path)
        mark = export_mark(nodes[0].name.value, asked.arguments)
        parts = (*(Part(name, "String") for name, _ in beside), *found.parts)
        return replace(found, parts=parts, mark=mark, unfollowed=(*open_ends, *beneath))

    def _followed(self, type_: str, rows: Rows, asked: Field) -> Follows | None:
        """How the changes of a connection can be told; None: they can't."""
        found = self.following.types.get(type_)
        if found is None or rows.table not in (found.table, found.rows) or asked.given("knownAt"):
            return None
        need = self.catalog.need(type_, "id")
        return None if self.sight.lacks(need) or self.sight.mask(need) else found

    def _increment(
        self, type_: str, followed: Follows | None, scope: Scope, source: str, of: tuple[Relation, Rows]
    ) -> Increment:
        """What changed since the last export.

        Raises:
            InputError: `not_incremental`, `bad_cursor`, `cursor_old`, `cursor_of_another`.
        """
        asked = scope.field
        if followed is None or any(asked.given(name) for name in WHOLE):
            raise _not_incremental()
        position = export_position(self.since or "", export_mark(asked.node.name.value, asked.arguments))
        then = Then(self.binder, asked.source, asked.given("asOf"), then=True)
        before = replace(scope, moment=then, t=self.alias("t"))
        return Increment(
            followed,
            self.following.settled,
            self.binder.given("since", position, "bigint[]"),
            type_,
            (source, scope.t),
            (self.source(*of, before), before.t),
            None if asked.given("asOf") else self.binder.today,
            self.sight.logged,
        )

    def _beside(self, type_: str, scope: Scope) -> tuple[tuple[str, str], ...]:
        """What an entry of an increment says before what is selected of it."""
        id_ = self.catalog.field(type_, "id")
        assert isinstance(id_, Expression)  # noqa: S101  # global ids are made by SQL
        return (CHANGE, "'UPSERT'::text"), (ID, f"({scope.fill(id_.sql)})")

    def _unfollowed(
        self, type_: GraphQLObjectType, nodes: Sequence[FieldNode], followed: Follows, path: tuple[str, ...]
    ) -> list[str]:
        """Paths beneath a field whose changes are not told as changes of the thing."""
        found: list[str] = []
        for key, below in self.selector.below(type_, nodes).items():
            name = below[0].name.value
            target = get_named_type(type_.fields[name].type) if name in type_.fields else None
            if not isinstance(target, GraphQLObjectType):
                continue
            here = (*path, key)
            known = f"{type_.name}.{name}" in followed.beneath or name in ("nodes", "edges", "node")
            if known:
                found += self._unfollowed(target, below, followed, here)
            elif self._of_persons(target.name):
                found.append(".".join(here))
        return found

    def _of_persons(self, type_: str) -> bool:
        """Whether a type speaks of persons."""
        declared = self.catalog.types[type_]
        return bool(declared.subject) or any(
            not self.catalog.need(type_, name).is_open for name in declared.fields
        )

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


def _not_incremental() -> InputError:
    return InputError(
        "not_incremental",
        "`since` is for a whole list of things that `changes` tells of, as they stand: without `first`, `after`,"
        " `knownAt`, and their ids unmasked",
    )
