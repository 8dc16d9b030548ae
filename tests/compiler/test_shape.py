"""The shape of answers: random documents over one small table against a plain reference in Python."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from graphql import FieldNode, FragmentSpreadNode, InlineFragmentNode, build_schema, parse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.compiler.declare import Arity, Catalog, Column, Expression, Key, Relation, Rows, TypeDeclaration, one
from hub.compiler.engine import Engine, Request
from hub.compiler.limits import Limits
from hub.store.database import Database
from hub.store.read import Reader, open_reader
from tests.graph_builders import context

SCHEMA = build_schema(
    "type Query { first: Thing all: [Thing!]! none: Thing } type Thing { n: Int word: String next:"
    " Thing others: [Thing!]! }"
)
THINGS: list[dict[str, Any]] = [{"n": 1, "word": 'a "b"\n'}, {"n": 2, "word": None}, {"n": 3, "word": "ç\\"}]
ROWS = Rows("(values (1, E'a \"b\"\\n'), (2, null), (3, 'ç\\'))")
TABLE = Rows("(select v.column1 as n, v.column2 as word from " + ROWS.table + " v)")
WIDE = Limits(directives=10_000, aliases=10_000, fields=10_000)
BY_N = [Key("{t}.n")]
CATALOG = Catalog(
    {
        "Query": TypeDeclaration(
            "Query",
            None,
            {
                "first": one("{t}.n = 1"),
                "none": one("false"),
                "all": Relation(Arity.MANY, order=BY_N),
            },
        ),
        "Thing": TypeDeclaration(
            "Thing",
            TABLE,
            {
                "n": Column("n"),
                "word": Expression("{t}.word"),
                "next": one("{t}.n = {p}.n + 1"),
                "others": Relation(Arity.MANY, "{t}.n <> {p}.n", order=BY_N, size=2),
            },
        ),
    }
)
ALIASES = st.sampled_from(["", "x: ", "r1$".replace("$", "") + ": ", "t1: ", "_: ", "q" * 70 + ": "])
DIRECTIVES = st.sampled_from(["", "", "", " @skip(if: $yes)", " @include(if: $yes)", " @skip(if: false)"])


def _inline(parts: tuple[str, str]) -> str:
    return f"... on Thing{parts[0]} {parts[1]}"


def selections(depth: int, root: bool = False, spread: bool = True) -> st.SearchStrategy[str]:
    """A selection set on a Thing, or on the root."""
    leaves = [] if root else ["n", "word"]
    plain = st.tuples(st.sampled_from([*leaves, "__typename"]), DIRECTIVES).map("".join)
    parts = plain
    if depth > 0:
        objects = ["first", "all", "none"] if root else ["next", "others"]
        deep = st.tuples(
            ALIASES, st.sampled_from(objects), DIRECTIVES, selections(depth - 1, spread=spread)
        ).map("".join)
        parts = st.one_of(deep, plain, deep)
        if not root:
            inline = st.tuples(DIRECTIVES, selections(depth - 1, spread=spread)).map(_inline)
            parts = st.one_of(deep, plain, inline, st.just("...f") if spread else plain)
    return st.lists(parts, min_size=1, max_size=4).map(lambda found: "{ " + " ".join(found) + " }")


def document(both: tuple[str, str]) -> str:
    """A valid document: its variable is used, its fragment defined where it is spread."""
    root = both[0].replace("{", "{ z: __typename @skip(if: $yes)", 1)
    fragment = f" fragment f on Thing {both[1]}" if "...f" in root else ""
    return f"query ($yes: Boolean!) {root}{fragment}"


DOCUMENTS = st.tuples(selections(3, root=True), selections(1, spread=False)).map(document)


def thing(n: int) -> dict[str, Any] | None:
    return THINGS[n - 1] if 0 < n <= len(THINGS) else None


def resolved(type_name: str, name: str, source: dict[str, Any] | None) -> Any:
    """What a field holds, in plain Python."""
    if name == "__typename":
        return type_name
    if type_name == "Query":
        return {"first": thing(1), "none": None, "all": THINGS}[name]
    assert source is not None
    if name == "next":
        return thing(source["n"] + 1)
    return [one for one in THINGS if one is not source] if name == "others" else source[name]


class Reference:
    """Answers a document by walking it once for each object: the words of the specification, no SQL."""

    def __init__(self, document: str, yes: bool) -> None:
        definitions = parse(document).definitions
        self.root: Any = definitions[0]
        self.fragments = {one.name.value: one for one in definitions[1:]}  # type: ignore[attr-defined]
        self.yes = yes

    def answer(self) -> Any:
        """The JSON of `data`."""
        return self.object("Query", None, [self.root.selection_set])

    def object(self, type_name: str, source: Any, sets: list[Any]) -> dict[str, Any]:
        """One object."""
        groups: dict[str, list[FieldNode]] = {}
        seen: set[str] = set()
        for one_set in sets:
            self.collect(one_set, groups, seen)
        return {key: self.value(type_name, source, nodes) for key, nodes in groups.items()}

    def collect(self, one_set: Any, groups: dict[str, list[FieldNode]], seen: set[str]) -> None:
        """Puts the fields of a selection set into their groups."""
        for node in one_set.selections:
            if not all(self.keeps(directive) for directive in node.directives or ()):
                continue
            if isinstance(node, FieldNode):
                groups.setdefault((node.alias or node.name).value, []).append(node)
            elif isinstance(node, InlineFragmentNode):
                self.collect(node.selection_set, groups, seen)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in seen:
                seen.add(node.name.value)
                found: Any = self.fragments[node.name.value]
                self.collect(found.selection_set, groups, seen)

    def keeps(self, directive: Any) -> bool:
        """Whether @skip or @include leaves a node in."""
        value = directive.arguments[0].value
        said = self.yes if value.kind == "variable" else value.value
        return bool(said) is (directive.name.value == "include")

    def value(self, type_name: str, source: Any, nodes: list[FieldNode]) -> Any:
        """The value of one field."""
        found = resolved(type_name, nodes[0].name.value, source)
        sets = [node.selection_set for node in nodes if node.selection_set]
        if isinstance(found, list):
            return [self.object("Thing", one, sets) for one in found]
        return self.object("Thing", found, sets) if isinstance(found, dict) else found


@pytest_asyncio.fixture
async def reader(database: Database) -> AsyncIterator[Reader]:
    async with open_reader(database, 1) as opened:
        yield opened


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
)
@given(st.data())
async def test_an_answer_equals_the_reference_key_order_included(
    reader: Reader, database: Database, data: st.DataObject
) -> None:
    from hub.compiler.documents import InvalidDocument

    text, yes = data.draw(DOCUMENTS), data.draw(st.booleans())
    engine = Engine(SCHEMA, CATALOG, WIDE)
    request = Request(text, {"yes": yes})
    try:
        engine.prepare(request)
    except InvalidDocument:
        # Two fields under one response key, or a variable that the document doesn't use: not ours to answer.
        return
    got = await engine.run(request, reader, lambda: context(database))
    assert json.dumps(json.loads(got)) == json.dumps(Reference(text, yes).answer())
