"""What a document may ask for at most, checked in time linear in its size before it is validated.

A fragment is measured once and its measure reused wherever it is spread, so that a small document whose
fragments spread each other doubles nothing here; the limiters of the usual libraries take seconds on it.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
)

from hub.errors import InputError
from hub.settings import Settings

SHALLOW = 2
"""Depth at which the values in a list of a variable stand."""
MOST_IN_ONE_PLACE = 5
"""Directives of one field, fragment or operation: the schema knows two, and each that it doesn't is an error."""


@dataclass(frozen=True)
class Limits:
    """Upper bounds of one document, each inclusive.

    Args:
        tokens: Lexical tokens.
        depth: Fields below each other, fragments opened.
        fields: Fields with every spread fragment opened.
        aliases: Aliases with every spread fragment opened.
        directives: Directives with every spread fragment opened.
        fragments: Fragment definitions.
        repeats: Pairs of fields that stand under one response key, fragments opened: validation compares each pair.
        literals: Variables, arguments, and values in them, as they stand in the document.
        values: Values that come with it for its variables, those inside of others too.
        rows: Rows the document may yield: the sum over its lists of the product of page sizes down to each.
        introspection: Whether a document may ask for the schema; where it may not, no message hints at names.
    """

    tokens: int = 4000
    depth: int = 20
    fields: int = 1000
    aliases: int = 100
    directives: int = 50
    fragments: int = 50
    repeats: int = 10_000
    literals: int = 800
    values: int = 5000
    rows: int = 50_000
    introspection: bool = True


def limits_of(settings: Settings) -> Limits:
    """The bounds that the settings name."""
    return Limits(
        tokens=settings.query_tokens,
        depth=settings.query_depth,
        fields=settings.query_fields,
        aliases=settings.query_aliases,
        values=max(Limits.values, 5 * settings.match_rows),
        rows=settings.query_rows,
        introspection=settings.introspection,
    )


