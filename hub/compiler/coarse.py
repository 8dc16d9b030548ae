"""Areas below the kecamatan, which a caller whose agreement masks them may not name."""

from typing import Any

from graphql import GraphQLEnumType, GraphQLField, GraphQLInputObjectType, get_named_type

from hub.compiler.needs import KECAMATAN, masked

SMALLEST = "DESA"
"""Of the levels of areas, as every enum of them calls it."""
DIGITS = 6
"""Of the code of a kecamatan."""


def not_below(definition: GraphQLField, given: Any) -> None:
    """Passes arguments that name no area below a kecamatan, nor ask for numbers by such.

    Raises:
        RefusedError: `masked`.
    """
    for name, value in given.items():
        _passes(definition.args[name].type, value)


def _passes(type_: Any, value: Any) -> None:
    bare = get_named_type(type_)
    if isinstance(value, list):
        for one in value:
            _passes(bare, one)
    elif isinstance(bare, GraphQLInputObjectType) and value is not None:
        for name, one in value.items():
            _passes(bare.fields[name].type, one)
    elif value is not None and _is_below(bare, value):
        raise masked(KECAMATAN)


def _is_below(type_: Any, value: Any) -> bool:
    if isinstance(type_, GraphQLEnumType):
        return str(getattr(value, "name", value)) == SMALLEST
    return type_.name == "WilayahCode" and sum(letter.isdigit() for letter in str(value)) > DIGITS
