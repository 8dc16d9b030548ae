"""SQL that assembles JSON: rows of aliased sub-selects, the quickest form PostgreSQL has for it.

Aliases of our own carry a `$`, which no GraphQL name can hold, so that a caller's alias never captures one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

#: PostgreSQL cuts identifiers beyond this many bytes.
LONGEST_NAME = 63

Columns = Sequence[tuple[str, str]]
"""Response key and SQL expression of each field, in the order of the answer."""


@dataclass(frozen=True)
class Row:
    """An object under construction.

    Args:
        select: Select list.
        value: JSON of the object, by the alias of the sub-select.
        alias: Alias that the sub-select has to bear.
    """

    select: str
    value: str
    alias: str


def row(columns: Columns, alias: str) -> Row:
    """The select list of an object and how it becomes JSON.

    A response key that is too long for a column name makes the object a text put together by hand; keys are
    GraphQL names and need no escaping.
    """
    if all(len(key) <= LONGEST_NAME for key, _ in columns):
        return Row(", ".join(f'{sql} as "{key}"' for key, sql in columns), f'row_to_json("{alias}")', alias)
    names = [f"c{place}$" for place in range(len(columns))]
    select = ", ".join(f'{sql} as "{name}"' for name, (_, sql) in zip(names, columns, strict=True))
    pairs = (
        f"""'"{key}":' || coalesce(to_json("{alias}"."{name}")::text, 'null')"""
        for name, (key, _) in zip(names, columns, strict=True)
    )
    return Row(select, "('{' || " + " || ',' || ".join(pairs) + " || '}')::json", alias)


def single(made: Row, source: str = "") -> str:
    """A scalar sub-select that yields the object, or null when `source` (from, where …) has no row."""
    return f'(select {made.value} from (select {made.select} {source}) "{made.alias}")'


def listed(made: Row, source: str) -> str:
    """A scalar sub-select that yields the objects of `source` in its order; empty: `[]`."""
    value = f'"{made.alias}"' if made.value.startswith("row_to_json") else made.value
    return f"(select coalesce(json_agg({value}), '[]') from (select {made.select} {source}) \"{made.alias}\")"
