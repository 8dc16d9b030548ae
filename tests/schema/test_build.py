"""The schema as committed, described, and declared throughout."""

from graphql import GraphQLEnumType, GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType

from hub.schema.build import SDL, engine, printed, schema


def test_the_printed_schema_is_the_one_committed() -> None:
    assert SDL.read_text(encoding="utf-8") == printed()


def test_every_type_field_argument_and_value_is_described_in_both_languages() -> None:
    assert [path for path, text in described() if " / " not in (text or "")] == []


def described() -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for name, type_ in schema().type_map.items():
        if name.startswith("__") or name in ("String", "Int", "Float", "Boolean", "ID"):
            continue
        found.append((name, type_.description))
        if isinstance(type_, GraphQLEnumType):
            found += [(f"{name}.{key}", value.description) for key, value in type_.values.items()]
        if isinstance(type_, GraphQLInputObjectType):
            found += [(f"{name}.{key}", one.description) for key, one in type_.fields.items()]
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType):
            for key, field in type_.fields.items():
                found.append((f"{name}.{key}", field.description))
                found += [(f"{name}.{key}({arg})", one.description) for arg, one in field.args.items()]
    return found


def test_every_root_takes_both_instants() -> None:
    query = schema().query_type
    assert query is not None
    assert [name for name, root in query.fields.items() if not {"asOf", "knownAt"} <= set(root.args)] == []


def test_every_type_with_an_id_can_be_found_by_it() -> None:
    node = schema().type_map["Node"]
    assert isinstance(node, GraphQLInterfaceType)
    types = sorted(type_.name for type_ in schema().get_possible_types(node))
    assert types == engine().catalog.nodes()
