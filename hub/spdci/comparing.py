"""Comparisons of a query by SPDCI, and what they come to as filters of the graph.

Values come as texts ("25") or as themselves; an attribute's kind says how they are read. What cannot be read refuses
the item: no comparison is left out, and none is guessed.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, floor, isfinite
from typing import Any

from hub.domain import clock
from hub.spdci.refusing import Rejected

Filter = dict[str, Any]
"""A filter input of the graph, as JSON has it."""
MOST_VALUES = 100
"""Values that one comparison may name."""
OPERATORS: Mapping[str, str] = {
    "eq": "eq", "ne": "ne", "in": "in", "gt": "gt", "ge": "ge", "gte": "ge", "lt": "lt", "le": "le", "lte": "le",
    "startsWith": "prefix",
}  # fmt: skip
"""As predicates and expressions write them; `gte` and `lte` are in no standard and in use."""
NOBODY: Filter = {"or": []}
"""Lets nothing through."""


@dataclass(frozen=True)
class Comparison:
    """An attribute compared with a value.

    Args:
        operator: One of the values of `OPERATORS`.
        value: As it came.
    """

    operator: str
    value: Any


Make = Callable[[Comparison], Filter]


def unfit(attribute: str) -> Rejected:
    """The refusal of a comparison that an attribute does not know."""
    return Rejected(
        "rjct.search_criteria.invalid",
        f"Atribut {attribute}: operator atau nilainya tidak dapat dipakai.",
        f"Attribute {attribute}: its operator or value can't be used.",
    )


class Unfit(ValueError):  # noqa: N818  # the item is refused with it, nothing failed
    """A comparison that an attribute does not know."""


def words(make: Callable[[Filter], Filter], *operators: str, read: Callable[[str], str] = str) -> Make:
    """Texts, compared by `eq`, `in` and what else is named.

    Args:
        make: From the filter of the field to that of the thing.
        operators: Besides these two.
        read: From a text as it came to the graph's; raises Unfit.
    """

    def made(one: Comparison) -> Filter:
        if one.operator == "in":
            return make({"in": [read(_text(each)) for each in _several(one.value)]})
        if one.operator not in ("eq", *operators):
            raise Unfit
        return make({one.operator: read(_text(one.value))})

    return made


def whole_numbers(make: Callable[[Filter], Filter]) -> Make:
    """Whole numbers: every bound comes to one from (inclusive) and one to (exclusive)."""

    def made(one: Comparison) -> Filter:
        if one.operator == "in":
            return {"or": [made(Comparison("eq", each)) for each in _several(one.value)]}
        bounds = _bounds(one.operator, _number(one.value))
        return NOBODY if bounds is None else make(bounds)

    return made


def ages(make: Callable[[Filter], Filter]) -> Make:
    """Years of age today (WIB), as bounds of the day of birth."""

    def days(years: Filter) -> Filter:
        bounds = {}
        if "gte" in years:
            bounds["lt"] = str(_birthday(years["gte"]) + timedelta(days=1))
        if "lt" in years:
            bounds["gte"] = str(_birthday(years["lt"]) + timedelta(days=1))
        return make(bounds)

    return whole_numbers(days)


def years(make: Callable[[Filter], Filter]) -> Make:
    """A year, as bounds of days."""

    def days(bounds: Filter) -> Filter:
        return make({name: str(_day(year)) for name, year in bounds.items()})

    return whole_numbers(days)


def days(make: Callable[[Filter], Filter]) -> Make:
    """Days (ISO 8601); of an instant the day that is written there."""

    def made(one: Comparison) -> Filter:
        if one.operator == "in":
            return make({"in": [str(_date(each)) for each in _several(one.value)]})
        day = _date(one.value)
        try:
            after = day + timedelta(days=1)
        except OverflowError:
            raise Unfit from None
        forms: dict[str, Filter] = {
            "eq": {"eq": str(day)}, "ge": {"gte": str(day)}, "gt": {"gte": str(after)},
            "lt": {"lt": str(day)}, "le": {"lt": str(after)},
        }  # fmt: skip
        if one.operator not in forms:
            raise Unfit
        return make(forms[one.operator])

    return made


def _bounds(operator: str, number: float) -> Filter | None:
    """Bounds of whole numbers; None: there is no such number."""
    if operator == "eq":
        return {"gte": int(number), "lt": int(number) + 1} if number == int(number) else None
    forms: dict[str, Filter] = {
        "ge": {"gte": ceil(number)}, "gt": {"gte": floor(number) + 1},
        "lt": {"lt": ceil(number)}, "le": {"lt": floor(number) + 1},
    }  # fmt: skip
    if operator not in forms:
        raise Unfit
    return forms[operator]


def _birthday(years: int) -> date:
    """The last day on which somebody was born who is so many years old today."""
    today = clock.today()
    year = min(max(today.year - years, 1), 9998)
    try:
        return today.replace(year=year)
    except ValueError:
        return date(year, 2, 28)


def _day(year: int) -> date:
    return date(min(max(year, 1), 9999), 1, 1)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unfit
    try:
        number = float(value)
    except (ValueError, OverflowError):
        raise Unfit from None
    if not isfinite(number) or abs(number) > 2**31 - 2:
        raise Unfit
    return number


def _date(value: Any) -> date:
    told = _text(value)
    try:
        return date.fromisoformat(told) if len(told) == 10 else datetime.fromisoformat(told.upper()).date()
    except ValueError:
        raise Unfit from None


def _text(value: Any) -> str:
    """A text as it is, and a number as JSON writes it."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Unfit
    told = str(value)
    if not 0 < len(told) <= 200:
        raise Unfit
    return told


def _several(value: Any) -> Sequence[Any]:
    """The values of `in`: a list, or texts between commas."""
    found = value.split(",") if isinstance(value, str) else value
    if not isinstance(found, list) or not 0 < len(found) <= MOST_VALUES:
        raise Unfit
    return [each.strip() if isinstance(each, str) else each for each in found]
