"""The numbers and ids that a request names: a caller who asks for one learns of it, found or not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from graphql import GraphQLField, GraphQLInputObjectType, get_named_type

from hub.compiler.declare import Representation

KINDS = {"NIK": "nik", "KK": "kk", "ID": "id"}
"""Scalars by what stands before their values."""
KEYS = tuple(KINDS.values())


def named_in(fields: Sequence[GraphQLField], arguments: Sequence[Mapping[str, Any]]) -> list[str]:
    """What is named in the arguments of each field: `nik:`, `kk:` or `id:` and the value, each once."""
    found: dict[str, None] = {}
    for field, given in zip(fields, arguments, strict=True):
        for name, value in given.items():
            found.update(dict.fromkeys(_named(name, field.args[name].type, value)))
    return list(found)


def _named(name: str, type_: Any, value: Any) -> Iterator[str]:
    bare = get_named_type(type_)
    if isinstance(value, list):
        for one in value:
            yield from _named(name, bare, one)
    elif isinstance(bare, GraphQLInputObjectType) and value is not None:
        for key, one in value.items():
            yield from _named(key, bare.fields[key].type, one)
    elif value is not None:
        yield from _number(name, bare.name, value)


def _number(name: str, scalar: str, value: Any) -> Iterator[str]:
    """One value, where it is a number or an id."""
    if isinstance(value, Representation):
        name, value = value.key, value.value
    key = KINDS.get(scalar, name)
    if key in KEYS and isinstance(value, str):
        yield f"{key}:{value.strip()}"
