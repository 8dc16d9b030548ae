"""The verdicts of each kind of comparison, as levels of Splink: the first whose condition holds is the verdict.

A condition is SQL that DuckDB and Spark share but for the two distances, whose names the dialect gives.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from hub.identity.linkage.model import Compared, Model

DISTANCES: Final[dict[str, dict[str, str]]] = {
    "duckdb": {"jw": "jaro_winkler_similarity", "dl": "damerau_levenshtein"},
    "spark": {"jw": "jaro_winkler", "dl": "damerau_levenshtein"},
}


@dataclass(frozen=True, slots=True)
class Level:
    """A verdict and when it holds; `frequent` where the frequency of the value counts."""

    verdict: str
    condition: str
    frequent: bool = False


_EQUAL = Level("equal", "{c}_l = {c}_r", frequent=True)
_ENDS = "substr({c}_l, length({c}_l) - 1) = substr({c}_r, length({c}_r) - 1)"
_HOLDS = "(' ' || {c}_spaced_{a} || ' ') like ('% ' || {c}_spaced_{b} || ' %')"
_BEGINS = "{c}_spaced_{a} like ({c}_spaced_{b} || '%')"


def _either(condition: str) -> str:
    one = condition.replace("{a}", "l").replace("{b}", "r")
    return f"({one} or {condition.replace('{a}', 'r').replace('{b}', 'l')})"


#: A name that is a part of another: its words stand in it, or it was cut off or shortened to an initial.
_PART = f"least(length({{c}}_l), length({{c}}_r)) >= 4 and ({_either(_HOLDS)} or {_either(_BEGINS)})"
#: One slip of the pen that spares the ending: SUTARNO and SUTARNI are spouses, RIZKA and RIZKI twins.
_LEAST = "least(length({c}_l), length({c}_r))"
#: What a slip leaves is asked first: the distance of edits is the dearest of all conditions.
_NEAR = "abs(length({c}_l) - length({c}_r)) <= 1"
_SLIP = f"{_LEAST} >= 6 and {_ENDS} and {_NEAR} and {{dl}}({{c}}_l, {{c}}_r) <= 1"
_HALF = "({c}_year_l = {c}_year_r or {c}_rest_l = {c}_rest_r)"
_HEAPED = "({c}_rest_l in ('0101', '1231', '0701') or {c}_rest_r in ('0101', '1231', '0701'))"
_SWAPPED = "({c}_year_l = {c}_year_r and {c}_month_l = {c}_day_r and {c}_day_l = {c}_month_r)"
_NEXT_YEAR = "({c}_rest_l = {c}_rest_r and abs(try_cast({c}_year_l as integer) - try_cast({c}_year_r as integer)) <= 1)"

LEVELS: Final[dict[str, tuple[Level, ...]]] = {
    "name": (
        _EQUAL,
        Level("order", "{c}_sorted_l = {c}_sorted_r"),
        Level("slip", _SLIP),
        Level("part", _PART),
        Level("alike", "{jw}({c}_l, {c}_r) >= 0.9"),
        Level("akin", "{jw}({c}_l, {c}_r) >= 0.8"),
    ),
    "text": (
        _EQUAL,
        Level(
            "slip",
            f"{_LEAST} >= 4 and {_NEAR} and {{jw}}({{c}}_l, {{c}}_r) >= 0.8 and {{dl}}({{c}}_l, {{c}}_r) <= 1",
        ),
        Level("alike", "{jw}({c}_l, {c}_r) >= 0.9"),
        Level("akin", "{jw}({c}_l, {c}_r) >= 0.8"),
    ),
    "date": (
        Level("equal", "{c}_l = {c}_r and not {c}_rest_l in ('0101', '1231', '0701')", frequent=True),
        Level("heaped_equal", "{c}_l = {c}_r"),
        Level("swapped", _SWAPPED),
        Level("slip", f"{_NEXT_YEAR} or ({_HALF} and {{dl}}({{c}}_l, {{c}}_r) <= 1)"),
        Level("heaped", f"{{c}}_year_l = {{c}}_year_r and {_HEAPED}"),
        Level("slips", f"{_HALF} and {{dl}}({{c}}_l, {{c}}_r) <= 2"),
        Level("year", "{c}_year_l = {c}_year_r"),
    ),
    "code": (_EQUAL,),
    "digits": (_EQUAL, Level("slip", f"{_LEAST} >= 3 and {{dl}}({{c}}_l, {{c}}_r) <= 1")),
    "number": (
        Level("equal", "{c}_l = {c}_r"),
        Level("cut", "length({c}_head_l) = 15 and {c}_head_l = {c}_head_r"),
        Level("slip", "({c}_born_l = {c}_born_r or {c}_ends_l = {c}_ends_r) and {dl}({c}_l, {c}_r) <= 1"),
        Level("serial", "length({c}_l) = 16 and length({c}_r) = 16 and {c}_born_l = {c}_born_r"),
        Level("born", "length({c}_l) = 16 and length({c}_r) = 16 and {c}_ends_l = {c}_ends_r"),
        Level("slips", "substr({c}_l, 1, 6) = substr({c}_r, 1, 6) and {dl}({c}_l, {c}_r) <= 2"),
    ),
    "area": (),
}
DIFFERS: Final = "differs"
UNTOLD: Final = "untold"


def levels_of(each: Compared, crossed: Compared | None = None) -> tuple[Level, ...]:
    """The verdicts of a comparison from the strongest on, without `untold` and `differs`."""
    if each.kind == "area":
        finest, *coarser = each.parts
        return (
            Level(f"equal_{finest}", "{c}_l = {c}_r", frequent=True),
            *(Level(f"equal_{n}", f"{{c}}_{n}_l = {{c}}_{n}_r") for n in coarser),
        )
    found = LEVELS[each.kind]
    if crossed is None:
        return found
    met = f"({{c}}_l = {crossed.name}_r or {{c}}_r = {crossed.name}_l)"
    return (found[0], Level("crossed", met), *found[1:])


def verdicts(model: Model) -> dict[str, tuple[str, ...]]:
    """By comparison its verdicts in the order of Splink's gamma: 0 is `differs`, the highest the strongest."""
    return {
        each.name: (DIFFERS, *(level.verdict for level in reversed(levels_of(each, _met(model, each)))))
        for each in model.compare
    }


