"""The reference page of the graph, made of the schema and its declarations: every part in both languages."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    get_named_type,
    is_specified_scalar_type,
    print_ast,
)
from graphql.utilities import get_default_value_ast

from hub.compiler.convert import DEFAULT_PAGE, MAX_PAGE
from hub.compiler.declare import Arity, Catalog, Clause, Compare, Relation, Yields
from hub.compiler.needs import Need

_HEAD = f"""# Reference of the graph

Made by `hub schema reference`; a test holds it to the schema. How to ask: [`docs/graphql.md`](graphql.md).

*Counts* is what a list adds to the cost of a document: its page size for lists in pages (unless asked
{DEFAULT_PAGE}, at most {MAX_PAGE}) and for lists with `first`, else the number given; each times the lists above it.
*Yields* tells what a caller learns from a field, by which agreements open it: `things` one by one, `numbers`
over many persons, `matches` of persons whom the caller already names. *Scopes* are what an agreement has to grant:
without them the field is null and stands in `extensions.refused` ([access.md](access.md)). A field that begins with ↳
is an argument of the one above it; those that are alike everywhere stand under Arguments. *Index* says of a filter or
an order whether an index serves it: one that none serves is refused over a large set unless another narrows it.

`!` never null · `[T!]!` a list, never null and without nulls · `= x` what stands for an argument that is left out
"""
_PAGES = ("Connection", "Edge", "PageInfo")
_PAGE = ("first", "after", "last", "before")
_MOMENT = ("asOf", "knownAt")
_BACKSLASH = chr(92)
_YES = {True: "yes", False: "no"}
_Served = Mapping[str, Mapping[str, bool]]
_YIELDS = {Yields.THINGS: "things", Yields.NUMBERS: "numbers", Yields.MATCHES: "matches"}


def reference_page(schema: GraphQLSchema, catalog: Catalog) -> str:
    """The page, in Markdown, with a line feed at its end."""
    return "\n".join(_lines(schema, catalog)).rstrip("\n") + "\n"


def _lines(schema: GraphQLSchema, catalog: Catalog) -> Iterator[str]:
    yield _HEAD
    types = [type_ for name, type_ in sorted(schema.type_map.items()) if not name.startswith("__")]
    query = schema.query_type
    if query is None:
        raise LookupError("the schema has no query type")
    yield from _objects("Roots", [query], catalog)
    yield from _arguments(query)
    outputs = [
        one for one in types if isinstance(one, GraphQLObjectType | GraphQLInterfaceType) and one is not query
    ]
    yield from _objects("Types", [one for one in outputs if not one.name.endswith(_PAGES)], catalog)
    yield from _objects("Pages", [one for one in outputs if one.name.endswith(_PAGES)], catalog)
    served = {**_filters_served(catalog), **_orders_served(schema, catalog)}
    yield "## Inputs\n"
    for made in (one for one in types if isinstance(one, GraphQLInputObjectType)):
        yield from _parts(made, ("field", "type"), served, made.fields)
    yield "## Enums\n"
    for choice in (one for one in types if isinstance(one, GraphQLEnumType)):
        yield from _parts(choice, ("value",), served, choice.values)
    yield "## Scalars\n"
    scalars = [
        one for one in types if isinstance(one, GraphQLScalarType) and not is_specified_scalar_type(one)
    ]
    yield from _table(("scalar",), [((f"`{one.name}`",), one) for one in scalars])


def _objects(
    title: str, types: Iterable[GraphQLObjectType | GraphQLInterfaceType], catalog: Catalog
) -> Iterator[str]:
    yield f"## {title}\n"
    for type_ in types:
        yield from _heading(type_)
        rows = [row for name in type_.fields for row in _field_rows(type_, name, catalog)]
        yield from _table(("field", "type", "counts", "yields", "scopes"), rows)


def _field_rows(
    type_: GraphQLObjectType | GraphQLInterfaceType, name: str, catalog: Catalog
) -> Iterator[tuple[tuple[str, ...], Any]]:
    """The row of a field and those of its arguments."""
    field, counts, yields = type_.fields[name], "", ""
    declared = catalog.types[type_.name].fields.get(name) if type_.name in catalog.types else None
    if isinstance(declared, Relation):
        counts, yields = _counts(field, declared), _YIELDS[declared.yields]
    yield (f"`{name}`", f"`{field.type}`", counts, yields, _scopes(catalog.need(type_.name, name))), field
    alike = (*_MOMENT, *(_PAGE if _is_paged(field) else ()))
    for key, argument in field.args.items():
        if key not in alike:
            yield (
                (f"↳ `{key}`", _input(argument), "", "", _scopes(catalog.need(type_.name, name, key))),
                argument,
            )


def _scopes(need: Need) -> str:
    """The scopes that a part needs, in words."""
    return ", ".join(" or ".join(one.split("|")) for one in sorted(need.scopes))


def _is_paged(field: GraphQLField) -> bool:
    return set(_PAGE) <= field.args.keys()


def _arguments(query: GraphQLObjectType) -> Iterator[str]:
    """The arguments of every list in pages, and those of every root."""
    paged = next(one for one in query.fields.values() if _is_paged(one))
    yield "## Arguments\n"
    yield "Every list in pages has the first four, every root the last two.\n"
    names = (*_PAGE, *_MOMENT)
    yield from _table(
        ("argument", "type"), [((f"`{key}`", _input(paged.args[key])), paged.args[key]) for key in names]
    )


def _counts(field: GraphQLField, declared: Relation) -> str:
    if declared.arity is Arity.ONE:
        return ""
    return "page" if declared.arity is Arity.CONNECTION or "first" in field.args else str(declared.size)


def _parts(
    type_: GraphQLNamedType, columns: tuple[str, ...], served: _Served, parts: Mapping[str, Any]
) -> Iterator[str]:
    """The fields of an input or the values of an enum."""
    yield from _heading(type_)
    index = served.get(type_.name)
    rows = []
    for name, one in parts.items():
        cells = (f"`{name}`", *([_input(one)] if "type" in columns else []))
        rows.append(((*cells, *(["" if name not in index else _YES[index[name]]] if index else [])), one))
    yield from _table((*columns, *(["index"] if index else [])), rows)


def _filters_served(catalog: Catalog) -> _Served:
    """By input type and field: whether an index serves the filter."""
    return {
        name: {key: one.leads for key, one in fields.items() if isinstance(one, Clause | Compare)}
        for name, fields in catalog.filters.items()
    }


def _orders_served(schema: GraphQLSchema, catalog: Catalog) -> _Served:
    """By enum and value: whether an index serves the order."""
    found: dict[str, dict[str, bool]] = {}
    for name, type_ in catalog.types.items():
        for key, declared in type_.fields.items():
            if isinstance(declared, Relation) and declared.orders:
                argument: Any = get_named_type(schema.type_map[name].fields[key].args["orderBy"].type)  # type: ignore[attr-defined]  # of an object
                enum = get_named_type(argument.fields["field"].type).name
                found[enum] = {value: one.leads for value, one in declared.orders.items()}
    return found


def _heading(type_: GraphQLNamedType) -> Iterator[str]:
    yield f"### {type_.name}\n"
    interfaces = [one.name for one in getattr(type_, "interfaces", ())]
    implements = f" Implements {', '.join(f'`{name}`' for name in interfaces)}." if interfaces else ""
    yield f"{' / '.join(_said(type_))}{implements}\n"


def _input(part: GraphQLArgument | Any) -> str:
    default = get_default_value_ast(part)
    return f"`{part.type}{f' = {print_ast(default)}' if default else ''}`"


def _said(part: Any) -> tuple[str, str]:
    """What a part is, in Indonesian and in English."""
    indonesian, _, english = " ".join((part.description or "").split()).partition(" / ")
    notice = f" **{part.deprecation_reason}**" if getattr(part, "deprecation_reason", None) else ""
    return indonesian, english + notice


def _table(columns: tuple[str, ...], rows: Iterable[tuple[tuple[str, ...], Any]]) -> Iterator[str]:
    yield f"| {' | '.join((*columns, 'Indonesian', 'English'))} |"
    yield "|" + "---|" * (len(columns) + 2)
    for cells, part in rows:
        told = [cell.replace("|", f"{_BACKSLASH}|") for cell in (*cells, *_said(part))]
        yield f"| {' | '.join(told)} |"
    yield ""
