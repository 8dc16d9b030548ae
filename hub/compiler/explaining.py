"""What an operation is in SQL, for operators: the statement, where its parameters come from, its plan and its cost.

Never a value: those of parameters may be a person's number.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

import orjson

from hub.compiler.binding import Binding, Constant, Today
from hub.compiler.engine import Prepared
from hub.compiler.plan import Plan

_TYPED = re.compile(r"\$(\d+)::([\w\[\]]+)")
#: A text, a name in quotes, a bracket, a word that begins a clause, or anything else.
_PIECES = re.compile(
    r"'(?:[^']|'')*'|\"[^\"]*\"|[()]|\b(?:select|from|where|order by|limit|left join|join|union all|with)\b"
    r"|[^'\"()]+?(?=['\"()]|\b(?:select|from|where|order by|limit|left join|join|union all|with)\b|$)",
    re.DOTALL,
)
_CLAUSES = ("from", "where", "order by", "limit", "left join", "join", "union all")
#: In the conditions of a plan: texts, and numbers that are no part of a name.
_VALUES = re.compile(r"'(?:[^']|'')*'|(?<![\w$\".])-?\d+(?:\.\d+)?(?![\w\"])")
_TELLING = ("Cond", "Filter", "Output", "Call", "Key", "Sort")


@runtime_checkable
class Plans(Protocol):
    """What an explanation needs of the store."""

    async def plan(self, sql: str, count: int) -> str:
        """The plan that serves every value of so many parameters, as JSON."""


@dataclass(frozen=True)
class Explanation:
    """What an operation is in SQL.

    Args:
        sql: The statement, laid out.
        parameters: Number, type and origin of each parameter.
        plan: As EXPLAIN gives it in JSON; None where nothing is read.
        cost: Rows that the document may yield, by its page sizes.
    """

    sql: str
    parameters: list[dict[str, str]]
    plan: Any
    cost: int

    def told(self) -> dict[str, Any]:
        """The members of its JSON."""
        return {"cost": self.cost, "sql": self.sql, "parameters": self.parameters, "plan": self.plan}


async def explained(prepared: Prepared, plans: Plans) -> Explanation:
    """The explanation of an operation, which is planned and not run."""
    plan, found = prepared.plan, None
    if plan.reads:
        found = orjson.loads(await plans.plan(plan.sql, plan.places))
    return Explanation(laid_out(plan.sql), origins(plan), found, prepared.cost)


def origins(plan: Plan) -> list[dict[str, str]]:
    """Where the parameters of a plan come from."""
    types = dict(_TYPED.findall(plan.sql))
    found = [{"parameter": "$1", "type": "text", "from": "access context"}]
    for number, bind in enumerate(plan.binds, start=2):
        place = f"${number}"
        found.append({"parameter": place, "type": types.get(str(number), ""), "from": _origin(plan, bind)})
    return found


def _origin(plan: Plan, bind: Binding) -> str:
    if isinstance(bind, Today):
        return "today in WIB"
    if isinstance(bind, Constant):
        return "key of the agreement's pseudonyms"
    _, node = plan.binder.sources[bind.source]
    return ".".join([(node.alias or node.name).value, *map(str, bind.path)])


def laid_out(sql: str) -> str:
    """A statement with a clause a line, indented by how deep it stands."""
    lines, line, depths = list[str](), "", [False]
    for piece in _PIECES.findall(sql):
        inner = sum(depths)
        if piece == ")":
            if depths.pop():
                lines.append("  " * inner + line.strip())
                line = ""
        elif piece in _CLAUSES and depths[-1]:
            lines.append("  " * inner + line.strip())
            line = ""
        elif piece in ("select", "with") and line.rstrip().endswith("("):
            lines.append("  " * inner + line.strip())
            depths[-1], line = True, ""
        line += piece
        if piece == "(":
            depths.append(False)
    lines.append(line.strip())
    return "\n".join(one for one in lines if one.strip())


def masked(plan: Any) -> Any:
    """A plan that was made for some values, without them."""
    if isinstance(plan, list):
        return [masked(one) for one in plan]
    if isinstance(plan, dict):
        return {key: _masked(key, value) for key, value in plan.items()}
    return plan


def _masked(key: str, value: Any) -> Any:
    if not key.endswith(_TELLING):
        return masked(value)
    texts = value if isinstance(value, list) else [value]
    clean = [_VALUES.sub("?", one) if isinstance(one, str) else one for one in texts]
    return clean if isinstance(value, list) else clean[0]


def plan_lines(plan: Sequence[Any]) -> Iterator[str]:
    """A plan for people, a node a line."""
    for one in plan or ():
        yield from _node(one["Plan"], 0)
        for name in ("Planning Time", "Execution Time"):
            if name in one:
                yield f"{name}: {one[name]} ms"


def _node(node: dict[str, Any], depth: int) -> Iterator[str]:
    name = node["Node Type"]
    if "Index Name" in node:
        name += f" using {node['Index Name']}"
    if "Relation Name" in node:
        name += f" on {node['Relation Name']} {node.get('Alias', '')}".rstrip()
    told = f"cost={node['Total Cost']} rows={node['Plan Rows']}"
    if "Actual Rows" in node:
        told += (
            f", was rows={node['Actual Rows']} loops={node['Actual Loops']} ms={node['Actual Total Time']}"
        )
    yield f"{'  ' * depth}{name} ({told})"
    for key, value in node.items():
        if key.endswith(("Cond", "Filter")) and isinstance(value, str):
            yield f"{'  ' * depth}    {key}: {value}"
    for inner in node.get("Plans", ()):
        yield from _node(inner, depth + 1)
