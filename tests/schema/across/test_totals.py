"""Sums of benefits equal what plain Python adds up from the rows of the village."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.store.tables import graph
from tests.graph_builders import PROGRAMS
from tests.schema.across.asking import DAYS, FEW, WILAYAH
from tests.schema.conftest import Ask
from tests.schema.village import AREAS, Row, Village, prefix

CODES = {number: code for code, number in PROGRAMS.items()}


def step(start: date | None, groups: list[str]) -> date | None:
    """First day of the month or year of a day, as the groups want it."""
    if start is None or not {"MONTH", "YEAR"} & set(groups):
        return None
    return start.replace(day=1) if "MONTH" in groups else start.replace(month=1, day=1)


def summed(rows: list[Row], *keys: Any) -> dict[tuple[Any, ...], list[Row]]:
    """Rows by what some functions of them yield."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(key(row) for key in keys), []).append(row)
    return found


def rupiah(rows: list[Row]) -> int | None:
    known = [row["amount_idr"] for row in rows if row["amount_idr"] is not None]
    return sum(known) if known else None


def in_span(row: Row, start: date | None, end: date | None) -> bool:
    first = row["period"].lower
    return all(first is not None and first >= start for _ in [0] if start) and all(
        first is not None and first < end for _ in [0] if end
    )


def benefit_total(rows: list[Row], first: date | None, program: int | None, kind: str | None) -> Row:
    goods: dict[str | None, Decimal] = {}
    for row in rows:
        if row["quantity"] is not None:
            goods[row["unit"]] = goods.get(row["unit"], Decimal(0)) + row["quantity"]
    return {
        "from": first.isoformat() if first else None,
        "program": {"code": CODES[program]} if program else None,
        "kind": kind,
        "payments": len(rows),
        "amount": rupiah(rows),
        "paid": rupiah([row for row in rows if row["paid_on"] is not None]),
        "goods": [
            {"unit": unit, "quantity": float(goods[unit])}
            for unit in sorted(goods, key=lambda unit: (unit is not None, unit))
        ],
    }


def benefit_totals(rows: list[Row], groups: list[str]) -> list[Row]:
    """Sums in order of time, with the running one."""
    by = summed(
        rows,
        lambda row: step(row["period"].lower, groups),
        lambda row: row["program_id"] if "PROGRAM" in groups else None,
        lambda row: row["kind"] if "KIND" in groups else None,
    )
    order = sorted(by, key=lambda key: tuple((part is not None, part) for part in key))
    found, running = [], 0
    for key in order:
        total = benefit_total(by[key], *key)
        running += total["amount"] or 0
        found.append(total | {"running": running})
    return found


TOTALS = """query ($nik: NIK!, $kk: KK!, $from: Date, $to: Date, $by: [BenefitGroup!]!) {
  person(nik: $nik) { benefitTotals(from: $from, to: $to, groupBy: $by) { ...sums }
    benefitHistory(from: $from, to: $to, first: 500) { nodes { amount from } } }
  familyCard(kk: $kk) { benefitTotals(from: $from, to: $to, groupBy: $by) { ...sums } } }
fragment sums on BenefitTotal { from program { code } kind payments amount paid goods { unit quantity } running }"""


@FEW
@given(st.data())
async def test_totals_of_a_person_and_of_a_family_equal_the_sums_of_their_benefits(
    ask: Ask, village: Village, data: st.DataObject
) -> None:
    groups = data.draw(st.lists(st.sampled_from(["PROGRAM", "YEAR", "MONTH", "KIND"]), unique=True))
    start, end = data.draw(st.one_of(st.none(), DAYS)), data.draw(st.one_of(st.none(), DAYS))
    card, _ = data.draw(st.sampled_from(village.cards))
    nik = data.draw(st.sampled_from(sorted({r["nik"] for r in village.rows(graph.person_state)})))
    person = min(r["person_id"] for r in village.rows(graph.person_state, nik=nik))
    kk = village.rows(graph.family_card, card_id=card)[0]["no_kk"]
    span = {"from": start and start.isoformat(), "to": end and end.isoformat()}
    found = await ask(TOTALS, nik=nik, kk=kk, by=groups, **span)

    mine = [r for r in village.rows(graph.benefit, person_id=person) if in_span(r, start, end)]
    ours = [
        row
        for row in village.rows(graph.benefit)
        if in_span(row, start, end)
        and any(
            stay["valid"].contains(row["period"].lower)
            if row["period"].lower
            else stay["valid"].lower is None
            for stay in village.rows(graph.membership, card_id=card, person_id=row["person_id"])
        )
    ]
    assert found["person"]["benefitTotals"] == benefit_totals(mine, groups)
    assert found["familyCard"]["benefitTotals"] == benefit_totals(ours, groups)
    mine.sort(key=lambda row: (row["period"].lower or date.min, row["benefit_id"]))
    first = [row["period"].lower for row in mine]
    assert found["person"]["benefitHistory"]["nodes"] == [
        {"amount": row["amount_idr"], "from": day and day.isoformat()}
        for row, day in zip(mine, first, strict=True)
    ]


