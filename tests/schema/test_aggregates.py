"""Counts and sums by dimensions, against plain Python over the rows of the village."""

import json
from collections import defaultdict
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from hub.compiler.engine import Request
from hub.domain import clock
from hub.schema.build import engine
from hub.store.database import Database
from hub.store.read import open_reader
from hub.store.tables import graph
from tests.conftest import wait_for
from tests.graph_builders import PROGRAMS, context
from tests.schema.conftest import NOW, Ask, Counting
from tests.schema.village import Row, Village, prefix

TODAY = NOW.date()
CODES = {number: code for code, number in PROGRAMS.items()}
UNITS = {"DESA": 1, "KECAMATAN": 10**4, "KABUPATEN": 10**6}


@pytest.fixture(scope="module")
def village() -> Village:
    return Village(seed=23, persons=60)


@pytest.fixture(scope="module")
def told(database: Database, village: Village) -> Database:
    wait_for(village.graph.store(database))
    return database


@pytest_asyncio.fixture
async def reads(told: Database) -> AsyncIterator[Counting]:
    async with open_reader(told, 1) as reader:
        yield Counting(reader)


PAYMENTS = """query ($f: PaymentFilter, $by: [PaymentDimension!]!) {
  paymentsAggregate(filter: $f, groupBy: $by, first: 500) { totalCount nodes {
    wilayah { code } program { code } kind from count distinctPersons amount paid } } }"""
ENROLLMENTS = """query ($f: EnrollmentFilter, $by: [EnrollmentDimension!]!) {
  enrollmentsAggregate(filter: $f, groupBy: $by, first: 500) { nodes {
    wilayah { code } program { code } status count distinctPersons } } }"""


def area(row: Row, name: str, by: list[str]) -> int | None:
    """Area key of a row at the smallest level asked for."""
    levels = [UNITS[one] for one in UNITS if one in by]
    return row[name] // levels[0] * levels[0] if levels else None


def shown(key: int | None) -> str | None:
    digits = str(key)
    parts = [digits[:2], digits[2:4], digits[4:6], digits[6:]]
    return None if key is None else ".".join(part for part in parts if int(part))


@pytest.mark.parametrize(
    "by", [[], ["PROGRAM"], ["KIND", "MONTH"], ["YEAR", "KECAMATAN", "PROGRAM"], ["DESA", "KABUPATEN"]]
)
@pytest.mark.parametrize("wilayah", [None, "33.20.01", "33.20.02.2001"])
async def test_payments_are_summed_by_what_tells_them_apart(
    ask: Ask, reads: Counting, village: Village, by: list[str], wilayah: str | None
) -> None:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in village.rows(graph.benefit):
        if prefix(wilayah, row["event_area_key"]):
            start, unit = row["period"].lower, "MONTH" if "MONTH" in by else "YEAR" if "YEAR" in by else None
            first = start and unit and start.replace(day=1, **({} if unit == "MONTH" else {"month": 1}))
            groups[
                area(row, "event_area_key", by),
                CODES[row["program_id"]] if "PROGRAM" in by else None,
                row["kind"] if "KIND" in by else None,
                first.isoformat() if first else None,
            ].append(row)
    wanted = [
        {
            "wilayah": {"code": shown(key)} if key else None,
            "program": {"code": program} if program else None,
            "kind": kind,
            "from": first,
            "count": len(rows),
            "distinctPersons": len({row["person_id"] for row in rows}),
            "amount": total(rows),
            "paid": total([row for row in rows if row["paid_on"]]),
        }
        for (key, program, kind, first), rows in groups.items()
    ]
    given = None if wilayah is None else {"wilayah": wilayah}
    found = (await ask(PAYMENTS, f=given, by=by))["paymentsAggregate"]
    assert len(reads.statements) == 1
    assert found["totalCount"] == len(found["nodes"]) > 0
    assert sorted(map(json.dumps, found["nodes"])) == sorted(map(json.dumps, wanted))


def total(rows: list[Row]) -> int | None:
    """Exact sum of the amounts that are known; None: none is."""
    amounts = [row["amount_idr"] for row in rows if row["amount_idr"] is not None]
    return sum(amounts) if amounts else None


@pytest.mark.parametrize("by", [[], ["PROGRAM", "STATUS"], ["DESA"]])
async def test_enrollments_of_the_day_are_counted_with_distinct_persons(
    ask: Ask, village: Village, by: list[str]
) -> None:
    dead = {row["person_id"] for row in village.rows(graph.person_state, TODAY) if row["died_on"] is None}
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in village.rows(graph.enrollment, TODAY):
        if row["person_id"] in dead:
            program, status = CODES[row["program_id"]], row["status"]
            groups[
                area(row, "event_area_key", by),
                program if "PROGRAM" in by else None,
                status if "STATUS" in by else None,
            ].append(row)
    found = (await ask(ENROLLMENTS, f={"person": {"diedOn": {"isNull": True}}}, by=by))[
        "enrollmentsAggregate"
    ]
    wanted = [
        {
            "wilayah": {"code": shown(key)} if key else None,
            "program": {"code": program} if program else None,
            "status": status,
            "count": len(rows),
            "distinctPersons": len({row["person_id"] for row in rows}),
        }
        for (key, program, status), rows in groups.items()
    ]
    assert sorted(map(json.dumps, found["nodes"])) == sorted(map(json.dumps, wanted))


async def test_persons_are_counted_by_area_sex_and_what_they_hold(ask: Ask, village: Village) -> None:
    query = """query ($f: PersonFilter) {
      peopleAggregate(filter: $f, groupBy: [KECAMATAN, SEX]) { nodes { wilayah { code } sex vital count } } }"""
    held = {row["person_id"] for row in village.rows(graph.enrollment, TODAY, program_id=PROGRAMS["PKH"])}
    groups: dict[Any, int] = defaultdict(int)
    for row in village.rows(graph.person_state, TODAY):
        if row["person_id"] in held:
            groups[area(row, "home_area_key", ["KECAMATAN"]), row["sex"]] += 1
    found = (await ask(query, f={"enrollments": {"some": {"program": {"eq": "PKH"}}}}))["peopleAggregate"]
    assert [(one["wilayah"]["code"], one["sex"], one["count"]) for one in found["nodes"]] == [
        (shown(key), sex, count) for (key, sex), count in sorted(groups.items())
    ]


async def test_an_aggregate_sees_no_more_than_its_caller(told: Database, village: Village) -> None:
    """Rows of other areas are in no number."""
    lo, hi = 3320010000, 3320019999
    query = Request("{ peopleAggregate(groupBy: []) { nodes { count } } }")
    async with open_reader(told, 1) as reader:
        with clock.pin(NOW):
            data = json.loads(await engine().run(query, reader, lambda: context(told, (lo, hi))))
    near = [row for row in village.rows(graph.person_state, TODAY) if lo <= row["home_area_key"] <= hi]
    assert data["peopleAggregate"]["nodes"] == [{"count": len(near)}]
