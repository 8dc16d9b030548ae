"""Every code and reason that a caller can meet is documented and said in both languages."""

import ast
import re
from dataclasses import fields
from pathlib import Path
from typing import Any

from graphql import GraphQLScalarType, is_specified_scalar_type

from hub.compiler.limits import Limits
from hub.schema.build import schema
from hub.schema.messages import TEXTS, Spoken
from hub.store.read import DENIALS, REFUSALS
from tests.house.tree import ROOT, modules

PAGE = (Path(__file__).parents[2] / "docs" / "errors.md").read_text(encoding="utf-8")
#: Modules whose errors reach a caller of the graph, and those that speak to operators alone.
DOORS = (
    "hub.compiler", "hub.schema", "hub.store.read", "hub.store.bulk",
    "hub.access.gate", "hub.access.ledger", "hub.access.callers", "hub.access.tokens",
    "hub.access.cases", "hub.access.restrictions", "hub.access.breaches", "hub.access.reaching",
    "hub.access.sealing", "hub.audit.cases", "hub.identity.judging",
)  # fmt: skip
OPERATORS = ("hub.schema.releases", "hub.schema.pinning")
RAISED = {"InputError", "RefusedError", "RetriableError", "FatalError", "HubError", "Spoken", "SpentError"}
#: Of a scalar or of a limit, by its name.
OPEN = re.compile(r"^(?:bad|limit)_$")


UNFIT: tuple[object, ...] = ([], "x")


def _calls() -> list[tuple[str, ast.expr]]:
    """Class and first argument of every error made where callers meet it."""
    found = []
    for module in modules("hub"):
        if module.name.startswith(DOORS) and not module.name.startswith(OPERATORS):
            for node in ast.walk(module.tree):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED:
                    found += [(node.func.id, node.args[0])] if node.args else []
    return found


def raised() -> dict[str, str]:
    """Codes with the class that bears them."""
    codes = {
        argument.value: name
        for name, argument in _calls()
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    limits = {f"limit_{one.name}" for one in fields(Limits) if one.name not in ("tokens", "introspection")}
    denied = dict.fromkeys(DENIALS, "RefusedError")
    return codes | denied | dict.fromkeys((*limits, *REFUSALS), "InputError")


def scalar_codes() -> set[str]:
    """What each scalar of ours says of a value that is none."""
    codes = set()
    for type_ in schema().type_map.values():
        if isinstance(type_, GraphQLScalarType) and not is_specified_scalar_type(type_):
            for value in UNFIT:
                try:
                    type_.coerce_input_value(value)
                except Spoken as error:
                    codes.add(error.code)
    return codes


def documented() -> dict[str, str]:
    """Reasons of the page with their code."""
    rows = re.findall(r"^\| (`[a-z_`, ]+`) \| `([A-Z_]+)` \|", PAGE, re.MULTILINE)
    return {reason: code for cell, code in rows for reason in re.findall(r"`(\w+)`", cell)}


def test_every_error_raised_for_callers_is_a_constant_or_of_an_open_kind() -> None:
    for _, argument in _calls():
        if isinstance(argument, ast.JoinedStr):
            first: Any = argument.values[0]
            assert OPEN.match(first.value)


def test_every_reason_is_documented_with_its_code_and_no_other_is() -> None:
    assert set(documented()) == set(raised()) | scalar_codes()


def test_every_reason_is_said_in_indonesian_and_no_text_is_left_over() -> None:
    assert {code for code, name in raised().items() if name != "Spoken"} == set(TEXTS)


def test_every_code_that_an_answer_bears_is_documented() -> None:
    source = (ROOT / "hub/schema/refusing.py").read_text() + (ROOT / "hub/schema/asking.py").read_text()
    told = set(re.findall(r"^\| `([A-Z_]+)` \|", PAGE, re.MULTILINE))
    named = set(re.findall(r'"((?:[A-Z]+_)+[A-Z]+|FORBIDDEN)"', source))
    assert named - {"GET", "POST"} <= told
    assert told >= {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"}
    assert set(documented().values()) <= told
