"""The hub as a subgraph of an Apollo Federation (v2): the schema with its keys, and the two roots of a subgraph.

Both are made of the plain schema, which stays as it is. The directives stand in the text that `_service` tells a
router; `_entities` is answered by the compiler, in one statement, under the access of any other query.

Source: https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/subgraph-spec
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graphql import (
    ConstDirectiveNode,
    DocumentNode,
    GraphQLScalarType,
    GraphQLSchema,
    ObjectTypeDefinitionNode,
    extend_schema,
    parse,
    print_ast,
    print_schema,
    value_from_ast_untyped,
)

from hub.compiler.convert import node_key
from hub.compiler.declare import Catalog, Entities, EntityKey, Representation
from hub.domain.kk import parse_kk
from hub.domain.nik import parse_nik
from hub.domain.wilayah import System, parse_area
from hub.errors import InputError
from hub.schema.messages import Spoken

LINK = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])'
SHARED = frozenset(("PageInfo",))
"""Types that other subgraphs have in the same form."""
HIDDEN = frozenset(("Query.node",))
"""What a router isn't told of: a global id of ours means nothing to the others, and two `node` don't compose."""
ROOTS = """
"Wujud suatu benda menurut subgraf lain: tipe dan kuncinya. / A thing as another subgraph names it: type and key."
scalar _Any

"Benda yang dapat disebut subgraf lain. / What another subgraph can name."
union _Entity = {entities}

"Keterangan subgraf ini. / What this subgraph tells of itself."
type _Service {{
  "Skema dengan direktif federasi. / The schema with the directives of the federation."
  sdl: String!
}}

extend type Query {{
  "Keterangan subgraf ini. / What this subgraph tells of itself."
  _service: _Service!

  "Benda menurut kuncinya, urut; null: tidak ada, atau bukan untuk Anda. / Things by their keys, in order; null: none."
  _entities(
    "Paling banyak 500. / At most 500."
    representations: [_Any!]!
  ): [_Entity]!
}}
"""


def _area_code(text: str) -> str | None:
    try:
        return parse_area(text, System.KEMENDAGRI).code
    except InputError:
        return None


def _text(text: str) -> str | None:
    return None if "\0" in text else text


NATURAL: Mapping[str, Mapping[str, EntityKey]] = {
    "FamilyCard": {"kk": EntityKey("{t}.no_kk", "text", lambda text: parse_kk(text).kk)},
    "Person": {"nik": EntityKey("{t}.nik", "text", lambda text: parse_nik(text).nik, "{t}.person_id")},
    "Program": {"code": EntityKey("{t}.code", "text", _text)},
    "Source": {"code": EntityKey("{t}.code", "text", _text)},
    "Wilayah": {"code": EntityKey("{t}.system = 'kemendagri' and {t}.code", "text", _area_code)},
}
"""Keys beside the global id, for subgraphs that know a thing by the number or code that the field uses."""


@dataclass(frozen=True)
class Subgraph:
    """A schema that a router can compose.

    Args:
        schema: With the two roots of a subgraph.
        catalog: The declarations of its fields.
        text: What the router composes: the plain schema in print, with the directives of the federation.
    """

    schema: GraphQLSchema
    catalog: Catalog
    text: str


def subgraph(schema: GraphQLSchema, catalog: Catalog) -> Subgraph:
    """The schema of the hub as a subgraph.

    Args:
        schema: The plain schema; it is left as it is.
        catalog: Its declarations.
    """
    keys = {name: _keys(name, catalog) for name in catalog.nodes()}
    made = extend_schema(schema, parse(ROOTS.format(entities=" | ".join(keys))))
    query = made.query_type
    if query is None:
        raise LookupError("the schema has no query type")
    text = federated_text(schema, keys)
    query.fields["_service"].resolve = lambda _root, _info: {"sdl": text}
    _read_any(made.type_map["_Any"], keys)
    roots = catalog.types[query.name]
    fields = {**roots.fields, "_entities": Entities(keys)}
    types = {**catalog.types, query.name: replace(roots, fields=fields)}
    return Subgraph(made, replace(catalog, types=types), text)


def _keys(type_name: str, catalog: Catalog) -> Mapping[str, EntityKey]:
    rows = catalog.rows(type_name)
    template, _, kind = rows.node.partition(" :: ")
    key = EntityKey(template, kind, _id_reader(type_name, kind), follows=rows.follows)
    return {"id": key, **NATURAL.get(type_name, {})}


def _id_reader(type_name: str, kind: str) -> Callable[[str], object]:
    def read(text: str) -> object:
        try:
            return node_key(text, type_name, kind)
        except InputError:
            return None

    return read


def _read_any(scalar: Any, keys: Mapping[str, Mapping[str, EntityKey]]) -> None:
    """Lets the scalar read representations; a router sends them as variables, a person perhaps as literals."""

    def read(value: object) -> Representation:
        return representation(value, keys)

    assert isinstance(scalar, GraphQLScalarType)  # noqa: S101  # its name is ours
    scalar.coerce_input_value = read
    scalar.coerce_input_literal = lambda node, *_: read(value_from_ast_untyped(node))


def representation(value: object, keys: Mapping[str, Mapping[str, EntityKey]]) -> Representation:
    """A representation, by the first of its type's keys that it has; other fields of it are left aside.

    Raises:
        Spoken: `bad_representation`, no object with a known `__typename` and the text of a key.
    """
    if isinstance(value, dict):
        type_name = value.get("__typename")
        for key in keys.get(type_name, {}) if isinstance(type_name, str) else ():
            if isinstance(value.get(key), str):
                return Representation(str(type_name), key, value[key])
    raise Spoken(
        "bad_representation",
        "a representation has the __typename of an entity and the text of one of its keys",
        "representasi harus memuat __typename suatu entitas dan teks salah satu kuncinya",
    )


def federated_text(schema: GraphQLSchema, keys: Mapping[str, Mapping[str, EntityKey]]) -> str:
    """The schema in print, with the directives of the federation.

    Args:
        schema: The plain schema.
        keys: Fields that are keys, by type.
    """
    document = parse(print_schema(schema))
    definitions = [
        _directed(one, keys) if isinstance(one, ObjectTypeDefinitionNode) else one
        for one in document.definitions
    ]
    return f"{LINK}\n\n{print_ast(DocumentNode(definitions=tuple(definitions)))}\n"


def _directed(
    node: ObjectTypeDefinitionNode, keys: Mapping[str, Mapping[str, EntityKey]]
) -> ObjectTypeDefinitionNode:
    name = node.name.value
    words = [f'@key(fields: "{key}")' for key in keys.get(name, ())]
    words += ["@shareable"] if name in SHARED else []
    fields = tuple(one for one in node.fields or () if f"{name}.{one.name.value}" not in HIDDEN)
    found: ObjectTypeDefinitionNode = _replaced(node, fields=fields, directives=_directives(" ".join(words)))
    return found


def _replaced(node: Any, **members: object) -> Any:
    found: dict[str, Any] = {key: getattr(node, key) for key in node.keys}
    return type(node)(**(found | members))


def _directives(words: str) -> tuple[ConstDirectiveNode, ...]:
    """The directives that a text names, as a definition bears them."""
    definition = parse(f"scalar x {words}").definitions[0]
    return tuple(definition.directives or ())  # type: ignore[attr-defined]  # of a scalar