PAID = """query ($wilayah: WilayahCode, $from: Date, $to: Date, $period: Period, $by: [PaymentGroup!]!) {
  paymentTotals(wilayah: $wilayah, from: $from, to: $to, period: $period, groupBy: $by, first: 500) { totalCount
    nodes { wilayah { code } program { code } from payments persons amount paid } } }"""


def place(key: int, groups: list[str]) -> str | None:
    """Code of the area that payments are told apart by."""
    code = next(code for code, area in AREAS.items() if area == key)
    lengths = {"DESA": 13, "KECAMATAN": 8, "KABUPATEN": 5, "PROVINSI": 2}
    return next((code[:length] for level, length in lengths.items() if level in groups), None)


NAMED: dict[str, tuple[date | None, date | None]] = {
    "2024": (date(2024, 1, 1), date(2025, 1, 1)),
    "2025-S1": (date(2025, 1, 1), date(2025, 7, 1)),
    "2024-Q4": (date(2024, 10, 1), date(2025, 1, 1)),
    "2025-02": (date(2025, 2, 1), date(2025, 3, 1)),
}
"""Periods as callers name them, with their first day and the day after."""
SPANS = st.fixed_dictionaries(
    {},
    optional={"from": DAYS, "to": DAYS, "period": st.sampled_from(list(NAMED))},
)


@FEW
@given(
    st.lists(
        st.sampled_from(["PROGRAM", "PROVINSI", "KABUPATEN", "KECAMATAN", "DESA", "MONTH", "YEAR"]),
        unique=True,
    ),
    WILAYAH,
    SPANS,
)
async def test_payments_of_an_area_equal_the_sums_of_its_benefits(
    ask: Ask, village: Village, groups: list[str], wilayah: str | None, span: dict[str, Any]
) -> None:
    told = {name: value if name == "period" else value.isoformat() for name, value in span.items()}
    found = (await ask(PAID, wilayah=wilayah, by=groups, **told))["paymentTotals"]
    named = NAMED.get(span.get("period", ""), (None, None))
    rows = [
        row
        for row in village.rows(graph.benefit)
        if in_span(row, span.get("from"), span.get("to"))
        and in_span(row, *named)
        and prefix(wilayah, row["event_area_key"])
    ]
    by = summed(
        rows,
        lambda row: place(row["event_area_key"], groups),
        lambda row: row["program_id"] if "PROGRAM" in groups else None,
        lambda row: step(row["period"].lower, groups),
    )
    assert found["totalCount"] == len(by)
    assert found["nodes"] == [
        {
            "wilayah": {"code": key[0]} if key[0] else None,
            "program": {"code": CODES[key[1]]} if key[1] else None,
            "from": key[2] and key[2].isoformat(),
            "payments": len(by[key]),
            "persons": len({row["person_id"] for row in by[key]}),
            "amount": rupiah(by[key]),
            "paid": rupiah([row for row in by[key] if row["paid_on"] is not None]),
        }
        for key in sorted(by, key=lambda key: (key[0] or "", key[1] or 0, key[2] or date.min))
    ]


@pytest.mark.parametrize("known_at", ["2025-01-05T00:00:00Z", None])
async def test_sums_follow_what_the_hub_knew(ask: Ask, village: Village, known_at: str | None) -> None:
    query = "query ($at: DateTime) { paymentTotals(groupBy: [], knownAt: $at) { nodes { payments } } }"
    rows = [row for table, row in village.graph.rows if table is graph.benefit]
    known = rows if known_at else [row for row in rows if row["recorded"].upper is None]
    assert (await ask(query, at=known_at))["paymentTotals"]["nodes"] == [{"payments": len(known)}]
