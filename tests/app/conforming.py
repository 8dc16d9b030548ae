"""Whether an answer over HTTP is what the specification allows for its operation.

The judge is graphql-core: the answer's own data are executed as if resolvers had yielded them. What is missing, null
where it may not be, of another type or too much makes the outcome differ from the answer.
"""

import base64
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, cast

from graphql import (
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLScalarType,
    GraphQLSchema,
    build_schema,
    execute_sync,
    parse,
)

from hub.schema.build import printed

CODES = {
    "GRAPHQL_PARSE_FAILED",
    "GRAPHQL_VALIDATION_FAILED",
    "BAD_USER_INPUT",
    "LIMIT_EXCEEDED",
}
DAY = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
SCALARS: dict[str, Callable[[Any], bool]] = {
    "String": lambda value: isinstance(value, str),
    "ID": lambda value: isinstance(value, str) and value != "",
    "Boolean": lambda value: isinstance(value, bool),
    "Int": lambda value: type(value) is int and -(2**31) <= value < 2**31,
    "Float": lambda value: type(value) in (int, float),
    "NIK": lambda value: _matches(r"\d{16}", value),
    "KK": lambda value: _matches(r"\d{16}", value),
    "Date": lambda value: _matches(DAY, value),
    "DateTime": lambda value: _matches(DAY + r"T\d\d:\d\d:\d\d(?:\.\d{1,6})?[+-]\d\d:\d\d", value),
    "Rupiah": lambda value: type(value) is int,
    "WilayahCode": lambda value: _matches(r"\d\d(?:\.\d\d(?:\.\d\d(?:\.\d{4})?)?)?", value),
}
"""What JSON may hold for each scalar."""


def _matches(pattern: str, value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(pattern, value) is not None


@cache
def strict_schema(text: str | None = None) -> GraphQLSchema:
    """The printed schema with scalars that pass through what fits them and nothing else."""
    schema = build_schema(text or printed())
    for name, fits in SCALARS.items():
        if name in schema.type_map:
            cast("GraphQLScalarType", schema.type_map[name]).coerce_output_value = _passing(name, fits)
    return schema


def _passing(name: str, fits: Callable[[Any], bool]) -> Callable[[Any], Any]:
    def passed(value: Any) -> Any:
        if not fits(value):
            raise GraphQLError(f"{value!r} is no {name}")
        return value

    return passed


class _Thing(dict[str, Any]):
    """An object behind an interface, with the type that its id names."""

    type: str = ""


def _resolve(source: Any, info: GraphQLResolveInfo[Any], /, **arguments: Any) -> Any:
    """What the answer holds under the response key."""
    value = source[info.path.key]
    if (info.parent_type.name, info.field_name) == ("Query", "node") and value is not None:
        value = _Thing(value)
        value.type = base64.b64decode(arguments["id"]).decode().partition(":")[0]
    return value


def unfit(schema: GraphQLSchema, document: str, variables: Mapping[str, Any], data: Any) -> list[str]:
    """What is wrong with the data of an answer.

    Args:
        schema: See `strict_schema`.
        document: The operation.
        variables: Those it was sent with.
        data: `data` of the answer; introspection in it is not looked at.
    """
    done = execute_sync(
        schema,
        parse(document),
        root_value=data,
        variable_values=dict(variables),
        field_resolver=_resolve,
        type_resolver=lambda value, _info, _type: value.type,
    )
    if done.errors:
        return [str(error) for error in done.errors]
    return (
        []
        if json.dumps(done.data) == json.dumps(data)
        else ["the answer holds other keys, or in another order"]
    )


def ill_formed(errors: Any) -> list[str]:
    """What is wrong with the `errors` of an answer."""
    if not isinstance(errors, list) or not errors:
        return ["errors is no list, or an empty one"]
    return [fault for error in errors for fault in _ill(error)]


def _ill(error: Any) -> list[str]:
    extensions = error.get("extensions", {})
    faults = {
        "another key": not error.keys() <= {"message", "locations", "path", "extensions"},
        "no message": not (isinstance(error.get("message"), str) and error["message"]),
        "a number that was sent": re.search(r"\d{7,}", error.get("message", "")) is not None,
        "no known code": extensions.get("code") not in CODES,
        "no location": not all(
            one.keys() == {"line", "column"} and min(one.values()) > 0 for one in error.get("locations", ())
        ),
    }
    return [f"{name}: {error}" for name, bad in faults.items() if bad]
