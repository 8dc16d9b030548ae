"""The short way of reading variables comes to what graphql-core comes to."""

from typing import Any

import pytest
from graphql import build_schema, get_variable_values
from graphql.execution.values import VariableValues
from hypothesis import given
from hypothesis import strategies as st

from hub.compiler.documents import Documents, Operation
from hub.compiler.limits import Limits, flat, sized
from hub.compiler.variables import variables_of

SCHEMA = build_schema(
    "enum Kind { A B } input In { a: Int }"
    " type Query { q(a: Int!, b: [String!]!, c: [[Int]], d: Kind, e: [Kind!], f: In, g: Boolean): Int }"
)
TYPES = {
    "a": "Int!",
    "b": "[String!]!",
    "c": "[[Int]]",
    "d": "Kind",
    "e": "[Kind!]",
    "f": "In",
    "g": "Boolean",
}
PLAIN = st.sampled_from([0, 1, 2**40, 1.5, "x", "A", "", True, None])
VALUES = PLAIN | st.lists(PLAIN, max_size=3) | st.just({"a": 1}) | st.just([[1], None])


def operation(names: list[str]) -> Operation:
    declared = ", ".join(f"${name}: {TYPES[name]}" for name in names)
    given_ = ", ".join(f"{name}: ${name}" for name in names)
    return Documents(SCHEMA).operation(f"query ({declared}) {{ q({given_}) }}")


WANTED: dict[str, dict[str, Any]] = {
    "a": {"a": 1, "b": ["x"]},
    "b": {"a": 1, "b": ["x", "y"], "d": "B", "e": ["A", "B"], "g": False},
    "c": {"a": 1, "b": [], "c": [[1], [2]], "f": {"a": 3}},
}


@given(first=st.sampled_from(sorted(WANTED)), inputs=st.dictionaries(st.sampled_from(sorted(TYPES)), VALUES))
def test_variables_are_read_the_same_once_a_request_has_passed(first: str, inputs: dict[str, Any]) -> None:
    asked = operation(list(WANTED[first]))
    assert isinstance(variables_of(SCHEMA, asked, WANTED[first]), VariableValues)
    found = variables_of(SCHEMA, asked, inputs)
    wanted = get_variable_values(SCHEMA, asked.definition.variable_definitions or (), inputs)
    if isinstance(wanted, VariableValues):
        assert isinstance(found, VariableValues)
        assert repr(found.coerced) == repr(wanted.coerced)
        assert set(found.sources) == set(wanted.sources)
    else:
        assert isinstance(found, list)
        assert [one.message for one in found] == [one.message for one in wanted]


@pytest.mark.parametrize("most", [3, 6])
@given(st.dictionaries(st.text(max_size=2), VALUES | st.lists(st.integers(), max_size=8), max_size=6))
def test_what_is_called_flat_need_not_be_weighed(most: int, values: dict[str, Any]) -> None:
    limits = Limits(values=most, depth=2)
    if flat(values, limits):
        sized([(values, 0)], limits, "values")
