"""The schema against that of the last release: what would break a client is refused.

What a release promised stays until a dated deprecation of it, which stood in a release, has run out.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    GraphQLSchema,
    TypeDefinitionNode,
    Visitor,
    build_ast_schema,
    get_named_type,
    is_abstract_type,
    parse,
    print_schema,
    visit,
)
from graphql.utilities import BreakingChange, DangerousChange, find_breaking_changes, find_dangerous_changes

from hub.errors import InputError
from hub.schema.lifetime import Deprecation, deprecation_in

RELEASED = Path(__file__).parent / "released.graphql"
"""The printed schema of the last release under a line that names it; absent before the first."""
NOTICE = timedelta(days=180)
"""A deprecation that a release brings lets clients this much time at least."""
_HEADING = "# hub {version}, {day}\n\n"


@dataclass(frozen=True)
class Comparison:
    """What changed since a release.

    Args:
        refused: Changes that break clients and that no deprecation announced, in words.
        told: Changes that may surprise a client and are allowed.
    """

    refused: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def compared(released: str, schema: GraphQLSchema, today: date) -> Comparison:
    """The schema against the text of a released one.

    Args:
        released: The printed schema of the release.
        schema: The schema of this checkout.
        today: The day on which it is released at the earliest, WIB: deprecations that ended before it are over.
    """
    old = parse(released)
    promised = build_ast_schema(_without_what_is_over(old, today), assume_valid=True)
    return Comparison(
        tuple(_worded(find_breaking_changes(promised, schema))),
        tuple(_worded(find_dangerous_changes(build_ast_schema(old), schema))),
    )


def _worded(changes: Iterable[BreakingChange | DangerousChange]) -> Iterator[str]:
    """Kind and words of each change; a scalar of the specification that nothing names any more breaks nobody."""
    for one in changes:
        if not one.description.startswith("Standard scalar "):
            yield f"{one.type.name}: {one.description}"


def short_notices(released: str, schema: GraphQLSchema, today: date) -> list[str]:
    """Deprecations that a release on this day would bring and that leave clients less than `NOTICE`."""
    known = {one.reason for one in _deprecations(parse(released))} if released else set()
    return [
        f"NOTICE_TOO_SHORT: {one.successor} takes over after {one.until}; the earliest day is {today + NOTICE}"
        for one in _deprecations(parse(print_schema(schema)))
        if one.reason not in known and one.until < today + NOTICE
    ]


def promise_in(path: Path) -> str:
    """The printed schema of the last release; empty before the first."""
    return path.read_text(encoding="utf-8") if path.exists() else ""


def release(schema: GraphQLSchema, version: str, today: date, path: Path) -> None:
    """Makes the schema the promise of a release.

    Args:
        schema: The schema of this checkout.
        version: Version of the release.
        today: Its day, WIB.
        path: Where the promise is kept.

    Raises:
        InputError: `schema_breaks`, it breaks the last release or gives too short a notice.
    """
    before = promise_in(path)
    faults: Sequence[str] = [
        *(compared(before, schema, today).refused if before else ()),
        *short_notices(before, schema, today),
    ]
    if faults:
        raise InputError("schema_breaks", "this is no release: " + "; ".join(faults))
    heading = _HEADING.format(version=version, day=today.isoformat())
    path.write_text(heading + print_schema(schema) + "\n", encoding="utf-8")


class _Over(Visitor):
    """Takes out of a schema's text each part whose deprecation is over, and unwraps nothing else."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self.today = today

    def enter(self, node: Any, *_args: Any) -> Any:
        found = _deprecation_of(node)
        return REMOVE if found is not None and found.is_over(self.today) else None


def _without_what_is_over(document: DocumentNode, today: date) -> DocumentNode:
    """The document as it is promised on a day; types that only went with a part go with it."""
    kept: DocumentNode = visit(document, _Over(today))
    lost = _reached(document) - _reached(kept)
    definitions = [
        one
        for one in kept.definitions
        if not isinstance(one, TypeDefinitionNode) or one.name.value not in lost
    ]
    return DocumentNode(definitions=tuple(definitions))


def _reached(document: DocumentNode) -> set[str]:
    """Names of the types that the roots lead to, objects behind an interface included."""
    schema = build_ast_schema(document, assume_valid=True)
    found: set[str] = set()
    waiting = [one.name for one in (schema.query_type, schema.mutation_type, schema.subscription_type) if one]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        type_ = schema.type_map[name]
        waiting += _named_by(schema, type_)
    return found


def _named_by(schema: GraphQLSchema, type_: Any) -> Iterator[str]:
    """Names of the types that a type names."""
    for field in getattr(type_, "fields", {}).values():
        yield get_named_type(field.type).name
        for argument in getattr(field, "args", {}).values():
            yield get_named_type(argument.type).name
    for one in getattr(type_, "interfaces", ()):
        yield one.name
    if is_abstract_type(type_):
        for one in schema.get_possible_types(type_):
            yield one.name


def _deprecation_of(node: Any) -> Deprecation | None:
    for directive in getattr(node, "directives", None) or ():
        if directive.name.value == "deprecated":
            for argument in directive.arguments:
                return deprecation_in(argument.value.value)
    return None


def _deprecations(document: DocumentNode) -> list[Deprecation]:
    """Every dated deprecation in a schema's text, in its order."""
    found: list[Deprecation] = []

    class Collect(Visitor):
        def enter(self, node: Any, *_args: Any) -> None:
            one = _deprecation_of(node)
            if one is not None:
                found.append(one)

    visit(document, Collect())
    return found
