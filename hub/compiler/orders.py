"""Orders: which of the orders of a connection a caller chooses, and whether an index serves it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from hub.compiler.declare import Key, Relation
from hub.compiler.scope import Field, Scope


def ordered(order: Sequence[Key], scope: Scope) -> str:
    """The order of a list; an open start comes before all others, and last where the newest come first."""
    ways = {False: "asc nulls first", True: "desc nulls last"}
    keys = [f"{scope.fill(key.sql)} {ways[key.down]}" for key in order]
    return f" order by {', '.join(keys)}" if keys else ""


def list_order(keys: Sequence[Key], name: str, scope: Scope) -> str:
    """The order of a list; in one that the caller chose by its name, what is null comes last both ways."""
    if not name:
        return ordered(keys, scope)
    ways = {False: "asc nulls last", True: "desc nulls last"}
    return f" order by {', '.join(f'{scope.fill(key.sql)} {ways[key.down]}' for key in keys)}"


def ordering(relation: Relation, field: Field) -> tuple[Sequence[Key], str]:
    """The sort keys of a connection, and the name of the order where it is not the one it has by itself."""
    name, down = chosen(field)
    if not name:
        return relation.order, ""
    keys = relation.orders[name].keys
    if down:
        keys = [replace(key, down=not key.down) for key in keys]
    if list(keys) == list(relation.order):
        return relation.order, ""
    return keys, f"{name} {'DESC' if down else 'ASC'}"


def coarse(keys: Sequence[Key]) -> Sequence[Key]:
    """Sort keys under which areas are told apart by their kecamatan alone."""
    return [replace(key, sql=f"({key.sql}) / 10000") if "area_key" in key.sql else key for key in keys]


def is_led(relation: Relation, field: Field) -> bool:
    """Whether an index serves the order over the whole set."""
    name, _ = chosen(field)
    return not name or relation.orders[name].leads


def chosen(field: Field) -> tuple[str, bool]:
    """Name of the order that the argument `orderBy` names, and whether it runs down; empty: none."""
    given: Mapping[str, Any] | None = field.arguments.get("orderBy")  # type: ignore[assignment]
    if given is None:
        return "", False
    return given["field"].value, given["direction"].value == "DESC"