def _met(model: Model, each: Compared) -> Compared | None:
    return next((other for other in model.compare if other.name == each.crossed), None)


def comparisons(model: Model, dialect: str) -> list[dict[str, Any]]:
    """The comparisons as Splink's settings write them."""
    return [_comparison(model, each, dialect) for each in model.compare]


def _comparison(model: Model, each: Compared, dialect: str) -> dict[str, Any]:
    names = DISTANCES[dialect]
    trained = ((model.trained or {}).get("levels") or {}).get(each.name) or {}
    rows: list[dict[str, Any]] = [
        {"sql_condition": f"{each.name}_l is null or {each.name}_r is null", "is_null_level": True,
         "label_for_charts": UNTOLD}
    ]  # fmt: skip
    for level in (*levels_of(each, _met(model, each)), Level(DIFFERS, "ELSE")):
        row: dict[str, Any] = {
            "sql_condition": level.condition.format(c=each.name, **names),
            "label_for_charts": level.verdict,
        }
        if level.frequent and each.frequent:
            row |= {"tf_adjustment_column": each.name, "tf_adjustment_weight": 1.0}
        if level.verdict in trained:
            m, u = trained[level.verdict]
            row |= {"m_probability": m, "u_probability": u}
        rows.append(row)
    return {"output_column_name": each.name, "comparison_levels": rows}


def blocks(rules: Sequence[Sequence[str]], dialect: str, besides: str = "") -> list[dict[str, str]]:
    """Rules as Splink's settings write them; `birth.year` is the column `birth_year`.

    Args:
        rules: Sets of columns that have to be equal.
        dialect: duckdb or spark.
        besides: A further condition over `l` and `r`, for every rule.
    """
    told = []
    for rule in rules:
        equal = [f"l.{column} = r.{column}" for column in (part.replace(".", "_") for part in rule)]
        told.append(
            {"blocking_rule": " and ".join([*equal, *filter(None, [besides])]), "sql_dialect": dialect}
        )
    return told
