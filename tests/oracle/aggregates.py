"""Counts and sums by dimensions, in plain Python over the rows that a filter lets through."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from tests.oracle.filters import matches
from tests.oracle.listings import Listing, Part, Sequenced, listing, number, text
from tests.oracle.resolvers import Arguments, Question
from tests.oracle.world import Moment, Row

UNITS = {"DESA": 1, "KECAMATAN": 10**4, "KABUPATEN": 10**6, "PROVINSI": 10**8}
FIRST = date.min
TAKING: dict[str, str] = {
    "PROGRAM": "program_id",
    "COMPONENT": "component_id",
    "SOURCE": "source_id",
    "STATUS": "status",
    "KIND": "kind",
    "SEX": "sex",
    "VITAL": "vital",
}
#: Root: type, table, filter, axis, column of the area, columns that a group may have, columns of its place.
KINDS: dict[str, tuple[str, str, str, str, str, tuple[str, ...]]] = {
    "peopleAggregate": (
        "PersonAggregate", "person_state", "PersonFilter", "state", "home_area_key", ("sex", "vital"),
    ),
    "enrollmentsAggregate": (
        "EnrollmentAggregate", "enrollment", "EnrollmentFilter", "state", "event_area_key",
        ("program_id", "component_id", "source_id", "status"),
    ),
    "paymentsAggregate": (
        "PaymentAggregate", "benefit", "PaymentFilter", "recorded", "event_area_key",
        ("program_id", "component_id", "source_id", "status", "kind"),
    ),
}  # fmt: skip


def _first(row: Row, by: list[str]) -> Any:
    start = row["period"].lower
    if start is None or not {"MONTH", "YEAR"} & set(by):
        return None
    return start.replace(day=1) if "MONTH" in by else start.replace(day=1, month=1)


def _until(first: Any, by: list[str]) -> Any:
    if first is None:
        return None
    if "MONTH" in by and first.month < 12:
        return first.replace(month=first.month + 1)
    return first.replace(year=first.year + 1, month=1)


def order(root: str) -> Sequenced:
    """The order of an aggregate: by area, by what is numbered, by words, by time."""
    columns = KINDS[root][5]
    numbers = [number(name) for name in ("area_key", *columns) if name.endswith(("_id", "_key"))]
    words = [text(name) for name in columns if not name.endswith("_id")]
    times = [Part("day", lambda row: row["first_on"] or FIRST)] if root == "paymentsAggregate" else []
    return Sequenced((*numbers, *words, *times), of=f"Query.{root}")


def aggregate(root: str) -> Callable[[Arguments, Question, Moment], Listing]:
    """The resolver of a root that counts."""
    type_, table, kind, axis, area, columns = KINDS[root]

    def resolve(args: Arguments, asked: Question, moment: Moment) -> Listing:
        by, given = args["groupBy"], args.get("filter") or {}
        unit = next((size for name, size in UNITS.items() if name in by), None)
        wanted = {column for name, column in TAKING.items() if name in by}
        groups: dict[Any, list[Row]] = defaultdict(list)
        for row in asked.world.all(table):
            if getattr(moment, axis)(row) and matches(kind, given, row, asked.world, moment):
                place = row[area] // unit * unit if unit else None
                first = _first(row, by) if table == "benefit" else None
                key = tuple(row[column] if column in wanted else None for column in columns)
                groups[place, first, key].append(row)
        rows = [_measured(columns, by, group, found) for group, found in groups.items()]
        return listing(type_, rows, order(root), moment)

    return resolve


def _measured(columns: tuple[str, ...], by: list[str], group: Any, rows: list[Row]) -> Row:
    place, first, key = group
    return {
        "area_key": place,
        "first_on": first,
        "until": _until(first, by),
        **dict(zip(columns, key, strict=True)),
        "count": len(rows),
        "persons": len({row["person_id"] for row in rows}),
        "amount": _sum(rows),
        "paid": _sum([row for row in rows if row.get("paid_on")]),
    }


def _sum(rows: list[Mapping[str, Any]]) -> int | None:
    amounts = [row["amount_idr"] for row in rows if row.get("amount_idr") is not None]
    return sum(amounts) if amounts else None
