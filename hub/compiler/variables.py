"""The variables of a request, coerced: once as graphql-core does it, then the short way for plain scalars."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    Undefined,
    get_variable_values,
    is_leaf_type,
)
from graphql.execution.values import VariableValues, VariableValueSource

from hub.compiler.documents import Operation

MOST_ERRORS = 20
PLAIN = (str, int, float)


def variables_of(
    schema: GraphQLSchema, operation: Operation, inputs: Mapping[str, Any], silent: bool = False
) -> VariableValues | list[GraphQLError]:
    """The coerced variables of an operation, or what is wrong with them.

    Args:
        schema: The schema the operation was validated against.
        operation: Its signatures are kept once a request has passed.
        inputs: Values as JSON has them.
        silent: Whether messages hint at no name of the schema.
    """
    quick = _plain(operation, inputs)
    if quick is not None:
        return quick
    declared = operation.definition.variable_definitions or ()
    found = get_variable_values(schema, declared, dict(inputs), MOST_ERRORS, silent)
    if isinstance(found, VariableValues):
        operation.signatures.update({name: source.signature for name, source in found.sources.items()})
        operation.readers.update({name: _reader(one) for name, one in operation.signatures.items()})
    return found


def _reader(signature: Any) -> Callable[[Any], Any] | None:
    """What reads a value of a leaf type, or of a list of such, by graphql-core; None for any other type."""
    bare = _bare(signature.type)
    inner = _bare(bare.of_type) if isinstance(bare, GraphQLList) else bare
    if not is_leaf_type(inner):
        return None
    read: Callable[[Any], Any] = inner.coerce_input_value
    return _each(read) if isinstance(bare, GraphQLList) else _one(read)


def _bare(type_: Any) -> Any:
    return type_.of_type if isinstance(type_, GraphQLNonNull) else type_


def _one(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Reads a plain value; Undefined where it is none, or unfit."""
    return lambda value: read(value) if isinstance(value, PLAIN) else Undefined


def _each(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Reads a list of plain values; Undefined where it is none, or one of them is unfit."""

    def found(value: Any) -> Any:
        if not isinstance(value, list) or not all(isinstance(one, PLAIN) for one in value):
            return Undefined
        values = [read(one) for one in value]
        return Undefined if any(one is Undefined for one in values) else values

    return found


def _plain(operation: Operation, inputs: Mapping[str, Any]) -> VariableValues | None:
    """The variables where each is given and fit, of a leaf type or a list of such; None: the long way is needed."""
    if len(operation.signatures) != len(operation.definition.variable_definitions or ()):
        return None
    sources, coerced = {}, {}
    for name, signature in operation.signatures.items():
        value, reads = inputs.get(name), operation.readers[name]
        if reads is None:
            return None
        try:
            coerced[name] = read = reads(value)
        except Exception:  # noqa: BLE001  # the long way says what is wrong with it
            return None
        if read is Undefined:
            return None
        sources[name] = VariableValueSource(signature, value)
    return VariableValues(sources, coerced)
