"""Filters: input objects of declared fields with operators, joined by and, or, not."""

from collections.abc import Mapping
from typing import Any

from hub.compiler.binding import Path, bound_values
from hub.compiler.declare import Clause, Compare, Filter, Holds
from hub.compiler.scope import Scope, Value

OPERATORS = {"eq": "=", "gte": ">=", "lt": "<", "gt": ">", "lte": "<="}


def conditions(
    given: Mapping[str, Any], filters: Mapping[str, Filter], scope: Scope, path: Path
) -> list[str]:
    """The conditions that an input object calls for; all of them hold.

    Args:
        given: The input object.
        filters: What each of its fields filters.
        scope: The field, over the alias of the rows.
        path: Where the object stands in the arguments.
    """
    found: list[str] = []
    for name, value in given.items():
        here = (*path, name)
        if value is None:
            continue
        if isinstance(value, list):
            bound_values(len(value))
        if name in ("and", "or"):
            parts = [_all(conditions(one, filters, scope, (*here, n))) for n, one in enumerate(value)]
            found.append(f"({f' {name} '.join(parts)})" if parts else str(name == "and").lower())
        elif name == "not":
            found.append(f"({_all(conditions(value, filters, scope, here))}) is not true")
        else:
            found += _conditions(filters[name], value, scope, here)
    return found


def _all(parts: list[str]) -> str:
    return f"({' and '.join(parts)})" if parts else "true"


def _conditions(filter_: Filter, value: Any, scope: Scope, path: Path) -> list[str]:
    if isinstance(filter_, Clause):
        return [scope.fill(filter_.sql, Value(scope.binder, scope.field.source, path))]
    if isinstance(filter_, Holds):
        return _held(filter_, value, scope, path)
    return [_compared(filter_, op, one, scope, path) for op, one in value.items() if one is not None]


def _held(filter_: Holds, value: Mapping[str, Any], scope: Scope, path: Path) -> list[str]:
    found = []
    for name, form in (("has", "{}"), ("not", "not {}")):
        for place, _ in enumerate(value.get(name) or ()):
            bound = Value(scope.binder, scope.field.source, (*path, name, place))
            found.append(form.format(scope.fill(filter_.sql, bound)))
    return found


def _compared(filter_: Compare, operator: str, value: Any, scope: Scope, path: Path) -> str:
    sql = scope.fill(filter_.sql)
    if operator == "isNull":
        return f"{sql} is null" if value else f"{sql} is not null"
    here = (*path, operator)
    if operator == "in":
        bound_values(len(value))
        return f"{sql} = any({Value(scope.binder, scope.field.source, here, f'{filter_.type}[]')})"
    bound = Value(scope.binder, scope.field.source, here, filter_.type, filter_.converter)
    return f"{sql} {OPERATORS[operator]} {bound}"
