"""Nothing grows past what one can hold in the head."""

import ast

from tests.house.tree import Module, modules

FILE_LINES = 400
FUNCTION_LINES = 40
CLASS_LINES = 200
PUBLIC_MEMBERS = 12
Function = ast.FunctionDef | ast.AsyncFunctionDef


def length(node: Function | ast.ClassDef) -> int:
    """Lines from the first to the last, without the docstring, which is welcome to be long."""
    whole = (node.end_lineno or node.lineno) - node.lineno + 1
    first = node.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        whole -= (first.end_lineno or first.lineno) - first.lineno + 1
    return whole


def spots(module: Module, *kinds: type[ast.AST]) -> list[tuple[str, ast.AST]]:
    return [
        (f"{module.path}:{node.lineno} {node.name}", node)
        for node in ast.walk(module.tree)
        if isinstance(node, kinds) and isinstance(node, Function | ast.ClassDef)
    ]


def test_no_file_has_more_than_400_lines() -> None:
    assert [
        (str(module.path), module.lines) for module in modules("hub", "tests") if module.lines > FILE_LINES
    ] == []


def test_no_function_has_more_than_40_lines() -> None:
    found = [
        (spot, length(node))
        for module in modules("hub", "tests")
        for spot, node in spots(module, ast.FunctionDef, ast.AsyncFunctionDef)
        if isinstance(node, Function) and length(node) > FUNCTION_LINES
    ]
    assert found == []


def test_no_class_has_more_than_200_lines() -> None:
    found = [
        (spot, length(node))
        for module in modules("hub")
        for spot, node in spots(module, ast.ClassDef)
        if isinstance(node, ast.ClassDef) and length(node) > CLASS_LINES
    ]
    assert found == []


def test_no_class_has_more_than_12_public_methods() -> None:
    found = [
        (spot, len(public))
        for module in modules("hub")
        for spot, node in spots(module, ast.ClassDef)
        if isinstance(node, ast.ClassDef)
        and len(public := [part for part in node.body if isinstance(part, Function) and part.name[0] != "_"])
        > PUBLIC_MEMBERS
    ]
    assert found == []
