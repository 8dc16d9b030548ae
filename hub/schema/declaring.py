"""Fields declared beside their types: a description, the SQL they come from, their arguments."""

from collections.abc import Mapping, Sequence
from typing import Any

import strawberry
from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType, GraphQLSchema
from strawberry.annotation import StrawberryAnnotation
from strawberry.types.arguments import StrawberryArgument

from hub.compiler.declare import (
    Catalog,
    Column,
    Declaration,
    Expression,
    Filter,
    Rows,
    TypeDeclaration,
)
from hub.compiler.needs import OPEN, Need
from hub.schema.lifetime import Deprecation
from hub.schema.scoping import NEED, declared_needs, pseudonym

METADATA = "hub"


def argument(
    name: str,
    annotation: object,
    description: str,
    default: object = None,
    deprecated: Deprecation | None = None,
    need: Need | None = None,
) -> StrawberryArgument:
    """An argument of a field, by its GraphQL name; one that may be left out says so in its type.

    Args:
        name: Its GraphQL name.
        annotation: Its type.
        description: Indonesian, then English.
        default: What stands for it where a document leaves it out.
        deprecated: Until when it is there, and what takes its place.
        need: What it takes to give it.
    """
    return StrawberryArgument(
        python_name=name,
        graphql_name=name,
        type_annotation=StrawberryAnnotation(annotation),
        description=description,
        default=strawberry.UNSET if default is None else default,
        deprecation_reason=deprecated.reason if deprecated else None,
        metadata={NEED: need},
    )


def declared(
    declaration: Declaration,
    description: str,
    arguments: Sequence[StrawberryArgument] = (),
    of: object = None,
    name: str | None = None,
    deprecated: Deprecation | None = None,
    need: Need | None = None,
) -> Any:
    """A field with its declaration.

    Args:
        declaration: How SQL yields it.
        description: Indonesian, then English.
        arguments: Its arguments.
        of: Its GraphQL type where the annotation can't name it (types that hold each other).
        name: Its GraphQL name where Python can't have it.
        deprecated: Until when it is there, and what takes its place; fields of inputs and values of enums give
            `Deprecation(…).reason` as their `deprecation_reason`.
        need: What it takes to see it, in place of what the type it yields, or else the type it is of, needs.
    """
    extra: dict[str, Any] = {} if of is None else {"graphql_type": of}
    if deprecated is not None:
        extra["deprecation_reason"] = deprecated.reason
    made: Any = strawberry.field(
        name=name, description=description, metadata={METADATA: declaration, NEED: need}, **extra
    )
    made.arguments = list(arguments)
    return made


def column(name: str, description: str, need: Need | None = None) -> Any:
    """A field that is a column of its row."""
    return declared(Column(name), description, need=need)


def expression(
    sql: str, description: str, arguments: Sequence[StrawberryArgument] = (), need: Need | None = None
) -> Any:
    """A field that is an SQL expression over its row."""
    return declared(Expression(sql), description, arguments, need=need)


def label(scheme: str, code: str, description: str, need: Need | None = None) -> Any:
    """The wording of a code in the caller's language; `scheme` and `code` are SQL over the row."""
    found = f"from hub.code l where l.scheme = {scheme} and l.code = {code}"
    sql = f"select coalesce(l.{{label}}, l.label_id) {found}"
    return expression(sql, description, need=need)


def global_id(type_name: str, key: str = "{t}.uid") -> Any:
    """The id of an object over the whole schema, a pseudonym of it where masked; `key` is SQL over the row."""
    need = pseudonym(type_name, key) if key.endswith("uid") else OPEN
    sql = f"translate(encode(convert_to('{type_name}:' || {key}, 'UTF8'), 'base64'), E'\\n', '')"
    return expression(sql, "Id global, buram dan tetap. / Global id, opaque and stable.", need=need)


def begins(sql: str = "{t}.valid") -> Any:
    """The first day of a half-open period."""
    text = "Hari pertama, termasuk. / First day, inclusive; null: not known since when."
    return declared(Expression(f"lower({sql})"), text, name="from")


def ends(sql: str = "{t}.valid") -> Any:
    """The day after the last of a half-open period."""
    return expression(
        f"upper({sql})",
        "Hari berakhir, tidak termasuk; null: masih berlangsung. / End, exclusive; null: still open.",
    )


def catalog(schema: GraphQLSchema) -> Catalog:
    """The declarations of a schema's types.

    Raises:
        LookupError: A field of an object type has no declaration.
    """
    found = {}
    for name, type_ in schema.type_map.items():
        if not isinstance(type_, GraphQLObjectType) or name.startswith("__") or _is_page(name):
            continue
        definition = type_.extensions["strawberry-definition"]
        rows: Rows | None = getattr(definition.origin, "rows", None)
        subject: str = getattr(definition.origin, "subject", "")
        found[name] = TypeDeclaration(name, rows, _fields(type_), subject)
    inputs = {
        name: _filters(one)
        for name, one in schema.type_map.items()
        if isinstance(one, GraphQLInputObjectType)
    }
    filters = {name: one for name, one in inputs.items() if one}
    return Catalog(found, filters, declared_needs(schema))


def _filters(type_: GraphQLInputObjectType) -> Mapping[str, Filter]:
    """What each field of an input type filters; empty where it is none of a filter."""
    found = {}
    for name, field in type_.fields.items():
        filter_ = field.extensions["strawberry-definition"].metadata.get(METADATA)
        if filter_ is not None:
            found[name] = filter_
    return found


def _is_page(name: str) -> bool:
    """Connections, their edges and page infos are the compiler's own business."""
    return name.endswith(("Connection", "Edge")) or name == "PageInfo"


def _fields(type_: GraphQLObjectType | GraphQLInterfaceType) -> Mapping[str, Declaration]:
    found = {}
    for name, field in type_.fields.items():
        declaration = field.extensions["strawberry-definition"].metadata.get(METADATA)
        if not isinstance(declaration, Declaration):
            raise LookupError(f"nobody declared {type_.name}.{name}")
        found[name] = declaration
    return found
