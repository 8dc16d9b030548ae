"""Queries by SPDCI as filters of the graph: by identifier, by expression, by predicates.

Whatever they say, they can only name attributes and values: nothing of them becomes SQL or a document.
"""

from collections.abc import Mapping
from typing import Any

from hub.spdci.attributes import IDENTIFIERS, compared, plain
from hub.spdci.comparing import NOBODY, OPERATORS, Comparison, Filter, Make
from hub.spdci.refusing import Rejected

DEEPEST = 8
"""Levels of `$and`, `$or` and `$not` within each other."""
MOST_PARTS = 50
"""Comparisons of one query."""
CONDITIONS = ("and", "or", "not")


def filter_of(attributes: Mapping[str, Make], kind: str, query: Any) -> Filter:
    """The filter that a query comes to.

    Args:
        attributes: Those of the registry.
        kind: `idtype-value`, `expression` or `predicate`.
        query: As it came.

    Raises:
        Rejected: `rjct.search_criteria.invalid`.
    """
    reading = Reading(attributes)
    if kind == "predicate":
        return reading.predicates(query)
    if kind == "expression":
        return reading.expression(_expression_in(query))
    return reading.identifier(query)


def graphql_in(kind: str, query: Any) -> str | None:
    """The document in a query that says it is GraphQL, by its kind or by its type; None: it is none.

    Raises:
        Rejected: `rjct.search_criteria.invalid`: it says so and holds none.
    """
    named = query.get("type") if isinstance(query, dict) else None
    if kind != "graphql" and not (isinstance(named, str) and named.lower().endswith("graphql")):
        return None
    value = query.get("value") if isinstance(query, dict) else query
    told = value.get("expression") if isinstance(value, dict) else value
    if not isinstance(told, str):
        raise odd()
    return told


def simplified(found: Filter) -> Filter:
    """The same filter, where one operand that nobody meets decides."""
    if found.get("and") is not None:
        parts = [simplified(each) for each in found["and"]]
        return NOBODY if NOBODY in parts else {**found, "and": parts}
    if found.get("or"):
        parts = [each for each in map(simplified, found["or"]) if each != NOBODY]
        return {**found, "or": parts} if parts else NOBODY
    return found


class Reading:
    """One query as it is read.

    Args:
        attributes: That it may name.
    """

    def __init__(self, attributes: Mapping[str, Make]) -> None:
        self._attributes, self._parts = attributes, 0

    def identifier(self, query: Any) -> Filter:
        """`{"type": "UIN", "value": "…"}`."""
        if not isinstance(query, dict) or not isinstance(query.get("type"), str):
            raise odd()
        kind = query["type"].rpartition(":")[2]
        if plain(kind) not in IDENTIFIERS:
            raise Rejected(
                "rjct.search_criteria.invalid",
                "Jenis nomor pengenal ini tidak dikenal; yang ada tertulis di docs/spdci.md.",
                "This kind of identifier is not known; docs/spdci.md lists those there are.",
            )
        return self._compared(kind, "eq", query.get("value"))

    def predicates(self, query: Any) -> Filter:
        """A list in the order of `seq_num`; every one of them has to hold."""
        if not isinstance(query, list) or not 0 < len(query) <= MOST_PARTS:
            raise odd()
        if not all(isinstance(one, dict) and isinstance(one.get("seq_num", 0), int | float) for one in query):
            raise odd()
        return {"and": [self._predicate(one) for one in sorted(query, key=lambda one: one.get("seq_num", 0))]}

    def _predicate(self, one: Mapping[str, Any]) -> Filter:
        first, second = self._side(one.get("expression1")), one.get("expression2")
        condition = one.get("condition")
        if second is None:
            if condition not in (None, "and", "not"):
                raise odd()
            return {"not": first} if condition == "not" else first
        if condition not in CONDITIONS:
            raise odd()
        other = self._side(second)
        if condition == "or":
            return {"or": [first, other]}
        return {"and": [first, {"not": other} if condition == "not" else other]}

    def _side(self, told: Any) -> Filter:
        if not isinstance(told, dict) or not isinstance(told.get("attribute_name"), str):
            raise odd()
        return self._operated(told["attribute_name"], told.get("operator"), told.get("attribute_value"))

    def expression(self, told: Any, depth: int = 0) -> Filter:
        """Objects as MongoDB has them; what stands side by side has to hold together."""
        if not isinstance(told, dict) or not told or depth > DEEPEST:
            raise odd()
        parts = [self._member(name, value, depth) for name, value in told.items()]
        return parts[0] if len(parts) == 1 else {"and": parts}

    def _member(self, name: str, value: Any, depth: int) -> Filter:
        if name in ("$and", "$or"):
            if not isinstance(value, list) or not value:
                raise odd()
            return {name[1:]: [self.expression(each, depth + 1) for each in value]}
        if name == "$not":
            return {"not": self.expression(value, depth + 1)}
        if name.startswith("$"):
            raise odd()
        if not isinstance(value, dict):
            return self._compared(name, "eq", value)
        parts = [self._operator(name, operator, operand) for operator, operand in value.items()]
        if not parts:
            raise odd()
        return parts[0] if len(parts) == 1 else {"and": parts}

    def _operator(self, name: str, operator: str, operand: Any) -> Filter:
        if operator == "$not":
            if not isinstance(operand, dict) or len(operand) != 1 or "$not" in operand:
                raise odd()
            [(inner, value)] = operand.items()
            return {"not": self._operator(name, inner, value)}
        return self._operated(name, operator.removeprefix("$"), operand)

    def _operated(self, name: str, operator: Any, value: Any) -> Filter:
        known = OPERATORS.get(operator) if isinstance(operator, str) else None
        if known is None:
            raise odd()
        if known == "ne":
            return {"not": self._compared(name, "eq", value)}
        return self._compared(name, known, value)

    def _compared(self, name: str, operator: str, value: Any) -> Filter:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise odd()
        return compared(self._attributes, name, Comparison(operator, value))


def paths(query: Any) -> Mapping[str, Any]:
    """A query of `enrolled`: paths to operators, as the standard's example has it, made to an expression.

    Raises:
        Rejected: `rjct.search_criteria.invalid`.
    """
    if not isinstance(query, dict):
        raise odd()
    told: Mapping[str, Any] = {
        name: {f"${operator}": value for operator, value in each.items()} if isinstance(each, dict) else each
        for name, each in query.items()
    }
    return told


def _expression_in(query: Any) -> Any:
    """The expression within its wrappings, some of which live senders leave out."""
    value = query.get("value", query) if isinstance(query, dict) else query
    inner = value.get("expression", value) if isinstance(value, dict) else value
    if isinstance(inner, dict) and "query" in inner and inner.keys() <= {"collection", "query"}:
        return inner["query"]
    return inner


def odd() -> Rejected:
    """The refusal of a query of no known form."""
    return Rejected(
        "rjct.search_criteria.invalid",
        "Bentuk pertanyaan ini tidak dikenal; contohnya di docs/spdci.md.",
        "The query is of no known form; docs/spdci.md has examples.",
    )
