"""Operations made up from the schema: by hypothesis-graphql, and by the writer of the oracle over all of it."""

from collections.abc import Callable
from functools import cache
from random import Random
from typing import Any

from graphql import (
    REMOVE,
    ArgumentNode,
    DocumentNode,
    GraphQLSchema,
    IntValueNode,
    StringValueNode,
    Visitor,
    get_named_type,
    is_leaf_type,
    print_ast,
    visit,
)
from hypothesis import strategies as st
from hypothesis_graphql import Mode, nodes, queries

from tests.oracle.documents import Operation, Writer
from tests.schema.town import KK, NIK

LARGEST_FIT = 12
UNTYPED = "changes"
"""A root with things behind an interface that tell their type by nothing but `__typename`: the oracle has it."""
FIT: dict[str, tuple[str, ...]] = {
    "NIK": (NIK, "3320014101909012", "3320014101909099"),
    "KK": (KK, "3320010101209003", "3320010101219000"),
    "Date": ("2024-06-01", "2025-01-10", "0001-01-01", "9999-12-31"),
    "DateTime": ("2025-08-01T00:00:00Z", "2025-01-05T12:00:00.5+07:00", "1970-01-01T00:00:00Z"),
    "Period": ("2025", "2025-Q1", "2025-S2", "2025-04", "TW1 2025"),
    "WilayahCode": ("33", "33.20", "33.20.01.2001", "34"),
    "String": ("PKH", "BPNT", "pkh", "kube", "idbdt", "dtsen", "33.20", "lantai", "", "x"),
}
UNFIT = st.sampled_from(("", "x", "332001410190900", "2024-02-30", "33.2", "'", "ÿ"))


def _scalar(name: str) -> st.SearchStrategy[Any]:
    fit = st.sampled_from(FIT[name]).map(nodes.String)
    return st.one_of(fit, fit, fit, UNFIT.map(nodes.String))


CUSTOM: dict[str, st.SearchStrategy[Any]] = {
    **{name: _scalar(name) for name in FIT if name != "String"},
    "Rupiah": st.integers(-(2**63), 2**63).map(lambda value: IntValueNode(value=str(value))),
}


class _Tamed(Visitor):
    """Page sizes that fit, codes that exist and no cursors, so that more than refusals is seen."""

    def enter_argument(self, node: ArgumentNode, *_args: Any) -> Any:
        name = node.name.value
        if name in ("after", "before", "last"):
            return REMOVE
        if name == "first" and isinstance(node.value, IntValueNode):
            size = abs(int(node.value.value)) % LARGEST_FIT
            return ArgumentNode(name=node.name, value=IntValueNode(value=str(size)))
        return None

    def enter_string_value(self, node: StringValueNode, *_args: Any) -> Any:
        fits = any(node.value in texts for texts in FIT.values())
        known = FIT["String"]
        return None if fits else StringValueNode(value=known[len(node.value) % len(known)])


def _tamed(document: DocumentNode) -> str:
    return print_ast(visit(document, _Tamed()))


def generated(schema: GraphQLSchema, mode: Mode = Mode.POSITIVE) -> st.SearchStrategy[str]:
    """Operations of one root each; half of the valid ones are tamed.

    Args:
        schema: What they ask.
        mode: Valid operations, or such as break the schema once, of roots with arguments that can be broken.
    """
    query = schema.query_type
    assert query is not None
    forms: list[Callable[[DocumentNode], str]] = [print_ast, _tamed] if mode is Mode.POSITIVE else [print_ast]
    roots = [
        (name, form)
        for name, field in query.fields.items()
        if name != UNTYPED and (mode is Mode.POSITIVE or "first" in field.args)
        for form in forms
    ]

    @cache
    def made(root: tuple[str, Callable[[DocumentNode], str]]) -> st.SearchStrategy[str]:
        name, form = root
        return queries(schema, fields=[name], custom_scalars=CUSTOM, mode=mode, print_ast=form)

    return st.sampled_from(roots).flatmap(made)


class Everywhere(Writer):
    """The oracle's writer over every root and field: aliases, fragments, directives, variables."""

    def _names(self, type_: Any, depth: int) -> list[str]:
        return [
            name
            for name, field in type_.fields.items()
            if (name != UNTYPED and depth > 0) or is_leaf_type(get_named_type(field.type))
        ]


def _mostly(*texts: Any, unfit: Any = "x") -> list[Any]:
    """Values that fit, with an unfit one in about thirty."""
    return [*(list(texts) * (30 // len(texts))), unfit]


TEXTS: dict[str, list[Any]] = {
    **{name: _mostly(*texts) for name, texts in FIT.items()},
    "Int": _mostly(0, 1, 2, 3, 10, 60, unfit=-1),
    "Float": [0, 0.5, 1],
    "Rupiah": [0, 10**12],
    "ID": ["x", ""],
    "first": _mostly(0, 1, 2, 3, 5, 8, unfit=501),
    "last": _mostly(0, 1, 3, unfit=-1),
    "after": _mostly(None),
    "before": _mostly(None),
    "name": ["BUDI RATNA", "budi  ratna", ""],
    "program": ["PKH", "BPNT", "x"],
    "run": _mostly("UnVuOjE="),
    "register": ["dtsen", "x"],
}


def written(schema: GraphQLSchema, ids: list[str], seed: int) -> Operation:
    """An operation of the writer.

    Args:
        schema: What it asks.
        ids: Global ids that exist.
        seed: Of its chances.
    """
    return Everywhere(Random(seed), schema, TEXTS | {"id": _mostly(*ids)}).operation()