@dataclass(frozen=True)
class Measure:
    """How large a selection is."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0

    def beside(self, other: "Measure") -> "Measure":
        """Both selections in one set."""
        return Measure(
            max(self.depth, other.depth),
            self.fields + other.fields,
            self.aliases + other.aliases,
            self.directives + other.directives,
        )


def check(document: DocumentNode, limits: Limits) -> None:
    """Passes a document that keeps within the limits.

    Raises:
        InputError: `one_operation`, `fragment_cycle`, or `limit_<name>`.
    """
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    if len(operations) != 1:
        raise InputError("one_operation", "a document holds exactly one operation")
    fragments = {
        one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
    }
    if len(fragments) > limits.fragments:
        raise _over("fragments", limits.fragments)
    ruler = _Ruler(fragments, limits)
    ruler.directives(_outside(operations[0], fragments.values()))
    ruler.selections(operations[0].selection_set.selections)
    for name in fragments:
        ruler.fragment(name)
    definitions = (operations[0], *fragments.values())
    values = [value for definition in definitions for value in _values(definition)]
    sized(values, limits, "literals")
    if sum(_repeats(one.selection_set, fragments) for one in definitions) > limits.repeats:
        raise _over("repeats", limits.repeats)


def flat(values: Mapping[str, Any], limits: Limits) -> bool:
    """Whether values of variables, and lists of plain ones, are so few that `sized` has nothing to weigh."""
    count = len(values)
    for one in values.values():
        if isinstance(one, list):
            count += len(one)
            if (
                count >= limits.values
                or limits.depth < SHALLOW
                or any(isinstance(x, (dict, list)) for x in one)
            ):
                return False
        elif isinstance(one, dict):
            return False
    return count < limits.values


def sized(values: Iterable[tuple[Any, int]], limits: Limits, name: str) -> None:
    """Passes values that are not nested too deeply and not too many, of a document or of JSON.

    Args:
        values: Each with the depth at which it stands.
        limits: Bounds of their depth and their number, those inside of others counted too.
        name: The bound of their number, `literals` or `values`.

    Raises:
        InputError: `limit_depth`, `limit_literals`, `limit_values`.
    """
    most: int = getattr(limits, name)
    waiting = list(values)
    count = 0
    while waiting:
        value, depth = waiting.pop()
        count += 1
        if depth > limits.depth:
            raise _over("depth", limits.depth)
        inside = _inside(value)
        if count + len(waiting) + len(inside) > most:
            raise _over(name, most)
        waiting += [(one, depth + 1) for one in inside]


def _inside(value: Any) -> Collection[Any]:
    """What a value of a document, or of JSON, holds."""
    if isinstance(value, (list, ListValueNode)):
        return value.values if isinstance(value, ListValueNode) else value
    if isinstance(value, ObjectValueNode):
        return [one.value for one in value.fields]
    return value.values() if isinstance(value, dict) else ()


def _values(definition: ExecutableDefinitionNode) -> list[tuple[Any, int]]:
    """The values that stand in a definition: of arguments, variables, and their defaults."""
    variables = getattr(definition, "variable_definitions", None) or ()
    found: list[tuple[Any, int]] = [(one, 0) for one in variables]
    found += [(one.default_value, 1) for one in variables if one.default_value]
    waiting: list[Any] = [definition]
    while waiting:
        node = waiting.pop()
        holders: list[Any] = [node, *(node.directives or ())]
        found += [(one.value, 1) for holder in holders for one in getattr(holder, "arguments", None) or ()]
        below = getattr(node, "selection_set", None)
        waiting += below.selections if below else ()
    return found


def _outside(
    operation: OperationDefinitionNode, fragments: Iterable[FragmentDefinitionNode]
) -> list[DirectiveNode]:
    """The directives that stand on definitions and on variables."""
    holders: list[Any] = [operation, *(operation.variable_definitions or ()), *fragments]
    return [one for holder in holders for one in holder.directives or ()]


def _over(name: str, bound: int) -> InputError:
    return InputError(f"limit_{name}", f"the document has more than {bound} {name}")


def _repeats(selected: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> int:
    """Pairs of fields under one response key, in a selection that was measured and so is small when opened."""
    counts: Counter[tuple[str, ...]] = Counter()
    waiting: list[tuple[tuple[str, ...], SelectionNode]] = [((), node) for node in selected.selections]
    while waiting:
        path, node = waiting.pop()
        inner: SelectionSetNode | None = None
        if isinstance(node, FieldNode):
            path = (*path, (node.alias or node.name).value)
            counts[path] += 1
            inner = node.selection_set
        elif isinstance(node, InlineFragmentNode):
            inner = node.selection_set
        elif isinstance(node, FragmentSpreadNode) and node.name.value in fragments:
            inner = fragments[node.name.value].selection_set
        waiting += [(path, below) for below in (inner.selections if inner else ())]
    return sum(count * (count - 1) // 2 for count in counts.values())


@dataclass
class _Ruler:
    """Measures selections; refuses as soon as one is too large, so that no number grows without bound."""

    fragments: dict[str, FragmentDefinitionNode]
    limits: Limits
    known: dict[str, Measure] = field(default_factory=dict)
    open: set[str] = field(default_factory=set)

    def selections(self, nodes: Iterable[SelectionNode]) -> Measure:
        total = Measure()
        for node in nodes:
            total = total.beside(self._node(node))
            self._refuse(total)
        return total

    def directives(self, nodes: Collection[DirectiveNode] | None) -> Measure:
        found = Measure(directives=len(nodes or ()))
        if found.directives > MOST_IN_ONE_PLACE:
            raise InputError(
                "limit_directives", f"more than {MOST_IN_ONE_PLACE} directives stand in one place"
            )
        self._refuse(found)
        return found

    def fragment(self, name: str) -> Measure:
        if name in self.known:
            return self.known[name]
        if name in self.open:
            raise InputError("fragment_cycle", "a fragment spreads itself")
        definition = self.fragments.get(name)
        if definition is None:
            return Measure()  # Validation names the missing fragment better than a limiter can.
        self.open.add(name)
        self.known[name] = self.selections(definition.selection_set.selections)
        self.open.discard(name)
        return self.known[name]

    def _node(self, node: SelectionNode) -> Measure:
        own = self.directives(node.directives)
        if isinstance(node, FieldNode):
            below = self.selections(node.selection_set.selections) if node.selection_set else Measure()
            own = own.beside(Measure(0, 1, 1 if node.alias else 0)).beside(below)
            return Measure(below.depth + 1, own.fields, own.aliases, own.directives)
        if isinstance(node, FragmentSpreadNode):
            return own.beside(self.fragment(node.name.value))
        if isinstance(node, InlineFragmentNode):
            return own.beside(self.selections(node.selection_set.selections))
        return own

    def _refuse(self, found: Measure) -> None:
        for name in ("depth", "fields", "aliases", "directives"):
            bound = getattr(self.limits, name)
            if getattr(found, name) > bound:
                raise _over(name, bound)
